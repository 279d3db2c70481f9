// SPDX-License-Identifier: MIT
/*
 * Commands of who has the nvme through VFIO instead: a BAR is registered by the
 * module, mapped through the fd of VFIO, and given to type1. A container is also
 * had where the nvme has its driver: that of the other device of vfio-pci.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../agent/agent.h"
#include "p2pmem.h"

#define OTHER	"0000:00:07.0"	/* a device for the container alone */
#define PAGE	4096
#define IOVA	0x100000

static char pending[64];
static struct call commanding;
static char *bar = MAP_FAILED;	/* a page of a BAR, through the fd of VFIO */

/* A line to the module, where there is one. */
static int to_module(const char *line)
{
	int fd = open("/dev/p2p_lab", O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	ret = write(fd, line, strlen(line)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* What the agent has to say to the module of its laboratory; ours takes the device alone. */
int lab_command(const char *fmt, ...)
{
	char line[100];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	return !strncmp(line, "device 0 ", 9) ? to_module(line) : 0;
}

static long run_command(void)
{
	return strcmp(pending, "vfio_unbind") ? to_module(pending) : vfio_unbind(0);
}

/* What the module is told, and what may wait, or end in a BUG: on a thread of its own. */
static bool is_command(const char *what)
{
	static const char *const all[] = {
		"add", "take_back", "destroy_pool", "fail", "stop_behind", "vfio_unbind",
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(what, all[i]))
			return true;
	return false;
}

/* The devices become vfio-pci's, and their groups are in a container. */
static int own(bool nvme)
{
	static bool other;
	int ret = other ? 0 : bind_device(1, OTHER);

	other = !ret;
	if (!ret && nvme)
		ret = bind_device(0, OWNER);
	return ret ? ret : vfio_own();
}

static int map_bar(int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	if (ioctl(vfio_device_fd(0), VFIO_DEVICE_GET_REGION_INFO, &info))
		return -errno;
	bar = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
		   vfio_device_fd(0), info.offset);
	return bar == MAP_FAILED ? -errno : 0;
}

static int unmap_bar(void)
{
	return munmap(bar, PAGE) ? -errno : 0;
}

static int map_dma(char *at)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)at, .iova = IOVA, .size = PAGE,
	};

	return ioctl(vfio_container(), VFIO_IOMMU_MAP_DMA, &map) ? -errno : 0;
}

/* So many bytes are unmapped. */
static int unmap_dma(void)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = IOVA, .size = PAGE,
	};

	return ioctl(vfio_container(), VFIO_IOMMU_UNMAP_DMA, &unmap) ? -errno : (int)unmap.size;
}

/* The number of the page that a process has at an address; 0 for none. */
static uint64_t frame_at(const void *at)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;

	if (pread(fd, &entry, sizeof(entry), (uintptr_t)at / PAGE * sizeof(entry)) < 0)
		entry = 0;
	close(fd);
	return entry >> 63 ? entry & ((1ull << 55) - 1) : 0;
}

/* The BAR that the memory at an address is of; -1 for none. */
static int bar_at(const void *at)
{
	FILE *resource = fopen(PCI "/resource", "re");
	uint64_t address = frame_at(at) * PAGE, first, last;
	int found = -1;

	for (int i = 0; resource && i < 6; i++)
		if (fscanf(resource, "%" SCNx64 " %" SCNx64 " %*x", &first, &last) == 2 &&
		    first && address >= first && address <= last)
			found = i;
	if (resource)
		fclose(resource);
	return found;
}

static int any_page(void)
{
	static char page[PAGE] __attribute__((aligned(PAGE)));

	return map_dma(page);
}

/* The calls whose answer is a number. */
static bool number(const char *what, int one, char *mapping, int *result)
{
	if (!strcmp(what, "container"))
		*result = own(false);
	else if (!strcmp(what, "own"))
		*result = own(true);
	else if (!strcmp(what, "vfio_open"))
		*result = vfio_open(0);
	else if (!strcmp(what, "vfio_close"))
		*result = vfio_close(0);
	else if (!strcmp(what, "memory"))
		*result = vfio_write_command(0, one);
	else if (!strcmp(what, "reset"))
		*result = vfio_reset(0);
	else if (!strcmp(what, "sysfs_reset"))
		*result = vfio_sysfs_reset(0);
	else if (!strcmp(what, "export"))
		*result = vfio_export(0, 0, one, 1);
	else if (!strcmp(what, "map_bar"))
		*result = map_bar(one);
	else if (!strcmp(what, "unmap_bar"))
		*result = unmap_bar();
	else if (!strcmp(what, "map_dma"))
		*result = map_dma(mapping);
	else if (!strcmp(what, "map_dma_of_bar"))
		*result = map_dma(bar);
	else if (!strcmp(what, "map_dma_of_memory"))
		*result = any_page();
	else if (!strcmp(what, "unmap_dma"))
		*result = unmap_dma();
	/* not on a thread that is made for it: who has stopped may hold mmap_lock */
	else if (!strcmp(what, "go"))
		*result = to_module(what);
	else if (!strcmp(what, "which_bar"))
		*result = bar_at(mapping);
	else
		return false;
	return true;
}

/* Whether the line was a command of these. */
bool owner_take(const char *line, char *mapping)
{
	char what[32] = "";
	int one = 0, result;

	sscanf(line, "%31s %d", what, &one);
	if (number(what, one, mapping, &result))
		answer("= %d", result);
	else if (!strcmp(what, "touch_bar"))
		answer("= %s", touch_at(bar));
	else if (is_command(what)) {
		snprintf(pending, sizeof(pending), "%.*s", (int)strcspn(line, "\n"), line);
		begin(&commanding, run_command);
		say_call(&commanding, 700, "waits");
	} else if (!strcmp(what, "taken_back"))
		say_call(&commanding, 60000, "waits");
	else if (!strcmp(what, "sleeps_in"))
		say_stack(commanding.tid);
	else
		return false;
	return true;
}
