import type { CallForm, Dialect, Guard, ListLoop, ListQuery, Unlink } from '../source/dialect.ts';

/** What the C of the kernel takes for granted beyond the language. */
export const kernelDialect: Dialect = {
  name: 'Linux kernel C',
  older: [
    // Before v7.0 an object was allocated by its size.
    [/\bkzalloc\(\s*sizeof\((?:struct\s+)?([^()]+)\),\s*GFP_KERNEL\s*\)/g, 'kzalloc_obj($1)'],
    [/\bkzalloc\(\s*sizeof\((?:struct\s+)?([^()]+)\),\s*(GFP_\w+)\s*\)/g, 'kzalloc_obj($1, $2)'],
    [
      /\bkcalloc\(\s*([^(),]+),\s*sizeof\((?:struct\s+)?([^()]+)\),\s*GFP_KERNEL\s*\)/g,
      'kzalloc_objs($2, $1)',
    ],
  ],
  annotations:
    /\b(?:__user|__iomem|__rcu|__force|__must_check|__init|__exit|__always_unused|__maybe_unused|__packed|__aligned|__cold|__hot|noinline|noinline_for_stack|__always_inline|__ref|__read_mostly|__ro_after_init|__percpu|__bitwise|__counted_by(?:_le|_be|_ptr)?|__must_hold|__acquires|__releases|__cond_acquires|__guarded_by|__no_context_analysis|__printf|__scanf|__attribute__|__section|__nonstring|____cacheline_aligned(?:_in_smp)?|asmlinkage|__weak|__latent_entropy|__visible|__diag_\w+|fallthrough)\b/g,
  fileMacros:
    /^(?:EXPORT_(?:TRACEPOINT_)?SYMBOL\w*|MODULE_\w+|module_\w+|subsys_initcall\w*|late_initcall\w*|core_initcall\w*|device_initcall\w*|DEFINE_(?:MUTEX|SPINLOCK|IDA|IDR|XARRAY\w*|STATIC_\w+|DEBUGFS_\w+|SHOW_\w+|SIMPLE_\w+|PER_CPU\w*|FREE|GUARD\w*|CLASS|LOCK_GUARD\w*|RAW_SPINLOCK|SRCU|STATIC_SRCU|WAIT_OVERRIDE_CLASS)|DECLARE_\w+|LIST_HEAD|static_assert|BUILD_BUG_ON\w*|IMPORT_NS)\s*\([^;{}]*\)\s*;?/gm,
  bodyMacros:
    /(?<![.>\w])(?:(?!define)\w*for_each\w*|scoped_guard|scoped_cond_guard|scoped_class|hash_for_each\w*|xa_for_each\w*|pci_bus_for_each_resource|wait_event_cmd)\b/g,
  listLoops: {
    ...loops('list_for_each_entry', ''),
    ...loops('list_for_each_entry', '_rcu'),
    xa_for_each: {
      direction: 'forward',
      start: 'head',
      head: 0,
      index: 1,
      cursor: 2,
      ends: 'null',
    },
    for_each_sgtable_dma_sg: { direction: 'forward', start: 'head', head: 0, cursor: 1 },
  },
  listQueries: {
    list_first_entry: { answers: 'first', head: 0, member: 2 },
    list_first_entry_or_null: { answers: 'first', head: 0, member: 2, orNull: true },
    list_last_entry: { answers: 'last', head: 0, member: 2 },
    list_last_entry_or_null: { answers: 'last', head: 0, member: 2, orNull: true },
    list_next_entry: { answers: 'next', entry: 0, member: 1 },
    list_prev_entry: { answers: 'previous', entry: 0, member: 1 },
    list_entry_is_head: { answers: 'is_head', entry: 0, head: 1, member: 2 },
    list_empty: { answers: 'is_empty', head: 0 },
    xa_empty: { answers: 'is_empty', head: 0 },
  } satisfies Record<string, ListQuery>,
  forms: {
    // What lockdep is told beside the lock; include/linux/mutex.h and rwsem.h, v7.3.
    ...each(['mutex_lock_nested', 'mutex_lock_nest_lock', 'mutex_lock_io'], form('mutex_lock')),
    ...each(['down_read_nested'], form('down_read')),
    ...each(['down_write_nested', 'down_write_nest_lock'], form('down_write')),
    ...each(['spin_lock_nested', 'spin_lock_nest_lock'], form('spin_lock')),
    // What a signal ends with -EINTR: __mutex_lock_common(), __down_write_common(), v7.3.
    ...each(
      ['mutex_lock_interruptible', 'mutex_lock_interruptible_nested'],
      mayBeEnded('mutex_lock'),
    ),
    ...each(['mutex_lock_killable', 'mutex_lock_killable_nested'], mayBeEnded('mutex_lock')),
    ...each(
      ['down_read_interruptible', 'down_read_killable', 'down_read_killable_nested'],
      mayBeEnded('down_read'),
    ),
    ...each(['down_write_killable', 'down_write_killable_nested'], mayBeEnded('down_write')),
    dma_resv_lock_interruptible: mayBeEnded('dma_resv_lock', 2),
    mmap_read_lock_killable: mayBeEnded('mmap_read_lock'),
    mmap_write_lock_killable: mayBeEnded('mmap_write_lock'),
    device_lock_interruptible: mayBeEnded('device_lock'),
  } satisfies Record<string, CallForm>,
  // include/linux/list.h, v7.3; list_replace() leaves the links of the old entry as they are.
  unlinks: {
    ...each(['list_del', 'list_del_init', 'list_del_init_careful', 'list_replace_init'], {
      link: 0,
    }),
    ...each(['list_move', 'list_move_tail', 'list_add', 'list_add_tail'], { link: 0 }),
    ...each(['list_del_rcu', 'list_bidir_del_rcu'], { link: 0, keepsNext: true }),
    ...each(['kfree', 'kvfree', 'kfree_sensitive', 'kfree_rcu'], { entry: 0 }),
  } satisfies Record<string, Unlink>,
  helpers: {
    ERR_PTR: 'error_pointer',
    ERR_CAST: 'same',
    PTR_ERR: 'errno_of',
    IS_ERR: 'is_error',
    IS_ERR_OR_NULL: 'is_error_or_null',
    PTR_ERR_OR_ZERO: 'errno_or_zero',
    IS_ERR_VALUE: 'is_error',
    likely: 'same',
    unlikely: 'same',
    READ_ONCE: 'same',
    data_race: 'same',
    rcu_dereference: 'same',
    rcu_dereference_protected: 'same',
    rcu_access_pointer: 'same',
    container_of: 'container',
    to_pci_dev: 'same',
    // What the kernel asked about here runs on is little endian.
    le16_to_cpu: 'same',
    le32_to_cpu: 'same',
    cpu_to_le16: 'same',
    cpu_to_le32: 'same',
    // A time in another unit.
    secs_to_jiffies: 'same',
    msecs_to_jiffies: 'same',
    usecs_to_jiffies: 'same',
    no_free_ptr: 'same',
    return_ptr: 'same',
    WARN_ON: 'truth',
    WARN_ON_ONCE: 'truth',
    WARN: 'truth',
    WARN_ONCE: 'truth',
    DMA_BUF_TRACE: 'trace',
    ...nothing([
      ['lockdep_assert_held', 'lockdep_assert_held_write', 'lockdep_assert_held_read'],
      ['lockdep_assert_not_held', 'lockdep_assert', 'might_sleep', 'might_lock', 'might_fault'],
      ['BUG_ON', 'dma_resv_assert_held', 'barrier', 'cond_resched', 'iommu_group_mutex_assert'],
      ['pr_debug', 'pr_info', 'pr_warn', 'pr_warn_ratelimited', 'pr_err', 'pr_err_ratelimited'],
      ['pr_info_ratelimited', 'pr_notice', 'printk', 'dev_dbg', 'dev_info', 'dev_warn', 'dev_err'],
      ['dev_info_ratelimited', 'dev_warn_once', 'dev_notice', 'pci_dbg', 'pci_info', 'pci_warn'],
      ['pci_err', 'pci_notice', 'pci_info_ratelimited', 'pci_warn_once', 'pci_notice_ratelimited'],
      ['BUILD_BUG_ON', 'BUILD_BUG_ON_ZERO', 'static_assert', 'assert_iommufd_object'],
    ]),
  },
  constants: {
    NULL: 0,
    true: 1,
    false: 0,
    ...errnos(),
    ...pciRegisters(),
  },
  guards: {
    mutex: { enter: 'mutex_lock', leave: 'mutex_unlock' },
    mutex_intr: { enter: 'mutex_lock_interruptible', leave: 'mutex_unlock', fails: 'errno' },
    mutex_kill: { enter: 'mutex_lock_killable', leave: 'mutex_unlock', fails: 'errno' },
    rwsem_read_intr: { enter: 'down_read_interruptible', leave: 'up_read', fails: 'errno' },
    rwsem_write_kill: { enter: 'down_write_killable', leave: 'up_write', fails: 'errno' },
    mutex_try: { enter: 'mutex_trylock', leave: 'mutex_unlock', fails: 0 },
    rwsem_read: { enter: 'down_read', leave: 'up_read' },
    rwsem_read_try: { enter: 'down_read_trylock', leave: 'up_read', fails: 0 },
    rwsem_write: { enter: 'down_write', leave: 'up_write' },
    rwsem_write_try: { enter: 'down_write_trylock', leave: 'up_write', fails: 0 },
    spinlock: { enter: 'spin_lock', leave: 'spin_unlock' },
    spinlock_irqsave: { enter: 'spin_lock_irqsave', leave: 'spin_unlock_irqrestore' },
    spinlock_irq: { enter: 'spin_lock_irq', leave: 'spin_unlock_irq' },
    rcu: { enter: 'rcu_read_lock', leave: 'rcu_read_unlock' },
    device: { enter: 'device_lock', leave: 'device_unlock' },
    pci_dev: { enter: 'pci_dev_lock', leave: 'pci_dev_unlock' },
  } satisfies Record<string, Guard>,
  cleanup: '__free',
  unevaluated: ['kzalloc_obj', 'kmalloc_obj', 'kvzalloc_obj', 'kvmalloc_obj'],
  takes: ['no_free_ptr', 'return_ptr', 'take_fd', 'retain_and_null_ptr'],
  configured: (symbol) => (/^CONFIG_/.test(symbol) ? !OFF.has(symbol) : undefined),
  configurationTests: ['IS_ENABLED', 'IS_REACHABLE', 'IS_BUILTIN', 'IS_MODULE'],
};

