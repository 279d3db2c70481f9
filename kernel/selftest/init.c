// SPDX-License-Identifier: MIT
/*
 * The guest's init for one program: gives devices to vfio-pci, runs the program
 * for some of them, and passes on what it prints, line by line.
 */
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

void vfio_name(int device, const char *bdf)
{
	(void)device;
	(void)bdf;
}

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
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* /devices has one a line: whether the program is run for it, and its address. */
static void run_all(void)
{
	FILE *devices = fopen("/devices", "r");
	char bdf[32], what[8];

	for (int i = 0; fscanf(devices, "%7s %31s", what, bdf) == 2; i++)
		answer("bound %s %d", bdf, bind_device(i, bdf));
	rewind(devices);
	while (fscanf(devices, "%7s %31s", what, bdf) == 2) {
		if (strcmp(what, "run"))
			continue;
		answer("run %s", bdf);
		answer("exit %s %d", bdf, run(bdf));
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
