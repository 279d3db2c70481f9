// SPDX-License-Identifier: MIT
/*
 * An importer whose device is any PCI device and whose behaviour is chosen at
 * attach: it unmaps in its callback, unmaps later, maps again in its callback or
 * later, has no callback, or is not capable of peer-to-peer; and which can have
 * work under way, a fence, and take no more of it once it was told.
 */
#include <linux/delay.h>
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/slab.h>

#include "lab.h"

struct importer {
	/* read: uses the attachment; write: makes or ends it; not for callbacks */
	struct rw_semaphore in_use;
	int index;
	struct dma_buf_attachment *attach;
	struct sg_table *sgt;
	struct device *device;
	/* in the callback it unmaps, maps again, takes no more work */
	bool unmaps, remaps, evicts;
	/* was told to give its mapping up; goes with that */
	bool evicted;
	/* what its last map in the callback answered */
	int mapped;
	/* of work that the importer has under way */
	struct dma_fence *fence;
	enum dma_resv_usage usage;
};

static struct importer importers[LAB_ATTACHMENTS];
static DEFINE_SPINLOCK(fence_lock);

static const char *fence_name(struct dma_fence *fence)
{
	return "dmabuf_lab";
}

static const struct dma_fence_ops fence_ops = {
	.get_driver_name = fence_name,
	.get_timeline_name = fence_name,
};

static enum dma_resv_usage usage_of(const char *name)
{
	static const char *const names[] = { "KERNEL", "WRITE", "READ" };

	for (int i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return i;
	return DMA_RESV_USAGE_BOOKKEEP;
}

static void stop_in_callback(struct importer *im, const char *phase)
{
	struct actor *actor = actor_of_current();
	char line[48];

	if (!actor || !points_importer_enabled())
		return;
	scnprintf(line, sizeof(line), " %d sgt=%d evicted=%d mapped=%d",
		  im->index, !!im->sgt, im->evicted, im->mapped);
	gate_stop(actor, "invalidate", phase, line);
}

static void unmap(struct importer *im)
{
	dma_buf_unmap_attachment(im->attach, im->sgt, DMA_BIDIRECTIONAL);
	im->sgt = NULL;
	im->evicted = false;
}

static int map(struct importer *im)
{
	struct sg_table *sgt;

	sgt = dma_buf_map_attachment(im->attach, DMA_BIDIRECTIONAL);
	if (!IS_ERR(sgt))
		im->sgt = sgt;
	return PTR_ERR_OR_ZERO(sgt);
}

/* Called with the buffer's dma_resv held. */
static void invalidate(struct dma_buf_attachment *attach)
{
	struct importer *im = attach->importer_priv;

	im->mapped = 0;
	stop_in_callback(im, "before");
	if (im->evicts && im->sgt)
		im->evicted = true;
	if (im->unmaps && im->sgt)
		unmap(im);
	if (im->remaps)
		im->mapped = map(im);
	stop_in_callback(im, "after");
}

static const struct dma_buf_attach_ops revocable = {
	.allow_peer2peer = true,
	.invalidate_mappings = invalidate,
};

static const struct dma_buf_attach_ops no_callback = {
	.allow_peer2peer = true,
};

static const struct dma_buf_attach_ops not_p2p = {
	.allow_peer2peer = false,
	.invalidate_mappings = invalidate,
};

/* NULL of a kind that is none of ours. */
static const struct dma_buf_attach_ops *ops_of(const char *kind)
{
	static const char *const told[] = {
		"unmaps_in_callback", "unmaps_later", "remaps_in_callback",
		"remaps_from_work", "fenced",
	};

	if (!strcmp(kind, "no_callback"))
		return &no_callback;
	if (!strcmp(kind, "not_p2p"))
		return &not_p2p;
	if (match_string(told, ARRAY_SIZE(told), kind) < 0)
		return NULL;
	return &revocable;
}

/* A PCI device by its address, or our own, which has no P2P route to any. */
static struct device *device_named(const char *name)
{
	unsigned int domain, bus, slot, func;
	struct pci_dev *pdev;

