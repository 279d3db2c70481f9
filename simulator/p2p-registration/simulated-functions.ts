import type { TargetScope } from '../../targets/target-scope.ts';
import { FunctionsTarget, wordsOf } from '../kernel/functions-target.ts';
import type { Kthread } from '../kernel/step.ts';
import { type FunctionFaultId, functionFaults } from './function-faults.ts';
import { size_show } from './p2pdma-functions.ts';
import { closeFile, map_dma, mmap, munmap, o_direct, openFile, touch } from './p2pmem-users.ts';
import { PagesKernel } from './pages-kernel.ts';
import {
  close,
  device_reset,
  hot_reset,
  memory_off,
  memory_on,
  open_other,
  p2p_register,
  probe,
  unbind,
} from './register-functions.ts';

type Body = (k: PagesKernel) => Kthread;

/** Calls on an open fd of the device. */
const OF_FILE: Readonly<Record<string, Body>> = {
  'dev[0].device_reset:begin': device_reset,
  'dev[0].write_command(MEM=0):begin': memory_off,
  'dev[0].write_command(MEM=1):begin': memory_on,
  'dev[0].close:begin': close,
};

/** The call that begins with a label, where it can be made. */
function callOf(k: PagesKernel, label: string): (() => Kthread) | undefined {
  const body = OF_FILE[label];
  if (body) return k.open ? () => body(k) : undefined;
  if (label === 'dev[0].open_other:begin') return () => open_other(k);
  if (label === 'dev[0].hot_reset:begin') return () => hot_reset(k);
  if (label === 'dev[0].size_show:begin') return k.group ? () => size_show(k) : undefined;
  if (label === 'dev[0].probe:begin') return k.bound ? undefined : () => probe(k);
  if (label === 'dev[0].unbind:begin') return mayUnbind(k) ? () => unbind(k) : undefined;
  const [, kind, index, rest] = /^(bar|vma|io)\[(\d+)\]\.(.*)$/.exec(label) ?? [];
  if (rest === undefined) return undefined;
  if (kind === 'vma') return ofVma(k, Number(index), rest);
  const bar = k.bars[Number(index)];
  if (rest === 'p2p_register:begin' && bar && k.open) return () => p2p_register(k, bar);
  const vma = k.vmas[Number(index) % k.vmas.length];
  if (rest !== 'write:begin' || !vma) return undefined;
  return () => o_direct(k, vma, `io[${index}]`, Number(index) % k.vmas.length);
}

/** vfio_unregister_group_dev() waits for the fd first. */
const mayUnbind = ({ bound, open }: PagesKernel) => bound && !open;

function ofVma(k: PagesKernel, i: number, rest: string): (() => Kthread) | undefined {
  const vma = k.vmas[i];
  if (!vma) return undefined;
  if (/^fd\.open:/.test(rest)) return vma.fd ? undefined : () => openFile(k, vma);
  if (/^touch:/.test(rest)) return () => touch(vma);
  const { fd, mapped } = vma;
  const calls: Readonly<Record<string, false | (() => Kthread)>> = {
    'fd.close': fd !== undefined && (() => closeFile(vma)),
    'mmap:begin': fd !== undefined && !mapped && (() => mmap(k, vma, i)),
    'munmap:begin': mapped && (() => munmap(k, vma, i)),
    'map_dma:begin': () => map_dma(k, vma, i),
  };
  return calls[rest] || undefined;
}

