// SPDX-License-Identifier: MIT
/*
 * The places where a gated thread can stop: before and after these functions.
 *
 * A kprobe at the entry of the function sends a gated thread to a stub, which
 * stops, calls the function, and stops again. Every other thread runs as ever.
 * Nothing that the kernel does is changed but when it does it.
 */
#include <linux/dma-resv.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/rwsem.h>
#include <linux/vfio.h>

#include "lab.h"

/* How the object of a call is found in its first argument. */
enum object {
	MEMORY_LOCK,	/* a device's memory_lock */
	VDEV,		/* a struct vfio_pci_core_device */
	VFIO_DEVICE,	/* a struct vfio_device */
	PDEV,		/* a struct pci_dev */
	DEVICE,		/* a struct device */
	RESV,		/* the lock of a buffer's dma_resv */
	BUFFER,		/* a struct dma_buf */
	DEV_SET,	/* the set that the devices are in */
	DEV_SET_LOCK,	/* its lock */
	FILE_OF,	/* the file of a buffer */
	FILE_AT,	/* where a buffer keeps its file */
	MOVING,		/* whatever it is, inside vfio_pci_dma_buf_move() */
	EXPORTED,	/* what the thread exports */
	SECOND_VFIO,	/* a struct vfio_device as the second argument */
	JOINING,	/* a struct vfio_device that is none of ours, a VF */
	ANY,
};

/* What a gated thread does at a point: nothing, says that it passes, stops. */
enum watch { UNSEEN, PASSES, STOPS };

enum shows {
	NOTHING, SECOND, CONFIG, RESULT, SECOND_RESULT, RESULT_BOOL,
	RESULT_POINTER,
};

/* All that a function can be given in registers. */
#define REGISTERS							\
	unsigned long a, unsigned long b, unsigned long c,		\
	unsigned long d, unsigned long e, unsigned long f

typedef unsigned long (*function)(REGISTERS);

struct point {
	const char *name;
	const char *symbol;
	enum object object;
	enum shows shows;
	function stub;
	struct kprobe kp;
	enum watch before, after;
};

static unsigned long pass(struct point *p, const unsigned long *arg);

