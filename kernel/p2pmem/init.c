// SPDX-License-Identifier: MIT
/*
 * The guest's init for tests of p2pmem/allocate: a process that maps memory of
 * an nvme with a CMB, an O_DIRECT write of it to another nvme, and the unbind of
 * the first one's driver. Takes a command a line, and answers with a line.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../agent/agent.h"
#include "p2pmem.h"

#define DRIVER	"/sys/bus/pci/drivers/nvme"
#define PCI	"/sys/bus/pci/devices/" OWNER
#define PAGE	4096
#define IO	(4 * PAGE)
/* What a disk of 64 KiB a second takes at once, and is paid for by the next. */
#define AHEAD	(3 << 16)
#define DISK_SECTORS	(64 << 11)	/* of the other nvme: 64 MiB */

void lab_pass_on(void)
{
}

static struct call writing, unbinding, mapping_late;
static int file = -1, disk = -1;
static char *mapping = MAP_FAILED;
static char *address;		/* where it is, or was */
static size_t length;
static sigjmp_buf signalled;

/* A call on a thread of its own. */
static void *run_call(void *arg)
{
	struct call *call = arg;

	call->tid = syscall(SYS_gettid);
	call->result = call->body();
	call->done = 1;
	return NULL;
}

/* Waits so many milliseconds at most; whether it is done. */
int ended(struct call *call, int milliseconds)
{
	for (int i = 0; call->running && !call->done && i < milliseconds / 10; i++)
		usleep(10000);
	if (call->running && call->done) {
		pthread_join(call->thread, NULL);
		call->running = 0;
	}
	return !call->running;
}

/* What a call came to, or what it does. */
void say_call(struct call *call, int milliseconds, const char *otherwise)
{
	if (ended(call, milliseconds))
		answer("= %ld", call->result);
	else
		answer("= %s", otherwise);
}

void begin(struct call *call, long (*body)(void))
{
	call->body = body;
	call->done = 0;
	call->running = 1;
	pthread_create(&call->thread, NULL, run_call, call);
}

long errno_of(long result)
{
	return result < 0 ? -errno : result;
}

static long write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	long n = fd < 0 ? -1 : write(fd, text, strlen(text));
	long result = errno_of(n);

	if (fd >= 0)
		close(fd);
	return result < 0 ? result : 0;
}

static long unbind(void)
{
	return write_text(DRIVER "/unbind", OWNER);
}

static long bind_driver(void)
{
	return write_text(DRIVER "/bind", OWNER);
}

static long open_file(void)
{
	file = open(PCI "/p2pmem/allocate", O_RDWR | O_CLOEXEC);
	return errno_of(file) < 0 ? -errno : 0;
}

static long map_file(int flags, size_t size, off_t offset)
{
	mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, file, offset);
	length = size;
	if (mapping != MAP_FAILED)
		address = mapping;
	return mapping == MAP_FAILED ? -errno : 0;
}

/* A page of memory, by a thread that may be stopped in it. */
static long map_page(void)
{
	return map_file(MAP_SHARED, PAGE, 0);
}

static long unmap(void)
{
	long result = errno_of(munmap(mapping, length));

	mapping = MAP_FAILED;
	return result;
}

static void on_signal(int number)
{
	siglongjmp(signalled, number);
}

/* An access of the CPU. */
const char *touch_at(volatile char *at)
{
	int number = sigsetjmp(signalled, 1);

	if (number)
		return number == SIGBUS ? "SIGBUS" : "SIGSEGV";
	*at;
	return "ok";
}