	if (!strcmp(name, "none"))
		return get_device(lab_own_device());
	if (sscanf(name, "%x:%x:%x.%x", &domain, &bus, &slot, &func) != 4)
		return NULL;
	pdev = pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(slot, func));
	return pdev ? &pdev->dev : NULL;
}

static struct importer *importer_at(int index)
{
	if (index < 0 || index >= LAB_ATTACHMENTS)
		return NULL;
	return &importers[index];
}

static int attach_to(struct importer *im, int fd, const char *device,
		     const char *kind)
{
	struct dma_buf_attachment *attach;
	struct dma_buf *dmabuf;

	if (im->attach)
		return -EBUSY;
	if (!ops_of(kind))
		return -EINVAL;
	dmabuf = dma_buf_get(fd);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	im->device = device_named(device);
	if (!im->device) {
		dma_buf_put(dmabuf);
		return -ENXIO;
	}
	im->sgt = NULL;
	im->remaps = !strcmp(kind, "remaps_in_callback");
	im->unmaps = im->remaps || !strcmp(kind, "unmaps_in_callback") ||
		     !strcmp(kind, "remaps_from_work");
	im->evicts = !strcmp(kind, "fenced");
	im->evicted = false;
	attach = dma_buf_dynamic_attach(dmabuf, im->device, ops_of(kind), im);
	if (IS_ERR(attach)) {
		put_device(im->device);
		dma_buf_put(dmabuf);
		return PTR_ERR(attach);
	}
	im->attach = attach;
	return 0;
}

/* What the importer has looked at, or done, which is no call of the kernel. */
static void passes(struct importer *im, const char *point, const char *name,
		   int value)
{
	struct actor *actor = actor_of_current();

	if (actor && actor->gated && points_importer_enabled())
		lab_say("pass %s %s after %d %s=%d", actor->name, point,
			im->index, name, value);
}

static int do_map(struct importer *im)
{
	int ret = 0;

	if (!im->attach)
		return -EBADF;
	dma_resv_lock(im->attach->dmabuf->resv, NULL);
	passes(im, "sgt", "sgt", !!im->sgt);
	if (!im->sgt)
		ret = map(im);
	dma_resv_unlock(im->attach->dmabuf->resv);
	return ret;
}

static int do_unmap(struct importer *im)
{
	if (!im->attach)
		return -EBADF;
	dma_resv_lock(im->attach->dmabuf->resv, NULL);
	passes(im, "sgt", "sgt", !!im->sgt);
	if (im->sgt)
		unmap(im);
	dma_resv_unlock(im->attach->dmabuf->resv);
	return 0;
}

static int do_signal(struct importer *im)
{
	if (!im->fence)
		return -ENOENT;
	passes(im, "fence_signal", "value", im->usage);
	dma_fence_signal(im->fence);
	dma_fence_put(im->fence);
	im->fence = NULL;
	return 0;
}

/* Called with the buffer's dma_resv held. */
static int add_fence(struct importer *im, enum dma_resv_usage usage)
{
	struct dma_resv *resv = im->attach->dmabuf->resv;
	struct dma_fence *fence = kzalloc(sizeof(*fence), GFP_KERNEL);
	int ret;

	if (!fence)
		return -ENOMEM;
	dma_fence_init(fence, &fence_ops, &fence_lock,
		       dma_fence_context_alloc(1), 1);
	ret = dma_resv_reserve_fences(resv, 1);
	if (ret) {
		dma_fence_put(fence);
		return ret;
	}
	dma_resv_add_fence(resv, fence, usage);
	im->fence = fence;
	im->usage = usage;
	return 0;
}

