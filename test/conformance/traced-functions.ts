/** What a function tracer sees when a step of a machine is taken. */
export interface TracedStep {
  /** The label without `@thread`, with letters for indices; `#variant` where it makes the difference. */
  readonly label: string;
  /** The functions it enters, in order. */
  readonly functions: readonly string[];
  /** The thread to which this line applies, where another does the same step inside another function. */
  readonly thread?: string;
  /** The function that calls them. */
  readonly source: string;
}

const RESET = 'vfio_pci_dev_set_hot_reset, v7.3';
const MOVE = 'vfio_pci_dma_buf_move, v7.3';
const WRITE = 'vfio_basic_config_write, v7.3';
const CLEANUP = 'vfio_pci_dma_buf_cleanup, v7.3';

/** The steps of the procedures. dma_resv_lock() is inline and shows as ww_mutex_lock(). */
export const procedureSteps: readonly TracedStep[] = [
  { label: 'bus.hot_reset:begin', functions: ['vfio_pci_dev_set_hot_reset'], source: RESET },
  { label: 'dev_set.lock.mutex_lock', functions: ['mutex_lock'], source: RESET },
  { label: 'dev_set.lock.mutex_unlock', functions: ['mutex_unlock'], source: RESET },
  ...['true', 'false'].map((outcome) => ({
    label: `dev_set.resettable:${outcome}`,
    functions: ['vfio_pci_dev_set_resettable'],
    source: RESET,
  })),
  {
    label: 'dev[0].pm_runtime_get:ok',
    functions: ['vfio_pci_dev_set_pm_runtime_get'],
    source: `${RESET}: one call, whose loop over the devices is not traced`,
  },
  ...['1', '0'].map((outcome) => ({
    label: `dev[d].memory_lock.down_write_trylock:${outcome}`,
    functions: ['down_write_trylock'],
    source: RESET,
  })),
  {
    label: 'dev[d].zap_bars',
    functions: ['vfio_pci_zap_bars', 'unmap_mapping_range'],
    source: 'vfio_pci_zap_bars, v7.3',
  },
  { label: 'dev[d].set_power_state(D0)', functions: ['vfio_pci_set_power_state'], source: RESET },
  { label: 'bus.pci_reset_bus:begin', functions: ['pci_reset_bus'], source: RESET },
  ...['true', 'false'].map((outcome) => ({
    label: `dev[d].memory_enabled:${outcome}`,
    functions: ['__vfio_pci_memory_enabled'],
    source: RESET,
  })),
  ...['true', 'false'].map((revoked) => ({
    label: `dev[d].move(${revoked}):begin`,
    functions: ['vfio_pci_dma_buf_move'],
    source: MOVE,
  })),
  { label: 'dev[d].memory_lock.down_write', functions: ['down_write'], source: WRITE },
  { label: 'dev[d].memory_lock.up_write', functions: ['up_write'], source: RESET },
  ...['MEM=0', 'MEM=1'].map((write) => ({
    label: `dev[d].write_command(${write}):begin`,
    functions: ['vfio_basic_config_write'],
    source: WRITE,
  })),
  { label: 'buf[b].resv.lock', functions: ['ww_mutex_lock'], source: MOVE },
  { label: 'buf[b].resv.unlock', functions: ['ww_mutex_unlock'], source: MOVE },
  { label: 'buf[b].resv.wait(BOOKKEEP)', functions: ['dma_resv_wait_timeout'], source: MOVE },
  {
    label: 'buf[b].invalidate_mappings:begin',
    functions: ['dma_buf_invalidate_mappings'],
    source: MOVE,
  },
  {
    label: 'dev[d].close:begin',
    functions: ['vfio_pci_core_close_device'],
    source: 'vfio_pci_core_close_device, v7.3',
  },
  {
    label: 'dev[d].cleanup:begin',
    functions: ['vfio_pci_dma_buf_cleanup'],
    source: 'vfio_pci_core_close_device, v7.3',
  },
  {
    label: 'buf[b].put_registration',
    functions: ['vfio_device_put_registration'],
    source: CLEANUP,
  },
  {
    label: 'dev[d].core_disable:begin',
    functions: ['vfio_pci_core_disable'],
    source: 'vfio_pci_core_close_device, v7.3',
  },
];

const REVOKE = ['ww_mutex_lock', 'dma_buf_invalidate_mappings', 'dma_resv_wait_timeout'];
const RELEASE = ['dma_buf_file_release', 'dma_buf_release', 'vfio_pci_dma_buf_release'];