/** What no kernel that is asked about here has: big endian, and what stands for tests. */
const OFF = new Set([
  'CONFIG_CPU_BIG_ENDIAN',
  'CONFIG_KUNIT',
  'CONFIG_LOCKDEP',
  'CONFIG_PREEMPT_RT',
]);

function form(of: string): CallForm {
  return { of, arguments: 1 };
}

function mayBeEnded(of: string, args = 1): CallForm {
  return { of, arguments: args, interrupted: -errnos().EINTR! };
}

/** The loops over entries of a list: `_safe`, `_reverse`, `_continue`, `_from` and their mixtures. */
function loops(name: string, end: string): Record<string, ListLoop> {
  const found: Record<string, ListLoop> = {};
  for (const safe of [false, true]) {
    for (const start of ['head', 'beyond', 'here'] as const) {
      for (const direction of ['forward', 'backward'] as const) {
        const word = { head: '', beyond: '_continue', here: '_from' }[start];
        const parts = [safe && '_safe', word, direction === 'backward' && '_reverse'];
        const shift = safe ? 1 : 0;
        found[`${name}${parts.filter(Boolean).join('')}${end}`] = {
          direction,
          start,
          head: 1 + shift,
          member: 2 + shift,
          ...(safe && { ahead: 1 }),
        };
      }
    }
  }
  return found;
}

