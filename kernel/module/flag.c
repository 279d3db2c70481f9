// SPDX-License-Identifier: MIT
/*
 * Whether a buffer is revoked, as vfio itself keeps it. Its struct is private,
 * and differs between kernels: the bit is found by revoking a buffer and giving
 * it back, as the one that is set and cleared with it.
 */
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "lab.h"

#define ROOM	256

static u8 live[ROOM], changed[ROOM];
static int place = -1;
static u8 mask;

static int bits_of(const u8 *bytes)
{
	int bits = 0;

	for (int i = 0; i < ROOM; i++)
		bits += hweight8(bytes[i]);
	return bits;
}

static int take_place(void)
{
	if (bits_of(changed) != 1)
		return -ENODATA;
	for (int i = 0; i < ROOM; i++)
		if (changed[i]) {
			place = i;
			mask = changed[i];
		}
	return 0;
}

/* Step 0: the buffer is live, 1: it is revoked, 2: it is live again. */
int flag_learn(int buffer, int step)
{
	struct dma_buf *dmabuf;
	u8 now[ROOM] = {};

	if (buffer < 0 || buffer >= LAB_BUFFERS || !lab_buffers[buffer])
		return -EINVAL;
	dmabuf = lab_buffers[buffer];
	memcpy(now, dmabuf->priv, min_t(size_t, ksize(dmabuf->priv), ROOM));
	for (int i = 0; i < ROOM; i++) {
		if (step == 0)
			live[i] = now[i];
		else if (step == 1)
			changed[i] = ~live[i] & now[i];
		else
			changed[i] &= ~now[i];
	}
	if (step == 0)
		place = -1;
	return step == 2 ? take_place() : 0;
}

/* 0 or 1; -1 where it is not known. */
int flag_of(int buffer)
{
	struct dma_buf *dmabuf;

	if (place < 0 || buffer < 0 || buffer >= LAB_BUFFERS)
		return -1;
	dmabuf = READ_ONCE(lab_buffers[buffer]);
	if (!dmabuf)
		return -1;
	return !!(READ_ONCE(((u8 *)dmabuf->priv)[place]) & mask);
}
