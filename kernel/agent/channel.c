// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "agent.h"

int port = -1;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void answer(const char *fmt, ...)
{
	char line[8192 + 2];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(line, sizeof(line) - 1, fmt, args);
	va_end(args);
	if (n > (int)sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	pthread_mutex_lock(&lock);
	for (int done = 0, w; done < n; done += w) {
		w = write(port, line + done, n - done);
		if (w <= 0)
			break;
	}
	pthread_mutex_unlock(&lock);
}
