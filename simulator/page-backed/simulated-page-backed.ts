import type { TargetScope } from '../../targets/target-scope.ts';
import { FunctionsTarget, wordsOf } from '../kernel/functions-target.ts';
import type { Kthread } from '../kernel/step.ts';
import {
  attach,
  close_fd,
  device_reset,
  dma_buf_export,
  map_attachment,
  p2pmem_allocate,
  release,
  revoke_dma_buf,
} from './buffer-functions.ts';
import { type PageBackedFaultId, pageBackedFaults } from './faults.ts';
import { mmap, munmap, o_direct, touch } from './mapping-functions.ts';
import { PageBackedKernel, type PagedBuffer, type Through } from './page-backed-kernel.ts';

/** The call that begins with a label, where it can be made. */
function callOf(k: PageBackedKernel, label: string): (() => Kthread) | undefined {
  const [first] = k.buffers;
  const calls: Readonly<Record<string, false | (() => Kthread)>> = {
    'dev[0].device_reset:begin': () => device_reset(k),
    'bar[0].allocate:begin': () => p2pmem_allocate(k),
    'buf[0].mmap:begin': first!.fd && !k.vma.linked && (() => mmap(k)),
    'vma[0].munmap:begin': k.vma.linked && (() => munmap(k)),
    'vma[0].touch:begin': () => touch(k),
    'vma[0].o_direct:begin': () => o_direct(k),
    'att[0].attach:begin': k.topology === undefined && (() => attach(k)),
    'att[0].map:begin': k.topology !== undefined && (() => map_attachment(k)),
  };
  const [, index, rest] = /^buf\[(\d+)\]\.(.*)$/.exec(label) ?? [];
  const buf = k.buffers[Number(index)];
  return calls[label] || (buf && rest ? ofBuffer(k, buf, rest) : undefined);
}

function ofBuffer(
  k: PageBackedKernel,
  buf: PagedBuffer,
  rest: string,
): (() => Kthread) | undefined {
  const unreferenced = buf.file === 0 && buf.listed && !buf.released;
  const calls: Readonly<Record<string, false | (() => Kthread)>> = {
    'export:begin': !buf.listed && !buf.released && (() => dma_buf_export(k, buf)),
    close_fd: buf.fd && (() => close_fd(buf)),
    'release:begin': unreferenced && (() => release(k, buf)),
    'revoke_dma_buf:begin': () => revoke_dma_buf(k, buf),
  };
  return calls[rest] || undefined;
}

const WORDS = {
  performed: wordsOf(`dev[0].device_reset:begin buf[0].mmap:begin vma[0].munmap:begin
    vma[0].touch:begin vma[0].o_direct:begin att[0].attach:begin att[0].map:begin
    buf[0].export:begin buf[0].close_fd buf[0].revoke_dma_buf:begin
    bar[0].allocate:begin`),
  forced: wordsOf(`bar[0].add_resource:-ENOMEM buf[0].dma_buf_export:-ENOMEM
    att[0].topology:bus_addr att[0].topology:none att[0].dma_map_phys:-EIO
    att[0].dma_map_resource:-EIO`),
  observed: wordsOf(`bar[0].allocate:ok bar[0].allocate:-ENOENT bar[0].p2pmem:absent
    bar[0].p2pmem:present dev[0].device_reset:ok buf[0].mmap:ok vma[0].munmap:ok vma[0].touch:ok
    vma[0].touch:SIGBUS vma[0].touch:SIGSEGV vma[0].o_direct:ok vma[0].o_direct:-EFAULT
    att[0].attach:ok att[0].attach:-ENODEV att[0].map:ok att[0].map:-ENODEV att[0].map:-EIO
    att[0].map:-EINVAL buf[0].export:ok buf[0].export:-ENOMEM buf[0].release:begin
    buf[0].release:end buf[0].revoke_dma_buf:ok buf[0].revoke_dma_buf:-EBADFD
    dev[0].memory_lock.down_write dev[0].memory_lock.down_write:wait dev[0].memory_lock.up_write
    dev[0].memory_lock.down_read dev[0].memory_lock.up_read mm.mmap_lock.down_write
    mm.mmap_lock.down_write:wait mm.mmap_lock.up_write mm.mmap_lock.down_read
    mm.mmap_lock.up_read buf[0].resv.lock buf[0].resv.unlock
    bar[0].page_backed:true bar[0].page_backed:false bar[0].page_backed.set
    bar[0].add_resource:ok bar[0].add_resource:conflict page[0].set_page_count(0)
    page[0].set_page_count(1) page[0].claim page[0].put buf[0].dma_buf_export:ok buf[0].list_add
    buf[0].list_del buf[0].listed:true buf[0].listed:false buf[0].fd_install buf[0].fput
    buf[0].status:OK buf[0].status:TEMP_REVOKED buf[0].status:PERM_REVOKED buf[0].status.set(OK)
    buf[0].status.set(TEMP_REVOKED) buf[0].status.set(PERM_REVOKED) buf[0].wait_unmapped
    buf[0].mapping.get buf[0].mapping.put vma[0].vm_flags_set(VM_MIXEDMAP)
    vma[0].vm_flags_set(VM_PFNMAP) vma[0].vm_flags_set(none) vma[0].find:ok vma[0].find:none
    vma[0].check_vma_flags:ok vma[0].check_vma_flags:-EFAULT vma[0].insert_pfn(no_page)
    vma[0].unlink vma[0].io:complete page[0].insert_page:ok page[0].insert_page:-EINVAL
    page[0].insert_pfn page[0].pte:present page[0].pte:none page[0].zap page[0].pin:ok
    page[0].pin:none page[0].unpin page[0].pinned:true page[0].pinned:false
    page[0].wait_unpinned dev[0].pci_try_reset_function:begin dev[0].pci_try_reset_function:ok
    att[0].topology:host_bridge att[0].map_type:THRU_HOST_BRIDGE att[0].map_type:BUS_ADDR
    att[0].map_type:NOT_SUPPORTED att[0].dma_map_phys:ok att[0].use_bus_address
    att[0].dma_map_resource:ok`),
};

/** Buffers with pages as a target. */
export class SimulatedPageBacked extends FunctionsTarget<PageBackedKernel> {
  readonly name = 'simulated buffers with pages';
  protected readonly words = WORDS;
  private readonly faults: ReadonlySet<PageBackedFaultId>;

  constructor({ faults = [] }: { readonly faults?: Iterable<PageBackedFaultId> } = {}) {
    super();
    this.faults = new Set(faults);
    for (const fault of this.faults) {
      if (!(fault in pageBackedFaults)) throw new Error(`unknown fault ${fault}`);
    }
  }

  protected boot({ buffers, objects = {} }: TargetScope): PageBackedKernel {
    const { exported = 0, offset = 0, without_pages = 0, vfio_fd = 0, special = 0 } = objects;
    const files: readonly Through[] = ['dma_buf_fd', 'vfio_fd'];
    const [pagesThrough, other] = (vfio_fd > 0 ? files.toReversed() : files) as [Through, Through];
    const scope = {
      buffers: buffers.length,
      exported: exported > 0,
      offset,
      withoutPages: without_pages > 0,
      pagesThrough,
      mappedThrough: special > 0 ? other : pagesThrough,
    };
    return new PageBackedKernel(scope, this.faults, callOf);
  }
}
