// SPDX-License-Identifier: MIT
/*
 * Threads that stop. A gated thread says where it is and sleeps until it is
 * told to go on, so that a test can let another thread act in between. It
 * sleeps with whatever locks it holds at that place.
 */
#include <linux/spinlock.h>

#include "lab.h"

static struct actor actors[LAB_ACTORS];
static DEFINE_SPINLOCK(actors_lock);

/* Called from probes: no lock, entries never move. */
struct actor *actor_of_current(void)
{
	for (int i = 0; i < LAB_ACTORS; i++)
		if (READ_ONCE(actors[i].task) == current)
			return &actors[i];
	return NULL;
}

static struct actor *actor_named(const char *name)
{
	for (int i = 0; i < LAB_ACTORS; i++)
		if (actors[i].task && !strcmp(actors[i].name, name))
			return &actors[i];
	return NULL;
}

static struct actor *actor_new(const char *name)
{
	for (int i = 0; i < LAB_ACTORS; i++) {
		struct actor *actor = &actors[i];

		if (actor->task)
			continue;
		strscpy(actor->name, name, sizeof(actor->name));
		init_waitqueue_head(&actor->wait);
		WRITE_ONCE(actor->task, current);
		return actor;
	}
	return NULL;
}

int gate_current(const char *name)
{
	struct actor *actor;

	spin_lock(&actors_lock);
	actor = actor_of_current() ?: actor_new(name);
	spin_unlock(&actors_lock);
	if (!actor)
		return -ENOSPC;
	actor->moving = actor->resuming = actor->unseen = false;
	actor->buffer = actor->exports = -1;
	actor->calling = NULL;
	WRITE_ONCE(actor->gated, true);
	return 0;
}

void ungate_current(void)
{
	struct actor *actor = actor_of_current();

	if (actor)
		WRITE_ONCE(actor->gated, false);
}

int gate_go(const char *name)
{
	struct actor *actor = actor_named(name);

	if (!actor || !READ_ONCE(actor->stopped))
		return -ESRCH;
	WRITE_ONCE(actor->stopped, false);
	WRITE_ONCE(actor->go, true);
	wake_up(&actor->wait);
	return 0;
}

/* Nobody stops any more, and who has stopped goes on. */
void gate_open_all(void)
{
	for (int i = 0; i < LAB_ACTORS; i++) {
		if (!actors[i].task)
			continue;
		WRITE_ONCE(actors[i].gated, false);
		WRITE_ONCE(actors[i].stopped, false);
		WRITE_ONCE(actors[i].go, true);
		wake_up(&actors[i].wait);
	}
}

void gate_stop(struct actor *actor, const char *point, const char *phase,
	       const char *details)
{
	if (!READ_ONCE(actor->gated))
		return;
	WRITE_ONCE(actor->go, false);
	WRITE_ONCE(actor->stopped, true);
	lab_say("stop %s %s %s%s", actor->name, point, phase, details);
	wait_event(actor->wait, READ_ONCE(actor->go));
}
