// SPDX-License-Identifier: MIT
/* Threads with a name. Each makes one call at a time and says how it ended. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "agent.h"

#define ACTORS	24

struct actor {
	char name[32];
	char step[256];
	bool used, busy, gated;
	pid_t tid;
	pthread_t thread;
	pthread_cond_t wake;
};

static struct actor actors[ACTORS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int perform(struct actor *actor)
{
	char *word[WORDS], *rest = NULL, step[sizeof(actor->step)];
	int words = 0, ret;

	strcpy(step, actor->step);
	for (char *w = strtok_r(step, " ", &rest); w && words < WORDS;
	     w = strtok_r(NULL, " ", &rest))
		word[words++] = w;
	if (actor->gated)
		lab_command("gate %s", actor->name);
	trace_mark("STEP %s", actor->step);
	ret = operate(word, words);
	trace_mark("RES %s = %d", actor->step, ret);
	if (actor->gated)
		lab_command("ungate");
	return ret;
}

static void *live(void *argument)
{
	struct actor *actor = argument;

	actor->tid = gettid();
	prctl(PR_SET_NAME, actor->name);
	for (;;) {
		int ret;

		pthread_mutex_lock(&lock);
		while (!actor->busy)
			pthread_cond_wait(&actor->wake, &lock);
		pthread_mutex_unlock(&lock);
		ret = perform(actor);
		/* Who finds it idle has been told, or would take this for the next call's end. */
		pthread_mutex_lock(&lock);
		lab_pass_on();
		answer("done %s %d", actor->name, ret);
		actor->busy = false;
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

static struct actor *actor_named(const char *name)
{
	for (int i = 0; i < ACTORS; i++) {
		if (actors[i].used && !strcmp(actors[i].name, name))
			return &actors[i];
		if (actors[i].used)
			continue;
		snprintf(actors[i].name, sizeof(actors[i].name), "%s", name);
		pthread_cond_init(&actors[i].wake, NULL);
		actors[i].used = true;
		pthread_create(&actors[i].thread, NULL, live, &actors[i]);
		return &actors[i];
	}
	return NULL;
}

void actor_call(const char *name, const char *step, bool gated)
{
	struct actor *actor;

	pthread_mutex_lock(&lock);
	actor = actor_named(name);
	if (!actor || actor->busy) {
		pthread_mutex_unlock(&lock);
		answer("error %s is busy", name);
		return;
	}
	snprintf(actor->step, sizeof(actor->step), "%s", step);
	actor->gated = gated;
	actor->busy = true;
	pthread_cond_signal(&actor->wake);
	pthread_mutex_unlock(&lock);
}

/* How many threads are in a call. */
int actors_busy(void)
{
	int busy = 0;

	pthread_mutex_lock(&lock);
	for (int i = 0; i < ACTORS; i++)
		busy += actors[i].used && actors[i].busy;
	pthread_mutex_unlock(&lock);
	return busy;
}

/* Waits until no more than so many threads are in a call. */
bool actors_wait(int others, int milliseconds)
{
	for (int i = 0; i < milliseconds / 10 && actors_busy() > others; i++)
		usleep(10000);
	return actors_busy() <= others;
}

/* Who is in a call: "busy NAME TID STEP", then "counted". */
void actors_say_busy(void)
{
	for (int i = 0; i < ACTORS; i++)
		if (actors[i].used && actors[i].busy)
			answer("busy %s %d %s", actors[i].name, actors[i].tid,
			       actors[i].step);
	answer("counted");
}

/* What hangs in the kernel is named in the trace. */
void actors_mark_hung(void)
{
	for (int i = 0; i < ACTORS; i++)
		if (actors[i].used && actors[i].busy)
			trace_mark("HUNG %s of %s-%d", actors[i].step,
				   actors[i].name, actors[i].tid);
	answer("marked");
}
