/* SPDX-License-Identifier: MIT */
/* QEMU's edu device as a peer that reads the BAR of another device by DMA. */
#ifndef EDU_H
#define EDU_H

#include <linux/vfio.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE		4096
#define MEMORY		2		/* of PCI_COMMAND */
#define IOVA_BAR	0x100000	/* for what it reads */
#define IOVA_RAM	0x200000	/* where it writes that to */

void die(const char *what);
int checked(int result, const char *what);

/* A file below the directory of a device in sysfs. */
const char *in_sysfs(const char *bdf, const char *name);

struct vfio_region_info region(int device, unsigned int index);
void *map_bar(int device, unsigned int index, size_t size);
void write_command(int device, uint16_t value);

/* The edu device, 1234:11e8. */
const char *find_edu(void);

/*
 * Its device, once it is open and in a container or an IOAS; map() makes a
 * page of ours known there.
 */
void edu_begin(int device, void (*map)(uint64_t iova, volatile void *at));

/* What it reads there. */
uint32_t edu_read(uint64_t iova);

/* Whether the IOMMU has told of a fault since it was last asked. */
int edu_faulted(void);

#endif