function each<T>(names: readonly string[], value: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

function nothing(names: readonly (readonly string[])[]): Record<string, 'nothing'> {
  return Object.fromEntries(names.flat().map((name) => [name, 'nothing' as const]));
}

/** Errno by name, as include/uapi/asm-generic has them, and the few that only the kernel knows. */
function errnos(): Record<string, number> {
  return {
    EPERM: 1,
    ENOENT: 2,
    EINTR: 4,
    EIO: 5,
    ENXIO: 6,
    E2BIG: 7,
    EBADF: 9,
    EAGAIN: 11,
    ENOMEM: 12,
    EACCES: 13,
    EFAULT: 14,
    EBUSY: 16,
    EEXIST: 17,
    EXDEV: 18,
    ENODEV: 19,
    EINVAL: 22,
    ENFILE: 23,
    EMFILE: 24,
    ENOTTY: 25,
    ENOSPC: 28,
    ERANGE: 34,
    EDEADLK: 35,
    ENOSYS: 38,
    EOVERFLOW: 75,
    EBADFD: 77,
    EOPNOTSUPP: 95,
    EADDRINUSE: 98,
    ETIMEDOUT: 110,
    EREMOTEIO: 121,
    ECANCELED: 125,
    EOWNERDEAD: 130,
    ERESTARTSYS: 512,
    ENOIOCTLCMD: 515,
    EPROBE_DEFER: 517,
    ENOTSUPP: 524,
  };
}

/** Registers of config space and their bits, as hardware has them, and power states by number. */
function pciRegisters(): Record<string, number> {
  return {
    PCI_COMMAND: 0x4,
    PCI_COMMAND_IO: 0x1,
    PCI_COMMAND_MEMORY: 0x2,
    PCI_COMMAND_INTX_DISABLE: 0x400,
    PCI_BASE_ADDRESS_0: 0x10,
    PCI_BASE_ADDRESS_5: 0x24,
    PCI_STD_NUM_BARS: 6,
    PCI_PM_CTRL: 0x4,
    PCI_PM_CTRL_STATE_MASK: 0x3,
    PCI_D0: 0,
    PCI_D1: 1,
    PCI_D2: 2,
    PCI_D3hot: 3,
  };
}
