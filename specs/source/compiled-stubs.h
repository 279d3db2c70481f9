/*
 * What stands around functions of the kernel when they are compiled by themselves: structures with
 * the members that they use, and in place of what they call a stub, which prints the label of the
 * step and takes the next choice. Written for this purpose, with nothing of the kernel in it but names.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint16_t u16;
typedef uint8_t u8;
typedef u64 dma_addr_t;
typedef unsigned int fmode_t;
typedef int vm_fault_t;

#define EPERM 1
#define ENOENT 2
#define EINTR 4
#define EIO 5
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define EBUSY 16
#define ENODEV 19
#define EINVAL 22
#define EMFILE 24
#define ENOTTY 25
#define EOVERFLOW 75
#define EOPNOTSUPP 95
#define EADDRINUSE 98

/* The choices of this run, how many ways each had, and what was printed. */
static int choices[256], ways[256], made, taken;
static char run[16384];

static int choose(int of)
{
	if (taken == made) {
		choices[made] = 0;
		ways[made++] = of;
	}
	return choices[taken++];
}

static void say(const char *label)
{
	strcat(run, label);
	strcat(run, " ");
}

static void of(const char *object, const char *step)
{
	strcat(run, object);
	strcat(run, ".");
	say(step);
}

/* A step with two outcomes, the first of which is 0. */
static int ask2(const char *object, const char *step, const char *zero, const char *one)
{
	int chosen = choose(2);

	strcat(run, object);
	strcat(run, ".");
	strcat(run, step);
	say(chosen ? one : zero);
	return chosen;
}

static bool ask(const char *object, const char *step)
{
	return ask2(object, step, ":false", ":true");
}

/* A step that ends with one of several errnos, or 0. */
static int answer(const char *object, const char *step, int count, const int *values)
{
	static const struct { int value; const char *name; } names[] = {
		{ 0, ":ok" }, { -EINVAL, ":-EINVAL" }, { -ENOMEM, ":-ENOMEM" }, { -ENODEV, ":-ENODEV" },
		{ -EFAULT, ":-EFAULT" }, { -EMFILE, ":-EMFILE" }, { -EOVERFLOW, ":-EOVERFLOW" },
		{ -EADDRINUSE, ":-EADDRINUSE" }, { -EOPNOTSUPP, ":-EOPNOTSUPP" }, { -EBUSY, ":-EBUSY" },
		{ -EAGAIN, ":-EAGAIN" }, { -ENOTTY, ":-ENOTTY" }, { -EPERM, ":failed" },
	};
	int value = values[count == 1 ? 0 : choose(count)];

	strcat(run, object);
	strcat(run, ".");
	strcat(run, step);
	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].value == value)
			say(names[i].name);
	return value;
}
#define ANSWER(object, step, ...) ({ \
	static const int values_[] = { __VA_ARGS__ }; \
	answer(object, step, sizeof(values_) / sizeof(int), values_); })

/* What the language of the kernel has. */
#define __user
#define __must_check
#define noinline
#define likely(x) (x)
#define unlikely(x) (x)
#define WARN_ON(x) (!!(x))
#define WARN_ON_ONCE(x) (!!(x))
#define BUG_ON(x) ((void)(x))
#define IS_ENABLED(x) 0
#define READ_ONCE(x) (x)
#define might_sleep() ((void)0)
#define lockdep_assert_held(x) ((void)0)
#define lockdep_assert_held_write(x) ((void)0)
#define dma_resv_assert_held(x) ((void)0)
#define ERR_PTR(errno) ((void *)(long)(errno))
#define PTR_ERR(ptr) ((long)(ptr))
#define IS_ERR(ptr) ((unsigned long)(ptr) >= (unsigned long)-4095)
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define GFP_KERNEL 0

struct list_head { struct list_head *next, *prev; };

static void list_append(struct list_head *entry, struct list_head *head)
{
	entry->prev = head->prev;
	entry->next = head;
	head->prev->next = entry;
	head->prev = entry;
}

static void list_init(struct list_head *head)
{
	head->next = head->prev = head;
}

/* Whether an entry is on its list, where others may take it off while the list is walked. */
static bool is_listed(struct list_head *entry);

#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_last_entry(head, type, member) list_entry((head)->prev, type, member)
#define list_next_entry(pos, member) list_entry((pos)->member.next, typeof(*(pos)), member)
#define list_prev_entry(pos, member) list_entry((pos)->member.prev, typeof(*(pos)), member)
#define list_entry_is_head(pos, head, member) (&(pos)->member == (head))
#define list_empty(head) ((head)->next == (head))
#define list_for_each_entry(pos, head, member) \
	for (pos = list_first_entry(head, typeof(*pos), member); \
	     !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member)) \
		if (!is_listed(&pos->member)) { } else
