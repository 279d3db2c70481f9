// SPDX-License-Identifier: MIT
/*
 * /dev/dmabuf_lab: a command is a line written, in the context of the writer;
 * its result is the result of the write. What happens is read as lines.
 */
#include <linux/completion.h>
#include <linux/dma-resv.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pm_runtime.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "lab.h"

struct vfio_pci_core_device *lab_devices[LAB_DEVICES];
struct dma_buf *lab_buffers[LAB_BUFFERS];

struct line {
	struct list_head node;
	char text[LAB_LINE];
};

static LIST_HEAD(lines);
static DEFINE_SPINLOCK(lines_lock);
static DECLARE_WAIT_QUEUE_HEAD(lines_wait);

void lab_say(const char *fmt, ...)
{
	struct line *line = kmalloc(sizeof(*line), GFP_KERNEL);
	va_list args;

	if (!line)
		return;
	va_start(args, fmt);
	vscnprintf(line->text, sizeof(line->text) - 1, fmt, args);
	va_end(args);
	strcat(line->text, "\n");
	spin_lock(&lines_lock);
	list_add_tail(&line->node, &lines);
	spin_unlock(&lines_lock);
	wake_up(&lines_wait);
}

static struct line *take_line(void)
{
	struct line *line;

	spin_lock(&lines_lock);
	line = list_first_entry_or_null(&lines, struct line, node);
	if (line)
		list_del(&line->node);
	spin_unlock(&lines_lock);
	return line;
}

static ssize_t lab_read(struct file *file, char __user *to, size_t count,
			loff_t *pos)
{
	struct line *line = take_line();
	size_t length;
	ssize_t ret;

	if (!line)
		return -EAGAIN;
	length = min(count, strlen(line->text));
	ret = copy_to_user(to, line->text, length) ? -EFAULT : length;
	kfree(line);
	return ret;
}

static __poll_t lab_poll(struct file *file, poll_table *table)
{
	poll_wait(file, &lines_wait, table);
	return list_empty(&lines) ? 0 : EPOLLIN | EPOLLRDNORM;
}

/* --- commands ------------------------------------------------------------ */

static int set_device(int index, const char *name)
{
	unsigned int domain, bus, slot, func;
	struct pci_dev *pdev;

	if (index < 0 || index >= LAB_DEVICES)
		return -EINVAL;
	if (sscanf(name, "%x:%x:%x.%x", &domain, &bus, &slot, &func) != 4)
		return -EINVAL;
	pdev = pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(slot, func));
	if (!pdev)
		return -ENODEV;
	lab_devices[index] = NULL;
	if (pdev->driver && !strcmp(pdev->driver->name, "vfio-pci"))
		lab_devices[index] = dev_get_drvdata(&pdev->dev);
	/* an emulated device needs no time to wake up from D3hot */
	pdev->d3hot_delay = 0;
	pci_dev_put(pdev);
	return lab_devices[index] ? 0 : -ENODEV;
}

/* The reference that we take for a moment is no step of the thread that asks. */
static struct dma_buf *buffer_of(int fd)
{
	struct actor *actor = actor_of_current();
	struct dma_buf *dmabuf;

	if (actor)
		actor->unseen = true;
	dmabuf = dma_buf_get(fd);
	if (!IS_ERR(dmabuf))
		dma_buf_put(dmabuf);
	if (actor)
		actor->unseen = false;
	return dmabuf;
}

/* Only the address is kept, no reference: a test counts those. */
static int set_buffer(int index, int fd)
{
	struct dma_buf *dmabuf;

	if (index < 0 || index >= LAB_BUFFERS)
		return -EINVAL;
	lab_buffers[index] = NULL;
	if (fd < 0)
		return 0;
	dmabuf = buffer_of(fd);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	lab_buffers[index] = dmabuf;
	return 0;
}

/* The buffer that a gated thread makes is known from when there is one. */
static int set_exports(int index)
{
	struct actor *actor = actor_of_current();

	if (index < 0 || index >= LAB_BUFFERS)
		return -EINVAL;
	if (actor)
		actor->exports = index;
	return 0;
}

static const char *lock_state(struct rw_semaphore *sem)
{
	long count = atomic_long_read(&sem->count);

	if (count & 1)
		return "write";
	return count >> 8 ? "read" : "free";
}

