// SPDX-License-Identifier: MIT
/*
 * What a peer reaches of the BAR of a device that iommufd has mapped as a
 * dma-buf, when memory goes off, the device is reset, sleeps, is closed: what a
 * VMM sees that gives the BARs of its device to the peers of its guest. QEMU's
 * edu device is the peer. Prints a line for each step.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../edu/edu.h"

#define PAGES		4		/* of the BAR, as far as we look */
#define AT		0x10		/* of virtio: no vector for its configuration, 0xffff */
#define OURS		0x11111111
#define ELSEWHERE	0x400000

/* linux/vfio.h and linux/iommufd.h, for machines whose headers are older. */
#define BIND_IOMMUFD	_IO(VFIO_TYPE, VFIO_BASE + 18)
#define ATTACH_IOAS	_IO(VFIO_TYPE, VFIO_BASE + 19)
#define LOW_POWER_ENTRY	3
#define LOW_POWER_EXIT	5
#define DMA_BUF		11
#define IOAS_ALLOC	_IO(';', 0x81)
#define IOAS_MAP	_IO(';', 0x85)
#define IOAS_UNMAP	_IO(';', 0x86)
#define IOAS_MAP_FILE	_IO(';', 0x8f)
#define MAP_FLAGS	7		/* at this IOVA, to write and to read */

static int iommu, device, buffer;
static uint32_t ioas;
static unsigned int bar_index;
static volatile uint8_t *bar;

static int answer_of(int result)
{
	return result < 0 ? -errno : result;
}

static int map_file(int fd, uint64_t start, uint64_t pages, uint64_t iova)
{
	struct {
		uint32_t size, flags, ioas_id;
		int32_t fd;
		uint64_t start, length, iova;
	} map = { sizeof(map), MAP_FLAGS, ioas, fd, start * PAGE, pages * PAGE, iova };

	return answer_of(ioctl(iommu, IOAS_MAP_FILE, &map));
}

static void map_ram(uint64_t iova, volatile void *at)
{
	struct {
		uint32_t size, flags, ioas_id, reserved;
		uint64_t user_va, length, iova;
	} map = { sizeof(map), MAP_FLAGS, ioas, 0, (uintptr_t)at, PAGE, iova };

	checked(ioctl(iommu, IOAS_MAP, &map), "IOMMU_IOAS_MAP");
}

static int unmap(uint64_t pages)
{
	struct {
		uint32_t size, ioas_id;
		uint64_t iova, length;
	} unmap = { sizeof(unmap), ioas, IOVA_BAR, pages * PAGE };

	return answer_of(ioctl(iommu, IOAS_UNMAP, &unmap));
}

/* The character device of a device, bound to our iommufd. */
static int open_device(const char *bdf)
{
	struct { uint32_t argsz, flags; int32_t iommufd; uint32_t id; } bind = {
		.argsz = sizeof(bind), .iommufd = iommu,
	};
	struct dirent *entry;
	char path[300] = "";
	DIR *all = opendir(in_sysfs(bdf, "vfio-dev"));
	int fd;

	while (all && (entry = readdir(all)))
		if (entry->d_name[0] != '.')
			snprintf(path, sizeof(path), "/dev/vfio/devices/%s", entry->d_name);
	if (all)
		closedir(all);
	fd = checked(open(path, O_RDWR), path);
	checked(ioctl(fd, BIND_IOMMUFD, &bind), "VFIO_DEVICE_BIND_IOMMUFD");
	return fd;
}

static void attach(int fd)
{
	struct { uint32_t argsz, flags, id; } attach = {
		.argsz = sizeof(attach), .id = ioas,
	};

	checked(ioctl(fd, ATTACH_IOAS, &attach), "VFIO_DEVICE_ATTACH_IOMMUFD_PT");
}

static int feature(unsigned int which, const void *data, size_t size)
{
	struct { struct vfio_device_feature header; char data[64]; } f = {
		.header = {
			.argsz = sizeof(f.header) + size,
			.flags = which | (which == DMA_BUF ? VFIO_DEVICE_FEATURE_GET :
					  VFIO_DEVICE_FEATURE_SET),
		},
	};

	if (size)
		memcpy(f.data, data, size);
	return answer_of(ioctl(device, VFIO_DEVICE_FEATURE, &f));
}