/* A number in a file of p2pmem, or what its open says. */
static long attribute(const char *name)
{
	char path[128], text[64] = "";
	int fd;

	snprintf(path, sizeof(path), PCI "/p2pmem/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (read(fd, text, sizeof(text) - 1) < 0)
		snprintf(text, sizeof(text), "%d", -errno);
	close(fd);
	return atol(text);
}

/* The disk of the other nvme, which is told by its size. */
static int open_disk(void)
{
	DIR *all = opendir("/sys/block");
	struct dirent *entry;
	char path[300];
	long sectors;
	FILE *size;
	int fd = -1;

	while (all && fd < 0 && (entry = readdir(all))) {
		snprintf(path, sizeof(path), "/sys/block/%s/size", entry->d_name);
		size = fopen(path, "r");
		if (size && fscanf(size, "%ld", &sectors) == 1 && sectors == DISK_SECTORS) {
			snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
			fd = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
		}
		if (size)
			fclose(size);
	}
	if (all)
		closedir(all);
	return fd;
}

static void *page_aligned(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

static long write_disk(void)
{
	return errno_of(pwrite(disk, mapping, IO, 0));
}

/* What the disk takes at once the next write has to wait for. */
static void fill_disk(void)
{
	static void *ahead;

	if (!ahead)
		ahead = page_aligned(AHEAD);
	if (pwrite(disk, ahead, AHEAD, 1 << 20) != AHEAD)
		answer("the disk does not take what is ahead");
}

/* What is written out of the memory, by DMA of the other device, and read again. */
static const char *data(void)
{
	static char *back;

	if (!back)
		back = page_aligned(IO);
	for (int i = 0; i < IO; i++)
		mapping[i] = (char)(i * 7 + 3);
	if (pwrite(disk, mapping, IO, 0) != IO || pread(disk, back, IO, 0) != IO)
		return "not written";
	for (int i = 0; i < IO; i++)
		if (back[i] != (char)(i * 7 + 3))
			return "differs";
	return "same";
}

/* Pages that are taken to be kept: without the flag for pages of PCI memory. */
static long give_away(void)
{
	struct iovec one = { mapping, PAGE };
	int ends[2];
	long result;

	if (pipe(ends))
		return -errno;
	result = errno_of(vmsplice(ends[1], &one, 1, SPLICE_F_GIFT));
	close(ends[0]);
	close(ends[1]);
	return result;
}

/* The functions in which a thread sleeps, innermost first. */
void say_stack(int tid)
{
	char path[64], line[256], function[128], all[1024] = "";
	FILE *stack;

	snprintf(path, sizeof(path), "/proc/%d/stack", tid);
	stack = fopen(path, "re");
	while (stack && fgets(line, sizeof(line), stack))
		if (sscanf(line, "[<%*[^>]>] %127[^+\n]", function) == 1 &&
		    strlen(all) + strlen(function) + 2 < sizeof(all))
			strcat(strcat(all, " "), function);
	if (stack)
		fclose(stack);
	answer("=%s", all);
}

/* Everything is as at the start: nothing mapped, nothing open, the driver bound. */
static long as_at_first(void)
{
	if (!ended(&writing, 60000) || !ended(&unbinding, 60000))
		return -EBUSY;
	if (mapping != MAP_FAILED)
		unmap();
	if (file >= 0)
		close(file);
	file = -1;
	if (access(PCI "/driver", F_OK) && bind_driver() < 0)
		return -EIO;
	for (int i = 0; i < 500 && attribute("available") <= 0; i++)
		usleep(10000);
	return attribute("available") > 0 ? 0 : -ENODEV;
}

static void take(const char *line)
{
	char what[32] = "", name[32] = "";
	long one = 0, two = 0;

	sscanf(line, "%31s %31s %ld %ld", what, name, &one, &two);
	if (!strcmp(what, "afresh"))
		answer("= %ld", as_at_first());
	else if (!strcmp(what, "open"))
		answer("= %ld", open_file());
	else if (!strcmp(what, "close"))
		answer("= %ld", (long)close(file));
	else if (!strcmp(what, "mmap"))
		answer("= %ld", map_file(!strcmp(name, "shared") ? MAP_SHARED : MAP_PRIVATE,
					 one, two));
	else if (!strcmp(what, "mmap_stops")) {
		begin(&mapping_late, map_page);
		say_call(&mapping_late, 700, "stops");
	} else if (!strcmp(what, "mmap_ends"))
		say_call(&mapping_late, 60000, "stops");
	else if (!strcmp(what, "munmap"))
		answer("= %ld", unmap());
	else if (!strcmp(what, "touch"))
		answer("= %s", touch_at(address));
	else if (!strcmp(what, "get"))
		answer("= %ld", attribute(name));
	else if (!strcmp(what, "fill")) {
		fill_disk();
		answer("= 0");
	} else if (!strcmp(what, "write")) {
		begin(&writing, write_disk);
		say_call(&writing, 300, "flies");
	} else if (!strcmp(what, "written"))
		say_call(&writing, 60000, "flies");
	else if (!strcmp(what, "unbind")) {
		begin(&unbinding, unbind);
		say_call(&unbinding, 700, "waits");
	} else if (!strcmp(what, "unbound"))
		say_call(&unbinding, 60000, "waits");
	else if (!strcmp(what, "sleeps"))
		say_stack(unbinding.tid);
	else if (!strcmp(what, "bind"))
		answer("= %ld", bind_driver());
	else if (!strcmp(what, "data"))
		answer("= %s", data());
	else if (!strcmp(what, "splice"))
		answer("= %ld", give_away());
	else if (!owner_take(line, address) && !child_take(line, address))
		answer("= unknown");
}

static void open_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd < 2);
}

int main(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct utsname kernel;
	char line[256];
	FILE *commands;

	setup_mounts();
	open_standard();
	setup_modules();
	for (int i = 0; i < 100 && port < 0; i++) {
		port = open_port("agent");
		if (port < 0)
			usleep(20000);
	}
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	for (int i = 0; i < 500 && disk < 0; i++) {
		disk = open_disk();
		if (disk < 0)
			usleep(10000);
	}
	setup_say_loaded();
	uname(&kernel);
	answer("ready %s lab=yes iommufd=no", kernel.release);
	commands = fdopen(dup(port), "r");
	while (fgets(line, sizeof(line), commands))
		take(line);
	pause();
	return 0;
}
