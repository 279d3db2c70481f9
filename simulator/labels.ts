import type { Ability } from 'xstate-check/target';
import { type LabelOfObject, labelOfObject } from './label.ts';

/** A label taken apart: `object.operation:outcome#variant@thread`. */
export interface ParsedLabel extends LabelOfObject {
  /** What stands in the brackets of the object, 0 where it has none. */
  readonly index: number;
}

const OBJECT = /^(?:(?:dev|buf|att|bar|vma|dma)\[\d+\]|bus|dev_set)$/;

/** Takes a label apart; undefined if it is none. */
export function parseLabel(text: string): ParsedLabel | undefined {
  const label = labelOfObject(text, OBJECT);
  return label && { ...label, index: Number(/\d+/.exec(label.object)?.[0] ?? 0) };
}

/** What can be said of one kind of object; the words are labels without the object. */
interface Vocabulary {
  /** Calls that a test begins; `:begin` is performed, every outcome observed. */
  readonly calls: ReadonlySet<string>;
  /** Calls that happen as a whole under their contract label. */
  readonly whole: ReadonlySet<string>;
  /** Failures that the environment chooses. */
  readonly forced: ReadonlySet<string>;
  /** What the kernel does by itself, at either grain. */
  readonly observed: ReadonlySet<string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const VOCABULARY: Readonly<Record<string, Vocabulary>> = {
  vma: {
    calls: words('mmap munmap'),
    whole: words('mmap:ok munmap:ok'),
    forced: words(''),
    observed: words(''),
  },
  dma: {
    calls: words('map_dma unmap_dma'),
    whole: words('map_dma:ok map_dma:-EFAULT map_dma:-EEXIST unmap_dma:ok'),
    forced: words(''),
    observed: words(''),
  },
  dev: {
    calls: words(`open write_command(MEM=0) write_command(MEM=1) write_pmcsr(D0) write_pmcsr(D1)
      write_pmcsr(D2) write_pmcsr(D3hot) low_power_entry low_power_entry_with_wakeup low_power_exit
      device_reset flr af_flr close read_bar sriov_configure sysfs_reset`),
    whole: words('open:ok memory_lock.down_read'),
    forced: words(`pm_runtime_resume:failed pm_runtime_resume_and_get:failed reset_works:false
      pci_enable_sriov:failed set_power_state(D1):failed set_power_state(D2):failed
      pci_dev_trylock:0 __pci_reset_function_locked:failed pm_runtime_get:failed owned:false reset:failed pci_try_reset_function:failed
      set_power_state(D3hot):failed hw.command(MEM=0):failed hw.command(MEM=1):failed`),
    observed:
      words(`begin end disable memory(off) memory(on) power(D0) power(D1) power(D2) power(D3hot)
      low_power(enter) low_power(exit) reset:ok pm_runtime_get:ok pm_runtime_put owned:true
      memory_lock.down_write memory_lock.up_write memory_lock.up_read
      memory_lock.down_write_trylock:0 memory_lock.down_write_trylock:1 move(true):begin
      move(true):end move(false):begin move(false):end zap_bars set_power_state(D0)
      set_power_state(D1) set_power_state(D2) set_power_state(D3hot) open_count:true
      open_count:false memory_enabled:true memory_enabled:false hw.command(MEM=0):ok
      hw.command(MEM=1):ok vconfig.command(MEM=0) vconfig.command(MEM=1) core_enable
      cleanup:begin cleanup:end core_disable:begin core_disable:end config_free hw.disable
      pm_runtime_get_noresume pm_wake_eventfd:true pm_wake_eventfd:false pm_wake_eventfd.clear
      pm_runtime_resume:active pm_runtime_resume:suspended pm_runtime_resume_and_get:active
      pm_runtime_resume_and_get:suspended needs_reset.set needs_reset.clear needs_reset:true
      needs_reset:false hw.command(INTX_DISABLE) reset_works:true pci_dev_trylock:1
      __pci_reset_function_locked:begin __pci_reset_function_locked:ok hw.restore_state
      open_count.dec sriov_active.set sriov_active.clear pci_enable_sriov:ok pci_try_reset_function:ok pci_reset_function
      pm_runtime_engaged:true pm_runtime_engaged:false pm_runtime_engaged.set
      pm_runtime_engaged.clear`),
  },
  bus: {
    calls: words('hot_reset'),
    whole: words(''),
    forced: words('reset:-ENOTTY pci_reset_bus:-ENOTTY pci_reset_bus:-EAGAIN'),
    observed: words('reset:ok pci_reset_bus:begin pci_reset_bus:ok'),
  },
  dev_set: {
    calls: words(''),
    whole: words(''),
    forced: words('resettable:false'),
    observed: words(`lock.mutex_lock lock.mutex_unlock resettable:true try_reset:begin try_reset:end
      open_count:one open_count:more`),
  },
  buf: {
    calls: words('export release open_o_path close_o_path'),
    whole: words('export:ok export:-EMFILE release'),
    forced: words('dma_buf_fd:-EMFILE'),
    observed: words(`revoke drained unrevoke cleanup get_file_active:true get_file_active:false fput
      revoked:true revoked:false revoked.set revoked.clear resv.lock resv.unlock
      resv.wait(BOOKKEEP) resv.wait(KERNEL) listed:true listed:false put_registration
      invalidate_mappings:begin invalidate_mappings:end kref.init kref.get kref.put:more
      kref.put:last comp.wait comp.wait_timeout:done comp.wait_timeout:timeout comp.reinit list_add list_del dma_buf_fd:ok dma_buf_fd.tracepoint`),
  },
  att: {
    calls: words('attach map unmap detach map_file ioas_unmap'),
    whole: words(`attach:ok attach:-ENODEV attach:-EOPNOTSUPP map:ok map:-ENODEV map:-EADDRINUSE
      unmap detach map_file:ok
      map_file:-ENODEV map_file:-EOPNOTSUPP ioas_unmap:ok fence.add fence.signal`),
    forced: words(
      'map:-EINVAL map:-ENOMEM phys_vec_to_sgt:-EINVAL phys_vec_to_sgt:-ENOMEM wrap_sg_table:-ENOMEM',
    ),
    observed:
      words(`invalidate:begin invalidate:end sgt:true sgt:false queue_work phys_vec_to_sgt:ok
      phys_vec_to_sgt:-EADDRINUSE wrap_sg_table:ok free_sgt list_del peer2peer:false mutex_destroy`),
  },
};

/** What the simulated kernel can do with a label, `undefined` if nothing. */
export function abilityOf(label: string): Ability | undefined {
  const parsed = parseLabel(label);
  const vocabulary = parsed && VOCABULARY[parsed.object.replace(/\[.*$/, '')];
  if (!vocabulary) return undefined;
  const word = parsed.plain.slice(parsed.object.length + 1);
  const isCall = vocabulary.calls.has(parsed.operation);
  if (vocabulary.forced.has(word)) return 'force';
  if (vocabulary.whole.has(word) || (isCall && parsed.outcome === 'begin')) return 'perform';
  const returns = isCall && /^(ok|failed|-E[A-Z]+)$/.test(parsed.outcome ?? '');
  return returns || vocabulary.observed.has(word) ? 'observe' : undefined;
}