#define POINTS(P)							\
	P(down_write, down_write, MEMORY_LOCK, NOTHING)			\
	P(down_write_trylock, down_write_trylock, MEMORY_LOCK, RESULT)	\
	P(up_write, up_write, MEMORY_LOCK, NOTHING)			\
	P(move, vfio_pci_dma_buf_move, VDEV, SECOND)			\
	P(resv_lock, ww_mutex_lock, RESV, NOTHING)			\
	P(resv_unlock, ww_mutex_unlock, RESV, NOTHING)			\
	P(invalidate_mappings, dma_buf_invalidate_mappings, BUFFER, NOTHING) \
	P(resv_wait, dma_resv_wait_timeout, MOVING, SECOND)		\
	P(comp_wait, wait_for_completion, MOVING, NOTHING)		\
	P(fput, fput, FILE_OF, NOTHING)					\
	P(get_file_active, get_file_active, FILE_AT, RESULT_POINTER)	\
	P(cleanup, vfio_pci_dma_buf_cleanup, VDEV, NOTHING)		\
	P(config_free, vfio_config_free, VDEV, NOTHING)			\
	P(set_power_state, vfio_pci_set_power_state, VDEV, SECOND_RESULT)	\
	P(write_config, pci_user_write_config_word, PDEV, CONFIG)	\
	P(write_config_word, pci_write_config_word, PDEV, CONFIG)	\
	P(memory_enabled, __vfio_pci_memory_enabled, VDEV, RESULT_BOOL)	\
	P(zap, unmap_mapping_range, ANY, NOTHING)			\
	P(reset_function, pci_try_reset_function, PDEV, RESULT)		\
	P(reset_by_root, pci_reset_function, PDEV, RESULT)		\
	P(reset_bus, pci_reset_bus, PDEV, RESULT)			\
	P(trylock, pci_dev_trylock, PDEV, RESULT)			\
	P(reset_locked, __pci_reset_function_locked, PDEV, RESULT)	\
	P(restore_state, pci_restore_state, PDEV, NOTHING)		\
	P(put_registration, vfio_device_put_registration, VFIO_DEVICE, NOTHING) \
	P(core_disable, vfio_pci_core_disable, VDEV, NOTHING)		\
	P(core_enable, vfio_pci_core_enable, VDEV, RESULT)		\
	P(disable_device, pci_disable_device, PDEV, NOTHING)		\
	P(mutex_lock, mutex_lock, DEV_SET_LOCK, NOTHING)		\
	P(mutex_unlock, mutex_unlock, DEV_SET_LOCK, NOTHING)		\
	P(resettable, vfio_pci_dev_set_resettable, DEV_SET, RESULT_POINTER) \
	P(pm_get, __pm_runtime_resume, DEVICE, SECOND_RESULT)		\
	P(runtime_suspend, vfio_pci_core_runtime_suspend, DEVICE, RESULT) \
	P(runtime_resume, vfio_pci_core_runtime_resume, DEVICE, RESULT)	\
	P(sriov_configure, vfio_pci_core_sriov_configure, VDEV, RESULT)	\
	P(enable_sriov, pci_enable_sriov, PDEV, RESULT)			\
	P(disable_sriov, pci_disable_sriov, PDEV, NOTHING)		\
	P(assign_set, vfio_assign_device_set, JOINING, RESULT)		\
	P(pm_put, __pm_runtime_idle, DEVICE, RESULT)			\
	P(owned, vfio_file_has_dev, SECOND_VFIO, RESULT_BOOL)		\
	P(dma_buf_map, vfio_pci_dma_buf_map, ANY, NOTHING)		\
	P(dma_buf_unmap, vfio_pci_dma_buf_unmap, ANY, NOTHING)		\
	P(phys_vec_to_sgt, dma_buf_phys_vec_to_sgt, ANY, RESULT_POINTER) \
	P(free_sgt, dma_buf_free_sgt, ANY, NOTHING)			\
	P(p2pdma_provider, pcim_p2pdma_provider, PDEV, RESULT_POINTER)	\
	P(get_registration, vfio_device_try_get_registration, VFIO_DEVICE, RESULT_BOOL) \
	P(dma_buf_export, dma_buf_export, EXPORTED, RESULT_POINTER)	\
	P(dma_buf_fd, dma_buf_fd, BUFFER, RESULT)			\
	P(dma_buf_release, vfio_pci_dma_buf_release, BUFFER, NOTHING)

#define INDEX(name, symbol, object, shows) POINT_##name,
enum { POINTS(INDEX) POINT_COUNT };

static struct point points[];

