// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent.h"

void setup_mounts(void)
{
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
}

static int load_module(const char *name)
{
	char path[128];
	int fd, ret;

	snprintf(path, sizeof(path), "/modules/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return ret == -EEXIST ? 0 : ret;
}

/* /modules/order has one name a line, what others need first. */
int setup_modules(void)
{
	FILE *order = fopen("/modules/order", "r");
	char name[64];
	int failed = 0;

	if (!order)
		return 0;
	while (fscanf(order, "%63s", name) == 1) {
		int ret = load_module(name);

		if (!ret)
			continue;
		answer("module %s %d", name, ret);
		failed = ret;
	}
	fclose(order);
	return failed;
}

static int named(const char *directory, const char *name)
{
	char path[320], text[64] = "";
	int fd, n;

	snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", directory);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n > 0 && !strncmp(text, name, strlen(name));
}

/* The virtio port that the host gave this name. */
int open_port(const char *name)
{
	DIR *ports = opendir("/sys/class/virtio-ports");
	struct dirent *entry;
	char path[320];
	int fd = -1;

	while (ports && fd < 0 && (entry = readdir(ports))) {
		if (!named(entry->d_name, name))
			continue;
		snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
		fd = open(path, O_RDWR | O_CLOEXEC);
	}
	if (ports)
		closedir(ports);
	return fd;
}

/* Takes a device from the driver it has and gives it to vfio-pci. */
int bind_device(int index, const char *bdf)
{
	char path[128];
	int ret;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver/unbind", bdf);
	write_file(path, bdf);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver_override", bdf);
	ret = write_file(path, "vfio-pci");
	if (ret)
		return ret;
	ret = write_file("/sys/bus/pci/drivers_probe", bdf);
	if (ret)
		return ret;
	vfio_name(index, bdf);
	return lab_command("device %d %s", index, bdf);
}
