import {
  lineOf,
  ordersOf,
  type Scope,
  type Searched,
  type System,
  search,
  type Unordered,
} from 'xstate-check';
import { codeFamilies } from './code.system.ts';

/** The steps that a write of COMMAND and the removal of a BAR are made of, and what they are. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  lock: ['dev.memory_lock.down_write'],
  unlock: ['dev.memory_lock.up_write'],
  'clear MEM': ['dev.memory.off'],
  'unmap and remove the file': ['bar.unmap_mappings:begin', 'bar.unmap_mappings:end'],
  'kill and wait for pages': ['bar.memunmap_pages:begin', 'bar.memunmap_pages:end'],
  'clear the pool': ['dev.pool.clear'],
  'wait for readers': ['rcu.sync:begin', 'rcu.sync:end'],
  'destroy the pool': ['dev.gen_pool_destroy'],
  'remove the group': ['dev.sysfs_remove_group:begin', 'dev.sysfs_remove_group:end'],
};

/** One question of which orders a rule can be kept in. */
export interface Question extends Unordered {
  readonly id: string;
  readonly title: string;
  /** The designs whose own steps these are. */
  readonly of: readonly string[];
  readonly system: string;
  readonly scope: Scope;
  /** The machine that takes the steps, by the name of its part, and how its call begins and ends. */
  readonly part: string;
  readonly begin: string;
  readonly end: string;
  /** What it does behind them in any order. */
  readonly last: readonly string[];
  readonly rules: readonly string[];
  readonly source: string;
}

/** What the RFC leaves a write of COMMAND, and what it states of the helper that removes a BAR. */
export const questions: readonly Question[] = [
  {
    id: 'memory-off',
    title: 'a write that clears COMMAND.MEM, which the RFC does not touch',
    of: ['rfc-2026-06', 'under-lock'],
    steps: ['lock', 'clear MEM', 'unlock'],
    before: [['lock', 'unlock']],
    system: 'p2p-memory-off',
    scope: { bars: 1, registered: 1, mappers: 1, pinners: 1, type1: 0, disables: 1 },
    part: 'disable',
    begin: 'dev.write_command(MEM=0):begin',
    end: 'dev.write_command(MEM=0):ok',
    last: [],
    rules: ['deadlock', 'no-mapping-while-off(vma[0])', 'reset-after-last-pin(io[0])'],
    source: 'vfio_basic_config_write, v7.3',
  },
  {
    id: 'remove',
    title: 'the helper that removes one of two BARs, and destroys their pool',
    of: ['rfc-2026-06', 'under-lock'],
    steps: [
      'unmap and remove the file',
      'kill and wait for pages',
      'clear the pool',
      'wait for readers',
      'destroy the pool',
      'remove the group',
    ],
    // RCU is: clear, wait, destroy. Pages go when nobody maps them any more.
    before: [
      ['clear the pool', 'wait for readers'],
      ['wait for readers', 'destroy the pool'],
      ['unmap and remove the file', 'kill and wait for pages'],
    ],
    system: 'p2p-teardown',
    scope: { bars: 2, registered: 1, mappers: 1, pinners: 0, resets: 1 },
    part: 'remove_resource(bar[0])@reset',
    begin: 'bar.remove_resource:begin',
    end: 'bar.remove_resource:end',
    last: ['bar.kfree(p2p_pgmap)'],
    rules: ['pool-is-there', 'pool-outlives-references(bar[1].page[0])'],
    source: 'derived from pci_p2pdma_release, v7.3, and section 3 of the RFC',
  },
];

/** How the orders of a question fare. */
export function searched(question: Question): Searched {
  const thread = question.part.replace(/^.*@/, '');
  return search({
    orders: ordersOf(question),
    systemOf: (order) => systemOf(order, question),
    rules: question.rules,
    own: [thread],
  });
}

/** The design under review, of which one machine takes its steps in another order. */
export function systemOf(order: readonly string[], question: Question): System {
  const { system: name, scope, part: own, begin, end, last, source } = question;
  const family = codeFamilies.find((one) => one.name === name)!;
  const system = family.build({ scope, revision: 'rfc-2026-06' });
  const labels = [...order.flatMap((step) => STEPS[step]!), ...last];
  const machine = lineOf({ id: `ordered_${question.id}`, begin, labels, end, source });
  return {
    ...system,
    revision: order.join(', '),
    parts: system.parts.map((part) => (part.name === own ? { ...part, machine } : part)),
  };
}
