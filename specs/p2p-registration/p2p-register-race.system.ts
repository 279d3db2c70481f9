import type { AnyStateMachine } from 'xstate';
import {
  InputError,
  is,
  not,
  type Part,
  type Property,
  parseLabel,
  procedure,
  resource,
  type System,
  type SystemFamily,
  suggested,
} from 'xstate-check';
import { balanceMonitors, type LockKind } from 'xstate-check/kernel';
import { ptes } from '../../machines/device/ptes.resource.ts';
import { dmabufs } from '../../machines/p2p-registration/dmabufs.resource.ts';
import { exportBuffer } from '../../machines/p2p-registration/export.procedure.ts';
import { mmapAndTouch } from '../../machines/p2p-registration/mmap-and-touch.procedure.ts';
import { pgmap } from '../../machines/p2p-registration/pgmap.resource.ts';
import { register } from '../../machines/p2p-registration/register.procedure.ts';
import { registeredMark } from '../../machines/p2p-registration/registered.resource.ts';
import { somethingMoves } from '../shared/every-system.ts';
import { rwsemPart } from '../shared/parts.ts';
import { isIdle } from '../shared/words.ts';
import { afterChanges, type MachineChanges } from '../written-anew.ts';
import { exportTestsAhead, faultTestsDeviceOnly, registerTestsAhead } from './otherwise/race.ts';
import { raceCalls } from './race-calls.ts';

/** What a revision does otherwise in each of the three who want a BAR. */
type Otherwise = { readonly [Who in 'register' | 'export' | 'mapper']?: MachineChanges };

/** The RFC's code could not be read, so there is no revision for what it does under which lock. */
const REVISIONS: Readonly<Record<string, Otherwise>> = {
  completed: {},
  'completed, fault=tests_device_only': { mapper: faultTestsDeviceOnly },
  'completed, exportTests=before_lock': { export: exportTestsAhead },
  'completed, registerTests=before_lock': { register: registerTestsAhead },
};

const MEMORY_LOCK: LockKind = {
  wait: ['down_write', 'down_read'],
  take: [],
  release: ['up_write', 'up_read'],
};

/** Two threads register one BAR, one exports it and one maps and touches it, step by step. */
export const raceFamily: SystemFamily = {
  name: 'p2p-register-race',
  title: 'threads that register one BAR against one that exports it and one that maps it',
  defaultScope: { registrars: 2, exporters: 1, mappers: 1 },
  revisions: Object.keys(REVISIONS),
  build({ scope, revision }): System {
    const { registrars = 0, exporters = 0, mappers = 0 } = scope;
    const otherwise = REVISIONS[revision];
    if (otherwise === undefined) {
      const known = Object.keys(REVISIONS);
      throw new InputError(`there is no revision '${revision}'; ${suggested(revision, known)}`);
    }
    const of = (who: keyof Otherwise, machine: AnyStateMachine) =>
      afterChanges(machine, [otherwise[who] ?? {}]);
    const objects = { dev: 'dev[0]', bar: 'bar[0]' };
    const threads = [
      ...named('register', registrars).map(([name]) =>
        procedure(name, of('register', register), {
          thread: name,
          roles: ['register'],
          bind: objects,
        }),
      ),
      ...named('export', exporters).map(([name, i]) =>
        procedure(name, of('export', exportBuffer), {
          thread: name,
          roles: ['export'],
          bind: { ...objects, buf: `buf[${i}]` },
        }),
      ),
      ...named('mmap', mappers).map(([name, i]) =>
        procedure(name, of('mapper', mmapAndTouch), {
          thread: name,
          roles: ['mapper'],
          bind: { ...objects, vma: `vma[${i}]` },
        }),
      ),
    ];
    const resources = [
      // One reader at a time: in the kernel a new reader queues behind a writer that waits.
      rwsemPart('dev[0].memory_lock', threads),
      resource('bar[0].registered', registeredMark(), threads, 'mark', 'bar[0]'),
      resource('dev[0].dmabufs', dmabufs(), threads, 'list'),
      resource('bar[0].pgmap', pgmap(), threads, 'pgmap', 'bar[0]'),
      resource('dev[0].ptes', ptes(), threads, 'ptes', 'dev[0]'),
    ];
    const lock = { name: 'dev[0].memory_lock', kind: MEMORY_LOCK };
    const balance = balanceMonitors([...threads, ...resources], [lock], isReturn);
    return {
      name: 'p2p-register-race',
      revision,
      scope,
      parts: [...threads, ...resources, ...balance],
      calls: raceCalls,
      environment: ['user'],
      properties: rules(threads, balance),
    };
  },
};

function rules(threads: readonly Part[], balance: readonly Part[]): Property[] {
  const pagesExist = is('bar[0].pgmap', 'present');
  return [
    {
      id: 'pages-made-once',
      kind: 'monitor',
      title: 'the pages of a BAR are made once',
      parts: ['bar[0].pgmap'],
      source: 'pagemap_range, mm/memremap.c, v7.3',
      consequence: 'with panic_on_warn, an ioctl of a user panics the machine',
    },
    {
      id: 'pages-and-no-buffer',
      kind: 'invariant',
      title: 'a BAR that has struct pages has no DMABUF on the list',
      when: pagesExist,
      then: is('dev[0].dmabufs', 'empty'),
      source:
        'derived: the test whether the BAR is registered and list_add are one section of memory_lock',
      consequence: 'importers map memory that the pool gives to others',
    },
    {
      id: 'pages-and-no-ptes',
      kind: 'invariant',
      title: 'a BAR that has struct pages has no PFNMAP PTEs',
      when: pagesExist,
      then: not(is('dev[0].ptes', 'present')),
      source: 'derived: mmap() takes no lock, so that the fault has to look at the BAR again',
      consequence: 'one page is mapped as PFNMAP and is a struct page at once',
    },
    {
      id: 'lock-balance',
      kind: 'monitor',
      title: 'memory_lock is released before the call returns',
      parts: balance.map((part) => part.name),
      source: 'derived',
    },
    {
      id: 'returns',
      kind: 'leads-to',
      title: 'a registration that has begun returns',
      when: not(isIdle(threads[0]!.name)),
      then: isIdle(threads[0]!.name),
      source: 'derived',
    },
    { id: 'rest', kind: 'rest', title: 'every thread can return', source: 'derived' },
    somethingMoves(),
    {
      id: 'totality',
      kind: 'totality',
      title: 'every step has exactly one answer',
      source: 'derived',
    },
  ];
}

/** A call from user space returns: its outcome, not its beginning. */
function isReturn(label: string): boolean {
  const { operation, outcome } = parseLabel(label);
  const calls = ['p2p_register', 'dma_buf_export', 'touch'];
  return outcome !== undefined && outcome !== 'begin' && calls.includes(operation);
}

function named(name: string, count: number): [string, number][] {
  return Array.from({ length: count }, (_, i) => [`${name}[${i}]`, i]);
}
