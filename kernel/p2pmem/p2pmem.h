/* SPDX-License-Identifier: MIT */
#ifndef P2PMEM_H
#define P2PMEM_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#define OWNER	"0000:03:00.0"	/* the nvme that has the memory */
#define PCI	"/sys/bus/pci/devices/" OWNER

/* A call on a thread of its own. */
struct call {
	pthread_t thread;
	pid_t tid;
	volatile int running, done;
	long result;
	long (*body)(void);
};

/* init.c: a process that maps p2pmem/allocate, and an I/O of it */
void begin(struct call *call, long (*body)(void));
int ended(struct call *call, int milliseconds);
void say_call(struct call *call, int milliseconds, const char *otherwise);
void say_stack(int tid);
long errno_of(long result);
const char *touch_at(volatile char *at);

/* owner.c: who has the device of vfio-pci, and the module that registers its BARs */
bool owner_take(const char *line, char *mapping);

/* child.c */
bool child_take(const char *line, char *mapping);

#endif
