// SPDX-License-Identifier: MIT
/* The kernel's own trace: what is traced is the host's choice. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

#define TRACING	"/sys/kernel/tracing/"

/* Adds a line to a file; without text the file is emptied. */
int trace_write(const char *file, const char *text)
{
	char path[256];
	int fd, ret;

	snprintf(path, sizeof(path), TRACING "%s", file);
	if (*text)
		return write_file(path, text);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	ret = fd < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* Goes nowhere while the kernel does not trace. */
void trace_mark(const char *fmt, ...)
{
	static int marker = -1;
	char line[300];
	va_list args;
	int n;

	if (marker < 0)
		marker = open(TRACING "trace_marker", O_WRONLY | O_CLOEXEC);
	if (marker < 0)
		return;
	va_start(args, fmt);
	n = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (n >= (int)sizeof(line))
		n = sizeof(line) - 1;
	if (write(marker, line, n) < 0)
		return;
}

/* Lines "|...", then "traced". */
void trace_copy(void)
{
	FILE *trace = fopen(TRACING "trace", "re");
	char line[1024], lines[8192];
	size_t filled = 0;

	while (trace && fgets(line, sizeof(line), trace)) {
		if (filled + sizeof(line) + 2 > sizeof(lines)) {
			answer("%.*s", (int)filled - 1, lines);
			filled = 0;
		}
		filled += sprintf(lines + filled, "|%s", line);
	}
	if (filled)
		answer("%.*s", (int)filled - 1, lines);
	if (trace)
		fclose(trace);
	answer("traced");
}