#define list_for_each_entry_safe(pos, n, head, member) \
	for (pos = list_first_entry(head, typeof(*pos), member), n = list_next_entry(pos, member); \
	     !list_entry_is_head(pos, head, member); pos = n, n = list_next_entry(n, member)) \
		if (!is_listed(&pos->member)) { } else
#define list_for_each_entry_from_reverse(pos, head, member) \
	for (; !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))

/* guard(), which is given back where the scope ends. */
#define CAT_(a, b) a##b
#define CAT(a, b) CAT_(a, b)
#define guard(kind) struct kind##_guard CAT(held_, __LINE__) __attribute__((cleanup(leave_##kind))) = enter_##kind
#define scoped_guard(kind, lock) \
	for (struct kind##_guard held_ __attribute__((cleanup(leave_##kind))) = enter_##kind(lock), \
	     *once_ = &held_; once_; once_ = NULL)

/* The objects, each of which has the name that its labels begin with. */
struct mutex { const char *name; };
struct rw_semaphore { const char *name; };
struct dma_resv { const char *name; };
struct kref { const char *name; };
struct completion { const char *name; };
struct eventfd_ctx { int any; };
struct module { int any; };

struct vfio_pci_core_device;
struct vfio_pci_dma_buf;

struct device { int any; };
struct pci_dev { struct device dev; struct vfio_pci_core_device *of; };
struct vfio_device { struct list_head dev_set_list; struct device *dev; };
struct vfio_device_set { struct mutex lock; struct list_head device_list; };
struct vfio_pci_group_info { int any; };
struct iommufd_ctx { int any; };
struct pci_ops { int any; };
struct vfio_pci_core_device {
	const char *name;
	struct vfio_device vdev;
	struct pci_dev *pdev, own;
	struct rw_semaphore memory_lock;
	struct list_head dmabufs, dummy_resources_list, ioeventfds_list, sriov_pfs_item;
	struct eventfd_ctx *pm_wake_eventfd_ctx;
	struct mutex igate, ioeventfds_lock;
	int pm_runtime_engaged, pm_intx_masked, irq_type, irqlock, ctx;
	const struct vfio_pci_device_ops *pci_ops;
};

struct dentry { void *d_fsdata; };
struct vfsmount { int any; };
struct inode { int i_mode; void *i_cdev; };
struct path { struct dentry *dentry; struct vfsmount *mnt; };
struct file {
	const struct file_operations *f_op;
	struct path f_path;
	struct inode *f_inode;
	fmode_t f_mode;
	unsigned int f_flags;
	void *private_data;
};
struct file_operations {
	int (*release)(struct inode *, struct file *);
	int (*fasync)(int, struct file *, int);
};
struct dma_buf;
struct sg_table { int any; };
struct phys_vec { u64 paddr; size_t len; };
struct p2pdma_provider { int any; };
enum dma_data_direction { DMA_BIDIRECTIONAL };
struct dma_buf_attachment {
	const char *name;
	struct dma_buf *dmabuf;
	struct device *dev;
	struct list_head node;
	bool peer2peer;
	const struct dma_buf_attach_ops *importer_ops;
	void *importer_priv;
};
struct dma_buf_attach_ops {
	bool allow_peer2peer;
	void (*invalidate_mappings)(struct dma_buf_attachment *);
};
struct dma_buf_ops {
	int (*attach)(struct dma_buf *, struct dma_buf_attachment *);
	struct sg_table *(*map_dma_buf)(struct dma_buf_attachment *, enum dma_data_direction);
	void (*unmap_dma_buf)(struct dma_buf_attachment *, struct sg_table *, enum dma_data_direction);
	void (*release)(struct dma_buf *);
	int (*pin)(struct dma_buf_attachment *);
	void (*unpin)(struct dma_buf_attachment *);
};
struct cb { void *poll; int active; };
struct dma_buf {
	const char *name_;
	char *name;
	struct vfio_pci_dma_buf *priv;
	struct file *file;
	struct dma_resv *resv;
	const struct dma_buf_ops *ops;
	struct list_head attachments;
	struct module *owner;
	struct cb cb_in, cb_out;
	const char *exp_name;
	int vmapping_counter, name_lock, poll;
	size_t size;
};
struct vfio_pci_dma_buf {
	const char *name;
	struct dma_buf *dmabuf;
	struct vfio_pci_core_device *vdev;
	struct list_head dmabufs_elm;
	size_t size;
	struct phys_vec *phys_vec;
	struct p2pdma_provider *provider;
	u32 nr_ranges;
	struct kref kref;
	struct completion comp;
};

