import {
  BEGIN,
  type Call,
  CallTable,
  type Part,
  type Property,
  parseLabel,
  type System,
} from 'xstate-check';
import { balanceMonitors, heldMonitors, type Lock, orderMonitors } from 'xstate-check/kernel';
import { procedureCalls } from './calls.ts';
import { range } from './contract.ts';
import { oneAnswer, somethingMoves } from './every-system.ts';
import { MUTEX, RESV, RWSEM } from './parts.ts';
import { promises } from './promises.ts';

/**
 * The rules that every system of procedures keeps, and the monitors they need.
 *
 * @param calls - those of the system; the calls of user space have returns
 */
export function procedureRules(
  parts: readonly Part[],
  scope: { readonly devices: number; readonly buffers: number },
  contract: System,
  calls: readonly Call[] = procedureCalls,
): { monitors: Part[]; properties: Property[] } {
  const memoryLocks = range(scope.devices).map((d) => ({
    name: `dev[${d}].memory_lock`,
    kind: RWSEM,
  }));
  const locks: Lock[] = [
    { name: 'dev_set.lock', kind: MUTEX, alike: ['vf.dev_set.lock'] },
    ...memoryLocks,
    ...range(scope.buffers).map((b) => ({ name: `buf[${b}].resv`, kind: RESV })),
  ];
  const balance = balanceMonitors(parts, locks, returnsOf(calls));
  const order = orderMonitors(parts, locks);
  const held = memoryLocks.flatMap((lock, d) =>
    heldMonitors(
      parts,
      lock,
      (label) => label.startsWith(`dev[${d}].move(`) && label.endsWith(':begin'),
    ),
  );
  const promised = promises(parts, returnsOf(calls));
  const flags = range(scope.buffers).flatMap((b) => flagMonitors(parts, b));
  return {
    monitors: [...balance, ...order, ...held, ...flags, ...promised.monitors],
    properties: [
      ...lockRules(balance, order, held),
      ...(flags.length > 0 ? [revokedNeedsResv(flags)] : []),
      ...promised.properties,
      {
        id: 'no-misuse',
        kind: 'monitor',
        title: 'no lock is released unheld, no refcount used at 0, no closed device asked',
        parts: parts.filter((part) => part.kind === 'resource').map((part) => part.name),
        source: 'refcount_t, DEBUG_RWSEMS and DEBUG_MUTEXES of the kernel',
      },
      ...CALLS_RETURN,
      {
        id: 'refinement',
        kind: 'refinement',
        title: 'every run is a run of the contract',
        contract,
        source: 'derived: the contract of devices, buffers and attachments',
      },
    ],
  };
}

/** One for each thread that writes `revoked` of a buffer. */
function flagMonitors(parts: readonly Part[], buffer: number): Part[] {
  const buf = `buf[${buffer}]`;
  const lock = { name: `${buf}.resv`, kind: RESV };
  const writes = [`${buf}.revoked.set`, `${buf}.revoked.clear`];
  return heldMonitors(parts, lock, (label) => writes.includes(label)).map((part) => ({
    ...part,
    name: `flag-${part.name}`,
  }));
}

const revokedNeedsResv = (flags: readonly Part[]): Property => ({
  id: 'revoked-needs-resv',
  kind: 'monitor',
  title: 'priv->revoked is written with dma_resv of the buffer held',
  parts: flags.map(({ name }) => name),
  rule: 'S6',
  source: 'vfio_pci_dma_buf_move, vfio_pci_core_feature_dma_buf, v7.3: dma_resv_lock() around it',
  consequence: 'a map that has tested it counts a mapping after the revoke has looked',
});

function lockRules(
  balance: readonly Part[],
  order: readonly Part[],
  held: readonly Part[],
): Property[] {
  const names = (monitors: readonly Part[]) => monitors.map(({ name }) => name);
  return [
    {
      id: 'lock-balance',
      kind: 'monitor',
      title: 'every lock that a call takes is released before it returns',
      parts: names(balance),
      source: 'vfio_pci_dev_set_hot_reset, v7.3: success and failure share the way back',
      consequence:
        'the next BAR fault, config write or close of the device blocks for ever, and the next hot reset fails with -EBUSY',
    },
    {
      id: 'lock-order',
      kind: 'monitor',
      title: 'locks are taken in one global order',
      parts: names(order),
      source:
        'dev_set->lock, memory_lock, dma_resv: as observed in v7.3; by class, as lockdep counts locks',
      consequence:
        'this call and one that takes them in that order can wait for each other for ever',
    },
    {
      id: 'move-needs-memory-lock',
      kind: 'monitor',
      title: 'vfio_pci_dma_buf_move() runs with memory_lock held for writing',
      parts: names(held),
      source: 'vfio_pci_dma_buf_move, v7.3: lockdep_assert_held_write',
      consequence:
        'lockdep warns, and access comes back in the middle of a change by somebody else',
    },
  ];
}

const CALLS_RETURN: readonly Property[] = [
  {
    id: 'rest',
    kind: 'rest',
    title: 'every thread can return, and every lock become free',
    source: 'derived: L2, importers unmap in bounded time',
    consequence: 'a task hangs in D state',
  },
  somethingMoves('derived: L2'),
  oneAnswer,
];

/** Whether a label is the return of a call from user space. */
export function returnsOf(calls: readonly Call[]): (label: string) => boolean {
  const table = new CallTable(calls);
  return (label) => {
    const { outcome } = parseLabel(label);
    const call = table.find(label);
    return outcome !== BEGIN && call?.caller === 'user' && call.spans === true;
  };
}
