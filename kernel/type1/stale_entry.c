// SPDX-License-Identifier: MIT
/*
 * What an entry of VFIO type1 for a BAR reaches when its owner switches the
 * device off, resets it, closes it, and when somebody else has it: QEMU's edu
 * device, which has a DMA engine, reads the BAR of an ivshmem device. Prints
 * a line for each step; what is read is up to whoever runs it.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../edu/edu.h"

#define BAR		2		/* the memory of an ivshmem device */
#define OURS		0x11111111
#define THEIRS		0x22222222

static int container;

static void write_file(const char *path, const char *text)
{
	int fd = checked(open(path, O_WRONLY), path);

	if (write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
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

static void say_dma(const char *when)
{
	uint32_t data = edu_read(IOVA_BAR);

	printf("%s: DMA reads %08x, %s\n", when, data,
	       edu_faulted() ? "an IOMMU fault" : "no IOMMU fault");
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
	edu_begin(device, map_dma);
}

int main(int argc, char **argv)
{
	const char *bdf = argc > 1 ? argv[1] : "";
	volatile uint32_t *bar;
	int group, device;

	setvbuf(stdout, NULL, _IOLBF, 0);
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
