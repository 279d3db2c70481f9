/**
 * What a line of a trace means: the one table between the kernel's names and the labels of the
 * machines that judge a trace.
 */
export interface Row {
  /** The function that is entered or left, or the tracepoint. */
  readonly name: string;
  /** The return of the function, which a return probe shows. */
  readonly returns?: 'ok' | '-ENODEV' | 'other' | '0' | '1';
  /** The functions that call; any where absent. */
  readonly from?: readonly string[];
  /** What an argument has to be, where a probe shows it. */
  readonly revoked?: '0' | '1';
  /** Whether the lock is taken through ZAP_AND_LOCK; either where absent. */
  readonly zaps?: boolean;
  /** Only where the trace shows something of each of these other functions. */
  readonly with?: readonly string[];
  /** Only where the trace shows nothing of this other function. */
  readonly without?: string;
  /** The labels it may stand for, with letters for indices. */
  readonly labels: readonly string[];
  /** Where this is stated. */
  readonly source: string;
}

export const COMMAND = 'vfio_basic_config_write';
/** Writes of PMCSR; the compiler may inline the first in the second. */
export const POWER: readonly string[] = ['vfio_lock_and_set_power_state', 'vfio_pm_config_write'];
const FUNCTION_RESET = ['vfio_exp_config_write', 'vfio_af_config_write'];
/** Writes of the configuration space that take memory_lock. */
const CONFIG = [COMMAND, ...POWER, ...FUNCTION_RESET];
/** VFIO_DEVICE_RESET; stock kernels have it inlined in the ioctl. */
const RESET = ['vfio_pci_ioctl_reset', 'vfio_pci_core_ioctl'];
const PM_ENTRY = ['vfio_pci_runtime_pm_entry', 'vfio_pci_core_pm_entry'];
const PM_EXIT = ['vfio_pci_runtime_pm_exit', 'vfio_pci_core_pm_exit', 'vfio_pci_core_disable'];
/** The PM core calls them, whether the device is open or not. */
export const PM_CALLBACKS: readonly string[] = [
  'vfio_pci_core_runtime_suspend',
  'vfio_pci_core_runtime_resume',
];
/** They take the lock and leave the buffers as they are. */
const OTHERS = [
  ...PM_CALLBACKS,
  'vfio_pci_core_sriov_configure',
  'vfio_pci_memory_lock_and_enable',
];
/** Takes the lock for config writes, VFIO_DEVICE_RESET and LOW_POWER_ENTRY. */
export const ZAP_AND_LOCK = 'vfio_pci_zap_and_down_write_memory_lock';
export const MOVE = 'vfio_pci_dma_buf_move';
export const CLEANUP = 'vfio_pci_dma_buf_cleanup';
/** VFIO_DEVICE_PCI_HOT_RESET; the compiler may inline it in its callers. */
const HOT_RESET = [
  'vfio_pci_dev_set_hot_reset',
  'vfio_pci_ioctl_pci_hot_reset',
  'vfio_pci_ioctl_pci_hot_reset_groups',
  'vfio_pci_core_ioctl',
];
/** Those that nothing but a hot reset calls. */
export const HOT_RESETTERS: readonly string[] = HOT_RESET.filter(
  (name) => name !== 'vfio_pci_core_ioctl',
);
const EXPORT = 'vfio_pci_core_feature_dma_buf';
const RELEASE = 'vfio_pci_dma_buf_release';
/** What vfio_pci_dma_buf_map() calls once it has read that the buffer is not revoked. */
export const MAP_CHECKED = 'dma_buf_phys_vec_to_sgt <-vfio_pci_dma_buf_map';
/** Accesses to a BAR, which ask with memory_lock held for reading. */
const READERS = [
  'vfio_pci_core_do_io_rw',
  ...[8, 16, 32, 64].flatMap((size) => [
    `vfio_pci_core_ioread${size}`,
    `vfio_pci_core_iowrite${size}`,
  ]),
  'vfio_pci_ioeventfd_handler',
  'vfio_pci_vmf_insert_pfn',
  'vfio_pci_mmap_huge_fault',
];

