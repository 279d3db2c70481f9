import type { AnyStateMachine } from 'xstate';
import {
  alphabetOf,
  bindObjects,
  formatLabel,
  type Part,
  parseLabel,
  plainLabel,
  procedure,
} from 'xstate-check';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { addResource } from '../../machines/p2p-registration/add-resource.procedure.ts';
import { allocMmap } from '../../machines/p2p-registration/alloc-mmap.procedure.ts';
import { allocateFile } from '../../machines/p2p-registration/allocate-file.resource.ts';
import { barMark } from '../../machines/p2p-registration/bar-mark.resource.ts';
import { deviceMemory } from '../../machines/p2p-registration/device-memory.resource.ts';
import { folioFree } from '../../machines/p2p-registration/folio-free.procedure.ts';
import { genPool } from '../../machines/p2p-registration/gen-pool.resource.ts';
import { memunmapPages } from '../../machines/p2p-registration/memunmap-pages.procedure.ts';
import { oDirect } from '../../machines/p2p-registration/o-direct.procedure.ts';
import { openOther } from '../../machines/p2p-registration/open-other.procedure.ts';
import { p2pClose } from '../../machines/p2p-registration/p2p-close.procedure.ts';
import { p2pDisable } from '../../machines/p2p-registration/p2p-disable.procedure.ts';
import { p2pHotReset } from '../../machines/p2p-registration/p2p-hot-reset.procedure.ts';
import { p2pPgmap } from '../../machines/p2p-registration/p2p-pgmap.resource.ts';
import { p2pProbe } from '../../machines/p2p-registration/p2p-probe.procedure.ts';
import { p2pRegister } from '../../machines/p2p-registration/p2p-register.procedure.ts';
import { p2pReset } from '../../machines/p2p-registration/p2p-reset.procedure.ts';
import { p2pUnbind } from '../../machines/p2p-registration/p2p-unbind.procedure.ts';
import { p2pdmaPointer } from '../../machines/p2p-registration/p2pdma-pointer.resource.ts';
import { p2pdmaRelease } from '../../machines/p2p-registration/p2pdma-release.procedure.ts';
import { p2pmemFd } from '../../machines/p2p-registration/p2pmem-fd.resource.ts';
import { p2pmemUser } from '../../machines/p2p-registration/p2pmem-user.procedure.ts';
import { p2pmemVma } from '../../machines/p2p-registration/p2pmem-vma.resource.ts';
import { page } from '../../machines/p2p-registration/page.resource.ts';
import { pgmapRef } from '../../machines/p2p-registration/pgmap-ref.resource.ts';
import { rcu, readerLabels } from '../../machines/p2p-registration/rcu.resource.ts';
import { removeResource } from '../../machines/p2p-registration/remove-resource.procedure.ts';
import { session } from '../../machines/p2p-registration/session.resource.ts';
import { sizeShow } from '../../machines/p2p-registration/size-show.procedure.ts';
import { type1MapDma } from '../../machines/p2p-registration/type1-map-dma.procedure.ts';
import { unmapMappings } from '../../machines/p2p-registration/unmap-mappings.procedure.ts';
import { unregistering } from '../../machines/p2p-registration/unregistering.resource.ts';
import { range } from '../shared/contract.ts';
import { rwsemPart } from '../shared/parts.ts';
import type { MachineChanges } from '../written-anew.ts';

/** How many there are of each who has to do with the BARs of one device. */
export interface CodeScope {
  readonly bars: number;
  readonly pages: number;
  /** Whether the system starts with every BAR registered. */
  readonly registered: boolean;
  /** A driver of the kernel registers when it probes, and unregisters when it is unbound. */
  readonly driver: 'vfio' | 'kernel';
  readonly registrars: number;
  readonly probes: number;
  readonly mappers: number;
  readonly pinners: number;
  /** Whether the I/O is answered by a process that needs the device. */
  readonly served: boolean;
  readonly type1: number;
  readonly readers: number;
  readonly resets: number;
  readonly hotResets: number;
  readonly disables: number;
  readonly closes: number;
  readonly unbinds: number;
  readonly others: number;
}

/** Who takes the memory of a device away. */
export type Taker = 'reset' | 'hot_reset' | 'disable' | 'close';

/** The machine as a version has it. */
export type OfVersion = (machine: AnyStateMachine) => AnyStateMachine;

/** The changes of a version that depend on how many BARs there are. */
export type Changes = (scope: CodeScope) => readonly MachineChanges[];