static void see_device(int i)
{
	struct vfio_pci_core_device *vdev = lab_devices[i];

	lab_say("see dev[%d].open=%s dev[%d].memory_lock=%s dev[%d].power=%s dev[%d].low_power=%s dev[%d].suspended=%s",
		i, vdev->vdev.open_count ? "true" : "false",
		i, lock_state(&vdev->memory_lock),
		i, vdev->pdev->current_state >= PCI_D3hot ? "D3hot" : "D0",
		i, vdev->pm_runtime_engaged ? "true" : "false",
		i, pm_runtime_suspended(&vdev->pdev->dev) ? "true" : "false");
}

/*
 * vfio's own struct of a buffer is private, but it is what the buffer's priv
 * points to, and the list runs through it.
 */
static bool listed(struct dma_buf *dmabuf)
{
	for (int i = 0; i < LAB_DEVICES; i++) {
		struct list_head *head, *node;

		if (!lab_devices[i])
			continue;
		head = &lab_devices[i]->dmabufs;
		for (node = head->next; node != head; node = node->next)
			if ((void *)node >= dmabuf->priv &&
			    (void *)node < dmabuf->priv + 128)
				return true;
	}
	return false;
}

static void see_buffer(int i)
{
	struct dma_buf *dmabuf = lab_buffers[i];
	const char *in_list = listed(dmabuf) ? "true" : "false";
	int ret;

	/* who holds dma_resv may have stopped: then nobody can attach */
	if (dma_resv_is_locked(dmabuf->resv)) {
		lab_say("see buf[%d].listed=%s", i, in_list);
		return;
	}
	ret = importer_probe(dmabuf);
	lab_say("see buf[%d].listed=%s buf[%d].revoked=%s", i, in_list, i,
		ret == -ENODEV ? "true" : ret ? "unknown" : "false");
}

static int see(void)
{
	for (int i = 0; i < LAB_DEVICES; i++)
		if (lab_devices[i])
			see_device(i);
	for (int i = 0; i < LAB_BUFFERS; i++)
		if (lab_buffers[i])
			see_buffer(i);
	for (int i = 0; i < LAB_ATTACHMENTS; i += 4)
		lab_say("see att[%d].state=%s att[%d].state=%s att[%d].state=%s att[%d].state=%s",
			i, importer_state(i), i + 1, importer_state(i + 1),
			i + 2, importer_state(i + 2), i + 3, importer_state(i + 3));
	lab_say("seen");
	return 0;
}

/*
 * A worker that holds the lock of a device, as another reset of it would: a
 * reset that only tries for the lock fails meanwhile.
 */
static struct {
	struct work_struct work;
	struct device *device;
	struct completion held, let_go;
} holder;

static void hold(struct work_struct *work)
{
	device_lock(holder.device);
	complete(&holder.held);
	wait_for_completion(&holder.let_go);
	device_unlock(holder.device);
}

static int hold_device(int index)
{
	if (index < 0 || index >= LAB_DEVICES || !lab_devices[index])
		return -ENODEV;
	if (holder.device)
		return -EBUSY;
	holder.device = &lab_devices[index]->pdev->dev;
	init_completion(&holder.held);
	init_completion(&holder.let_go);
	INIT_WORK(&holder.work, hold);
	queue_work(system_unbound_wq, &holder.work);
	wait_for_completion(&holder.held);
	return 0;
}

static int let_device_go(void)
{
	if (!holder.device)
		return 0;
	complete(&holder.let_go);
	flush_work(&holder.work);
	holder.device = NULL;
	return 0;
}

/*
 * A device that runtime PM does not suspend by itself, but when it is told to:
 * a reference that is given up for as long as that takes.
 */
static bool awake[LAB_DEVICES];
/* a suspend that a test has left half done ends before the reference goes */
static DEFINE_MUTEX(suspending);

static struct device *device_at(int index)
{
	if (index < 0 || index >= LAB_DEVICES || !lab_devices[index])
		return NULL;
	return &lab_devices[index]->pdev->dev;
}

static int keep_awake(int index)
{
	struct device *device = device_at(index);

	if (!device || awake[index])
		return -EINVAL;
	pm_runtime_get_noresume(device);
	awake[index] = true;
	return 0;
}

