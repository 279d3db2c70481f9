// SPDX-License-Identifier: MIT
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "agent.h"

int lab = -1;

/* One command to the module, in the context of the calling thread. */
int lab_command(const char *fmt, ...)
{
	char line[4000];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (n >= (int)sizeof(line))
		return -E2BIG;
	return write(lab, line, n) < 0 ? -errno : 0;
}

/*
 * All that the module has to say goes in one write: each costs the guest a
 * trap. Whoever passes it on does so before anybody says what came later.
 */
void lab_pass_on(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static char lines[8192];
	size_t filled = 0;
	ssize_t n;

	pthread_mutex_lock(&lock);
	while (filled < sizeof(lines) - 512 &&
	       (n = read(lab, lines + filled, 512)) > 0)
		filled += n;
	if (filled)
		answer("%.*s", (int)filled - 1, lines);
	pthread_mutex_unlock(&lock);
}