/* The objects themselves: two devices, two buffers, two attachments. */
static struct vfio_device_set dev_set;
static struct vfio_pci_core_device devs[2];
static struct vfio_pci_dma_buf privs[2];
static struct dma_buf dmabufs[2];
static struct dma_resv resvs[2];
static struct file files[2];
static struct dma_buf_attachment attachments[2];
static struct dentry dentries[2];
static struct inode inodes[2];
static struct sg_table sgt;
static struct p2pdma_provider provider;

/* Which object a part of it belongs to. */
static const char *device_of(struct device *dev)
{
	return container_of(dev, struct pci_dev, dev)->of->name;
}

static const char *buffer_of(struct file *file)
{
	return privs[file - files].name;
}

static bool attachments_are_asked;
static bool is_listed(struct list_head *entry)
{
	for (int a = 0; attachments_are_asked && a < 2; a++)
		if (entry == &attachments[a].node)
			return ask(attachments[a].name, "listed");
	for (int b = 0; b < 2; b++)
		if (entry == &privs[b].dmabufs_elm)
			return ask(privs[b].name, "listed");
	return true;
}

/* Locks and counts. */
static void down_write(struct rw_semaphore *lock) { of(lock->name, "down_write"); }
static void up_write(struct rw_semaphore *lock) { of(lock->name, "up_write"); }
static int down_write_trylock(struct rw_semaphore *lock)
{
	return ask2(lock->name, "down_write_trylock", ":0", ":1");
}
struct rwsem_read_guard { struct rw_semaphore *lock; };
static struct rwsem_read_guard enter_rwsem_read(struct rw_semaphore *lock)
{
	of(lock->name, "down_read");
	return (struct rwsem_read_guard){ lock };
}
static void leave_rwsem_read(struct rwsem_read_guard *guard) { of(guard->lock->name, "up_read"); }
static void mutex_lock(struct mutex *lock) { of(lock->name, "mutex_lock"); }
static void mutex_unlock(struct mutex *lock) { of(lock->name, "mutex_unlock"); }
static void mutex_destroy(struct mutex *lock) { of(lock->name, "mutex_destroy"); }
struct mutex_guard { struct mutex *lock; };
static struct mutex_guard enter_mutex(struct mutex *lock)
{
	mutex_lock(lock);
	return (struct mutex_guard){ lock };
}
static void leave_mutex(struct mutex_guard *guard) { mutex_unlock(guard->lock); }
static int dma_resv_lock(struct dma_resv *resv, void *ctx) { of(resv->name, "lock"); return 0; }
static void dma_resv_unlock(struct dma_resv *resv) { of(resv->name, "unlock"); }
#define DMA_RESV_USAGE_BOOKKEEP "wait(BOOKKEEP)"
#define MAX_SCHEDULE_TIMEOUT 0
static long dma_resv_wait_timeout(struct dma_resv *resv, const char *usage, bool intr, long timeout)
{
	of(resv->name, usage);
	return 1;
}
static void kref_get(struct kref *kref) { of(kref->name, "get"); }
static void kref_put(struct kref *kref, void (*release)(struct kref *))
{
	ask2(kref->name, "put", ":more", ":last");
}
static void kref_init(struct kref *kref) { of(kref->name, "init"); }
static void wait_for_completion(struct completion *comp) { of(comp->name, "wait"); }
static void reinit_completion(struct completion *comp) { of(comp->name, "reinit"); }
static void init_completion(struct completion *comp) { of(comp->name, "init"); }
static void vfio_pci_dma_buf_done(struct kref *kref) { }
static void kfree(const void *object);
static void list_add(struct list_head *entry, struct list_head *head);
static const char *put_by = "buf";
static void list_del_init(struct list_head *entry)
{
	put_by = container_of(entry, struct vfio_pci_dma_buf, dmabufs_elm)->name;
	of(container_of(entry, struct vfio_pci_dma_buf, dmabufs_elm)->name, "list_del");
}
static void list_add_tail(struct list_head *entry, struct list_head *head)
{
	of(container_of(entry, struct vfio_pci_dma_buf, dmabufs_elm)->name, "list_add");
}
static void INIT_LIST_HEAD(struct list_head *head)
{
	list_init(head);
	for (int b = 0; b < 2; b++)
		if (head == &privs[b].dmabufs_elm)
			of(privs[b].name, "init_list_head");
}

