// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "agent.h"

static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	_exit(0);
}

/* Whether everything that a test left is gone. */
static void start_afresh(void)
{
	lab_command("open_gates");
	actor_call("cleaner", "afresh", false);
	answer("%s", actors_wait(0, 10000) ? "fresh" : "stuck");
}

/* Nobody stops any more; who does not end then, nor soon, hangs. */
static void mark_hung(void)
{
	lab_command("open_gates");
	actors_wait(0, 3000);
	actors_mark_hung();
}

/* "trace FILE TEXT": a line for a file of tracefs. */
static void write_trace(char *arguments)
{
	char *text = strchr(arguments, ' ');

	if (text)
		*text++ = '\0';
	answer("written %d", trace_write(arguments, text ?: ""));
}

static void bind_named(char *arguments)
{
	char bdf[32];
	int index;

	if (sscanf(arguments, "%d %31s", &index, bdf) != 2 ||
	    index < 0 || index >= DEVICES)
		answer("error bind what?");
	else
		answer("bound %d", bind_device(index, bdf));
}

/* "call NAME STEP ..." is gated, "run NAME STEP ..." is not. */
static void call(char *arguments, bool gated)
{
	char *step = strchr(arguments, ' ');

	if (!step) {
		answer("error call what?");
		return;
	}
	*step++ = '\0';
	actor_call(arguments, step, gated);
}

static void command(char *line)
{
	if (!strncmp(line, "call ", 5))
		call(line + 5, true);
	else if (!strncmp(line, "run ", 4))
		call(line + 4, false);
	else if (!strncmp(line, "bind ", 5))
		bind_named(line + 5);
	else if (!strcmp(line, "own"))
		answer("owned %d", vfio_own());
	else if (!strcmp(line, "afresh"))
		start_afresh();
	else if (!strncmp(line, "trace ", 6))
		write_trace(line + 6);
	else if (!strncmp(line, "mark ", 5))
		trace_mark("%s", line + 5);
	else if (!strcmp(line, "hung"))
		mark_hung();
	else if (!strcmp(line, "busy"))
		actors_say_busy();
	else if (!strncmp(line, "stack ", 6))
		stack_say(atoi(line + 6));
	else if (!strcmp(line, "copy"))
		trace_copy();
	else if (!strcmp(line, "poweroff"))
		power_off();
	else if (!strncmp(line, "lab ", 4))
		answer("lab %d", lab_command("%s", line + 4));
	else if (!strncmp(line, "go ", 3) || !strcmp(line, "see"))
		lab_command("%s", line);
	else
		answer("error unknown command");
}

/* Lines of the host; false when it is gone. */
static bool take_commands(void)
{
	static char buffer[4096];
	static size_t filled;
	ssize_t n = read(port, buffer + filled, sizeof(buffer) - 1 - filled);
	char *line = buffer, *end;

	if (n <= 0)
		return false;
	filled += n;
	buffer[filled] = '\0';
	while ((end = strchr(line, '\n'))) {
		*end = '\0';
		command(line);
		line = end + 1;
	}
	filled -= line - buffer;
	memmove(buffer, line, filled);
	return filled < sizeof(buffer) - 1;
}

static void serve(void)
{
	struct pollfd fds[] = {
		{ .fd = port, .events = POLLIN },
		{ .fd = lab, .events = POLLIN },
	};

	for (;;) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents & POLLIN)
			lab_pass_on();
		if (fds[0].revents & POLLIN) {
			if (!take_commands())
				return;
		} else if (fds[0].revents & POLLHUP) {
			return;
		}
	}
}

int main(void)
{
	struct utsname kernel;

	setup_mounts();
	for (int i = 0; i < 100 && port < 0; i++) {
		port = open_port("agent");
		if (port < 0)
			usleep(20000);
	}
	setup_modules();
	setup_say_loaded();
	lab = open("/dev/dmabuf_lab", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	uname(&kernel);
	answer("ready %s lab=%s iommufd=%s", kernel.release,
	       lab < 0 ? "no" : "yes", iommufd_present() ? "yes" : "no");
	serve();
	power_off();
}
