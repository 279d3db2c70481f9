// SPDX-License-Identifier: MIT
/* What the owner of vfio-pci devices does, through groups and type1. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent.h"

/* linux/vfio.h from v6.19 on; named here for older headers. */
#define FEATURE_DMA_BUF	11

struct dma_range {
	uint64_t offset, length;
};

struct feature_dma_buf {
	uint32_t region_index, open_flags, flags, nr_ranges;
	struct dma_range ranges[3];
};

struct device {
	char bdf[16];
	int group;
	int fd;
	uint64_t config;
	/* where its capabilities are, 0 if it has none */
	int pm, express;
	/* how many VFs it has */
	int functions;
	/* no way to reset its function */
	bool no_reset;
};

static struct device devices[DEVICES];
static int buffers[BUFFERS] = { -1, -1, -1, -1 };
static int container = -1;
static int group_number[DEVICES], group_fd[DEVICES];
static int groups;

static int ret_of(int ret)
{
	return ret < 0 ? -errno : ret;
}

/* --- groups ---------------------------------------------------------------- */

static int group_of(const char *bdf)
{
	char path[128], target[256];
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", bdf);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	return atoi(basename(target));
}

static int open_group(int number)
{
	char path[64];
	int fd;

	for (int i = 0; i < groups; i++)
		if (group_number[i] == number)
			return group_fd[i];
	snprintf(path, sizeof(path), "/dev/vfio/%d", number);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, VFIO_GROUP_SET_CONTAINER, &container)) {
		int error = errno;

		close(fd);
		return -error;
	}
	group_number[groups] = number;
	group_fd[groups++] = fd;
	return fd;
}

void vfio_name(int device, const char *bdf)
{
	snprintf(devices[device].bdf, sizeof(devices[device].bdf), "%s", bdf);
	devices[device].fd = -1;
}

static int own_group(struct device *d)
{
	int number = group_of(d->bdf);

	d->group = number < 0 ? number : open_group(number);
	return d->group < 0 ? d->group : 0;
}

/* Once all devices are bound: a group is viable only as a whole. */
int vfio_own(void)
{
	container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (container < 0)
		return -errno;
	for (int i = 0; i < DEVICES; i++) {
		int ret = devices[i].bdf[0] ? own_group(&devices[i]) : 0;

		if (ret)
			return ret;
	}
	return ret_of(ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
}

int vfio_container(void)
{
	return container;
}

/* --- a device -------------------------------------------------------------- */

static int read_config(struct device *d, int where, void *to, int size)
{
	return pread(d->fd, to, size, d->config + where) == size ? 0 : -EIO;
}

static int write_config(int device, int where, uint16_t value)
{
	struct device *d = &devices[device];
	ssize_t n = pwrite(d->fd, &value, 2, d->config + where);

	return n == 2 ? 0 : n < 0 ? -errno : -EIO;
}

static void find_capabilities(struct device *d)
{
	uint8_t where = 0, header[2];

	d->pm = d->express = 0;
	read_config(d, PCI_CAPABILITY_LIST, &where, 1);
	for (int n = 0; where && n < 48; n++) {
		if (read_config(d, where, header, 2))
			return;
		if (header[0] == PCI_CAP_ID_PM)
			d->pm = where;
		if (header[0] == PCI_CAP_ID_EXP)
			d->express = where;
		where = header[1];
	}
}

/* Not a part of the call: what the agent must know to make later ones. */
static void learn(struct device *d)
{
	struct vfio_region_info info = {
		.argsz = sizeof(info), .index = VFIO_PCI_CONFIG_REGION_INDEX,
	};

	if (d->config)
		return;
	ioctl(d->fd, VFIO_DEVICE_GET_REGION_INFO, &info);
	d->config = info.offset;
	find_capabilities(d);
}

int vfio_open(int device)
{
	struct device *d = &devices[device];
	int fd = ioctl(d->group, VFIO_GROUP_GET_DEVICE_FD, d->bdf);

	if (fd < 0)
		return -errno;
	d->fd = fd;
	learn(d);
	return 0;
}

int vfio_device_fd(int device)
{
	return devices[device].fd;
}

int vfio_close(int device)
{
	int fd = devices[device].fd;

	devices[device].fd = -1;
	return ret_of(close(fd));
}

int vfio_write_command(int device, int memory)
{
	return write_config(device, PCI_COMMAND,
			    memory ? PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER : 0);
}

int vfio_write_pmcsr(int device, int state)
{
	struct device *d = &devices[device];

	return d->pm ? write_config(device, d->pm + PCI_PM_CTRL, state) : -ENOENT;
}

static int feature(int device, uint32_t flags, const void *data, size_t size)
{
	union {
		struct vfio_device_feature header;
		char room[128];
	} u = { .header = { .argsz = sizeof(u.header) + size, .flags = flags } };

	if (size)
		memcpy(u.header.data, data, size);
	return ret_of(ioctl(devices[device].fd, VFIO_DEVICE_FEATURE, &u.header));
}

int vfio_low_power(int device, const char *which)
{
	struct vfio_device_low_power_entry_with_wakeup wakeup = {};
	int ret;

	if (!strcmp(which, "entry_with_wakeup")) {
		wakeup.wakeup_eventfd = eventfd(0, EFD_CLOEXEC);
		ret = feature(device, VFIO_DEVICE_FEATURE_SET |
			      VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP,
			      &wakeup, sizeof(wakeup));
		close(wakeup.wakeup_eventfd);
		return ret;
	}
	if (!strcmp(which, "entry"))
		return feature(device, VFIO_DEVICE_FEATURE_SET |
			       VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY, NULL, 0);
	return feature(device, VFIO_DEVICE_FEATURE_SET |
		       VFIO_DEVICE_FEATURE_LOW_POWER_EXIT, NULL, 0);
}

int vfio_reset(int device)
{
	return ret_of(ioctl(devices[device].fd, VFIO_DEVICE_RESET));
}

/* As a guest starts a function level reset: by the bit of Device Control. */
int vfio_function_reset(int device)
{
	struct device *d = &devices[device];
	uint16_t control;
	int where = d->express + PCI_EXP_DEVCTL;

	if (!d->express)
		return -ENOENT;
	if (read_config(d, where, &control, 2))
		return -EIO;
	return write_config(device, where, control | PCI_EXP_DEVCTL_BCR_FLR);
}

/* Takes a device from vfio-pci, which waits for everything that uses it. */
int vfio_unbind(int device)
{
	return write_file("/sys/bus/pci/drivers/vfio-pci/unbind",
			  devices[device].bdf);
}

/* As root, past vfio. */
int vfio_sysfs_reset(int device)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/reset",
		 devices[device].bdf);
	return write_file(path, "1");
}