/* A dma-buf of the BAR, of pages from .. from + pages, or with those of a second range. */
static int export(uint64_t from, uint64_t pages, uint64_t second)
{
	struct {
		uint32_t index, open_flags, flags, ranges;
		struct { uint64_t offset, length; } range[2];
	} get = {
		bar_index, O_RDWR | O_CLOEXEC, 0, second ? 2 : 1,
		{ { from * PAGE, pages * PAGE }, { second * PAGE, PAGE } },
	};

	return feature(DMA_BUF, &get, second ? sizeof(get) : sizeof(get) - sizeof(get.range[1]));
}

static uint8_t config_byte(int at)
{
	uint8_t value = 0;
	off_t config = region(device, VFIO_PCI_CONFIG_REGION_INDEX).offset;

	if (pread(device, &value, 1, config + at) != 1)
		die("a read of config space");
	return value;
}

static void write_config(int at, uint16_t value)
{
	off_t config = region(device, VFIO_PCI_CONFIG_REGION_INDEX).offset;

	if (pwrite(device, &value, sizeof(value), config + at) != sizeof(value))
		die("a write of config space");
}

/* 0 where there is none. */
static int capability(uint8_t id)
{
	int at = config_byte(PCI_CAPABILITY_LIST);

	while (at && config_byte(at) != id)
		at = config_byte(at + 1);
	return at;
}

/* The last BAR that has so many pages. */
static void find_bar(void)
{
	for (unsigned int i = 0; i < 6; i++)
		if (region(device, i).size >= PAGES * PAGE &&
		    region(device, i).flags & VFIO_REGION_INFO_FLAG_MMAP)
			bar_index = i;
	bar = map_bar(device, bar_index, PAGES * PAGE);
}

static const char *name_of(int error)
{
	static char other[16];

	switch (-error) {
	case 0: return "0";
	case ENOENT: return "-ENOENT";
	case EBUSY: return "-EBUSY";
	case EEXIST: return "-EEXIST";
	case ENODEV: return "-ENODEV";
	case EINVAL: return "-EINVAL";
	case ENOTTY: return "-ENOTTY";
	case EOPNOTSUPP: return "-EOPNOTSUPP";
	}
	snprintf(other, sizeof(other), "%d", error);
	return other;
}

static void say(const char *when, const char *call, int result)
{
	printf("%s: %s = %s\n", when, call, name_of(result));
}

/*
 * What the CPU sees there is what a peer has to see. The kernel does not tell of
 * each fault: of many in a short time, of some.
 */
static void say_peer(const char *when, uint32_t what)
{
	uint32_t data = 0;
	int fault = 0;

	for (int i = 0; i < 8 && !fault && data != what; i++) {
		data = edu_read(IOVA_BAR + AT);
		fault = edu_faulted();
		if (!fault && data != what)
			sleep(1);
	}
	if (fault)
		printf("%s: a peer meets an IOMMU fault\n", when);
	else if (data == what)
		printf("%s: a peer reads the BAR\n", when);
	else
		printf("%s: a peer reads %08x for %08x\n", when, data, what);
}

static volatile uint32_t *at_page(int page)
{
	return (volatile uint32_t *)(bar + page * PAGE + AT);
}

static uint32_t there(void)
{
	return *at_page(0);
}

static int map_region(void)
{
	return map_file(buffer, 0, 1, IOVA_BAR);
}

/* A VMM that has heard of it; with the device as it was before. */
static void remap(const char *after)
{
	say_peer(after, there());
	say(after, "MAP_FILE over it", map_region());
	say(after, "IOAS_UNMAP", unmap(1));
	say(after, "IOAS_UNMAP again", unmap(1));
	say(after, "MAP_FILE", map_region());
	say_peer(after, there());
}

static void memory_off_and_on(void)
{
	uint32_t what = there();

	write_command(device, 0);
	say_peer("memory off", what);
	say("memory off", "MAP_FILE", map_file(buffer, 0, 1, ELSEWHERE));
	write_command(device, MEMORY);
	remap("memory on");
}

static void function_reset(void)
{
	int express = capability(PCI_CAP_ID_EXP);

	if (!express || !(config_byte(express + PCI_EXP_DEVCAP + 3) & 0x10))
		return;
	write_config(express + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_BCR_FLR);
	remap("FLR");
}

