import { type Kthread, step } from '../kernel/step.ts';
import { down_read, down_write_queued, up_read, up_write } from '../locks/rwsem.ts';
import { readStatus, zapPage } from './buffer-functions.ts';
import type { BackedPage, PageBackedKernel } from './page-backed-kernel.ts';

/** The mapping of a buffer with pages, and what a process does with it. */

/**
 * What a mapping gives. A mapping of the fd of a dma-buf has no pages in the design that keeps that rule:
 * "you can't have a DMABUF mmap actually install non-special memory. The native vfio mmap still can".
 * Source: Jason Gunthorpe on [RFC PATCH 0/5], 2026-06-10; a buffer without pages as vfio_pci_core_mmap().
 */
function flagOf(k: PageBackedKernel): PageBackedKernel['vma']['flag'] {
  const { withoutPages, pagesThrough } = k.scope;
  if (withoutPages) return k.has('A-46') ? 'none' : 'VM_PFNMAP';
  const hasPages = k.vma.through === pagesThrough || k.has('A-29');
  return hasPages ? 'VM_MIXEDMAP' : 'VM_PFNMAP';
}

/** mmap() of a buffer, through the one file or the other: flags alone; faults do the rest. */
export function* mmap(k: PageBackedKernel): Kthread {
  const { vma } = k;
  const [buf] = k.buffers;
  yield* step('buf[0].mmap:begin');
  buf!.file += 1;
  yield* down_write_queued(k.mmap_lock);
  if (k.has('A-24')) yield* readStatus(buf!);
  const kind = flagOf(k);
  yield* step(`vma[0].vm_flags_set(${kind})`);
  vma.flag = kind;
  if (k.has('A-24')) for (const page of vma.pages) yield* insert_page(k, page);
  vma.linked = true;
  yield* up_write(k.mmap_lock);
  yield* step('buf[0].mmap:ok');
}

/** munmap(): the PTEs, then the VMA, then its reference to the file. */
export function* munmap(k: PageBackedKernel): Kthread {
  const { vma } = k;
  yield* step('vma[0].munmap:begin');
  yield* down_write_queued(k.mmap_lock);
  for (const page of vma.pages) yield* zapPage(k, page);
  yield* step('vma[0].unlink');
  vma.linked = false;
  yield* up_write(k.mmap_lock);
  yield* step('buf[0].fput');
  k.buffers[0]!.file -= 1;
  yield* step('vma[0].munmap:ok');
}

/** vm_insert_page(), v7.3: a page that nobody has is refused. */
function* insert_page(k: PageBackedKernel, page: BackedPage): Kthread {
  const { label } = yield {
    options: () => [{ label: `${page.label}.insert_page:${page.count > 0 ? 'ok' : '-EINVAL'}` }],
  };
  if (!label.endsWith(':ok') || k.vma.ptes.has(page)) return;
  k.vma.ptes.add(page);
  page.count += 1;
}

/** vmf_insert_pfn(), v7.3, with the BUG_ON()s of vmf_insert_pfn_prot(). */
function* insert_pfn(k: PageBackedKernel, name: string): Kthread {
  yield* step(name);
  if (k.vma.flag === 'none') k.oops('BUG_ON(!(vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP)))');
  if (k.vma.flag === 'VM_MIXEDMAP') k.oops('BUG_ON((VM_MIXEDMAP) && pfn_valid(pfn))');
  k.vma.pfn = true;
}

/** The PFN of a page: a special PTE, by which GUP finds no page. */
function* insert_pfn_of(k: PageBackedKernel, page: BackedPage): Kthread {
  yield* insert_pfn(k, `${page.label}.insert_pfn`);
  k.vma.special.add(page);
}

