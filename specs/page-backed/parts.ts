import type { AnyStateMachine } from 'xstate';
import { alphabetOf, type Part, plainLabel, procedure, resource } from 'xstate-check';
import { listed } from '../../machines/buffer/listed.resource.ts';
import { pciReset } from '../../machines/device/pci-reset.resource.ts';
import { dmaResv } from '../../machines/locks/dma-resv.resource.ts';
import { bufferStatus } from '../../machines/mmap/buffer-status.resource.ts';
import { backedBar } from '../../machines/page-backed/backed-bars.resource.ts';
import { backedPage } from '../../machines/page-backed/backed-page.resource.ts';
import { p2pRoute } from '../../machines/page-backed/p2p-route.resource.ts';
import { pageFile } from '../../machines/page-backed/page-file.resource.ts';
import { pageMap } from '../../machines/page-backed/page-map.resource.ts';
import { pageMappings } from '../../machines/page-backed/page-mappings.resource.ts';
import { pagePool } from '../../machines/page-backed/page-pool.resource.ts';
import { pageVma } from '../../machines/page-backed/page-vma.resource.ts';
import { rwsemPart } from '../shared/parts.ts';
import type { PageDesign } from './design.ts';

const OBJECTS = { dev: 'dev[0]', bar: 'bar[0]', vma: 'vma[0]', att: 'att[0]' };

/** A call on a thread of its own, by the name of which it is known. */
export function threadOf(thread: string, machine: AnyStateMachine, role: string, buf = 0): Part {
  return procedure(thread, machine, {
    thread,
    roles: [role],
    bind: { ...OBJECTS, buf: `buf[${buf}]` },
  });
}

/** The labels that threads use of some name, thread aside. */
function used(threads: readonly Part[], wanted: RegExp): string[] {
  const all = threads.flatMap((part) => alphabetOf(part).flatMap(part.rename));
  return [...new Set(all.filter((label) => wanted.test(plainLabel(label))))];
}

/** The mapping: what is inserted into it is inserted of a page. */
export function vmaPart(threads: readonly Part[], machine: AnyStateMachine): Part {
  const own = resource('vma[0]', machine, threads, 'vma');
  const inserted: Readonly<Record<string, readonly string[]>> = {
    insert_page: used(threads, /^page\[\d\]\.insert_page:ok$/),
    'insert_pfn(page)': used(threads, /^page\[\d\]\.insert_pfn$/),
  };
  return { ...own, rename: (label) => inserted[label] ?? own.rename(label) };
}

/** The file of a buffer, by which a mapping is made. */
function filePart(buf: string, threads: readonly Part[], { exported, closed }: There): Part {
  const machine = pageFile(exported ? 'fd' : 'none');
  const own = resource(`${buf}.file`, machine, threads, 'file', buf);
  return {
    ...own,
    rename: (label) => (label === 'close_fd' && closed ? [`${buf}.close_fd`] : own.rename(label)),
  };
}

export function resetPart(threads: readonly Part[]): Part {
  const labels: Readonly<Record<string, readonly string[]>> = {
    'reset:begin': used(threads, /^dev\[0\]\.pci_try_reset_function:begin$/),
    'reset:end': used(threads, /^dev\[0\]\.pci_try_reset_function:ok$/),
  };
  return {
    name: 'dev[0].reset',
    machine: pciReset(),
    kind: 'resource',
    roles: ['hardware'],
    rename: (label) => labels[label] ?? [],
    renameCommit: (label) => label,
  };
}

/** What there is of a system: of the BAR, of each buffer, of the mapping, of an importer. */
export interface There {
  readonly buffers: readonly number[];
  /** Whether the buffer is exported from the start, and whether its descriptor is closed. */
  readonly exported: boolean;
  readonly closed: boolean;
  /** Whether anybody asks for its status, and whether anybody waits for importers. */
  readonly revoked: boolean;
  readonly waits: boolean;
  /** Whether the buffers have pages. */
  readonly pages: boolean;
  /** Whether the mapping is one of pages, in which the PFN of a page is a BUG. */
  readonly mixed: boolean;
  readonly vma: boolean;
  readonly reset: boolean;
  readonly importer: boolean;
  readonly pool: boolean;
}

/** The locks, flags, lists and pages that the threads use. */
export function resourcesOf(there: There, design: PageDesign, threads: readonly Part[]): Part[] {
  const { buffers, pages, vma, reset, importer, pool } = there;
  const adds = used(threads, /^bar\[0\]\.add_resource:ok$/);
  const poolPart = resource('bar[0].pool', pagePool(), threads, 'pool', 'bar[0]');
  return [
    rwsemPart('dev[0].memory_lock', threads),
    ...(vma ? [rwsemPart('mm.mmap_lock', threads), vmaPart(threads, pageVma(design.through))] : []),
    ...(reset ? [resetPart(threads)] : []),
    ...(pages ? [0, 1].map((p) => pagePart(p, there, design, threads)) : []),
    ...(pages && !there.exported
      ? [
          resource('bar[0].page_map', pageMap(), threads, 'page_map', 'bar[0]'),
          resource('bar[0].page_backed', backedBar(), threads, 'mark', 'bar[0]'),
        ]
      : []),
    ...(pool
      ? [
          {
            ...poolPart,
            rename: (label: string) => {
              if (label === 'add_resource:ok') return design.pool === 'none' ? [] : adds;
              return label === 'p2pmem.free'
                ? used(threads, /^page\[0\]\.p2pmem\.free$/)
                : poolPart.rename(label);
            },
          },
        ]
      : []),
    ...buffers.flatMap((b) => bufferParts(`buf[${b}]`, threads, there)),
    ...(importer ? [resource('att[0].route', p2pRoute(), threads, 'route', 'att[0]')] : []),
  ];
}

function pagePart(
  page: number,
  { buffers, exported, mixed }: There,
  design: PageDesign,
  threads: readonly Part[],
): Part {
  const freedTo = design.pool === 'whole_bar' ? 'gen_pool' : 'its_maker';
  return resource(
    `page[${page}]`,
    backedPage(buffers.length, freedTo, exported ? 1 : 0, mixed ? 'VM_MIXEDMAP' : 'VM_PFNMAP'),
    threads,
    'page',
  );
}

function bufferParts(buf: string, threads: readonly Part[], there: There): Part[] {
  const { exported, revoked, waits } = there;
  const first = buf === 'buf[0]';
  return [
    resource(`${buf}.listed`, listed(exported ? 'on' : 'off'), threads, 'list', buf),
    ...(revoked && first
      ? [resource(`${buf}.status`, bufferStatus(), threads, 'status', buf)]
      : []),
    filePart(buf, threads, there),
    ...(waits && first
      ? [resource(`${buf}.mappings`, pageMappings(), threads, 'mappings', buf)]
      : []),
    ...(waits && first ? [resource(`${buf}.resv`, dmaResv(), threads, 'dma_resv')] : []),
  ];
}
