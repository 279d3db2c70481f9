// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
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

/* The build id in the notes of a file, in hex; "-" where it has none. */
static void build_id(const char *path, char *hex, size_t size)
{
	unsigned char notes[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, notes, sizeof(notes));

	if (fd >= 0)
		close(fd);
	strcpy(hex, "-");
	for (ssize_t at = 0; at + 16 <= n;) {
		const uint32_t *note = (void *)(notes + at);
		size_t desc = at + 12 + ((note[0] + 3) & ~3);

		at = desc + ((note[1] + 3) & ~3);
		if (note[2] != NT_GNU_BUILD_ID || at > n ||
		    note[0] != 4 || memcmp(note + 3, "GNU", 4))
			continue;
		for (uint32_t i = 0; i < note[1] && 2 * i + 3 < size; i++)
			sprintf(hex + 2 * i, "%02x", notes[desc + i]);
		return;
	}
}

/* "loaded NAME ID" of the kernel and of each module that was to be loaded. */
void setup_say_loaded(void)
{
	FILE *order = fopen("/modules/order", "r");
	char name[64], path[128], hex[128];

	build_id("/sys/kernel/notes", hex, sizeof(hex));
	answer("loaded kernel %s", hex);
	while (order && fscanf(order, "%63s", name) == 1) {
		name[strcspn(name, ".")] = '\0';
		for (char *c = name; *c; c++)
			*c = *c == '-' ? '_' : *c;
		snprintf(path, sizeof(path), "/sys/module/%s", name);
		if (access(path, F_OK))
			continue;
		snprintf(path, sizeof(path),
			 "/sys/module/%s/notes/.note.gnu.build-id", name);
		build_id(path, hex, sizeof(hex));
		answer("loaded %s %s", name, hex);
	}
	if (order)
		fclose(order);
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
