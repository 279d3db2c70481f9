// SPDX-License-Identifier: MIT
/*
 * A child of fork(), which has the mapping as well: it accesses it when it is told to, or
 * another that it makes of its own, of one page.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../agent/agent.h"
#include "p2pmem.h"

#define PAGE	4096

static pid_t child;
static int asked[2], said[2];

static const char *mapped(char **at)
{
	int fd = open(PCI "/p2pmem/allocate", O_RDWR | O_CLOEXEC);

	*at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return *at == MAP_FAILED ? "fails" : "ok";
}

static const char *done(char what, char **at)
{
	if (what == 'm')
		return mapped(at);
	return what == 't' ? touch_at(*at) : munmap(*at, PAGE) ? "fails" : "ok";
}

static void __attribute__((noreturn)) serve(char *mapping)
{
	char word[16] = "", what;

	while (read(asked[0], &what, 1) == 1) {
		snprintf(word, sizeof(word), "%s", done(what, &mapping));
		if (write(said[1], word, sizeof(word)) != sizeof(word))
			break;
	}
	_exit(0);
}

static long start(char *mapping)
{
	if (pipe(asked) || pipe(said))
		return -errno;
	child = fork();
	if (!child)
		serve(mapping);
	return child < 0 ? -errno : 0;
}

static void end(void)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	for (int i = 0; i < 2; i++) {
		close(asked[i]);
		close(said[i]);
	}
}

/* Whether the line was a command of these. */
bool child_take(const char *line, char *mapping)
{
	char word[16] = "";

	if (!strncmp(line, "fork", 4)) {
		answer("= %ld", start(mapping));
	} else if (!strncmp(line, "child_touch", 11) || !strncmp(line, "child_map", 9) ||
		   !strncmp(line, "child_unmap", 11)) {
		if (write(asked[1], line + 6, 1) != 1 || read(said[0], word, sizeof(word)) < 0)
			strcpy(word, "gone");
		answer("= %s", word);
	} else if (!strncmp(line, "child_end", 9)) {
		end();
		answer("= 0");
	} else {
		return false;
	}
	return true;
}
