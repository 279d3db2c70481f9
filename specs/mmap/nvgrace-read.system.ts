import {
  type Part,
  type Property,
  procedure,
  resource,
  type Scope,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { balanceMonitors, type Lock, orderMonitors } from 'xstate-check/kernel';
import { commandWrite } from '../../machines/device/command-write.procedure.ts';
import { lowPower } from '../../machines/device/low-power.resource.ts';
import { pageFault } from '../../machines/device/page-fault.procedure.ts';
import { ptes } from '../../machines/device/ptes.resource.ts';
import { munmap } from '../../machines/mmap/munmap.procedure.ts';
import { nvgraceRead } from '../../machines/mmap/nvgrace-read.procedure.ts';
import { asOf, type Design, designOf, revisionsOf } from '../revisions/index.ts';
import { atMostOne } from '../shared/contract.ts';
import { oneAnswer } from '../shared/every-system.ts';
import {
  bufferResources,
  deviceResources,
  invalidateParts,
  movePart,
  RESV,
  RWSEM,
  rwsemPart,
} from '../shared/parts.ts';
import { returnsOf } from '../shared/rules.ts';
import { untouched } from '../shared/words.ts';
import { nvgraceCalls } from './calls.ts';

const DEV = { dev: 'dev[0]', vma: 'vma[0]' };

/** Who reads memory_lock and mmap_lock, one inside the other, against who writes either. */
export const nvgraceReadFamily: SystemFamily = {
  name: 'nvgrace-read',
  title:
    'a read of an nvgrace-gpu into memory of the process against a page fault, a config write and an munmap()',
  defaultScope: { into_bar: 1, faults: 0, writers: 1, unmappers: 0 },
  confidence: { into_bar: 1, faults: 1, writers: 1, unmappers: 1 },
  ...revisionsOf(['nvgraceRead', 'move'], { also: ['commandWrite', 'notify', 'pageFault'] }),
  build({ scope, revision }): System {
    for (const name of ['into_bar', 'faults', 'writers', 'unmappers']) atMostOne(scope, name);
    const threads = threadsOf(scope, designOf(revision));
    const parts = [...threads, ...resourcesOf(threads)];
    const { monitors, properties } = rulesOf(parts);
    return {
      name: 'nvgrace-read',
      revision,
      scope,
      parts: [...parts, ...monitors],
      calls: nvgraceCalls,
      environment: ['user'],
      unused: untouched('power', 'reset'),
      properties,
    };
  },
};

function threadsOf({ into_bar, faults, writers, unmappers }: Scope, design: Design): Part[] {
  const into = into_bar === 1 ? 'memory_or_bar' : 'memory';
  return [
    procedure('read', asOf(design, nvgraceRead(into)), {
      thread: 'read',
      roles: ['read'],
      bind: DEV,
    }),
    ...(faults === 1
      ? [
          procedure('cpu', pageFault('mmap_lock'), {
            thread: 'cpu',
            roles: ['page_fault'],
            bind: DEV,
          }),
        ]
      : []),
    ...(writers === 1
      ? [
          procedure('command_write', commandWrite(), {
            thread: 'command_write',
            roles: ['command_write'],
            bind: DEV,
          }),
          movePart(0, [0], 'command_write', design),
          ...invalidateParts(0, [], 'command_write'),
        ]
      : []),
    ...(unmappers === 1
      ? [procedure('munmap', munmap(), { thread: 'munmap', roles: ['munmap'], bind: DEV })]
      : []),
  ];
}

function resourcesOf(threads: readonly Part[]): Part[] {
  return [
    rwsemPart('mm.mmap_lock', threads),
    ...deviceResources(0, 'open', threads),
    resource('dev[0].low_power', lowPower(), threads, 'low_power', 'dev[0]'),
    resource('dev[0].ptes', ptes(), threads, 'mm', 'dev[0]'),
    ...bufferResources(0, 0, threads),
  ];
}

/** As page faults take them: the process first. */
const LOCKS: readonly Lock[] = [
  { name: 'mm.mmap_lock', kind: RWSEM },
  { name: 'dev[0].memory_lock', kind: RWSEM },
  { name: 'buf[0].resv', kind: RESV },
];

function rulesOf(parts: readonly Part[]): { monitors: Part[]; properties: Property[] } {
  const balance = balanceMonitors(parts, LOCKS, returnsOf(nvgraceCalls));
  const order = orderMonitors(parts, LOCKS);
  const names = (monitors: readonly Part[]) => monitors.map(({ name }) => name);
  return {
    monitors: [...balance, ...order],
    properties: [
      {
        id: 'lock-balance',
        kind: 'monitor',
        title: 'no thread takes a lock that it holds, or returns with one',
        parts: names(balance),
        rule: 'S6',
        source: 'derived: S6; rwsem_down_read_slowpath, v7.3: a reader queues behind a writer',
        consequence: 'a writer between the two, and both wait for ever',
      },
      {
        id: 'lock-order',
        kind: 'monitor',
        title: 'dma_resv inside memory_lock inside mmap_lock, for readers as well',
        parts: names(order),
        source:
          'derived: vfio_pci_mmap_huge_fault, v7.3, runs with mmap_lock held; a reader waits behind a writer',
        consequence: 'two who read both, and a writer of each, wait for each other for ever',
      },
      {
        id: 'no-misuse',
        kind: 'monitor',
        title: 'no lock is released unheld, no closed device asked',
        parts: parts.flatMap(({ kind, name }) => (kind === 'resource' ? [name] : [])),
        source: 'DEBUG_RWSEMS of the kernel',
      },
      {
        id: 'rest',
        kind: 'rest',
        title: 'every thread can return, and every lock become free',
        rule: 'L2',
        source: 'derived: L2',
        consequence: 'a task hangs in D state',
      },
      {
        id: 'deadlock',
        kind: 'deadlock',
        title: 'something can always move',
        rule: 'L2',
        source: 'derived: L2',
        consequence:
          'the tasks hang in D state, and with them whoever next needs memory_lock: a config write, a reset, a close',
      },
      oneAnswer,
    ],
  };
}
