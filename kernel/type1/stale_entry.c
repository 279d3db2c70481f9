// SPDX-License-Identifier: MIT
/*
 * What an entry of VFIO type1 for a BAR reaches when its owner switches the
 * device off, resets it, closes it, and when somebody else has it: QEMU's edu
 * device, which has a DMA engine, reads the BAR of an ivshmem device. Prints
 * a line for each step; what is read is up to whoever runs it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE		4096
#define BAR		2		/* the memory of an ivshmem device */
#define COMMAND		4
#define MEMORY		2
#define MASTER		4
#define IOVA_BAR	0x100000
#define IOVA_RAM	0x200000
#define OURS		0x11111111
#define THEIRS		0x22222222
#define CANARY		0xcafecafe

/* Registers of edu, docs/specs/edu.rst of QEMU. */
#define EDU_SOURCE	0x80
#define EDU_TARGET	0x88
#define EDU_COUNT	0x90
#define EDU_COMMAND	0x98
#define EDU_START	1
#define EDU_TO_RAM	2
#define EDU_BUFFER	0x40000

static int container, kernel_log;
static volatile uint32_t *ram;
static volatile uint8_t *edu;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int checked(int result, const char *what)
{
	if (result < 0)
		die(what);
	return result;
}

/* A file below the directory of a device in sysfs. */
static const char *in_sysfs(const char *bdf, const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", bdf, name);
	return path;
}

static void write_file(const char *path, const char *text)
{
	int fd = checked(open(path, O_WRONLY), path);

	if (write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

/* The edu device, 1234:11e8. */
static const char *find_edu(void)
{
	static char bdf[32];
	struct dirent *entry;
	DIR *all = opendir("/sys/bus/pci/devices");
	unsigned int id;
	FILE *file;

	while (all && (entry = readdir(all))) {
		file = fopen(in_sysfs(entry->d_name, "device"), "r");
		if (!file)
			continue;
		if (fscanf(file, "%x", &id) == 1 && id == 0x11e8)
			snprintf(bdf, sizeof(bdf), "%.31s", entry->d_name);
		fclose(file);
	}
	if (all)
		closedir(all);
	if (!bdf[0])
		die("there is no edu device");
	return bdf;
}

/* The group of a device, put into the container. */
static int open_group(const char *bdf)
{
	char link[128] = "", path[32];
	struct vfio_group_status status = { .argsz = sizeof(status) };
	int fd;

	if (readlink(in_sysfs(bdf, "iommu_group"), link, sizeof(link) - 1) < 0)
		die("iommu_group");
	snprintf(path, sizeof(path), "/dev/vfio/%d", atoi(strrchr(link, '/') + 1));
	fd = checked(open(path, O_RDWR), path);
	checked(ioctl(fd, VFIO_GROUP_GET_STATUS, &status), "VFIO_GROUP_GET_STATUS");
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		die("the group is not viable");
	checked(ioctl(fd, VFIO_GROUP_SET_CONTAINER, &container), "VFIO_GROUP_SET_CONTAINER");
	return fd;
}

static struct vfio_region_info region(int device, unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	checked(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info), "VFIO_DEVICE_GET_REGION_INFO");
	return info;
}

static void *map_bar(int device, unsigned int index, size_t size)
{
	struct vfio_region_info info = region(device, index);
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, device, info.offset);

	if (at == MAP_FAILED)
		die("mmap() of a BAR");
	return at;
}

static void write_command(int device, uint16_t value)
{
	off_t at = region(device, VFIO_PCI_CONFIG_REGION_INDEX).offset + COMMAND;

	if (pwrite(device, &value, sizeof(value), at) != sizeof(value))
		die("a write of PCI_COMMAND");
}

static void map_dma(uint64_t iova, volatile void *at)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)at,
		.iova = iova,
		.size = PAGE,
	};

	checked(ioctl(container, VFIO_IOMMU_MAP_DMA, &map), "VFIO_IOMMU_MAP_DMA");
}

static void edu_copy(uint64_t from, uint64_t to, uint64_t command)
{
	*(volatile uint64_t *)(edu + EDU_SOURCE) = from;
	*(volatile uint64_t *)(edu + EDU_TARGET) = to;
	*(volatile uint64_t *)(edu + EDU_COUNT) = sizeof(uint32_t);
	*(volatile uint64_t *)(edu + EDU_COMMAND) = EDU_START | command;
	while (*(volatile uint64_t *)(edu + EDU_COMMAND) & EDU_START)
		usleep(1000);
}