/* A call that changes nothing. */
int vfio_read_config(int device)
{
	uint16_t command;

	return read_config(&devices[device], PCI_COMMAND, &command, 2);
}

/* As root: the kernel's own choice of ways to reset a device, or none. */
int vfio_reset_method(int device, const char *which)
{
	char path[80];
	bool none = !strcmp(which, "none");

	if (none == devices[device].no_reset)
		return 0;
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/reset_method",
		 devices[device].bdf);
	devices[device].no_reset = none;
	return write_file(path, none ? "\n" : "default");
}

/* As root: so many VFs of a physical function that vfio-pci has. */
int vfio_sriov(int device, int functions)
{
	char path[80], number[8];
	int ret = write_file("/sys/module/vfio_pci/parameters/enable_sriov",
			     "1");

	if (ret < 0)
		return ret;
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/sriov_numvfs",
		 devices[device].bdf);
	snprintf(number, sizeof(number), "%d", functions);
	ret = write_file(path, number);
	if (ret >= 0)
		devices[device].functions = functions;
	return ret;
}

/* What root has set goes, while the device is still open. */
void vfio_as_it_was(int device)
{
	vfio_reset_method(device, "default");
	if (devices[device].functions)
		vfio_sriov(device, 0);
}

/* With the group of a device as the proof of ownership. */
int vfio_hot_reset(int device, int owned)
{
	struct {
		struct vfio_pci_hot_reset header;
		int32_t group;
	} reset = {
		.header = { .argsz = sizeof(reset), .count = 1 },
		.group = devices[owned].group,
	};

	return ret_of(ioctl(devices[device].fd, VFIO_DEVICE_PCI_HOT_RESET, &reset));
}

/* --- a dma-buf ------------------------------------------------------------- */

int vfio_export(int buffer, int device, int bar, int ranges)
{
	struct feature_dma_buf f = {
		.region_index = bar, .open_flags = O_RDWR | O_CLOEXEC,
		.nr_ranges = ranges,
		.ranges = { { 0, 4096 }, { 4096, 4096 }, { 8192, 8192 } },
	};
	int fd;

	lab_command("exports %d", buffer);
	fd = feature(device, VFIO_DEVICE_FEATURE_GET | FEATURE_DMA_BUF,
		     &f, sizeof(f));
	if (fd < 0)
		return fd;
	buffers[buffer] = fd;
	return lab_command("buffer %d %d", buffer, fd);
}

int vfio_buffer_fd(int buffer)
{
	return buffers[buffer];
}

int vfio_release(int buffer)
{
	int fd = buffers[buffer];

	if (fd < 0)
		return -EBADF;
	buffers[buffer] = -1;
	lab_command("buffer %d -1", buffer);
	return ret_of(close(fd));
}

/* By its number, as whoever guesses it can before the export has returned. */
int vfio_close_fd(int fd)
{
	for (int i = 0; i < BUFFERS; i++)
		if (buffers[i] == fd)
			buffers[i] = -1;
	return ret_of(close(fd));
}