static void sleep_and_wake(void)
{
	int pm = capability(PCI_CAP_ID_PM);
	uint32_t what = there();

	if (!pm)
		return;
	write_config(pm + PCI_PM_CTRL, 3);
	say_peer("D3hot", what);
	say("D3hot", "MAP_FILE", map_file(buffer, 0, 1, ELSEWHERE));
	write_config(pm + PCI_PM_CTRL, 0);
	remap("D0");

	say("low power", "LOW_POWER_ENTRY", feature(LOW_POWER_ENTRY, NULL, 0));
	say("low power", "VFIO_DEVICE_RESET", answer_of(ioctl(device, VFIO_DEVICE_RESET)));
	say("low power", "LOW_POWER_ENTRY again", feature(LOW_POWER_ENTRY, NULL, 0));
	say("low power", "LOW_POWER_EXIT", feature(LOW_POWER_EXIT, NULL, 0));
	remap("low power");
}

static void device_reset(void)
{
	say("reset", "VFIO_DEVICE_RESET", answer_of(ioctl(device, VFIO_DEVICE_RESET)));
	remap("reset");
}

/* With all of the slot in our iommufd: as whoever owns it would. */
static void hot_reset(void)
{
	struct vfio_pci_hot_reset reset = { .argsz = sizeof(reset) };

	say("hot reset", "VFIO_DEVICE_PCI_HOT_RESET",
	    answer_of(ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, &reset)));
	remap("hot reset");
}

/* Which page a peer gets to: MAP_FILE counts from the first byte of the dma-buf. */
static void addresses(void)
{
	int last = export(1, 3, 0), apart = export(0, 1, 2);
	char when[40];

	checked(last, "a dma-buf of pages 1 to 3");
	checked(apart, "a dma-buf of two ranges");
	for (int page = 0; page < PAGES; page++)
		*at_page(page) = OURS + page;
	unmap(1);
	for (int start = 0; start < 3; start++) {
		snprintf(when, sizeof(when), "pages 1 to 3, start %d", start);
		say(when, "MAP_FILE", map_file(last, start, 1, IOVA_BAR));
		printf("%s: a peer reads page %d\n", when, (int)edu_read(IOVA_BAR + AT) - OURS);
		unmap(1);
	}
	say("pages 1 to 3, start 1, three long", "MAP_FILE", map_file(last, 1, 3, IOVA_BAR));
	say("pages 0 and 2", "MAP_FILE", map_file(apart, 0, 1, IOVA_BAR));
	close(last);
	close(apart);
	say("a whole buffer", "MAP_FILE", map_region());
}

/*
 * The fd of the buffer is open when the device is closed, which it is when its
 * BAR is unmapped as well.
 */
static void unplug(void)
{
	uint32_t what = there();

	close(device);
	say_peer("fd closed", what);
	munmap((void *)bar, PAGES * PAGE);
	say_peer("BAR unmapped", what);
	say("BAR unmapped", "MAP_FILE", map_file(buffer, 0, 1, ELSEWHERE));
	say("BAR unmapped", "IOAS_UNMAP", unmap(1));
	say("BAR unmapped", "close of the buffer", answer_of(close(buffer)));
}

int main(int argc, char **argv)
{
	struct { uint32_t size, flags, out_id; } alloc = { .size = sizeof(alloc) };
	int reader, has_registers;

	setvbuf(stdout, NULL, _IOLBF, 0);
	iommu = checked(open("/dev/iommu", O_RDWR), "/dev/iommu");
	checked(ioctl(iommu, IOAS_ALLOC, &alloc), "IOMMU_IOAS_ALLOC");
	ioas = alloc.out_id;
	reader = open_device(find_edu());
	attach(reader);
	edu_begin(reader, map_ram);

	device = open_device(argc > 1 ? argv[1] : "");
	attach(device);
	write_command(device, MEMORY);
	find_bar();
	buffer = checked(export(0, PAGES, 0), "a dma-buf");
	has_registers = capability(PCI_CAP_ID_PM) != 0;
	if (!has_registers)
		*at_page(0) = OURS;
	say("at first", "MAP_FILE", map_region());
	say_peer("at first", there());
	memory_off_and_on();
	function_reset();
	device_reset();
	if (has_registers) {
		sleep_and_wake();
	} else {
		hot_reset();
		addresses();
	}
	unplug();
	return 0;
}
