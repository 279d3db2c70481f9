import { bufferStatus } from '../../machines/mmap/buffer-status.resource.ts';
import { backedPage } from '../../machines/page-backed/backed-page.resource.ts';
import { pageVma } from '../../machines/page-backed/page-vma.resource.ts';
import { lineOf } from '../../src/orders/line.ts';
import { ordersOf, type Unordered } from '../../src/orders/orders.ts';
import { type Searched, search } from '../../src/orders/search.ts';
import { type Part, resource } from '../../src/specification/part.ts';
import type { System } from '../../src/specification/system.ts';
import { rwsemPart } from '../procedures/parts.ts';
import { pageCalls } from './calls.ts';
import { pageDesignOf } from './design.ts';
import { oDirectOf } from './machines-of.ts';
import { resetPart, threadOf, vmaPart } from './parts.ts';
import { pageRules } from './rules.ts';
import { shapeOf } from './shape.ts';

/** The steps that a reset of a device with a page-backed buffer is made of, and what they are. */
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

/** One question of which orders a rule can be kept in. */
export interface Question extends Unordered {
  readonly id: string;
  readonly title: string;
  readonly resets: 1 | 2;
  readonly source: string;
}

/** From what was read to what it would take, a step more each time. */
export const questions: readonly Question[] = [
  {
    id: 'as-read',
    title: 'the steps of the proof of concept, and its one section of memory_lock',
    steps: ['lock', 'revoke', 'zap', 'reset', 'restore', 'unlock'],
    before: RESET,
    resets: 1,
    source: 'derived from __vfio_pci_dma_buf_revoke, vfio_pci_ioctl_reset, v7.3',
  },
  {
    id: 'waits',
    title: 'and a wait for pins, anywhere',
    steps: ['lock', 'revoke', 'zap', 'wait', 'reset', 'restore', 'unlock'],
    before: RESET,
    resets: 1,
    source: 'derived: X13, a wait for pins ahead of the reset',
  },
  {
    id: 'waits-outside',
    title: 'and two sections of memory_lock, with the wait between them',
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
    resets: 1,
    source: 'derived: X11, a wait that holds no lock',
  },
  {
    id: 'waits-outside-twice',
    title: 'the same, where two reset the device at once',
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
    resets: 2,
    source: 'derived: X11; who has let go of memory_lock may find the device given back',
  },
];

/** In this order: an order that hangs is not asked what it would do if it did not. */
export const asked: readonly string[] = [
  'lock-balance',
  'deadlock',
  'reset-after-last-pte',
  'reset-after-last-pin',
];

/** How the orders of a question fare. */
export function searched(question: Question): Searched {
  return search({
    orders: ordersOf(question),
    systemOf: (order) => systemOf(order, question),
    rules: asked,
    own: threadsOf(question),
  });
}

const threadsOf = ({ resets }: Pick<Question, 'resets'>) =>
  resets === 1 ? ['reset'] : ['reset', 'reset[1]'];

/** An O_DIRECT of two pages that are mapped, as the sound design has it, against resets of an order. */
export function systemOf(
  order: readonly string[],
  question: Pick<Question, 'id' | 'resets' | 'source'>,
): System {
  const machine = lineOf({
    id: 'ordered_reset',
    begin: 'dev.device_reset:begin',
    labels: order.flatMap((step) => STEPS[step]!),
    end: 'dev.device_reset:ok',
    source: question.source,
  });
  const threads = [
    ...threadsOf(question).map((thread) => threadOf(thread, machine, 'reset')),
    threadOf('o_direct', made.oDirect, 'o_direct'),
  ];
  const parts = [...threads, ...resourcesOf(threads)];
  const shape = shapeOf({ exporters: 0, pins: 1, resets: 1 });
  const { monitors, properties } = pageRules(shape, design, parts, undefined);
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
  vma: pageVma('vfio_fd', 'mixedmap'),
  status: bufferStatus(),
  oDirect: oDirectOf(design, 'pages'),
};

function resourcesOf(threads: readonly Part[]): Part[] {
  return [
    rwsemPart('dev[0].memory_lock', threads),
    vmaPart(threads, made.vma),
    resetPart(threads),
    resource('buf[0].status', made.status, threads, 'status', 'buf[0]'),
    ...[0, 1].map((page) => resource(`page[${page}]`, made.page, threads, 'page')),
  ];
}