/* Work for the importer's hardware, on a mapping that it may still use. */
static int submit(struct importer *im, enum dma_resv_usage usage)
{
	passes(im, "sgt", "sgt", !!im->sgt);
	if (!im->sgt)
		return -EAGAIN;
	passes(im, "evicted", "evicted", im->evicted);
	if (im->evicted)
		return -EAGAIN;
	if (im->fence)
		return -EBUSY;
	passes(im, "fence_add", "value", usage);
	return add_fence(im, usage);
}

static int do_detach(struct importer *im)
{
	struct dma_buf *dmabuf;

	if (!im->attach || im->sgt)
		return -EBADF;
	dmabuf = im->attach->dmabuf;
	dma_buf_detach(dmabuf, im->attach);
	im->attach = NULL;
	put_device(im->device);
	dma_buf_put(dmabuf);
	return 0;
}

static int using(int index, int (*operation)(struct importer *im))
{
	struct importer *im = importer_at(index);
	int ret;

	if (!im)
		return -EINVAL;
	down_read(&im->in_use);
	ret = operation(im);
	up_read(&im->in_use);
	return ret;
}

int importer_attach(int index, int fd, const char *device, const char *kind)
{
	struct importer *im = importer_at(index);
	int ret;

	if (!im)
		return -EINVAL;
	down_write(&im->in_use);
	ret = attach_to(im, fd, device, kind);
	up_write(&im->in_use);
	return ret;
}

int importer_map(int index)
{
	return using(index, do_map);
}

int importer_unmap(int index)
{
	return using(index, do_unmap);
}

int importer_signal(int index)
{
	return using(index, do_signal);
}

/* With dma_resv: work on the buffer, whether it is mapped or not. */
static int fence_locked(int index, const char *usage,
			int (*operation)(struct importer *im,
					 enum dma_resv_usage usage))
{
	struct importer *im = importer_at(index);
	int ret = -EBADF;

	if (!im)
		return -EINVAL;
	down_read(&im->in_use);
	if (im->attach) {
		dma_resv_lock(im->attach->dmabuf->resv, NULL);
		ret = operation(im, usage_of(usage));
		dma_resv_unlock(im->attach->dmabuf->resv);
	}
	up_read(&im->in_use);
	return ret;
}

/* Work on a buffer that is under way until it is signalled. */
int importer_fence(int index, const char *usage)
{
	return fence_locked(index, usage, add_fence);
}

/* The same by an importer that asks whether it may. */
int importer_submit(int index, const char *usage)
{
	return fence_locked(index, usage, submit);
}

int importer_detach(int index)
{
	struct importer *im = importer_at(index);
	int ret;

	if (!im)
		return -EINVAL;
	down_write(&im->in_use);
	ret = do_detach(im);
	up_write(&im->in_use);
	return ret;
}

/* A thread that was let go a moment ago may still map. */
static void release_one(int index)
{
	importer_signal(index);
	for (int i = 0; i < 100; i++) {
		importer_unmap(index);
		if (importer_detach(index) == 0 || !importers[index].attach)
			return;
		msleep(1);
	}
}

void importer_release_all(void)
{
	for (int i = 0; i < LAB_ATTACHMENTS; i++)
		release_one(i);
}

void importer_init(void)
{
	for (int i = 0; i < LAB_ATTACHMENTS; i++) {
		importers[i].index = i;
		init_rwsem(&importers[i].in_use);
	}
}

const char *importer_state(int index)
{
	if (!importers[index].attach)
		return "detached";
	return importers[index].sgt ? "mapped" : "attached";
}

/* Whether a buffer is revoked, as an importer learns it: by attaching. */
int importer_probe(struct dma_buf *dmabuf)
{
	static struct importer prober = { .index = -1 };
	struct dma_buf_attachment *attach;
	struct pci_dev *pdev = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, NULL);

	attach = dma_buf_dynamic_attach(dmabuf, &pdev->dev, &revocable, &prober);
	pci_dev_put(pdev);
	if (IS_ERR(attach))
		return PTR_ERR(attach);
	dma_buf_detach(dmabuf, attach);
	return 0;
}

MODULE_IMPORT_NS("DMA_BUF");
