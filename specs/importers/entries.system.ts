import {
  all,
  any,
  type Call,
  call,
  InputError,
  is,
  not,
  type Part,
  type Property,
  procedure,
  resource,
  type Scope,
  type SystemFamily,
  said,
  where,
} from 'xstate-check';
import { fillSgEntry } from '../../machines/importers/fill-sg-entry.procedure.ts';
import { bufferLength } from '../../machines/importers/length.resource.ts';
import { MOST_PAGES, PAGE, scatterlist } from '../../machines/importers/scatterlist.monitor.ts';
import { asOf, designOf, revisionsOf } from '../revisions/index.ts';
import { range } from '../shared/contract.ts';
import { oneAnswer, somethingMoves } from '../shared/every-system.ts';

const THREAD = 'importer[0]';
const SGL = 'att[0].sgl';
const LENGTH = 'att[0].length';

/** The entries of the scatterlist that an importer is given, to the last unit. */
export const entryFamily: SystemFamily = {
  name: 'sg-entries',
  title: 'the entries of a scatterlist, with sizes of which every one is tried',
  defaultScope: { pages: MOST_PAGES },
  ...revisionsOf(['sgEntries']),
  build({ scope, revision }) {
    const pages = pagesOf(scope);
    const filling = procedure(THREAD, asOf(designOf(revision), fillSgEntry()), {
      thread: THREAD,
      roles: ['importer'],
      bind: { att: 'att[0]' },
    });
    return {
      name: 'sg-entries',
      revision,
      scope,
      parts: [filling, entriesPart([filling]), lengthPart(pages, [filling])],
      calls,
      environment: ['user'],
      properties,
    };
  },
};

/** @throws InputError for a buffer that is longer than these numbers are made for */
function pagesOf({ pages = MOST_PAGES }: Scope): number {
  if (pages >= 1 && pages <= MOST_PAGES) return pages;
  throw new InputError(
    `--scope: 'pages=${pages}' is no length of this system; take 1 to ${MOST_PAGES}`,
  );
}

/** What is written to the table, and that it is freed. */
function entriesPart(users: readonly Part[]): Part {
  const { rename } = resource(SGL, scatterlist(), users, '');
  const freed = `att[0].sg_free_table@${THREAD}`;
  const watch = (label: string) => (label === 'sg_free_table' ? [freed] : rename(label));
  return {
    name: SGL,
    machine: scatterlist(),
    kind: 'monitor',
    roles: [],
    rename: watch,
    renameCommit: (label) => label,
  };
}

/** Whoever exports the buffer chooses its length. */
function lengthPart(pages: number, users: readonly Part[]): Part {
  const part = resource(LENGTH, bufferLength(pages), users, 'length');
  return {
    ...part,
    rename: (label) => (label.startsWith('export:') ? [`${LENGTH}.${label}`] : part.rename(label)),
  };
}

const MAPPING = 'fill_sg_entry, drivers/dma-buf/dma-buf-mapping.c, v7.3';

function userCall(name: string, written: string): Call {
  return call(name, 'importer', { caller: 'user', spans: true, written, source: MAPPING });
}

const outcomes = range(MOST_PAGES).map((n) => `${n + 1}`);

const calls: readonly Call[] = [
  userCall('att.map', 'dma_buf_map_attachment_unlocked(attach{att})'),
  userCall('att.unmap', 'dma_buf_unmap_attachment_unlocked(attach{att})'),
  call('length.export', 'length', {
    caller: 'user',
    outcomes,
    spans: true,
    written: Object.fromEntries(outcomes.map((n) => [n, `export of a range of ${n} pages`])),
    source: 'vfio_pci_core_fill_phys_vec, v7.3',
  }),
  call('length.is', 'length', {
    outcomes,
    blocks: 'wait',
    written: Object.fromEntries(outcomes.map((n) => [n, `the length is ${n} pages`])),
    source: MAPPING,
  }),
  call('sgl.addr.len.set', 'sgl', {
    written: 'an entry: address {addr}/2, length {len}/2 pages',
    source: MAPPING,
  }),
  call('att.sg_free_table', 'sgl', {
    written: 'sg_free_table(&dma{att}->sgt)',
    source: 'dma_buf_free_sgt, v7.3',
  }),
];

const covers = any(
  ...range(MOST_PAGES).map((n) =>
    all(
      is(LENGTH, `pages_${n + 1}`),
      where(SGL, `ends at ${n + 1} pages`, ({ end }) => end === (n + 1) * PAGE),
    ),
  ),
);

const properties: readonly Property[] = [
  {
    id: 'entries-cover',
    kind: 'invariant',
    title: 'the entries that an importer is given end where the buffer ends',
    when: is(THREAD, '#mapped'),
    then: said(covers, 'the entries cover the buffer', 'the entries do not cover the buffer'),
    rule: 'S11',
    source: 'dma_buf_phys_vec_to_sgt, v7.3: WARN_ON_ONCE(mapped_len != size)',
    consequence: 'the importer sees a shorter buffer than was exported, or DMA goes beyond it',
  },
  {
    id: 'entries-adjoin',
    kind: 'invariant',
    title: 'each entry begins where the one before it ends, and none is empty',
    when: is(SGL, 'filled', 'unaligned', 'gap'),
    then: not(is(SGL, 'gap')),
    rule: 'S11',
    source: '590d74568030, v6.19',
    consequence: 'DMA of the importer ends at an address of another part of the buffer',
  },
  {
    id: 'entries-aligned',
    kind: 'invariant',
    title: 'addresses and lengths of the entries are multiples of a page',
    when: is(SGL, 'filled', 'unaligned', 'gap'),
    then: not(is(SGL, 'unaligned')),
    rule: 'S11',
    source:
      'dma_buf_phys_vec_to_sgt, v7.3: "the DMA addresses and lengths ... are PAGE_SIZE aligned"',
    consequence: 'an importer whose page tables need pages refuses the buffer or maps it wrong',
  },
  { id: 'rest', kind: 'rest', title: 'every call can return', source: 'derived: L2' },
  somethingMoves('derived: L2'),
  oneAnswer,
];