#define STUB(name, symbol, object, shows)				\
	static unsigned long stub_##name(REGISTERS)			\
	{								\
		const unsigned long arg[] = { a, b, c, d, e, f };	\
									\
		return pass(&points[POINT_##name], arg);		\
	}
POINTS(STUB)

#define ENTRY(n, s, o, sh) { .name = #n, .symbol = #s, .object = o,	\
			     .shows = sh, .stub = stub_##n },
static struct point points[] = { POINTS(ENTRY) };

/* Our own importer has places to stop as well. */
static bool importer_enabled;

bool points_importer_enabled(void)
{
	return importer_enabled;
}

static int device_index(const void *object, enum object kind)
{
	for (int i = 0; i < LAB_DEVICES; i++) {
		struct vfio_pci_core_device *vdev = lab_devices[i];

		if (!vdev)
			continue;
		if ((kind == MEMORY_LOCK && object == &vdev->memory_lock) ||
		    (kind == VDEV && object == vdev) ||
		    (kind == VFIO_DEVICE && object == &vdev->vdev) ||
		    (kind == PDEV && object == vdev->pdev) ||
		    (kind == DEVICE && object == &vdev->pdev->dev) ||
		    (kind == DEV_SET && object == vdev->vdev.dev_set) ||
		    (kind == DEV_SET_LOCK &&
		     object == &vdev->vdev.dev_set->lock))
			return i;
	}
	return -1;
}

static int buffer_index(const void *object, enum object kind)
{
	for (int i = 0; i < LAB_BUFFERS; i++) {
		struct dma_buf *dmabuf = lab_buffers[i];

		if (!dmabuf)
			continue;
		if ((kind == RESV && object == &dmabuf->resv->lock) ||
		    (kind == FILE_OF && object == dmabuf->file) ||
		    (kind == FILE_AT && object == &dmabuf->file) ||
		    (kind == BUFFER && object == dmabuf))
			return i;
	}
	return -1;
}

/*
 * A VF that joins a set, and the set, which it has to itself. Only the address
 * of the set is compared once the VF may be gone.
 */
static struct vfio_device *joining;
static struct vfio_device_set *vf_set;

/* The index of the lock of that set: that of no device. */
#define OF_THE_VF	LAB_DEVICES

static bool is_lock_of_vf(const void *lock)
{
	struct vfio_device_set *set = joining ? joining->dev_set : vf_set;

	return set && lock == &set->lock;
}

static int lock_of_set_index(const void *lock)
{
	int index = device_index(lock, DEV_SET_LOCK);

	return index < 0 && is_lock_of_vf(lock) ? OF_THE_VF : index;
}

void points_forget_vf(void)
{
	vf_set = NULL;
}

/* As labels call a lock that is one of ours. */
void points_lock_name(const void *lock, char *name, size_t size)
{
	int device = device_index(lock, MEMORY_LOCK);
	int buffer = buffer_index(lock, RESV);

	if (device >= 0)
		snprintf(name, size, "dev[%d].memory_lock", device);
	else if (device_index(lock, DEV_SET_LOCK) >= 0)
		snprintf(name, size, "dev_set.lock");
	else if (buffer >= 0)
		snprintf(name, size, "buf[%d].resv", buffer);
	else
		snprintf(name, size, "another-lock");
}

/* The index of the object that a call is about, -1 if it is none of ours. */
static int object_index(const struct point *p, const struct actor *actor,
			unsigned long a, unsigned long b)
{
	switch (p->object) {
	case RESV:
	case BUFFER:
	case FILE_OF:
	case FILE_AT:
		return buffer_index((void *)a, p->object);
	case SECOND_VFIO:
		return device_index((void *)b, VFIO_DEVICE);
	case MOVING:
		return actor->moving ? max(actor->buffer, 0) : -1;
	case EXPORTED:
		return actor->exports;
	case DEV_SET_LOCK:
		return lock_of_set_index((void *)a);
	case JOINING:
		return OF_THE_VF;
	case ANY:
		return 0;
	default:
		return device_index((void *)a, p->object);
	}
}

/* Some calls must be known of even where nobody stops at them. */
static bool watched(const struct point *p)
{
	return p->before != UNSEEN || p->after != UNSEEN || p == &points[POINT_move] ||
	       p == &points[POINT_pm_get];
}

static int enter(struct kprobe *kp, struct pt_regs *regs)
{
	struct point *p = container_of(kp, struct point, kp);
	struct actor *actor;

	/* where ftrace did not patch the entry we come by int3, which is like an NMI */
	if ((kp->flags & KPROBE_FLAG_FTRACE) && !in_task())
		return 0;
	if (!watched(p))
		return 0;
	actor = actor_of_current();
	if (!actor || !READ_ONCE(actor->gated) || actor->resuming ||
	    actor->unseen)
		return 0;
	if (actor->calling == p) {
		actor->calling = NULL;
		return 0;
	}
	if (object_index(p, actor, regs->di, regs->si) < 0)
		return 0;
	regs->ip = (unsigned long)p->stub;
	return 1;
}
NOKPROBE_SYMBOL(enter);

/* A post handler keeps the probe from being optimised to a jump. */
static void left(struct kprobe *kp, struct pt_regs *regs, unsigned long flags)
{
}
NOKPROBE_SYMBOL(left);

/* Whether the lock that a thread is about to take is taken. */
static int busy(const struct point *p, const void *lock)
{
	switch (p->object) {
	case MEMORY_LOCK:
		return rwsem_is_locked((struct rw_semaphore *)lock);
	case RESV:
		return ww_mutex_is_locked((struct ww_mutex *)lock);
	case DEV_SET_LOCK:
		return mutex_is_locked((struct mutex *)lock);
	default:
		return 0;
	}
}

/* Whether the buffer that a call is about is revoked; who puts it may free it. */
static int describe_flag(char *line, size_t size, const struct point *p,
			 int index, bool after)
{
	bool of_buffer = p->object == RESV || p->object == BUFFER ||
			 p->object == FILE_AT || p->object == MOVING ||
			 (p->object == FILE_OF && !after);
	int flag = of_buffer ? flag_of(index) : -1;

	return flag < 0 ? 0 : scnprintf(line, size, " revoked=%d", flag);
}

/*
 * What the kernel would find if it tested memory now: in vfio_pci_config.c it
 * does so without a call.
 */
static int describe_memory(char *line, size_t size, const struct point *p,
			   int index)
{
	struct actor *actor = actor_of_current();
	struct vfio_pci_core_device *vdev;
	bool enabled;

	if (p->object != MEMORY_LOCK && p != &points[POINT_move])
		return 0;
	vdev = lab_devices[index];
	/* one that is closed has no config space to look at */
	if (!vdev->vconfig)
		return 0;
	actor->unseen = true;
	enabled = __vfio_pci_memory_enabled(vdev);
	actor->unseen = false;
	return scnprintf(line, size, " enabled=%d", enabled);
}

/* How many devices of a set are open; the closing one still counts. */
static int open_in(struct vfio_device_set *set)
{
	struct vfio_device *cur;
	int open = 0;

	list_for_each_entry(cur, &set->device_list, dev_set_list)
		open += cur->open_count;
	return open;
}

/* What vfio keeps of a device, where the thread that changes it comes by. */
static int describe_device(char *line, size_t size, const struct point *p,
			   int index)
{
	struct vfio_pci_core_device *vdev;
	int n;

	if (p->object != MEMORY_LOCK && p->object != VDEV &&
	    p->object != PDEV && p->object != DEVICE &&
	    p->object != DEV_SET && p->object != DEV_SET_LOCK)
		return 0;
	if (index == OF_THE_VF)
		return 0;
	vdev = lab_devices[index];
	n = scnprintf(line, size,
		      " engaged=%d eventfd=%d sriov=%d dirty=%d usage=%d",
		      vdev->pm_runtime_engaged, !!vdev->pm_wake_eventfd_ctx,
		      vdev->sriov_active, vdev->needs_reset,
		      atomic_read(&vdev->pdev->dev.power.usage_count));
	if (p == &points[POINT_pm_put] || p->object == DEV_SET ||
	    p == &points[POINT_mutex_unlock])
		n += scnprintf(line + n, size - n, " open=%d",
			       open_in(vdev->vdev.dev_set));
	return n;
}

static void describe(char *line, size_t size, const struct point *p, int index,
		     const unsigned long *arg, const unsigned long *result)
{
	int n = scnprintf(line, size, " %d", index);

	if (p->shows == SECOND || p->shows == SECOND_RESULT)
		n += scnprintf(line + n, size - n, " value=%d", (int)arg[1]);
	n += describe_flag(line + n, size - n, p, index, result);
	if (p->shows == CONFIG)
		n += scnprintf(line + n, size - n, " where=%d value=%d",
			       (int)arg[1], (u16)arg[2]);
	n += describe_device(line + n, size - n, p, index);
	if (index == OF_THE_VF)
		n += scnprintf(line + n, size - n, " vf=1");
	if (!result) {
		n += describe_memory(line + n, size - n, p, index);
		scnprintf(line + n, size - n, " busy=%d",
			  busy(p, (void *)arg[0]));
		return;
	}
	if (p->shows == RESULT || p->shows == SECOND_RESULT)
		scnprintf(line + n, size - n, " result=%d", (int)*result);
	if (p->shows == RESULT_BOOL)
		scnprintf(line + n, size - n, " result=%d", (u8)*result);
	if (p->shows == RESULT_POINTER)
		scnprintf(line + n, size - n, " result=%ld",
			  IS_ERR_VALUE(*result) ? (long)*result : !!*result);
}

/* What later stops of this thread want to know of this call. */
static void note(struct actor *actor, const struct point *p, int index,
		 bool inside)
{
	if (p == &points[POINT_move])
		actor->moving = inside;
	/* a resume is a part of a test that stops in it */
	if (p == &points[POINT_pm_get])
		actor->resuming = inside &&
			points[POINT_runtime_resume].before == UNSEEN;
	if (p->object == RESV || p->object == BUFFER)
		actor->buffer = index;
}

/* A buffer is ours from its export to its release. */
static void note_buffer(const struct point *p, int index, unsigned long result)
{
	if (index < 0 || index >= LAB_BUFFERS)
		return;
	if (p == &points[POINT_dma_buf_export] && !IS_ERR_VALUE(result))
		WRITE_ONCE(lab_buffers[index], (struct dma_buf *)result);
	if (p == &points[POINT_dma_buf_release])
		WRITE_ONCE(lab_buffers[index], NULL);
}

/* A VF joins its set in the one call, and leaves it in the other. */
static void note_vf(const struct point *p, const unsigned long *arg,
		    bool inside)
{
	if (p == &points[POINT_assign_set]) {
		if (!inside)
			vf_set = joining->dev_set;
		joining = inside ? (struct vfio_device *)arg[0] : NULL;
	}
	if (p == &points[POINT_disable_sriov] && !inside)
		vf_set = NULL;
}

/*
 * The function itself. Where ftrace patched its entry, it is called past that
 * place: ftrace has seen this call already, when it came to the gate, and its
 * caller with it. Elsewhere its own probe lets this one call through.
 */
static unsigned long call(struct actor *actor, struct point *p,
			  const unsigned long *arg)
{
	unsigned long entry = (unsigned long)p->kp.addr;
	unsigned long result;

	if (p->kp.flags & KPROBE_FLAG_FTRACE)
		entry += MCOUNT_INSN_SIZE;
	else if (READ_ONCE(actor->gated))
		actor->calling = p;
	result = ((function)entry)(arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
	actor->calling = NULL;
	return result;
}

static void reach(struct actor *actor, const struct point *p,
		  enum watch watch, const char *phase, const char *details)
{
	if (watch == STOPS)
		gate_stop(actor, p->name, phase, details);
	else if (READ_ONCE(actor->gated))
		lab_say("pass %s %s %s%s", actor->name, p->name, phase, details);
}

static unsigned long pass(struct point *p, const unsigned long *arg)
{
	struct actor *actor = actor_of_current();
	int index = object_index(p, actor, arg[0], arg[1]);
	unsigned long result;
	char line[160];

	if (p->before != UNSEEN) {
		describe(line, sizeof(line), p, index, arg, NULL);
		reach(actor, p, p->before, "before", line);
	}
	note(actor, p, index, true);
	note_vf(p, arg, true);
	result = call(actor, p, arg);
	note_vf(p, arg, false);
	note(actor, p, index, false);
	note_buffer(p, index, result);
	if (p->after != UNSEEN) {
		describe(line, sizeof(line), p, index, arg, &result);
		reach(actor, p, p->after, "after", line);
	}
	return result;
}

static int watch_one(const char *name, bool before, enum watch watch)
{
	if (!strcmp(name, "invalidate")) {
		importer_enabled = true;
		return 0;
	}
	for (int i = 0; i < POINT_COUNT; i++) {
		if (strcmp(points[i].name, name))
			continue;
		if (!points[i].kp.addr)
			return -ENOENT;
		if (before)
			points[i].before = watch;
		else
			points[i].after = watch;
		return 0;
	}
	return -EINVAL;
}

/* "down_write< -move>": stop before the one, say when the other is passed. */
int points_enable(char *names)
{
	char *name;
	int ret = 0;

	importer_enabled = false;
	for (int i = 0; i < POINT_COUNT; i++)
		points[i].before = points[i].after = UNSEEN;
	while ((name = strsep(&names, " ")) && !ret) {
		enum watch watch = *name == '-' ? PASSES : STOPS;
		size_t length;
		bool before;

		name += watch == PASSES;
		length = strlen(name);
		if (length < 2)
			continue;
		before = name[length - 1] == '<';
		name[length - 1] = '\0';
		ret = watch_one(name, before, watch);
	}
	return ret;
}

static int register_point(struct point *p, const char *symbol)
{
	p->kp.addr = NULL;
	p->kp.symbol_name = symbol;
	p->kp.pre_handler = enter;
	p->kp.post_handler = left;
	return register_kprobe(&p->kp);
}

/* A kernel may lack a function: who wants to stop there is told. */
void points_register(void)
{
	for (int i = 0; i < POINT_COUNT; i++) {
		struct point *p = &points[i];
		int ret = register_point(p, p->symbol);

		/* with lockdep mutex_lock() is a macro */
		if (ret && i == POINT_mutex_lock)
			ret = register_point(p, "mutex_lock_nested");
		if (!ret)
			continue;
		pr_info("lab: no gate at %s (%d)\n", p->symbol, ret);
		p->kp.addr = NULL;
	}
}

void points_unregister(void)
{
	for (int i = 0; i < POINT_COUNT; i++)
		if (points[i].kp.addr)
			unregister_kprobe(&points[i].kp);
}