static int suspend_device(int index)
{
	struct device *device = device_at(index);
	int ret;

	if (!device || !awake[index])
		return -EINVAL;
	mutex_lock(&suspending);
	pm_runtime_put_noidle(device);
	ret = pm_runtime_suspend(device);
	pm_runtime_get_noresume(device);
	mutex_unlock(&suspending);
	return ret;
}

/* As a device that asks for it, by a PME. */
static int resume_device(int index)
{
	struct device *device = device_at(index);

	return device ? pm_runtime_resume(device) : -EINVAL;
}

static void let_all_sleep(void)
{
	mutex_lock(&suspending);
	for (int i = 0; i < LAB_DEVICES; i++)
		if (awake[i])
			pm_runtime_put(device_at(i));
	memset(awake, 0, sizeof(awake));
	mutex_unlock(&suspending);
}

static int release_all(void)
{
	gate_open_all();
	let_device_go();
	let_all_sleep();
	points_forget_vf();
	importer_release_all();
	memset(lab_buffers, 0, sizeof(lab_buffers));
	return 0;
}

static int command(char *line)
{
	char name[LAB_NAME], kind[LAB_NAME];
	int index, fd;

	if (sscanf(line, "learn %d %d", &index, &fd) == 2)
		return flag_learn(index, fd);
	if (sscanf(line, "device %d %31s", &index, name) == 2)
		return set_device(index, name);
	if (sscanf(line, "buffer %d %d", &index, &fd) == 2)
		return set_buffer(index, fd);
	if (sscanf(line, "exports %d", &index) == 1)
		return set_exports(index);
	if (sscanf(line, "attach %d %d %31s %31s", &index, &fd, name, kind) == 4)
		return importer_attach(index, fd, name, kind);
	if (sscanf(line, "map %d", &index) == 1)
		return importer_map(index);
	if (sscanf(line, "unmap %d", &index) == 1)
		return importer_unmap(index);
	if (sscanf(line, "detach %d", &index) == 1)
		return importer_detach(index);
	if (sscanf(line, "fence %d %31s", &index, kind) == 2)
		return importer_fence(index, kind);
	if (sscanf(line, "submit %d %31s", &index, kind) == 2)
		return importer_submit(index, kind);
	if (sscanf(line, "keep_awake %d", &index) == 1)
		return keep_awake(index);
	if (sscanf(line, "suspend %d", &index) == 1)
		return suspend_device(index);
	if (sscanf(line, "resume %d", &index) == 1)
		return resume_device(index);
	if (sscanf(line, "signal %d", &index) == 1)
		return importer_signal(index);
	if (sscanf(line, "hold %d", &index) == 1)
		return hold_device(index);
	if (!strcmp(line, "let_go"))
		return let_device_go();
	if (sscanf(line, "gate %31s", name) == 1)
		return gate_current(name);
	if (sscanf(line, "go %31s", name) == 1)
		return gate_go(name);
	if (!strncmp(line, "stops", 5))
		return points_enable(line + 5);
	if (!strcmp(line, "ungate")) {
		ungate_current();
		return 0;
	}
	if (sscanf(line, "blocked %d", &index) == 1)
		return blocked_say(index);
	if (!strcmp(line, "see"))
		return see();
	if (!strcmp(line, "open_gates")) {
		gate_open_all();
		return 0;
	}
	if (!strcmp(line, "release"))
		return release_all();
	return -EINVAL;
}

static ssize_t lab_write(struct file *file, const char __user *from,
			 size_t count, loff_t *pos)
{
	char *line;
	int ret;

	if (count > 4000)
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
	.read = lab_read,
	.write = lab_write,
	.poll = lab_poll,
};

static struct miscdevice lab_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "dmabuf_lab",
	.fops = &lab_fops,
	.mode = 0600,
};

struct device *lab_own_device(void)
{
	return lab_device.this_device;
}

static int __init lab_init(void)
{
	importer_init();
	points_register();
	return misc_register(&lab_device);
}

static void __exit lab_exit(void)
{
	misc_deregister(&lab_device);
	points_unregister();
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("importer and gates for the tests of vfio-dmabuf-spec");
MODULE_LICENSE("Dual MIT/GPL");
