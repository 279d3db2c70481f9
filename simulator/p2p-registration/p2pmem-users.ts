import { choose, type Kthread, step } from '../kernel/step.ts';
import { down_read, down_write_queued, up_read, up_write } from '../locks/rwsem.ts';
import { alloc_mmap } from './p2pdma-functions.ts';
import type { PagesKernel } from './pages-kernel.ts';
import type { BarPage, P2pmemVma } from './pages-objects.ts';
import { put_page, zap } from './pages-of-bar.ts';

/** Processes that map memory of p2pmem/allocate, and use it. */

/** open() of the file. Source: kernfs, v7.3. */
export function* openFile(k: PagesKernel, vma: P2pmemVma): Kthread {
  const name = `${vma.label}.fd.open`;
  const { label } = yield {
    options: () => [{ label: `${name}:${k.allocate ? 'ok' : '-ENOENT'}` }],
  };
  if (label.endsWith(':ok')) vma.fd = k.allocate;
}

/** close() of the file: a mapping has it open still. */
export function* closeFile(vma: P2pmemVma): Kthread {
  yield* step(`${vma.label}.fd.close`);
  vma.fd = undefined;
}

/** mmap() of the file. Source: kernfs_fop_mmap(), v7.3. */
export function* mmap(k: PagesKernel, vma: P2pmemVma, i: number): Kthread {
  yield* step(`${vma.label}.mmap:begin`);
  yield* down_write_queued(k.mmap_locks[i]!);
  const answer = yield* inFile(k, vma);
  yield* up_write(k.mmap_locks[i]!);
  yield* step(`${vma.label}.mmap:${answer}`);
  vma.mapped = answer === 'ok';
}

/** A file that has gone lets nobody in; one that has somebody in it goes when he is out. */
function* inFile(k: PagesKernel, vma: P2pmemVma): Kthread<string> {
  const name = `${vma.label}.fd.get_active`;
  const gone = () => vma.fd === undefined || vma.fd.removed;
  const { label } = yield { options: () => [{ label: `${name}:${gone() ? '-ENODEV' : 'ok'}` }] };
  if (!label.endsWith(':ok')) return '-ENODEV';
  const node = vma.fd!;
  node.active += 1;
  const answer = yield* alloc_mmap(k, vma);
  yield* step(`${vma.label}.fd.put_active`);
  node.active -= 1;
  if (answer !== 'ok') yield* zap(k, vma);
  return answer;
}

/** munmap(). */
export function* munmap(k: PagesKernel, vma: P2pmemVma, i: number): Kthread {
  yield* step(`${vma.label}.munmap:begin`);
  vma.mapped = false;
  yield* down_write_queued(k.mmap_locks[i]!);
  yield* zap(k, vma);
  yield* up_write(k.mmap_locks[i]!);
  yield* step(`${vma.label}.munmap:ok`);
}

/** An access of the CPU: what has been zapped is not faulted in again. Source: kernfs_vma_fault(). */
export function* touch(vma: P2pmemVma): Kthread {
  const answer = () => (vma.ptes.length > 0 ? 'ok' : vma.mapped ? 'SIGBUS' : 'SIGSEGV');
  yield { options: () => [{ label: `${vma.label}.touch:${answer()}` }] };
}

/**
 * An O_DIRECT write: pages are pinned by their PTEs, and put when the I/O is done, which may take any
 * time. Source: get_user_pages_fast(), mm/gup.c, v7.3.
 */
export function* o_direct(k: PagesKernel, vma: P2pmemVma, io: string, i: number): Kthread {
  yield* step(`${io}.write:begin`);
  yield* down_read(k.mmap_locks[i]!);
  const page = yield* pin(vma);
  yield* up_read(k.mmap_locks[i]!);
  if (page) {
    yield* step(`${io}.submit`);
    if (k.scope.served) {
      yield* down_read(k.memory_lock);
      yield* up_read(k.memory_lock);
    }
    yield* step(`${io}.complete`);
    yield* put_page(k, page);
  }
  yield* step(`${io}.write:${page ? 'ok' : '-EFAULT'}`);
}

function* pin(vma: P2pmemVma): Kthread<BarPage | undefined> {
  const { label } = yield {
    options: () => {
      const [page] = vma.ptes;
      return [{ label: page ? `${vma.label}.${page.label}.pin` : `${vma.label}.pin:-EFAULT` }];
    },
  };
  const page = vma.ptes.find((one) => label === `${vma.label}.${one.label}.pin`);
  if (page) page.count += 1;
  return page;
}

/** VFIO_IOMMU_MAP_DMA: pages of PCI memory are not pinned for long. Source: vaddr_get_pfns(), v7.3. */
export function* map_dma(k: PagesKernel, vma: P2pmemVma, i: number): Kthread {
  yield* step(`${vma.label}.map_dma:begin`);
  yield* down_read(k.mmap_locks[i]!);
  const name = `${vma.label}.pin_longterm`;
  yield* choose(name, [{ outcome: k.has('A-40') ? 'ok' : '-EFAULT' }]);
  yield* up_read(k.mmap_locks[i]!);
  yield* step(`${vma.label}.map_dma:${k.has('A-40') ? 'ok' : '-EFAULT'}`);
}