/* Files. */
static bool get_file_active(struct file **file) { return ask(buffer_of(*file), "get_file_active"); }
static void fput(struct file *file);

/* The device. */
static void *dev_get_drvdata(struct device *dev)
{
	return container_of(dev, struct pci_dev, dev)->of;
}
static struct pci_dev *to_pci_dev(struct device *dev) { return container_of(dev, struct pci_dev, dev); }
static void pm_runtime_put(struct device *dev) { of(device_of(dev), "pm_runtime_put"); }
static void pm_runtime_put_noidle(struct device *dev) { of(device_of(dev), "pm_runtime_put_noidle"); }
static void pm_runtime_get_noresume(struct device *dev) { of(device_of(dev), "pm_runtime_get_noresume"); }
static int vfio_pci_dev_set_pm_runtime_get(struct vfio_device_set *set)
{
	struct vfio_pci_core_device *vdev;
	int taken_ = 0;

	list_for_each_entry(vdev, &set->device_list, vdev.dev_set_list) {
		if (ask2(vdev->name, "pm_runtime_get", ":ok", ":failed")) {
			while (taken_-- > 0) {
				vdev = list_prev_entry(vdev, vdev.dev_set_list);
				pm_runtime_put(&vdev->pdev->dev);
			}
			return -EPERM;
		}
		taken_++;
	}
	return 0;
}
static struct pci_dev *vfio_pci_dev_set_resettable(struct vfio_device_set *set)
{
	return ask("dev_set", "resettable") ? devs[0].pdev : NULL;
}
static bool vfio_dev_in_groups(struct vfio_device *vdev, struct vfio_pci_group_info *groups)
{
	return ask(container_of(vdev, struct vfio_pci_core_device, vdev)->name, "owned");
}
static int vfio_iommufd_get_dev_id(struct vfio_device *vdev, struct iommufd_ctx *ctx)
{
	return ask(container_of(vdev, struct vfio_pci_core_device, vdev)->name, "owned") ? 1 : 0;
}
static bool __vfio_pci_memory_enabled(struct vfio_pci_core_device *vdev)
{
	return ask(vdev->name, "memory_enabled");
}
static void vfio_pci_zap_bars(struct vfio_pci_core_device *vdev) { of(vdev->name, "zap_bars"); }
static void vfio_pci_zap_and_down_write_memory_lock(struct vfio_pci_core_device *vdev)
{
	down_write(&vdev->memory_lock);
	vfio_pci_zap_bars(vdev);
}
#define PCI_D0 0
static int vfio_pci_set_power_state(struct vfio_pci_core_device *vdev, int state)
{
	of(vdev->name, "set_power_state(D0)");
	return 0;
}
static int pci_reset_bus(struct pci_dev *pdev)
{
	say("bus.pci_reset_bus:begin");
	return ANSWER("bus", "pci_reset_bus", 0, -ENOTTY);
}
static int pci_try_reset_function(struct pci_dev *pdev)
{
	if (choose(2))
		return ANSWER(pdev->of->name, "pci_try_reset_function", -EAGAIN);
	of(pdev->of->name, "pci_try_reset_function:begin");
	return ANSWER(pdev->of->name, "pci_try_reset_function", 0, -EPERM);
}
static void eventfd_signal(struct eventfd_ctx *ctx) { }
static void eventfd_ctx_put(struct eventfd_ctx *ctx) { }
static void vfio_pci_intx_unmask(struct vfio_pci_core_device *vdev) { }
/* The call does not name the buffer whose registration is given back: it is the one taken off its list. */
static void vfio_device_put_registration(struct vfio_device *vdev) { of(put_by, "put_registration"); }
static bool vfio_device_try_get_registration(struct vfio_device *vdev)
{
	return !ANSWER("buf", "try_get_registration", 0, -ENODEV);
}

/* Functions of the kernel that are compiled by themselves in one case, and a step in the others. */
#ifndef REAL_vfio_pci_dma_buf_move
static void vfio_pci_dma_buf_move(struct vfio_pci_core_device *vdev, bool revoked)
{
	of(vdev->name, revoked ? "move(true):begin" : "move(false):begin");
	of(vdev->name, revoked ? "move(true):end" : "move(false):end");
}
#endif
#ifndef REAL_dma_buf_invalidate_mappings
static void dma_buf_invalidate_mappings(struct dma_buf *dmabuf)
{
	of(dmabuf->name_, "invalidate_mappings:begin");
	of(dmabuf->name_, "invalidate_mappings:end");
}
#endif
#ifndef REAL_dma_buf_phys_vec_to_sgt
static struct sg_table *dma_buf_phys_vec_to_sgt(struct dma_buf_attachment *attach,
	struct p2pdma_provider *from, struct phys_vec *vec, size_t ranges, size_t size,
	enum dma_data_direction dir)
{
	int ret;

