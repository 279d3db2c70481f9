import type { Ability } from 'xstate-check/target';

/** A label taken apart: `object[index].operation:outcome`. */
export interface Label {
  readonly kind: string;
  readonly index: number;
  readonly operation: string;
  readonly outcome: string | undefined;
}

export function parseLabel(label: string): Label | undefined {
  const match = /^([a-z_]+)(?:\[(\d+)\])?\.([^:#@]+)(?::([^#@]+))?/.exec(label);
  if (!match) return undefined;
  const [, kind, index, operation, outcome] = match;
  return { kind: kind!, index: Number(index ?? 0), operation: operation!, outcome };
}

/** The agent's step for a call with a beginning and an end. */
export const BRACKETED: Readonly<Record<string, (device: number) => string>> = {
  'write_command(MEM=0)': (d) => `write_command ${d} 0`,
  'write_command(MEM=1)': (d) => `write_command ${d} 1`,
  'write_pmcsr(D3hot)': (d) => `write_pmcsr ${d} 3`,
  'write_pmcsr(D0)': (d) => `write_pmcsr ${d} 0`,
  'write_pmcsr(D1)': (d) => `write_pmcsr ${d} 1`,
  'write_pmcsr(D2)': (d) => `write_pmcsr ${d} 2`,
  low_power_entry: (d) => `low_power ${d} entry`,
  low_power_entry_with_wakeup: (d) => `low_power ${d} entry_with_wakeup`,
  low_power_exit: (d) => `low_power ${d} exit`,
  device_reset: (d) => `device_reset ${d}`,
  close: (d) => `close ${d}`,
  flr: (d) => `flr ${d}`,
  sysfs_reset: (d) => `sysfs_reset ${d}`,
  sriov_configure: (d) => `sriov ${d} 1`,
  sriov_disable: (d) => `sriov ${d} 0`,
};

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

type Vocabulary = Readonly<Record<string, Readonly<Partial<Record<Ability, ReadonlySet<string>>>>>>;

/** What can be done at the grain of contracts, besides the calls with a beginning and an end. */
const CONTRACT: Vocabulary = {
  dev: {
    perform: words('open:ok'),
    force: words('reset:failed'),
    observe: words(`begin end disable memory(off) memory(on) power(D3hot) power(D0) power(D1)
      power(D2) low_power(enter) low_power(exit) reset:ok`),
  },
  buf: {
    perform: words('export:ok release'),
    observe: words('revoke drained unrevoke cleanup'),
  },
  att: {
    perform: words(`attach:ok attach:-ENODEV attach:-EOPNOTSUPP map:ok map:-ENODEV map:-EADDRINUSE
      unmap detach`),
    force: words('map:-EINVAL'),
  },
};

/** Only where the kernel has iommufd. */
const IOMMUFD = words(`map_file:ok map_file:-ENODEV map_file:-EOPNOTSUPP ioas_unmap:ok`);

/** From the ioctl to the file descriptor. */
const EXPORT = `vfio_check_feature:1 validate_dmabuf_input:0 kzalloc:ok kzalloc(phys_vec):ok
  fill_phys_vec:ok try_get_registration:ok dma_buf_getfile:ok dma_buf_export:ok comp.init
  init_list_head list_add dma_buf_fd:ok dma_buf_fd.tracepoint fd_install`;

/** Work of an importer, of each usage. */
const FENCES = ['KERNEL', 'WRITE', 'READ', 'BOOKKEEP']
  .flatMap((usage) => [`resv.fence.add(${usage})`, `resv.fence.signal(${usage})`])
  .join(' ');

/** From the close of the last one to the end of the buffer. */
const RELEASE = `__fput file_release dput:last d_fsdata:set release:begin vdev:set kfree(priv)
  release:end`;

/** Low power, and the runtime PM that goes with it. */
const LOW_POWER = `pm_runtime_engaged:true pm_runtime_engaged:false pm_runtime_engaged.set
  pm_runtime_engaged.clear pm_wake_eventfd:true pm_wake_eventfd:false pm_wake_eventfd.set
  pm_wake_eventfd.clear pm_runtime_get_noresume pm_runtime_put_noidle pm_runtime_put
  pm_runtime_resume:active pm_runtime_resume_and_get:active pm_runtime_resume_and_get:suspended
  runtime_resume:begin runtime_resume:end rpm_suspend:begin rpm_suspend:end rpm_resume`;

/** The end of a close. */
const DISABLE = `core_disable:begin core_disable:end config_free needs_reset.set needs_reset.clear
  needs_reset:true needs_reset:false hw.command(INTX_DISABLE) reset_works:true reset_works:false
  pci_dev_trylock:1 __pci_reset_function_locked:begin __pci_reset_function_locked:ok
  hw.restore_state hw.disable open_count.dec`;

/** VFs of a physical function. */
const SRIOV = `sriov_active.set sriov_active.clear pci_enable_sriov:begin pci_enable_sriov:ok
  pci_iov_add_virtfn:ok pci_disable_sriov:begin pci_disable_sriov:end set_power_state(D1)
  set_power_state(D2) set_power_state(D1):failed set_power_state(D2):failed
  set_power_state(D3hot):failed`;

/** At the grain of procedures. */
const PROCEDURE: Vocabulary = {
  bus: {
    perform: words('hot_reset:begin'),
    force: words('pci_reset_bus:-ENOTTY'),
    observe: words('pci_reset_bus:begin pci_reset_bus:ok'),
  },
  dev_set: {
    observe:
      words(`lock.mutex_lock lock.mutex_unlock resettable:true resettable:false try_reset:begin try_reset:end
      open_count:one open_count:more`),
  },
  vf: { observe: words('dev_set.lock.mutex_lock dev_set.lock.mutex_unlock') },
  dev: {
    force: words('owned:false pci_try_reset_function:-EAGAIN pci_dev_trylock:0'),
    observe:
      words(`${LOW_POWER} ${DISABLE} ${SRIOV} pci_try_reset_function:begin pci_try_reset_function:ok pci_reset_function:begin
      pci_reset_function:ok pm_runtime_get_sync pci_ops:true
      get_dmabuf_phys:true bar_claimed:true pcim_p2pdma_provider:ok memory_lock.down_write memory_lock.up_write memory_lock.down_write_trylock:1
      memory_lock.down_write_trylock:0 zap_bars move(true):begin move(true):end move(false):begin
      move(false):end memory_enabled:true memory_enabled:false open_count:true open_count:false
      pm_runtime_get:ok owned:true set_power_state(D0) set_power_state(D3hot)
      hw.command(MEM=0):ok hw.command(MEM=1):ok vconfig.command(MEM=0) vconfig.command(MEM=1)
      cleanup:begin cleanup:end`),
  },
  buf: {
    perform: words('export:begin close_fd'),
    observe:
      words(`${EXPORT} ${RELEASE} listed:true listed:false get_file_active:true get_file_active:false fput
      revoked:true revoked:false revoked.set revoked.clear resv.lock resv.unlock
      resv.wait(BOOKKEEP) ${FENCES} invalidate_mappings:begin invalidate_mappings:end kref.init kref.get
      kref.put:more kref.put:last comp.wait comp.reinit list_del put_registration`),
  },
  att: {
    perform: words('map:begin unmap:begin submit:begin'),
    force: words('phys_vec_to_sgt:-EINVAL'),
    observe:
      words(`invalidate:begin invalidate:end sgt:true sgt:false phys_vec_to_sgt:ok wrap_sg_table:ok free_sgt
      queue_work unmap:ok map:-EINVAL listed:true evicted:true evicted:false evicted.set submit:ok
      submit:-EAGAIN`),
  },
};

/** What a real kernel can be made to do with a label, `undefined` if nothing. */
export function abilityOf(label: string, iommufd: boolean): Ability | undefined {
  const parsed = parseLabel(label);
  if (!parsed) return undefined;
  const { kind, operation, outcome } = parsed;
  if (kind === 'bus' && operation === 'hot_reset' && outcome !== 'begin') return 'observe';
  if (kind === 'dev' && operation in BRACKETED) {
    return outcome === 'begin' ? 'perform' : 'observe';
  }
  const word = outcome === undefined ? operation : `${operation}:${outcome}`;
  if (kind === 'att' && iommufd && IOMMUFD.has(word)) return 'perform';
  const abilities: readonly Ability[] = ['perform', 'force', 'observe'];
  for (const vocabulary of [CONTRACT, PROCEDURE]) {
    const found = abilities.find((ability) => vocabulary[kind]?.[ability]?.has(word));
    if (found) return found;
  }
  return undefined;
}
