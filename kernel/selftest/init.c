// SPDX-License-Identifier: MIT
/*
 * The guest's init for one program: gives devices to vfio-pci, runs the program
 * for some of them, and passes on what it prints, line by line.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../agent/agent.h"

#define PROGRAM "/selftest"

/* There is no module here, and nobody but the program opens devices. */
int lab_command(const char *fmt, ...)
{
	(void)fmt;
	return 0;
}

void lab_pass_on(void)
{
}

void vfio_name(int device, const char *bdf)
{
	(void)device;
	(void)bdf;
}

/* A test may wait for a bus as long as the kernel does: a minute. */
#define PATIENCE_MS	100000

/* Where the threads of a program sleep that does not end. */
static void say_hung(pid_t child)
{
	char path[64];
	struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", child);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks)))
		if (atoi(entry->d_name))
			stack_say(atoi(entry->d_name));
	if (tasks)
		closedir(tasks);
}

/* Its exit status; -1 where it does not end. */
static int run(const char *bdf)
{
	int status;
	pid_t child = fork();

	if (!child) {
		dup2(port, STDOUT_FILENO);
		dup2(port, STDERR_FILENO);
		execl(PROGRAM, PROGRAM, bdf, NULL);
		_exit(127);
	}
	for (int i = 0; waitpid(child, &status, WNOHANG) != child; i++) {
		if (i == PATIENCE_MS / 10) {
			say_hung(child);
			return -1;
		}
		usleep(10000);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* /devices has one a line: whether the program is run for it, and its address. */
static void run_all(void)
{
	FILE *devices = fopen("/devices", "r");
	char bdf[32], what[8];
	int status;

	for (int i = 0; fscanf(devices, "%7s %31s", what, bdf) == 2; i++)
		answer("bound %s %d", bdf, bind_device(i, bdf));
	rewind(devices);
	while (fscanf(devices, "%7s %31s", what, bdf) == 2) {
		if (strcmp(what, "run"))
			continue;
		answer("run %s", bdf);
		status = run(bdf);
		answer("exit %s %d", bdf, status);
		if (status < 0)
			break;
	}
	fclose(devices);
}

static void open_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd < 2);
}

int main(void)
{
	struct utsname kernel;

	setup_mounts();
	open_standard();
	for (int i = 0; i < 100 && port < 0; i++) {
		port = open_port("agent");
		if (port < 0)
			usleep(20000);
	}
	setup_modules();
	setup_say_loaded();
	uname(&kernel);
	answer("ready %s lab=yes iommufd=%s", kernel.release,
	       access("/dev/iommu", F_OK) ? "no" : "yes");
	run_all();
	answer("over");
	pause();
	return 0;
}
