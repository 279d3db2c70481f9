import {
  lineOf,
  ordersOf,
  type Part,
  resource,
  type Searched,
  type System,
  search,
  type Unordered,
} from 'xstate-check';
import { listed } from '../../machines/buffer/listed.resource.ts';
import { bufferStatus } from '../../machines/mmap/buffer-status.resource.ts';
import { backedPage } from '../../machines/page-backed/backed-page.resource.ts';
import { pageMappings } from '../../machines/page-backed/page-mappings.resource.ts';
import { pageVma } from '../../machines/page-backed/page-vma.resource.ts';
import { rwsemPart } from '../shared/parts.ts';
import { pageCalls } from './calls.ts';
import { type PageDesign, pageDesignOf } from './design.ts';
import { oDirectOf, resetOf } from './machines-of.ts';
import { resetPart, threadOf, vmaPart } from './parts.ts';
import { pageRules } from './rules.ts';
import { shapeOf } from './shape.ts';

/**
 * The steps that a reset of a device with a page-backed buffer is made of, and a page fault, and what
 * they are. A fault that finds the buffer revoked waits here until it is not, where it is in truth
 * answered SIGBUS and tried again.
 */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  lock: ['dev.memory_lock.down_write'],
  unlock: ['dev.memory_lock.up_write'],
  'lock again': ['dev.memory_lock.down_write'],
  'unlock again': ['dev.memory_lock.up_write'],
  revoke: ['buf.status.set(TEMP_REVOKED)'],
  zap: ['page[0].zap', 'page[1].zap'],
  wait: ['page[0].wait_unpinned', 'page[1].wait_unpinned'],
  reset: ['dev.pci_try_reset_function:begin', 'dev.pci_try_reset_function:ok'],
  restore: ['buf.status.set(OK)'],
  'lock to read': ['dev.memory_lock.down_read'],
  'unlock to read': ['dev.memory_lock.up_read'],
  test: ['buf.status:OK'],
  insert: ['page[0].insert_page:ok'],
};

/** A lock is taken before it is let go; what is reset is revoked before and given back behind. */
const RESET: Unordered['before'] = [
  ['lock', 'unlock'],
  ['revoke', 'reset'],
  ['reset', 'restore'],
];
const SPLIT: Unordered['before'] = [
  ...RESET,
  ['unlock', 'wait'],
  ['wait', 'lock again'],
  ['lock again', 'unlock again'],
];

/** What every reset has to keep, and that it does not hang. */
const OF_RESET = [
  'lock-balance',
  'deadlock',
  'reset-needs-memory-lock',
  'reset-after-last-pte',
  'reset-after-last-pin',
];

/** One question of which orders a rule can be kept in. */
export interface Question extends Unordered {
  readonly id: string;
  readonly title: string;
  /** The designs whose own steps these are. */
  readonly of: readonly string[];
  /** The threads that take the steps; what they run against is the sound design. */
  readonly threads: readonly string[];
  readonly rules: readonly string[];
  /** Through which file the pages are mapped. */
  readonly through: PageDesign['through'];
  readonly source: string;
}

