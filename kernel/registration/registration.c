// SPDX-License-Identifier: MIT
/*
 * /dev/p2p_lab: registers BARs of a device that vfio-pci is bound to as P2P
 * memory, and takes that back, by the functions of the kernel alone. A command
 * is a line written; its result is that of the write. What VFIO would have to
 * do around it is not here: no lock is taken, and nothing is excluded.
 */
#include <linux/device.h>
#include <linux/genalloc.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/pci-p2pdma.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>

#include "registration.h"

static struct pci_dev *pdev;
/* The address of each names what devres has of a BAR. */
static bool registered[PCI_STD_NUM_BARS];

static int set_device(const char *name)
{
	unsigned int domain, bus, slot, func;

	if (sscanf(name, "%x:%x:%x.%x", &domain, &bus, &slot, &func) != 4)
		return -EINVAL;
	pci_dev_put(pdev);
	pdev = pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(slot, func));
	return pdev ? 0 : -ENODEV;
}

static bool is_bar(int bar)
{
	return pdev && bar >= 0 && bar < PCI_STD_NUM_BARS;
}

/*
 * What the first call for a BAR adds to devres is a group, which can be let go
 * before the device is unbound.
 */
static int add(int bar, unsigned long size)
{
	bool *group = &registered[bar];
	int ret;

	if (*group)
		return pci_p2pdma_add_resource(pdev, bar, size, 0);
	if (!devres_open_group(&pdev->dev, group, GFP_KERNEL))
		return -ENOMEM;
	ret = pci_p2pdma_add_resource(pdev, bar, size, 0);
	devres_close_group(&pdev->dev, group);
	if (ret)
		devres_remove_group(&pdev->dev, group);
	*group = !ret;
	return ret;
}

/*
 * What pci_p2pdma_add_resource() added, in the reverse order, as an unbind does:
 * p2pmem/allocate and its mappings, the pages, of which the last is awaited,
 * and p2p_pgmap. The pool is older than the group, or outlives it.
 */
static int take_back(int bar)
{
	if (!registered[bar])
		return -ENOENT;
	devres_release_group(&pdev->dev, &registered[bar]);
	registered[bar] = false;
	return 0;
}

/* struct pci_p2pdma is private; the pool is the first that it has (v7.3). */
static struct gen_pool **pool_of_device(void)
{
	return (struct gen_pool **)rcu_dereference_protected(pdev->p2pdma, 1);
}

static const struct attribute_group p2pmem = {
	.name = "p2pmem",
	.attrs = (struct attribute *[]) { NULL },
};

/*
 * What the RFC wants of its helper besides, "to ensure the pool is destroyed":
 * as pci_p2pdma_release() does it, but for pdev->p2pdma, which VFIO has the
 * providers of its dma-bufs in.
 */
static int destroy_pool(void)
{
	struct gen_pool **where = pool_of_device(), *pool;

	if (!where || !*where)
		return -ENOENT;
	pool = *where;
	*where = NULL;
	synchronize_rcu();
	gen_pool_destroy(pool);
	sysfs_remove_group(&pdev->dev.kobj, &p2pmem);
	return 0;
}

static int command(const char *line)
{
	char name[16], symbol[48];
	unsigned long size;
	int bar, at;

	if (sscanf(line, "device %*d %15s", name) == 1)
		return set_device(name);
	if (sscanf(line, "add %d %lu", &bar, &size) == 2)
		return is_bar(bar) ? add(bar, size) : -EINVAL;
	if (sscanf(line, "take_back %d", &bar) == 1)
		return is_bar(bar) ? take_back(bar) : -EINVAL;
	if (sscanf(line, "fail %47s %d", symbol, &at) == 2)
		return failing_arm(symbol, at);
	if (sscanf(line, "stop_behind %47s", symbol) == 1)
		return stopping_arm(symbol);
	if (!strcmp(line, "go"))
		return stopping_go();
	if (!strcmp(line, "destroy_pool"))
		return pdev ? destroy_pool() : -EINVAL;
	return -EINVAL;
}

static ssize_t lab_write(struct file *file, const char __user *from,
			 size_t count, loff_t *pos)
{
	char *line;
	int ret;

	if (count > 100)
		return -EMSGSIZE;
	line = memdup_user_nul(from, count);
	if (IS_ERR(line))
		return PTR_ERR(line);
	ret = command(line);
	kfree(line);
	return ret ? ret : count;
}

static const struct file_operations lab_fops = {
	.owner = THIS_MODULE,
	.write = lab_write,
};

static struct miscdevice lab_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "p2p_lab",
	.fops = &lab_fops,
	.mode = 0600,
};

static int __init lab_init(void)
{
	return misc_register(&lab_device);
}

static void __exit lab_exit(void)
{
	misc_deregister(&lab_device);
	failing_disarm();
	pci_dev_put(pdev);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("registers BARs as P2P memory for the tests of vfio-dmabuf-spec");
MODULE_LICENSE("Dual MIT/GPL");
