// SPDX-License-Identifier: MIT
/*
 * iommufd as an importer: an IOAS that nothing is attached to maps a dma-buf
 * all the same, and loses it when the buffer is revoked.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent.h"

/* linux/iommufd.h, for machines whose headers are older. */
#define IOAS_ALLOC	_IO(';', 0x81)
#define IOAS_UNMAP	_IO(';', 0x86)
#define IOAS_MAP_FILE	_IO(';', 0x8f)

#define MAP_WRITEABLE	2
#define MAP_READABLE	4

struct ioas_alloc {
	uint32_t size, flags, out_ioas_id;
};

struct ioas_map_file {
	uint32_t size, flags, ioas_id;
	int32_t fd;
	uint64_t start, length, iova;
};

struct ioas_unmap {
	uint32_t size, ioas_id;
	uint64_t iova, length;
};

#define MAPPINGS	16

static int iommu = -1;
static uint32_t ioas;

/* Where an attachment is mapped; a revoked mapping stays until it is undone. */
static struct {
	uint64_t iova[MAPPINGS];
	int count;
} mapped[ATTACHMENTS];

bool iommufd_present(void)
{
	return access("/dev/iommu", F_OK) == 0;
}

static int alloc_ioas(void)
{
	struct ioas_alloc alloc = { .size = sizeof(alloc) };

	if (iommu >= 0)
		return 0;
	iommu = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (iommu < 0 || ioctl(iommu, IOAS_ALLOC, &alloc))
		return -errno;
	ioas = alloc.out_ioas_id;
	return 0;
}

int iommufd_map_file(int attachment, int fd)
{
	struct ioas_map_file map = {
		.size = sizeof(map), .fd = fd, .length = 4096,
		.flags = MAP_WRITEABLE | MAP_READABLE,
	};
	int ret = alloc_ioas();

	if (ret)
		return ret;
	if (mapped[attachment].count == MAPPINGS)
		return -ENOSPC;
	map.ioas_id = ioas;
	if (ioctl(iommu, IOAS_MAP_FILE, &map))
		return -errno;
	mapped[attachment].iova[mapped[attachment].count++] = map.iova;
	return 0;
}

/* The newest mapping. */
int iommufd_unmap(int attachment)
{
	struct ioas_unmap unmap = {
		.size = sizeof(unmap), .ioas_id = ioas, .length = 4096,
	};

	if (!mapped[attachment].count)
		return -ENOENT;
	unmap.iova = mapped[attachment].iova[--mapped[attachment].count];
	return ioctl(iommu, IOAS_UNMAP, &unmap) ? -errno : 0;
}

void iommufd_release(void)
{
	for (int i = 0; i < ATTACHMENTS; i++)
		while (mapped[i].count)
			iommufd_unmap(i);
}
