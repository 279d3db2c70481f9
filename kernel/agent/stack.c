// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "agent.h"

/*
 * Where a thread sleeps, innermost function first, without our own gates:
 * "frame TID FUNCTION"; and for which lock, which the module says.
 */
void stack_say(int tid)
{
	char path[64], line[256], function[128];
	FILE *stack;

	snprintf(path, sizeof(path), "/proc/%d/stack", tid);
	stack = fopen(path, "re");
	while (stack && fgets(line, sizeof(line), stack))
		if (!strstr(line, "[dmabuf_lab]") &&
		    sscanf(line, "[<%*[^>]>] %127[^+\n]", function) == 1)
			answer("frame %d %s", tid, function);
	if (stack)
		fclose(stack);
	lab_command("blocked %d", tid);
	lab_pass_on();
	answer("stacked");
}