const DEV = 'dev[0]';
const bar = (b: number) => `bar[${b}]`;

/** A function of a version on a thread. */
type On = (thread: string, name: string, machine: AnyStateMachine, own?: object) => Part;

/** Every thread, with the functions that it calls. */
export function codeThreads(scope: CodeScope, of: OfVersion): Part[] {
  const on: On = (thread, name, machine, own = {}) =>
    procedure(name === thread ? name : `${name}@${thread}`, of(machine), {
      thread,
      roles: [name.replace(/[[(].*/, '')],
      bind: { dev: DEV, ...own },
    });
  const threads = [...makers(scope, on), ...users(scope, on), ...takers(scope, on)];
  return [
    ...threads,
    ...freeing(threads, (thread) => on(thread, 'folio_free', folioFree(scope.bars, scope.pages))),
  ];
}

/** A function as it is called for each BAR. */
function calledForBars({ bars }: CodeScope, on: On) {
  return (thread: string, name: string, machine: () => AnyStateMachine) =>
    range(bars).map((b) =>
      asCalled(on(thread, `${name}(${bar(b)})`, machine(), { bar: bar(b) }), `bar${b}`),
    );
}

/** How a thread takes back the pages of each BAR. */
function unmapsOf(scope: CodeScope, on: On) {
  const { bars, pages, mappers } = scope;
  const called = calledForBars(scope, on);
  return (thread: string) => [
    ...called(thread, 'unmap_mappings', () => unmapMappings({ vmas: mappers, bars, pages })),
    ...called(thread, 'memunmap_pages', memunmapPages),
  ];
}

/** Those that make pages. */
function makers(scope: CodeScope, on: On): Part[] {
  const { bars } = scope;
  const called = calledForBars(scope, on);
  const unmaps = unmapsOf(scope, on);
  return [
    ...range(scope.registrars).flatMap((b) => {
      const thread = `register[${b}]`;
      const own = { bar: bar(b) };
      return [
        on(thread, thread, p2pRegister(), own),
        ...[...called(thread, 'add_resource', addResource), ...unmaps(thread)].filter((part) =>
          part.name.includes(`(${bar(b)})`),
        ),
      ];
    }),
    ...range(scope.probes).flatMap(() => [
      unbindOf(on('probe', 'probe', p2pProbe(bars))),
      ...called('probe', 'add_resource', addResource),
      ...unmaps('probe'),
    ]),
  ];
}

/** Those that use them. */
function users(scope: CodeScope, on: On): Part[] {
  const { bars, pages, mappers } = scope;
  return [
    ...range(mappers).flatMap((i) => {
      const thread = `mapper[${i}]`;
      const own = { vma: `vma[${i}]`, mm: `mm[${i}]` };
      return [
        on(thread, thread, p2pmemUser({ bars, pages }), own),
        asCalled(on(thread, 'alloc_mmap', allocMmap(bars, pages), own), 'alloc'),
      ];
    }),
    ...range(scope.pinners).flatMap((i) => {
      const thread = `io[${i}]`;
      const served = scope.served ? 'by_vfio_user' : 'by_disk';
      const own = { vma: `vma[${i % mappers}]`, mm: `mm[${i % mappers}]`, io: thread };
      return [on(thread, thread, oDirect({ bars, pages }, served), own)];
    }),
    ...range(scope.type1).map((i) =>
      on(`type1[${i}]`, `type1[${i}]`, type1MapDma(), { vma: 'vma[0]', mm: 'mm[0]' }),
    ),
    ...range(scope.readers).map((i) => on(`size_show[${i}]`, `size_show[${i}]`, sizeShow())),
  ];
}

/** Those that take them away. */
function takers(scope: CodeScope, on: On): Part[] {
  const { bars } = scope;
  const called = calledForBars(scope, on);
  const unmaps = unmapsOf(scope, on);
  const removes = (thread: string, machine: AnyStateMachine) => [
    on(thread, thread, machine),
    ...called(thread, 'remove_resource', removeResource),
    ...unmaps(thread),
  ];
  return [
    ...range(scope.resets).flatMap(() => removes('reset', p2pReset(bars))),
    ...range(scope.hotResets).flatMap(() => removes('hot_reset', p2pHotReset(bars))),
    ...range(scope.disables).flatMap(() => removes('disable', p2pDisable(bars))),
    ...range(scope.closes).flatMap(() => removes('close', p2pClose(bars))),
    ...range(scope.unbinds).flatMap(() => [
      on('unbind', 'unbind', p2pUnbind(bars)),
      on('unbind', 'p2pdma_release', p2pdmaRelease()),
      ...unmaps('unbind'),
    ]),
    ...range(scope.others).map(() => on('other', 'other', openOther())),
  ];
}

/** Functions that are called by a thread, and that may call each other. */
const CALLS =
  /\.(add_resource|remove_resource|unmap_mappings|memunmap_pages|alloc_mmap|p2pdma_release):/;

/** The steps of a function that is called are its own: others of the thread have some of the same name. */
function asCalled(part: Part, variant: string): Part {
  return {
    ...part,
    rename: (label) =>
      part
        .rename(label)
        .map((one) => (CALLS.test(one) ? one : formatLabel({ ...parseLabel(one), variant }))),
  };
}

const isFolioFree = (label: string) => /\.folio_free:|\.put:last/.test(label);

/** p2pdma_folio_free() on each thread of which a function drops references to pages. */
function freeing(threads: readonly Part[], made: (thread: string) => Part): Part[] {
  const calls = threads.flatMap((part) =>
    alphabetOf(part).flatMap(part.rename).filter(isFolioFree),
  );
  const names = new Set(calls.map((label) => parseLabel(label).thread!));
  return [...names].map((thread) => {
    const part = made(thread);
    return {
      ...part,
      // It begins with the answer of the page that this was the last reference.
      roles: [...part.roles, 'page'],
      rename: (label) => {
        if (!isFolioFree(label)) return asCalled(part, 'free').rename(label);
        const own = new Set(calls.filter((one) => parseLabel(one).thread === thread));
        return [...own].filter((one) => plainLabel(one) === label);
      },
    };
  });
}

/** The driver that has probed is there until it is unbound, which another thread does. */
function unbindOf(probe: Part): Part {
  const begin = 'dev.unbind:begin';
  return {
    ...probe,
    rename: (label) => (label === begin ? [`${DEV}.unbind:begin@unbind`] : probe.rename(label)),
  };
}

/** A resource by the labels of its machine, or by the name that they have of an object. */
type Named = (name: string, machine: AnyStateMachine, role: string, bind: object) => Part;
type OfObject = (part: string, machine: AnyStateMachine, role: string, name: string) => Part;

/** What the threads meet at. */
export function codeResources(scope: CodeScope, threads: readonly Part[]): Part[] {
  const used = [...new Set(threads.flatMap((part) => alphabetOf(part).flatMap(part.rename)))];
  const named: Named = (name, machine, role, bind) => ({
    name,
    machine,
    kind: 'resource',
    roles: [role],
    rename: (label) => {
      const bound = bindObjects(label, bind as Record<string, string>);
      return used.filter((one) => plainLabel(one) === bound);
    },
    renameCommit: (label) => label,
  });
  const object: OfObject = (part, machine, role, name) => {
    const own = named(part, machine, role, {});
    return {
      ...own,
      rename: (label) => used.filter((one) => plainLabel(one) === `${name}.${label}`),
    };
  };
  const { bars, mappers, registered } = scope;
  const isKernels = scope.driver === 'kernel';
  return [
    ...(isKernels ? [] : [rwsemPart(`${DEV}.memory_lock`, threads)]),
    ...range(mappers).map((i) => rwsemPart(`mm[${i}].mmap_lock`, threads)),
    ...(scope.hotResets + scope.closes + scope.others > 0
      ? [object('dev_set.lock', mutex(), 'mutex', 'dev_set.lock')]
      : []),
    object(`${DEV}.p2pdma`, p2pdmaPointer(scope.probes > 0 ? 'none' : 'set'), 'p2pdma', DEV),
    named(`${DEV}.pool`, genPool(bars, scope.pages, registered ? 'filled' : 'none'), 'pool', {
      dev: DEV,
    }),
    fileOf(scope, named),
    object(`${DEV}.memory`, deviceMemory(), 'memory', DEV),
    rcuOf(threads, used),
    ...range(bars).flatMap((b) => barResources(scope, b, object, used)),
    ...range(mappers).flatMap((i) => [
      named(`vma[${i}].fd`, p2pmemFd(), 'fd', { dev: DEV, fd: `vma[${i}].fd` }),
      touched(named(`vma[${i}]`, p2pmemVma(bars, scope.pages), 'vma', { vma: `vma[${i}]` }), i),
    ]),
    ...(isKernels
      ? []
      : [
          named(`${DEV}.unregistering`, unregistering(bars), 'unregistering', { dev: DEV }),
          ...(isCalled(scope) ? [sessionOf(scope, used)] : []),
        ]),
  ];
}

/** The pages of a BAR, the references to them, and what vfio-pci notes of it. */
function barResources(
  { pages, mappers, pinners, registered, driver }: CodeScope,
  b: number,
  object: OfObject,
  used: readonly string[],
): Part[] {
  // Each page that is handed out, each mmap() under way, and each last put that is not yet done.
  const references = mappers * (pages + 1) + pinners + 2;
  const name = bar(b);
  const mark = barMark(registered ? 'registered' : 'free');
  return [
    object(`${name}.pgmap`, pgmapRef(references, registered ? 'live' : 'none'), 'pgmap', name),
    object(`${name}.p2p_pgmap`, p2pPgmap(registered ? 'armed' : 'none'), 'p2p_pgmap', name),
    ...(driver === 'kernel' ? [] : [object(`${name}.mark`, mark, 'mark', name)]),
    ...(mappers > 0 ? range(pages).map((p) => pageOf(b, p, 2 * mappers + pinners, used)) : []),
  ];
}

function fileOf(
  { mappers, registered }: CodeScope,
  named: (name: string, machine: AnyStateMachine, role: string, bind: object) => Part,
): Part {
  const machine = allocateFile(Math.max(mappers, 1), registered ? 'present' : 'absent');
  const own = named(`${DEV}.allocate`, machine, 'file', { dev: DEV });
  return {
    ...own,
    rename: (label) =>
      label.startsWith('fd.')
        ? range(mappers).map((i) => `vma[${i}].${label}@mapper[${i}]`)
        : own.rename(label),
  };
}

/** The page is inserted, zapped and pinned through a mapping. */
function pageOf(b: number, p: number, most: number, used: readonly string[]): Part {
  const name = `${bar(b)}.page[${p}]`;
  const through = new RegExp(`^(vma\\[\\d+\\]\\.)?${name.replace(/[[\].]/g, '\\$&')}\\.(.*)$`);
  return {
    name,
    machine: page(most),
    kind: 'resource',
    roles: ['page'],
    rename: (label) => used.filter((one) => through.exec(plainLabel(one))?.[2] === label),
    renameCommit: (label) => label,
  };
}

/** The CPU touches a mapping at any time. */
function touched(part: Part, i: number): Part {
  return {
    ...part,
    rename: (label) =>
      label.startsWith('vma.touch:')
        ? [`${label.replace('vma', `vma[${i}]`)}@process`]
        : part.rename(label),
  };
}

function rcuOf(threads: readonly Part[], used: readonly string[]): Part {
  const lock = 'rcu_read_lock';
  const readers = threads.filter((part) => alphabetOf(part).includes(lock));
  const own = readerLabels(readers.length);
  return {
    name: 'rcu',
    machine: rcu(readers.length),
    kind: 'resource',
    roles: ['rcu'],
    rename: (label) => {
      const r = own.findIndex((one) => one.lock === label || one.unlock === label);
      if (r >= 0) return readers[r]!.rename(label.slice(label.indexOf('.') + 1));
      return used.filter((one) => plainLabel(one) === `rcu.${label}`);
    },
    renameCommit: (label) => label,
  };
}

/** Calls through the device file, its close, and the unbind that waits for it. */
/** Whether anybody calls through the file of the device, or has it closed or unbound. */
const isCalled = ({ registrars, resets, disables, closes, unbinds }: CodeScope) =>
  registrars + resets + disables + closes + unbinds > 0;

function sessionOf(scope: CodeScope, used: readonly string[]): Part {
  const through = /^(dev\[0\]\.(device_reset|write_command\(.*\))|bar\[\d+\]\.p2p_register):/;
  const calls = used.filter((label) => through.test(label));
  const isBegin = (label: string) => parseLabel(label).outcome === 'begin';
  const labels: Readonly<Record<string, readonly string[]>> = {
    call: calls.filter(isBegin),
    return: calls.filter((label) => !isBegin(label)),
    close: used.filter((label) => label.startsWith(`${DEV}.close:begin`)),
    closed: used.filter((label) => label.startsWith(`${DEV}.close:ok`)),
    unbind: used.filter((label) => label.startsWith(`${DEV}.unbind:begin`)),
  };
  return {
    name: `${DEV}.file`,
    machine: session(scope.registrars + scope.resets + scope.disables),
    kind: 'resource',
    roles: ['session'],
    rename: (label) => labels[label] ?? [],
    renameCommit: (label) => label,
  };
}