/** Functions that take memory_lock and never another rwsem: what they lock is a memory_lock. */
export const LOCKERS: readonly string[] = [
  ...CONFIG,
  ...RESET,
  ...PM_ENTRY,
  ...PM_EXIT,
  ...OTHERS,
  ZAP_AND_LOCK,
  CLEANUP,
  ...HOT_RESET,
];

/** Functions that lock memory_lock up to 7.3, and the `dmabuf_lock` of the posted mmap series. */
export const LIST_LOCKERS: readonly string[] = [EXPORT, RELEASE];

function lock(labels: readonly string[], from: readonly string[], source: string): Row {
  return { name: 'down_write', from, labels, source };
}

/** What a task does first in a call: it holds no memory_lock then. */
const enters: readonly Row[] = [
  'tracing_mark_write',
  'vfio_pci_core_ioctl',
  EXPORT,
  'vfio_pci_ioctl_get_region_info',
  'vfio_basic_config_write',
  'vfio_pm_config_write',
  'vfio_exp_config_write',
  'vfio_af_config_write',
  'vfio_device_fops_release',
  'vfio_df_ioctl_bind_iommufd',
  'vfio_pci_core_enable',
  'dma_buf_file_release',
  'iommufd_ioas_map_file',
  'iommufd_ioas_unmap',
].map((name) => ({
  name,
  labels: ['task.enters'],
  source: `${name === 'tracing_mark_write' ? 'tracing_mark_write, a write by the program' : `${name}, v7.3`}`,
}));

const returns: readonly Row[] = [
  {
    name: 'vfio_device_put_registration',
    from: ['vfio_device_fops_release'],
    labels: ['task.enters'],
    source: 'vfio_device_fops_release, v7.3: the device is closed',
  },
];

/**
 * Two ways of one function to take the lock: through vfio_pci_zap_and_down_write_memory_lock() where
 * access ends, and by down_write() where it does not. The second is told from the first only where
 * the trace shows that the first is a call, and not inlined.
 */
function eitherWay(from: string, zapped: string, plain: string, source: string): Row[] {
  const zap = `${ZAP_AND_LOCK} <-${from}`;
  const row = { name: 'down_write', from: [from], source };
  return [
    { ...row, zaps: true, labels: [zapped] },
    { ...row, zaps: false, with: [zap], labels: [plain] },
    { ...row, zaps: false, without: zap, labels: [zapped, plain] },
  ];
}

const locks: readonly Row[] = [
  ...eitherWay(
    COMMAND,
    'dev[d].down_write#command_off',
    'dev[d].down_write#command_on',
    'vfio_basic_config_write, v7.3: zapped where MEM=0 is written, and only there',
  ),
  ...POWER.flatMap((from) =>
    eitherWay(
      from,
      'dev[d].down_write#power_d3hot',
      'dev[d].down_write#power_d0',
      'vfio_lock_and_set_power_state, v7.3: zapped where D3hot is written, and only there',
    ),
  ),
  lock(
    ['dev[d].down_write#function_reset'],
    FUNCTION_RESET,
    'vfio_exp_config_write, vfio_af_config_write, v7.3',
  ),
  lock(['dev[d].down_write#reset'], RESET, 'vfio_pci_ioctl_reset, v7.3'),
  lock(['dev[d].down_write#pm_entry'], PM_ENTRY, 'vfio_pci_runtime_pm_entry, v7.3'),
  lock(['dev[d].down_write#pm_exit'], PM_EXIT, 'vfio_pci_runtime_pm_exit, v7.3'),
  lock(['dev[d].down_write#cleanup'], [CLEANUP], 'vfio_pci_dma_buf_cleanup, v7.3'),
  lock(
    ['dev[d].down_write#other'],
    OTHERS,
    'vfio_pci_core_runtime_suspend, vfio_pci_core_runtime_resume, vfio_pci_core_sriov_configure, v7.3',
  ),
  {
    ...lock(
      ['dev[d].down_write#release'],
      [RELEASE],
      'vfio_pci_dma_buf_release, v7.3: it is listed',
    ),
    with: [RELEASE],
  },
  {
    ...lock(['dev[d].down_write#other'], [RELEASE], 'vfio_pci_dma_buf_release, v7.3'),
    without: RELEASE,
  },
  lock(['buf[b].export:begin'], [EXPORT], 'vfio_pci_core_feature_dma_buf, v7.3'),
  lock(
    ['command_off', 'power_d3hot', 'function_reset', 'reset', 'pm_entry'].map(
      (section) => `dev[d].down_write#${section}`,
    ),
    [ZAP_AND_LOCK],
    'vfio_pci_zap_and_down_write_memory_lock, v7.3: all who call it',
  ),
  {
    name: 'down_write_trylock',
    from: HOT_RESET,
    labels: ['dev[d].down_write_trylock'],
    source: 'vfio_pci_dev_set_hot_reset, v7.3',
  },
  {
    name: 'down_write_trylock',
    returns: '1',
    from: HOT_RESET,
    labels: ['dev[d].begin#trylock'],
    source: 'vfio_pci_dev_set_hot_reset, v7.3',
  },
  {
    name: 'down_write_trylock',
    returns: '0',
    from: HOT_RESET,
    labels: ['dev[d].down_write_trylock:0'],
    source: 'vfio_pci_dev_set_hot_reset, v7.3: -EBUSY',
  },
  { name: 'up_write', labels: ['dev[d].up_write'], source: 'up_write(&vdev->memory_lock), v7.3' },
];