/** The steps of the contract: what happens between two commit points shows with one of them. */
export const contractSteps: readonly TracedStep[] = [
  {
    label: 'buf[b].export:ok',
    functions: [
      'vfio_pci_core_feature_dma_buf',
      'vfio_pci_core_get_dmabuf_phys',
      'pcim_p2pdma_provider',
      'vfio_device_try_get_registration',
      'dma_buf_export',
      'down_write',
      'ww_mutex_lock',
      'ww_mutex_unlock',
      'up_write',
      'dma_buf_fd',
    ],
    source: 'vfio_pci_core_feature_dma_buf, v7.3',
  },
  ...['MEM=0', 'MEM=1'].map((write) => ({
    label: `dev[d].write_command(${write}):begin`,
    functions: ['vfio_basic_config_write'],
    source: WRITE,
  })),
  {
    label: 'dev[d].device_reset:begin',
    functions: ['vfio_pci_ioctl_reset'],
    source: 'vfio_pci_ioctl_reset, v7.3',
  },
  {
    label: 'dev[d].begin',
    functions: ['down_write'],
    source: 'vfio_pci_zap_and_down_write_memory_lock, v7.3',
  },
  { label: 'dev[d].end', functions: ['up_write'], source: 'up_write(&vdev->memory_lock), v7.3' },
  {
    label: 'dev[d].end#cleaned',
    functions: ['up_write', 'vfio_pci_core_disable'],
    source: `${CLEANUP}; the device is disabled next`,
  },
  { label: 'buf[b].revoke', functions: REVOKE, source: MOVE },
  { label: 'buf[b].drained', functions: ['ww_mutex_unlock'], source: MOVE },
  {
    label: 'buf[b].unrevoke',
    functions: [...REVOKE, 'ww_mutex_unlock', 'ww_mutex_lock', 'ww_mutex_unlock'],
    source: `${MOVE}: the flag is cleared in a section of its own`,
  },
  {
    label: 'dev[d].power(D0)',
    functions: ['vfio_pci_set_power_state'],
    source: 'vfio_pci_ioctl_reset, v7.3',
  },
  ...['ok', 'failed'].map((outcome) => ({
    label: `dev[d].reset:${outcome}`,
    functions: ['pci_try_reset_function'],
    source: 'vfio_pci_ioctl_reset, v7.3',
  })),
  {
    label: 'dev[d].close:begin',
    functions: ['vfio_pci_core_close_device', 'vfio_pci_dma_buf_cleanup'],
    source: 'vfio_pci_core_close_device, v7.3',
  },
  { label: 'buf[b].cleanup', functions: ['vfio_device_put_registration'], source: CLEANUP },
  {
    label: 'dev[d].disable',
    functions: ['vfio_pci_set_power_state'],
    source: 'vfio_pci_core_disable, v7.3: D0, then decode is turned off',
  },
  {
    label: 'buf[b].release#listed',
    functions: [...RELEASE, 'down_write', 'up_write', 'vfio_device_put_registration'],
    source: 'vfio_pci_dma_buf_release, v7.3',
  },
  {
    label: 'buf[b].release#cleaned',
    functions: RELEASE,
    source: 'vfio_pci_dma_buf_release, v7.3: nothing left to unlink',
  },
];

/** The functions that some step of a table stands for; the rest of a trace is left out. */
export function modelled(steps: readonly TracedStep[]): ReadonlySet<string> {
  return new Set(steps.flatMap(({ functions }) => functions));
}

/** The functions that a tracer sees when a system takes a step. */
export function functionsOf(
  steps: readonly TracedStep[],
  label: string,
  unseen: ReadonlySet<string>,
): readonly string[] {
  const [step, thread] = label.split('@') as [string, string?];
  const candidates = [step, step.replace(/#.*$/, '')].flatMap((name) => [name, general(name)]);
  for (const name of candidates) {
    const named = steps.filter((candidate) => candidate.label === name);
    const found =
      named.find((s) => s.thread === thread) ?? named.find((s) => s.thread === undefined);
    if (found) return found.functions.filter((f) => !unseen.has(f));
  }
  return [];
}

function general(label: string): string {
  return label.replace(/^(dev|buf|att)\[\d+\]/, (_, kind: string) => `${kind}[${kind[0]}]`);
}