/** From what was read to what it would take, a step more each time. */
export const questions: readonly Question[] = [
  {
    id: 'as-read',
    title: 'the steps of the proof of concept, and its one section of memory_lock',
    of: ['pages-read'],
    steps: ['lock', 'revoke', 'zap', 'reset', 'restore', 'unlock'],
    before: RESET,
    threads: ['reset'],
    rules: OF_RESET,
    through: 'vfio_fd',
    source: 'derived from __vfio_pci_dma_buf_revoke, vfio_pci_ioctl_reset, v7.3',
  },
  {
    id: 'waits',
    title: 'and a wait for pins, anywhere',
    of: [],
    steps: ['lock', 'revoke', 'zap', 'wait', 'reset', 'restore', 'unlock'],
    before: RESET,
    threads: ['reset'],
    rules: OF_RESET,
    through: 'vfio_fd',
    source: 'derived: X13, a wait for pins ahead of the reset',
  },
  {
    id: 'waits-outside',
    title: 'and two sections of memory_lock, with the wait between them',
    of: [],
    steps: [
      'lock',
      'revoke',
      'zap',
      'unlock',
      'wait',
      'lock again',
      'reset',
      'restore',
      'unlock again',
    ],
    before: SPLIT,
    threads: ['reset'],
    rules: OF_RESET,
    through: 'vfio_fd',
    source: 'derived: X11, a wait that holds no lock',
  },
  {
    id: 'waits-outside-twice',
    title: 'the same, where two reset the device at once',
    of: [],
    steps: [
      'lock',
      'revoke',
      'zap',
      'unlock',
      'wait',
      'lock again',
      'reset',
      'restore',
      'unlock again',
    ],
    before: SPLIT,
    threads: ['reset', 'reset[1]'],
    rules: OF_RESET,
    through: 'vfio_fd',
    source: 'derived: X11; who has let go of memory_lock may find the device given back',
  },
  {
    id: 'dma-buf-fd',
    title: 'the steps of a page fault in a mapping of the fd of the dma-buf',
    of: ['pages-read', 'pages-sound'],
    steps: ['lock to read', 'test', 'insert', 'unlock to read'],
    before: [['lock to read', 'unlock to read']],
    threads: ['touch'],
    rules: ['deadlock', 'reset-after-last-pte', 'no-pages-through-dmabuf-fd'],
    through: 'dma_buf_fd',
    source: 'derived from vfio_pci_mmap_huge_fault, v7.3',
  },
];

/** How the orders of a question fare. */
export function searched(question: Question): Searched {
  return search({
    orders: ordersOf(question),
    systemOf: (order) => systemOf(order, question),
    rules: question.rules,
    own: question.threads,
  });
}

/** Pages that are mapped already: an order, against an O_DIRECT or a reset of the sound design. */
export function systemOf(order: readonly string[], question: Question): System {
  const { threads: own, through } = question;
  const touches = own.includes('touch');
  const begin = touches ? 'vma.touch' : 'dev.device_reset';
  const machine = lineOf({
    id: touches ? 'ordered_touch' : 'ordered_reset',
    begin: `${begin}:begin`,
    labels: order.flatMap((step) => STEPS[step]!),
    end: `${begin}:ok`,
    source: question.source,
  });
  const threads = [
    ...own.map((thread) => threadOf(thread, machine, touches ? 'touch' : 'reset')),
    touches
      ? threadOf('reset', made.reset, 'reset')
      : threadOf('o_direct', made.oDirect, 'o_direct'),
  ];
  const parts = [...threads, ...resourcesOf(threads, through)];
  const shape = shapeOf({
    exporters: 0,
    touches: touches ? 1 : 0,
    pins: touches ? 0 : 1,
    resets: 1,
  });
  const { monitors, properties } = pageRules(shape, { ...design, through }, parts, undefined);
  return {
    name: question.id,
    revision: order.join(', '),
    scope: {},
    parts: [...parts, ...monitors],
    calls: pageCalls,
    environment: ['user'],
    properties,
  };
}

/** Made once: every order has the same. */
const design = pageDesignOf('pages-vfio-fd');
const made = {
  page: backedPage(1, 'its_maker', 1),
  vma: {
    vfio_fd: pageVma('vfio_fd', 'mixedmap'),
    dma_buf_fd: pageVma('dma_buf_fd', 'mixedmap'),
  },
  status: bufferStatus(),
  oDirect: oDirectOf(design, 'pages'),
  reset: resetOf(design),
  listed: listed('on'),
  mappings: pageMappings(),
};

function resourcesOf(threads: readonly Part[], through: PageDesign['through']): Part[] {
  return [
    rwsemPart('dev[0].memory_lock', threads),
    vmaPart(threads, made.vma[through]),
    resetPart(threads),
    resource('buf[0].listed', made.listed, threads, 'list', 'buf[0]'),
    resource('buf[0].status', made.status, threads, 'status', 'buf[0]'),
    resource('buf[0].mappings', made.mappings, threads, 'mappings', 'buf[0]'),
    ...[0, 1].map((page) => resource(`page[${page}]`, made.page, threads, 'page')),
  ];
}
