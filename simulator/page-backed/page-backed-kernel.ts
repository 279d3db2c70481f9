import { BaseKernel } from '../kernel/base-kernel.ts';
import type { FunctionKernel } from '../kernel/functions-target.ts';
import type { Thread } from '../kernel/scheduler.ts';
import type { Kthread } from '../kernel/step.ts';
import { RwSemaphore } from '../locks/rwsem.ts';
import type { PageBackedFaultId } from './faults.ts';

/** A page of the BAR: references of buffers and PTEs, and pins, which are references too. */
export interface BackedPage {
  readonly label: string;
  count: number;
  pins: number;
}

export type BufferStatus = 'OK' | 'TEMP_REVOKED' | 'PERM_REVOKED';

/** A dma-buf of pages of the BAR. */
export interface PagedBuffer {
  readonly label: string;
  readonly pages: readonly BackedPage[];
  status: BufferStatus;
  listed: boolean;
  /** References of the file: its descriptor, and mappings. */
  file: number;
  fd: boolean;
  /** The last reference is gone, and the release has begun. */
  released: boolean;
  /** Mappings of importers. */
  mappings: number;
  resv: Thread | undefined;
}

/** The files through which a buffer can be mapped. */
export type Through = 'dma_buf_fd' | 'vfio_fd';

/** The one mapping, of the first buffer. */
export interface PageVma {
  readonly through: Through;
  linked: boolean;
  flag: 'none' | 'VM_MIXEDMAP' | 'VM_PFNMAP';
  /** Which page of the buffer each of its addresses has. */
  readonly pages: readonly BackedPage[];
  readonly ptes: Set<BackedPage>;
  /** Those of a PFN, which hold no reference. */
  readonly special: Set<BackedPage>;
  /** It has a PTE without a page. */
  pfn: boolean;
}

/** What there is at boot. */
export interface PageBackedScope {
  readonly buffers: number;
  readonly exported: boolean;
  /** The page of the buffer that the mapping begins with. */
  readonly offset: number;
  readonly withoutPages: boolean;
  /** The file through which the design gives pages, and the one that is mapped. */
  readonly pagesThrough: Through;
  readonly mappedThrough: Through;
}

/** Where an importer is. Source: pci_p2pdma_map_type(), v7.3. */
export type Topology = 'host_bridge' | 'bus_addr' | 'none';

/** A BAR whose dma-bufs have pages, step by step. */
export class PageBackedKernel extends BaseKernel implements FunctionKernel {
  readonly memory_lock = new RwSemaphore(this, 'dev[0].memory_lock');
  readonly mmap_lock = new RwSemaphore(this, 'mm.mmap_lock');
  readonly pages: readonly BackedPage[];
  readonly buffers: readonly PagedBuffer[];
  readonly vma: PageVma;
  /** vfio-pci's note that the BAR has pages, and whether it has. */
  page_backed: boolean;
  has_pages: boolean;
  /** What importers found out when they attached. */
  topology: Topology | undefined;

  constructor(
    readonly scope: PageBackedScope,
    private readonly faults: ReadonlySet<PageBackedFaultId>,
    private readonly calls: (k: PageBackedKernel, label: string) => (() => Kthread) | undefined,
  ) {
    super();
    const { exported, withoutPages, offset, mappedThrough: through } = scope;
    const there = exported && !withoutPages;
    this.page_backed = there;
    this.has_pages = there;
    this.pages = [0, 1].map((p) => ({ label: `page[${p}]`, count: there ? 1 : 0, pins: 0 }));
    // The second buffer is of the first page alone.
    this.buffers = Array.from({ length: scope.buffers }, (_, b) =>
      makeBuffer(`buf[${b}]`, b === 0 ? this.pages : this.pages.slice(0, 1), exported),
    );
    const pages = this.pages.slice(offset);
    const none = { ptes: new Set<BackedPage>(), special: new Set<BackedPage>(), pfn: false };
    this.vma = { through, linked: false, flag: 'none', pages, ...none };
  }

  has(fault: PageBackedFaultId): boolean {
    return this.faults.has(fault);
  }

  call(label: string): (() => Kthread) | undefined {
    return this.calls(this, label);
  }

  observe(): Readonly<Record<string, string>> {
    return {};
  }
}

function makeBuffer(label: string, pages: readonly BackedPage[], exported: boolean): PagedBuffer {
  return {
    label,
    pages,
    status: 'OK',
    listed: exported,
    file: exported ? 1 : 0,
    fd: exported,
    released: false,
    mappings: 0,
    resv: undefined,
  };
}
