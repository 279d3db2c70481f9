/* SPDX-License-Identifier: MIT */
/*
 * The guest's init: takes steps over a channel, one line each, and answers
 * with lines. README.md has the protocol.
 */
#ifndef AGENT_H
#define AGENT_H

#include <stdbool.h>
#include <stddef.h>

#define DEVICES	7
#define BUFFERS	4
#define ATTACHMENTS	8
#define WORDS	16

/* setup.c: mounts, modules, devices */
void setup_mounts(void);
int setup_modules(void);
void setup_say_loaded(void);
int open_port(const char *name);
int bind_device(int index, const char *bdf);

/* channel.c: lines to the host */
extern int port;
void answer(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* vfio.c: what the owner of devices does; results are 0, a value, or -errno */
int vfio_open(int device);
int vfio_close(int device);
int vfio_export(int buffer, int device, int bar, int ranges);
int vfio_release(int buffer);
int vfio_close_fd(int fd);
int vfio_buffer_fd(int buffer);
int vfio_write_command(int device, int memory);
int vfio_write_pmcsr(int device, int state);
int vfio_low_power(int device, const char *which);
int vfio_reset(int device);
int vfio_function_reset(int device);
int vfio_unbind(int device);
int vfio_sysfs_reset(int device);
int vfio_sriov(int device, int functions);
int vfio_reset_method(int device, const char *which);
void vfio_as_it_was(int device);
int vfio_read_config(int device);
int vfio_hot_reset(int device, int owned);
void vfio_name(int device, const char *bdf);
int vfio_own(void);
int vfio_container(void);
int vfio_device_fd(int device);

/* iommufd.c */
bool iommufd_present(void);
int iommufd_map_file(int attachment, int fd);
int iommufd_unmap(int attachment);
void iommufd_release(void);

/* lab.c: the module's device */
extern int lab;
int lab_command(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void lab_pass_on(void);

/* operations.c: one step by name */
int operate(char **word, int words);

/* actors.c: threads with a name */
void actor_call(const char *name, const char *step, bool gated);
int actors_busy(void);
bool actors_wait(int others, int milliseconds);
void actors_say_busy(void);
void actors_mark_hung(void);

/* afresh.c: everything that a test left goes */
int afresh(char **words);

/* trace.c: the kernel's own trace */
int trace_write(const char *file, const char *text);
void trace_mark(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void trace_copy(void);

/* stack.c: where a thread of the guest sleeps */
void stack_say(int tid);

/* files.c */
int write_file(const char *path, const char *text);

#endif
