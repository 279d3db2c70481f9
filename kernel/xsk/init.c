// SPDX-License-Identifier: MIT
/*
 * The guest's init for tests of AF_XDP pools: a socket that is bound to the first
 * queue of a virtio-net, and the device up and down. Takes a command a line, and
 * answers with a line.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../agent/agent.h"

#define FRAMES		64
#define FRAME		4096
/* What a work of the kernel has to free a pool, in steps of 10 ms. */
#define PATIENCE	500

/* There is no module here, and nobody opens devices of VFIO. */
int lab_command(const char *fmt, ...)
{
	(void)fmt;
	return 0;
}

void lab_pass_on(void)
{
}

void vfio_name(int device, const char *bdf)
{
	(void)device;
	(void)bdf;
}

static char netdev[IF_NAMESIZE];
static void *umem;
static int bound = -1;

static int find_netdev(void)
{
	DIR *all = opendir("/sys/class/net");
	struct dirent *entry;

	if (!all)
		return -1;
	while ((entry = readdir(all))) {
		if (entry->d_name[0] == '.' || !strcmp(entry->d_name, "lo"))
			continue;
		snprintf(netdev, sizeof(netdev), "%.15s", entry->d_name);
	}
	closedir(all);
	return netdev[0] ? 0 : -1;
}

static int set_up(int up)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), result;
	struct ifreq request = { 0 };

	if (fd < 0)
		fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", netdev);
	result = ioctl(fd, SIOCGIFFLAGS, &request);
	if (!result) {
		if (up)
			request.ifr_flags |= IFF_UP;
		else
			request.ifr_flags &= ~IFF_UP;
		result = ioctl(fd, SIOCSIFFLAGS, &request);
	}
	result = result ? -errno : 0;
	close(fd);
	return result;
}

/* A socket with memory and rings, as bind() wants it. */
static int make_socket(void)
{
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0), entries = FRAMES;
	struct xdp_umem_reg memory = {
		.addr = (uintptr_t)umem, .len = FRAMES * FRAME, .chunk_size = FRAME,
	};

	if (fd < 0 || setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &memory, sizeof(memory)) ||
	    setsockopt(fd, SOL_XDP, XDP_UMEM_FILL_RING, &entries, sizeof(entries)) ||
	    setsockopt(fd, SOL_XDP, XDP_UMEM_COMPLETION_RING, &entries, sizeof(entries)) ||
	    setsockopt(fd, SOL_XDP, XDP_RX_RING, &entries, sizeof(entries)))
		return -1;
	return fd;
}

static int bind_socket(int fd, int flags)
{
	struct sockaddr_xdp address = {
		.sxdp_family = AF_XDP, .sxdp_flags = flags,
		.sxdp_ifindex = if_nametoindex(netdev),
	};

	return bind(fd, (struct sockaddr *)&address, sizeof(address)) ? -errno : 0;
}

/* By the mode that the kernel says it has. */
static void say_bound(int fd, int result)
{
	struct xdp_options options = { 0 };
	socklen_t size = sizeof(options);

	if (result) {
		answer("= %d", result);
		return;
	}
	getsockopt(fd, SOL_XDP, XDP_OPTIONS, &options, &size);
	answer("= %s", options.flags & XDP_OPTIONS_ZEROCOPY ? "zero_copy" : "copy");
}

/* The pool of the socket before this one may still be at the queue: a work takes it away. */
static void take_bind(int flags)
{
	int fd = -1, result = -EBUSY;

	for (int i = 0; i < PATIENCE && result == -EBUSY; i++) {
		if (fd >= 0) {
			close(fd);
			usleep(10000);
		}
		fd = make_socket();
		result = fd < 0 ? -errno : bind_socket(fd, flags);
	}
	say_bound(fd, result);
	if (result)
		close(fd);
	else
		bound = fd;
}

/* Another socket at the queue that has one. */
static void take_second(int flags)
{
	int fd = make_socket();

	say_bound(fd, bind_socket(fd, flags));
	close(fd);
}

static void take_close(void)
{
	close(bound);
	bound = -1;
	answer("= end");
}

/* Nobody has a socket, and the device is down. */
static void take_afresh(void)
{
	int probe = make_socket();

	if (bound >= 0)
		close(bound);
	bound = -1;
	for (int i = 0; i < PATIENCE && bind_socket(probe, XDP_COPY) == -EBUSY; i++) {
		close(probe);
		usleep(10000);
		probe = make_socket();
	}
	close(probe);
	answer("= %d", set_up(0));
}

static void take(const char *line)
{
	if (!strncmp(line, "afresh", 6))
		take_afresh();
	else if (!strncmp(line, "open", 4))
		answer("= %d", set_up(1));
	else if (!strncmp(line, "stop", 4))
		answer("= %d", set_up(0));
	else if (!strncmp(line, "bind ZEROCOPY", 13))
		take_bind(XDP_ZEROCOPY);
	else if (!strncmp(line, "bind auto", 9))
		take_bind(0);
	else if (!strncmp(line, "second", 6))
		take_second(XDP_ZEROCOPY);
	else if (!strncmp(line, "close", 5))
		take_close();
	else
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
	for (int i = 0; i < 500 && find_netdev(); i++)
		usleep(10000);
	umem = mmap(NULL, FRAMES * FRAME, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	setup_say_loaded();
	uname(&kernel);
	answer("ready %s lab=yes iommufd=no", kernel.release);
	commands = fdopen(dup(port), "r");
	while (fgets(line, sizeof(line), commands))
		take(line);
	pause();
	return 0;
}
