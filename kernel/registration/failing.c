// SPDX-License-Identifier: MIT
/*
 * A call of a function that answers -ENOMEM without doing anything, as where an
 * allocation in it fails, and one behind which its caller stops until it is
 * told to go on. Both are calls of the process that asks for it, by any of its
 * threads; all else runs as ever.
 */
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "registration.h"

#define NAME	64
/* All that a function can be given in registers. */
#define REGISTERS							\
	unsigned long a, unsigned long b, unsigned long c,		\
	unsigned long d, unsigned long e, unsigned long f

typedef unsigned long (*function)(REGISTERS);

struct probe {
	struct kprobe kp;
	char symbol[NAME];
	bool armed;
	pid_t process;
	/* the call that is meant, 1 for the next */
	int at;
};

static struct probe failing, stopping;
/* the call that is made from the place where its caller stops */
static struct task_struct *calling;
static DECLARE_COMPLETION(go);

static unsigned long fails(REGISTERS)
{
	return -ENOMEM;
}

static unsigned long stops(REGISTERS)
{
	unsigned long entry = (unsigned long)stopping.kp.addr, result;

	if (stopping.kp.flags & KPROBE_FLAG_FTRACE)
		entry += MCOUNT_INSN_SIZE;
	else
		calling = current;
	result = ((function)entry)(a, b, c, d, e, f);
	calling = NULL;
	wait_for_completion(&go);
	return result;
}

static bool is_meant(struct probe *probe)
{
	return current->tgid == probe->process && calling != current &&
	       probe->at > 0 && !--probe->at;
}

static int enter_failing(struct kprobe *kp, struct pt_regs *regs)
{
	if (!is_meant(&failing))
		return 0;
	regs->ip = (unsigned long)fails;
	return 1;
}
NOKPROBE_SYMBOL(enter_failing);

static int enter_stopping(struct kprobe *kp, struct pt_regs *regs)
{
	if (!is_meant(&stopping))
		return 0;
	regs->ip = (unsigned long)stops;
	return 1;
}
NOKPROBE_SYMBOL(enter_stopping);

/* A post handler keeps the probe from being optimised to a jump. */
static void left(struct kprobe *kp, struct pt_regs *regs, unsigned long flags)
{
}
NOKPROBE_SYMBOL(left);

static void disarm(struct probe *probe)
{
	if (probe->armed)
		unregister_kprobe(&probe->kp);
	probe->armed = false;
}

static int arm(struct probe *probe, const char *symbol, int at,
	       kprobe_pre_handler_t enter)
{
	int ret;

	disarm(probe);
	strscpy(probe->symbol, symbol, NAME);
	memset(&probe->kp, 0, sizeof(probe->kp));
	probe->kp.symbol_name = probe->symbol;
	probe->kp.pre_handler = enter;
	probe->kp.post_handler = left;
	probe->process = current->tgid;
	probe->at = at;
	ret = register_kprobe(&probe->kp);
	probe->armed = !ret;
	return ret;
}

int failing_arm(const char *symbol, int at)
{
	return arm(&failing, symbol, at, enter_failing);
}

int stopping_arm(const char *symbol)
{
	reinit_completion(&go);
	return arm(&stopping, symbol, 1, enter_stopping);
}

int stopping_go(void)
{
	complete(&go);
	return 0;
}

void failing_disarm(void)
{
	complete(&go);
	disarm(&failing);
	disarm(&stopping);
}
