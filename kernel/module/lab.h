/* SPDX-License-Identifier: MIT */
/*
 * The laboratory: an importer of dma-bufs whose behaviour a test chooses, and
 * gates at which a chosen thread stops before and after a kernel function.
 */
#ifndef LAB_H
#define LAB_H

#include <linux/dma-buf.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/vfio_pci_core.h>
#include <linux/wait.h>

#define LAB_DEVICES	7
#define LAB_BUFFERS	4
#define LAB_ATTACHMENTS	8
#define LAB_ACTORS	24
#define LAB_NAME	32
#define LAB_LINE	256

/* A thread of the agent. It stops at gates while it is gated. */
struct actor {
	char name[LAB_NAME];
	struct task_struct *task;
	bool gated;
	/* at a gate, and told to go on */
	bool stopped, go;
	wait_queue_head_t wait;
	/* the function that this thread calls through its gate just now */
	const struct point *calling;
	/* inside a runtime resume, which takes memory_lock for itself */
	bool resuming;
	/* in a call of our own */
	bool unseen;
	/* inside vfio_pci_dma_buf_move(), and the buffer it is at */
	bool moving;
	int buffer;
	/* the buffer that this thread exports, -1 if none */
	int exports;
};

/* main.c */
extern struct vfio_pci_core_device *lab_devices[LAB_DEVICES];
extern struct dma_buf *lab_buffers[LAB_BUFFERS];
struct device *lab_own_device(void);
__printf(1, 2) void lab_say(const char *fmt, ...);

/* gate.c */
struct actor *actor_of_current(void);
int gate_current(const char *name);
void ungate_current(void);
int gate_go(const char *name);
void gate_open_all(void);
void gate_stop(struct actor *actor, const char *point, const char *phase,
	       const char *details);

/* points.c */
void points_register(void);
void points_unregister(void);
int points_enable(char *names);
bool points_importer_enabled(void);
void points_forget_vf(void);
void points_lock_name(const void *lock, char *name, size_t size);

/* flag.c */
int flag_learn(int buffer, int step);
int flag_of(int buffer);

/* blocked.c */
int blocked_say(pid_t pid);

/* importer.c */
void importer_init(void);
int importer_attach(int index, int fd, const char *device, const char *kind);
int importer_map(int index);
int importer_unmap(int index);
int importer_detach(int index);
int importer_fence(int index, const char *usage);
int importer_submit(int index, const char *usage);
int importer_signal(int index);
void importer_release_all(void);
const char *importer_state(int index);
int importer_probe(struct dma_buf *dmabuf);

#endif