/** Who asks with memory_lock held for writing; a hot reset does so of devices that are open. */
const TESTERS = [...CONFIG, ...PM_EXIT, ...RESET, EXPORT];
const TEST = '__vfio_pci_memory_enabled';

/** What a test says, by its return; where no return is seen, that there was one. */
function tests(from: readonly string[], label: (said: '0' | '1') => string, source: string): Row[] {
  const both = [label('1'), label('0')];
  return [
    { name: TEST, returns: '1', from, labels: [label('1')], source },
    { name: TEST, returns: '0', from, labels: [label('0')], source },
    { name: TEST, without: `${TEST}:return`, from, labels: both, source },
  ];
}

const moves: readonly Row[] = [
  {
    name: MOVE,
    revoked: '1',
    labels: ['dev[d].move(true)'],
    source: 'vfio_pci_dma_buf_move, v7.3',
  },
  {
    name: MOVE,
    revoked: '0',
    labels: ['dev[d].move(false)'],
    source: 'vfio_pci_dma_buf_move, v7.3',
  },
  {
    name: 'ww_mutex_lock',
    from: [MOVE],
    labels: ['dev[d].resv.lock'],
    source: 'dma_resv_lock, inline, in vfio_pci_dma_buf_move, v7.3',
  },
  {
    name: 'dma_buf_invalidate_mappings',
    from: [MOVE],
    labels: ['dev[d].invalidate_mappings'],
    source: 'vfio_pci_dma_buf_move, v7.3',
  },
  {
    name: 'dma_resv_wait_timeout',
    from: [MOVE],
    labels: ['dev[d].resv.wait'],
    source: 'vfio_pci_dma_buf_move, v7.3',
  },
  {
    name: 'ww_mutex_unlock',
    from: [MOVE],
    labels: ['dev[d].resv.unlock'],
    source: 'dma_resv_unlock, inline, in vfio_pci_dma_buf_move, v7.3',
  },
  {
    name: 'vfio_device_put_registration',
    from: [CLEANUP],
    labels: ['listed[d].cleanup'],
    source: 'vfio_pci_dma_buf_cleanup, v7.3: once for each buffer, which is off the list then',
  },
  {
    name: 'vfio_device_put_registration',
    from: [RELEASE],
    with: [RELEASE],
    labels: ['task.put_registration'],
    source: 'vfio_pci_dma_buf_release, v7.3: of a buffer that is on the list',
  },
  ...tests(TESTERS, (said) => `dev[d].memory_enabled:${said}`, '__vfio_pci_memory_enabled, v7.3'),
  ...tests(
    HOT_RESET,
    (said) => `dev[d].memory_enabled:${said}#hot_reset`,
    'vfio_pci_dev_set_hot_reset, v7.3: asked where open_count is not 0',
  ),
  ...tests(
    READERS,
    (said) => `dev[d].memory_read:${said}`,
    'vfio_pci_core_do_io_rw, vfio_pci_vmf_insert_pfn, v7.3: no writer has the lock',
  ).filter(({ returns }) => returns !== undefined),
];