	of(attach->name, "phys_vec_to_sgt:begin");
	ret = ANSWER(attach->name, "phys_vec_to_sgt", 0, -EINVAL, -EADDRINUSE, -ENOMEM);
	return ret ? ERR_PTR(ret) : &sgt;
}
static void dma_buf_free_sgt(struct dma_buf_attachment *attach, struct sg_table *table,
	enum dma_data_direction dir)
{
	of(attach->name, "free_sgt:begin");
	of(attach->name, "free_sgt:end");
}
#endif
static void dma_buf_unpin(struct dma_buf_attachment *attach) { of(attach->name, "unpin"); }
static void dma_buf_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	of(attach->name, "detach:begin");
	of(attach->name, "detach:ok");
}

/* One object of a kind has a plain name, several are counted. */
static const char *named(const char *kind, int i, int count)
{
	static char names[16][32];
	static int used;
	char *name = names[used++ % 16];

	snprintf(name, 32, count == 1 ? "%s" : "%s[%d]", kind, i);
	return name;
}

static const char *member(const char *object, const char *of_)
{
	static char names[64][64];
	static int used;
	char *name = names[used++ % 64];

	snprintf(name, 64, "%s.%s", object, of_);
	return name;
}

/* Everything as it is before a call: so many devices, buffers and attachments, 0 for one unnumbered. */
static void begin(int numbered_devs, int numbered_bufs, int numbered_atts)
{
	static const struct dma_buf_ops ops;
	int count[3] = { numbered_devs ? numbered_devs : 1, numbered_bufs ? numbered_bufs : 1,
			 numbered_atts ? numbered_atts : 1 };

	taken = 0;
	run[0] = 0;
	dev_set.lock.name = "dev_set.lock";
	list_init(&dev_set.device_list);
	for (int d = 0; d < 2; d++) {
		struct vfio_pci_core_device *vdev = &devs[d];

		vdev->name = numbered_devs ? named("dev", d, 2) : "dev";
		vdev->memory_lock.name = member(vdev->name, "memory_lock");
		vdev->pdev = &vdev->own;
		vdev->own.of = vdev;
		vdev->vdev.dev = &vdev->own.dev;
		list_init(&vdev->dmabufs);
		if (d < count[0])
			list_append(&vdev->vdev.dev_set_list, &dev_set.device_list);
	}
	for (int b = 0; b < 2; b++) {
		struct vfio_pci_dma_buf *priv = &privs[b];
		struct dma_buf *dmabuf = &dmabufs[b];

		priv->name = numbered_bufs ? named("buf", b, 2) : "buf";
		priv->dmabuf = dmabuf;
		priv->vdev = &devs[0];
		priv->kref.name = member(priv->name, "kref");
		priv->comp.name = member(priv->name, "comp");
		resvs[b].name = member(priv->name, "resv");
		dmabuf->name_ = priv->name;
		dmabuf->priv = priv;
		dmabuf->resv = &resvs[b];
		dmabuf->file = &files[b];
		dmabuf->ops = &ops;
		list_init(&dmabuf->attachments);
		files[b].f_path.dentry = &dentries[b];
		files[b].f_inode = &inodes[b];
		dentries[b].d_fsdata = dmabuf;
		if (b < count[1])
			list_append(&priv->dmabufs_elm, &devs[0].dmabufs);
	}
	for (int a = 0; a < 2; a++) {
		struct dma_buf_attachment *attach = &attachments[a];

		attach->name = numbered_atts ? named("att", a, 2) : "att";
		attach->dmabuf = &dmabufs[0];
		if (a < count[2])
			list_append(&attach->node, &dmabufs[0].attachments);
	}
}

static void once(void);

/* Goes through all choices, and prints a line a run. */
int main(void)
{
	for (int runs = 0; runs < 20000; runs++) {
		int last;

		once();
		puts(run);
		for (last = taken - 1; last >= 0 && choices[last] == ways[last] - 1; last--) { }
		if (last < 0)
			return 0;
		choices[last]++;
		made = last + 1;
	}
	return 1;
}
