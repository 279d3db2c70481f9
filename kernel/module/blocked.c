// SPDX-License-Identifier: MIT
/*
 * The lock that a thread sleeps for, and who holds it: the kernel notes the
 * address (task->blocker, CONFIG_DETECT_HUNG_TASK_BLOCKER), we know the names.
 */
#include <linux/hung_task.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "lab.h"

/* The lowest bits of an owner are flags. */
#define OWNER_FLAGS	7UL

static void say_waits(pid_t pid, const char *lock, long owner)
{
	unsigned long holder = owner & ~OWNER_FLAGS;
	struct task_struct *process, *thread;

	rcu_read_lock();
	for_each_process_thread(process, thread) {
		if ((unsigned long)thread != holder)
			continue;
		lab_say("waits %d %s %d %s", pid, lock, thread->pid,
			thread->comm);
		rcu_read_unlock();
		return;
	}
	rcu_read_unlock();
	lab_say("waits %d %s 0 nobody", pid, lock);
}

static void say_blocker(pid_t pid, unsigned long blocker)
{
	void *lock = hung_task_blocker_to_lock(blocker);
	char name[LAB_NAME];
	long owner;

	switch (hung_task_get_blocker_type(blocker)) {
	case BLOCKER_TYPE_MUTEX:
		owner = atomic_long_read(&((struct mutex *)lock)->owner);
		break;
	case BLOCKER_TYPE_RWSEM_READER:
	case BLOCKER_TYPE_RWSEM_WRITER:
		owner = atomic_long_read(&((struct rw_semaphore *)lock)->owner);
		break;
	default:
		owner = 0;
	}
	points_lock_name(lock, name, sizeof(name));
	say_waits(pid, name, owner);
}

/* Says nothing of a thread that waits for no lock. */
int blocked_say(pid_t pid)
{
	struct task_struct *task = get_pid_task(find_vpid(pid), PIDTYPE_PID);
	unsigned long blocker = 0;

	if (!task)
		return -ESRCH;
#ifdef CONFIG_DETECT_HUNG_TASK_BLOCKER
	blocker = READ_ONCE(task->blocker);
#endif
	if (blocker)
		say_blocker(pid, blocker);
	put_task_struct(task);
	return IS_ENABLED(CONFIG_DETECT_HUNG_TASK_BLOCKER) ? 0 : -EOPNOTSUPP;
}