const transitions: readonly Row[] = [
  {
    name: 'vfio_pci_core_enable',
    labels: ['dev[d].open:ok', 'dev[d].open:failed'],
    source: 'vfio_pci_core_enable, v7.3: what it answers is not seen',
  },
  {
    name: 'vfio_pci_core_disable',
    labels: ['dev[d].core_disable'],
    source: 'vfio_pci_core_disable, v7.3: after vfio_pci_dma_buf_cleanup()',
  },
  {
    name: 'pci_try_reset_function',
    from: [...RESET, 'vfio_exp_config_write', 'vfio_af_config_write'],
    labels: ['dev[d].reset'],
    source: 'vfio_pci_ioctl_reset, vfio_exp_config_write, vfio_af_config_write, v7.3',
  },
  {
    name: 'pci_reset_bus',
    from: HOT_RESET,
    labels: ['bus.reset'],
    source: 'vfio_pci_dev_set_hot_reset, v7.3: the devices whose memory_lock the task holds',
  },
  {
    name: 'pci_reset_bus',
    from: ['vfio_pci_dev_set_try_reset', 'vfio_pci_core_disable', 'vfio_pci_core_close_device'],
    labels: ['others.closed'],
    source: 'vfio_pci_dev_set_try_reset, v7.3: no other device of the set is open',
  },
];

function answers(name: string, operation: string, source: string): Row[] {
  return [
    { name, labels: [`buf[b].${operation}:begin`], source },
    ...(['ok', '-ENODEV', 'other'] as const).map((returns) => ({
      name,
      returns,
      labels: [`buf[b].${operation}_return:${returns}`],
      source,
    })),
  ];
}

const buffers: readonly Row[] = [
  ...answers('vfio_pci_dma_buf_attach', 'attach', 'vfio_pci_dma_buf_attach, v7.3'),
  {
    name: 'dma_buf_attach_revocable',
    from: ['vfio_pci_dma_buf_attach'],
    without: 'vfio_pci_dma_buf_attach:return',
    labels: ['buf[b].attach_return:ok'],
    source: 'vfio_pci_dma_buf_attach, v7.1 and later: asked once `revoked` was read as false',
  },
  ...answers('vfio_pci_dma_buf_map', 'map', 'vfio_pci_dma_buf_map, v7.3'),
  {
    name: 'dma_buf_phys_vec_to_sgt',
    from: ['vfio_pci_dma_buf_map'],
    labels: ['buf[b].map:checked'],
    source: 'vfio_pci_dma_buf_map, v7.3: `revoked` was read as false, under the reservation lock',
  },
  {
    name: 'vfio_pci_dma_buf_unmap',
    labels: ['buf[b].unmap'],
    source: 'vfio_pci_dma_buf_unmap, v7.3: counted where the answers of vfio_pci_dma_buf_map() are',
  },
  ...answers('vfio_pci_dma_buf_iommufd_map', 'map_file', 'vfio_pci_dma_buf_iommufd_map, v7.3'),
  {
    name: 'dma_buf_export',
    from: [EXPORT],
    without: 'down_write',
    labels: ['buf[b].export:begin'],
    source: 'vfio_pci_core_feature_dma_buf, v7.3: memory_lock is taken next',
  },
  {
    name: RELEASE,
    labels: ['task.vfio_pci_dma_buf_release'],
    source: 'vfio_pci_dma_buf_release, v7.3',
  },
];

export const rows: readonly Row[] = [
  ...enters,
  ...returns,
  ...locks,
  ...moves,
  ...transitions,
  ...buffers,
];
