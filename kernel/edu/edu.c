// SPDX-License-Identifier: MIT
/* QEMU's edu device, which has a DMA engine, and what its users share. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "edu.h"

#define COMMAND		4
#define MASTER		4
#define CANARY		0xcafecafe

/* Registers of edu, docs/specs/edu.rst of QEMU. */
#define EDU_SOURCE	0x80
#define EDU_TARGET	0x88
#define EDU_COUNT	0x90
#define EDU_COMMAND	0x98
#define EDU_START	1
#define EDU_TO_RAM	2
#define EDU_BUFFER	0x40000

static int kernel_log;
static volatile uint32_t *ram;
static volatile uint8_t *edu;

void die(const char *what)
{
	perror(what);
	exit(1);
}

int checked(int result, const char *what)
{
	if (result < 0)
		die(what);
	return result;
}

const char *in_sysfs(const char *bdf, const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", bdf, name);
	return path;
}

struct vfio_region_info region(int device, unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	checked(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info), "VFIO_DEVICE_GET_REGION_INFO");
	return info;
}

void *map_bar(int device, unsigned int index, size_t size)
{
	struct vfio_region_info info = region(device, index);
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, device, info.offset);

	if (at == MAP_FAILED)
		die("mmap() of a BAR");
	return at;
}

void write_command(int device, uint16_t value)
{
	off_t at = region(device, VFIO_PCI_CONFIG_REGION_INDEX).offset + COMMAND;

	if (pwrite(device, &value, sizeof(value), at) != sizeof(value))
		die("a write of PCI_COMMAND");
}

const char *find_edu(void)
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

void edu_begin(int device, void (*map)(uint64_t iova, volatile void *at))
{
	kernel_log = checked(open("/dev/kmsg", O_RDONLY | O_NONBLOCK), "/dev/kmsg");
	lseek(kernel_log, 0, SEEK_END);
	write_command(device, MEMORY | MASTER);
	edu = map_bar(device, 0, 0x100000);
	ram = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ram == MAP_FAILED)
		die("a page of memory");
	ram[0] = CANARY;
	map(IOVA_RAM, ram);
}

static void copy(uint64_t from, uint64_t to, uint64_t command)
{
	*(volatile uint64_t *)(edu + EDU_SOURCE) = from;
	*(volatile uint64_t *)(edu + EDU_TARGET) = to;
	*(volatile uint64_t *)(edu + EDU_COUNT) = sizeof(uint32_t);
	*(volatile uint64_t *)(edu + EDU_COMMAND) = EDU_START | command;
	while (*(volatile uint64_t *)(edu + EDU_COMMAND) & EDU_START)
		usleep(1000);
}

uint32_t edu_read(uint64_t iova)
{
	ram[0] = CANARY;
	copy(IOVA_RAM, EDU_BUFFER, 0);
	copy(iova, EDU_BUFFER, 0);
	copy(EDU_BUFFER, IOVA_RAM, EDU_TO_RAM);
	return ram[0];
}

int edu_faulted(void)
{
	char record[1024];
	int faults = 0;
	ssize_t got;

	usleep(300000);
	while ((got = read(kernel_log, record, sizeof(record) - 1)) > 0) {
		record[got] = 0;
		faults += strstr(record, "DMAR: [DMA Read") != NULL;
	}
	return faults > 0;
}