/** A page fault: under memory_lock, SIGBUS while the buffer is revoked. */
function* fault(k: PageBackedKernel, page: BackedPage): Kthread<boolean> {
  yield* down_read(k.memory_lock);
  const live = (yield* readStatus(k.buffers[0]!)) === 'OK';
  if (live) {
    if (k.scope.withoutPages) yield* insert_pfn(k, 'vma[0].insert_pfn(no_page)');
    else if (k.vma.flag === 'VM_PFNMAP' || k.has('A-25')) yield* insert_pfn_of(k, page);
    else yield* insert_page(k, page);
  }
  yield* up_read(k.memory_lock);
  return live;
}

function* find(k: PageBackedKernel): Kthread<boolean> {
  const name = 'vma[0].find';
  const { label } = yield { options: () => [{ label: `${name}:${k.vma.linked ? 'ok' : 'none'}` }] };
  return label.endsWith(':ok');
}

/** The page that the first address of the mapping has. */
const firstPage = (k: PageBackedKernel) => (k.has('A-45') ? k.pages[0]! : k.vma.pages[0]!);

/** An access of the CPU to the first address of the mapping. */
export function* touch(k: PageBackedKernel): Kthread {
  yield* step('vma[0].touch:begin');
  yield* down_read(k.mmap_lock);
  const answer = (yield* find(k)) ? yield* access(k, firstPage(k)) : 'SIGSEGV';
  yield* up_read(k.mmap_lock);
  yield* step(`vma[0].touch:${answer}`);
}

function* access(k: PageBackedKernel, page: BackedPage): Kthread<string> {
  if (!k.scope.withoutPages && (yield* hasPte(k, page))) return 'ok';
  return (yield* fault(k, page)) ? 'ok' : 'SIGBUS';
}

function* hasPte(k: PageBackedKernel, page: BackedPage): Kthread<boolean> {
  const name = `${page.label}.pte`;
  const present = () => k.vma.ptes.has(page) || k.vma.special.has(page);
  const { label } = yield {
    options: () => [{ label: `${name}:${present() ? 'present' : 'none'}` }],
  };
  return label.endsWith(':present');
}

/** O_DIRECT with both pages: pinned by their PTEs, after a fault where there is none. */
export function* o_direct(k: PageBackedKernel): Kthread {
  yield* step('vma[0].o_direct:begin');
  yield* down_read(k.mmap_lock);
  const pinned: BackedPage[] = [];
  const all = (yield* mayPin(k)) && (yield* pinAll(k, pinned));
  yield* up_read(k.mmap_lock);
  if (all) yield* step('vma[0].io:complete');
  for (const page of pinned) {
    yield* step(`${page.label}.unpin`);
    page.pins -= 1;
    page.count -= 1;
  }
  yield* step(`vma[0].o_direct:${all ? 'ok' : '-EFAULT'}`);
}

/** check_vma_flags(), mm/gup.c, v7.3: what has no pages cannot be pinned. */
function* mayPin(k: PageBackedKernel): Kthread<boolean> {
  if (!(yield* find(k))) return false;
  const name = 'vma[0].check_vma_flags';
  const allowed = () => k.vma.flag !== 'VM_PFNMAP';
  const { label } = yield { options: () => [{ label: `${name}:${allowed() ? 'ok' : '-EFAULT'}` }] };
  return label.endsWith(':ok');
}

function* pinAll(k: PageBackedKernel, pinned: BackedPage[]): Kthread<boolean> {
  for (const page of k.vma.pages) {
    while (!(yield* pin(k, page))) if (!(yield* fault(k, page))) return false;
    pinned.push(page);
  }
  return true;
}

/** try_grab_folio() by the PTE. */
function* pin(k: PageBackedKernel, page: BackedPage): Kthread<boolean> {
  const name = `${page.label}.pin`;
  const there = () => k.vma.ptes.has(page);
  const { label } = yield { options: () => [{ label: `${name}:${there() ? 'ok' : 'none'}` }] };
  if (!label.endsWith(':ok')) return false;
  page.pins += 1;
  page.count += 1;
  return true;
}