const WORDS = {
  performed: wordsOf(`bar[0].p2p_register:begin dev[0].probe:begin dev[0].unbind:begin
    dev[0].device_reset:begin dev[0].hot_reset:begin dev[0].write_command(MEM=0):begin dev[0].write_command(MEM=1):begin
    dev[0].close:begin dev[0].open_other:begin dev[0].size_show:begin vma[0].mmap:begin
    vma[0].munmap:begin vma[0].map_dma:begin io[0].write:begin vma[0].touch:ok vma[0].touch:SIGBUS
    vma[0].touch:SIGSEGV     vma[0].fd.open:ok vma[0].fd.open:-ENOENT vma[0].fd.close`),
  forced: wordsOf(`dev[0].pcim_p2pdma_init:-ENOMEM dev[0].pcim_p2pdma_init:-EOPNOTSUPP
    dev[0].gen_pool_create:NULL dev[0].sysfs_create_group:-ENOMEM bar[0].kzalloc(p2p_pgmap):NULL
    bar[0].memremap_pages:failed bar[0].devm_add_action:-ENOMEM bar[0].gen_pool_add_owner:-ENOMEM
    vma[0].bar[0].page[0].insert:-ENOMEM vma[0].shared:false vma[0].pgoff:other`),
  observed: wordsOf(`bar[0].p2p_register:ok bar[0].p2p_register:failed bar[0].p2p_register:refused
    dev[0].probe:ok dev[0].unbind:ok dev[0].device_reset:ok dev[0].hot_reset:ok dev[0].write_command(MEM=0):ok
    dev[0].write_command(MEM=1):ok dev[0].close:ok dev[0].open_other:ok dev[0].size_show:ok
    vma[0].mmap:ok vma[0].mmap:-EINVAL vma[0].mmap:-ENODEV vma[0].mmap:-ENOMEM vma[0].munmap:ok
    vma[0].map_dma:-EFAULT io[0].write:ok io[0].write:-EFAULT
    dev[0].memory_lock.down_write dev[0].memory_lock.down_write:wait dev[0].memory_lock.up_write
    dev[0].memory_lock.down_read dev[0].memory_lock.up_read mm[0].mmap_lock.down_write
    mm[0].mmap_lock.down_write:wait mm[0].mmap_lock.up_write mm[0].mmap_lock.down_read
    mm[0].mmap_lock.up_read dev_set.lock.mutex_lock dev_set.lock.mutex_unlock
    rcu_read_lock rcu_read_unlock rcu.sync:begin rcu.sync:end
    dev[0].unregistering:true dev[0].unregistering:false dev[0].memory_enabled:true
    dev[0].memory_enabled:false dev[0].memory.off dev[0].memory.on dev[0].reset:begin
    dev[0].reset:end dev[0].disable
    bar[0].mark:free bar[0].mark:registering bar[0].mark:registered bar[0].mark:unregistering
    bar[0].mark.free bar[0].mark.registering bar[0].mark.registered bar[0].mark.unregistering
    bar[0].mark.wait_free
    bar[0].add_resource:begin bar[0].add_resource:ok bar[0].add_resource:failed
    dev[0].pcim_p2pdma_init:ok dev[0].pool:set dev[0].pool:NULL dev[0].gen_pool_create:ok
    dev[0].sysfs_create_group:ok dev[0].sysfs_create_group:-EEXIST dev[0].gen_pool_destroy
    dev[0].pool.clear bar[0].kzalloc(p2p_pgmap):ok bar[0].memremap_pages:ok
    bar[0].devm_add_action:ok bar[0].devm_remove_action bar[0].gen_pool_add_owner:ok
    bar[0].kfree(p2p_pgmap) dev[0].chunks:some dev[0].chunks:none bar[0].drop_chunk:more
    bar[0].drop_chunk:last bar[0].remove_resource:begin bar[0].remove_resource:end
    bar[0].unmap_mappings:begin bar[0].unmap_mappings:end dev[0].allocate.remove:ok
    dev[0].allocate.remove:-ENOENT dev[0].allocate.drain dev[0].sysfs_remove_group:begin
    dev[0].sysfs_remove_group:end bar[0].memunmap_pages:begin bar[0].memunmap_pages:end
    bar[0].pgmap.kill bar[0].pgmap.put_many bar[0].pgmap.wait bar[0].pgmap.unmap_range
    bar[0].pgmap.get bar[0].pgmap.put bar[0].pgmap.tryget_live:true bar[0].pgmap.tryget_live:false
    vma[0].fd.get_active:ok vma[0].fd.get_active:-ENODEV vma[0].fd.put_active
    vma[0].alloc_mmap:begin vma[0].alloc_mmap:ok vma[0].alloc_mmap:-EINVAL
    vma[0].alloc_mmap:-ENODEV vma[0].alloc_mmap:-ENOMEM vma[0].shared:true vma[0].pgoff:0
    dev[0].p2pdma:set dev[0].p2pdma:NULL bar[0].gen_pool_alloc_owner:ok
    dev[0].gen_pool_alloc_owner:NULL bar[0].rest[0].gen_pool_free bar[0].page[0].set_count(1)
    bar[0].page[0].set_count(0) vma[0].bar[0].page[0].insert:ok bar[0].page[0].put:more
    bar[0].page[0].put:last vma[0].bar[0].page[0].zap vma[0].zap:none dev[0].p2pdma.deref
    bar[0].page[0].gen_pool_free_owner bar[0].page[0].folio_free:end
    vma[0].bar[0].page[0].pin vma[0].pin:-EFAULT vma[0].pin_longterm:-EFAULT io[0].submit
    io[0].complete dev[0].gen_pool_size
    bar[0].devm.unmap_mappings:armed bar[0].devm.unmap_mappings:none bar[0].devm.memunmap:armed
    bar[0].devm.memunmap:none bar[0].devm.p2p_pgmap:allocated bar[0].devm.p2p_pgmap:none
    dev[0].p2pdma_release:begin dev[0].p2pdma_release:end dev[0].p2pdma.clear dev[0].xa_destroy`),
};

/** The functions of a registration as a target: of vfio-pci, or of a driver of the kernel. */
export class SimulatedFunctions extends FunctionsTarget<PagesKernel> {
  readonly name = 'simulated functions of a registration';
  protected readonly words = WORDS;
  private readonly faults: ReadonlySet<FunctionFaultId>;

  constructor({ faults = [] }: { readonly faults?: Iterable<FunctionFaultId> } = {}) {
    super();
    this.faults = new Set(faults);
    for (const fault of this.faults) {
      if (!(fault in functionFaults)) throw new Error(`unknown fault ${fault}`);
    }
  }

  protected boot({ objects = {}, design }: TargetScope): PagesKernel {
    const { bars = 1, pages = 1, mappers = 0, registered = 0, served = 0 } = objects;
    const scope = {
      driver: design === 'p2pdma-driver' ? ('kernel' as const) : ('vfio' as const),
      ...{ bars, pages, mappers, registered: registered > 0, served: served > 0 },
    };
    return new PagesKernel(scope, this.faults, callOf);
  }
}