/* What DMA of edu reads through the entry for the BAR. */
static uint32_t read_by_dma(void)
{
	ram[0] = CANARY;
	edu_copy(IOVA_RAM, EDU_BUFFER, 0);
	edu_copy(IOVA_BAR, EDU_BUFFER, 0);
	edu_copy(EDU_BUFFER, IOVA_RAM, EDU_TO_RAM);
	return ram[0];
}

/* Faults of the IOMMU that the kernel has told of since it was last asked. */
static const char *iommu_faults(void)
{
	char record[1024];
	int faults = 0;
	ssize_t got;

	usleep(300000);
	while ((got = read(kernel_log, record, sizeof(record) - 1)) > 0) {
		record[got] = 0;
		faults += strstr(record, "DMAR: [DMA Read") != NULL;
	}
	return faults ? "an IOMMU fault" : "no IOMMU fault";
}

static void say_dma(const char *when)
{
	uint32_t data = read_by_dma();

	printf("%s: DMA reads %08x, %s\n", when, data, iommu_faults());
}

static sigjmp_buf back;

static void on_sigbus(int signal)
{
	(void)signal;
	siglongjmp(back, 1);
}

static void say_cpu(const char *when, volatile uint32_t *bar)
{
	signal(SIGBUS, on_sigbus);
	if (sigsetjmp(back, 1))
		printf("%s: the CPU gets SIGBUS\n", when);
	else
		printf("%s: the CPU reads %08x\n", when, *bar);
}

/* Somebody who never heard of us: the device without a driver, through sysfs. */
static void next_owner(const char *bdf)
{
	volatile uint32_t *bar;
	int status, fd;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		write_file(in_sysfs(bdf, "enable"), "1");
		fd = checked(open(in_sysfs(bdf, "resource2"), O_RDWR), "resource2");
		bar = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (bar == MAP_FAILED)
			die("mmap() of resource2");
		*bar = THEIRS;
		_exit(0);
	}
	if (waitpid(child, &status, 0) != child || status)
		die("the next owner");
}

static void unmap_dma(void)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = IOVA_BAR, .size = PAGE,
	};

	checked(ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap), "VFIO_IOMMU_UNMAP_DMA");
	printf("VFIO_IOMMU_UNMAP_DMA unmaps %lld bytes\n", (long long)unmap.size);
}

/* The device of another, which reads by DMA what is mapped for it. */
static void open_reader(void)
{
	const char *bdf = find_edu();
	int group = open_group(bdf), device;

	checked(ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU), "VFIO_SET_IOMMU");
	device = checked(ioctl(group, VFIO_GROUP_GET_DEVICE_FD, bdf), "VFIO_GROUP_GET_DEVICE_FD");
	write_command(device, MEMORY | MASTER);
	edu = map_bar(device, 0, 0x100000);
	ram = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ram == MAP_FAILED)
		die("a page of memory");
	ram[0] = CANARY;
	map_dma(IOVA_RAM, ram);
}

int main(int argc, char **argv)
{
	const char *bdf = argc > 1 ? argv[1] : "";
	volatile uint32_t *bar;
	int group, device;

	setvbuf(stdout, NULL, _IOLBF, 0);
	kernel_log = checked(open("/dev/kmsg", O_RDONLY | O_NONBLOCK), "/dev/kmsg");
	lseek(kernel_log, 0, SEEK_END);
	container = checked(open("/dev/vfio/vfio", O_RDWR), "/dev/vfio/vfio");
	open_reader();

	group = open_group(bdf);
	device = checked(ioctl(group, VFIO_GROUP_GET_DEVICE_FD, bdf), "VFIO_GROUP_GET_DEVICE_FD");
	write_command(device, MEMORY);
	bar = map_bar(device, BAR, PAGE);
	*bar = OURS;
	map_dma(IOVA_BAR, bar);
	say_dma("mapped");

	write_command(device, 0);
	say_cpu("memory off", bar);
	say_dma("memory off");
	write_command(device, MEMORY);
	say_dma("memory on again");

	printf("VFIO_DEVICE_RESET = %d\n", ioctl(device, VFIO_DEVICE_RESET));
	say_dma("reset");

	munmap((void *)bar, PAGE);
	close(device);
	ioctl(group, VFIO_GROUP_UNSET_CONTAINER);
	close(group);
	write_file("/sys/bus/pci/drivers/vfio-pci/unbind", bdf);
	next_owner(bdf);
	say_dma("closed, unbound, of the next owner");

	unmap_dma();
	say_dma("unmapped");
	return 0;
}
