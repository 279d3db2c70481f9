import { isIn, type Product, partNamed } from 'xstate-check';
import type { Locals } from 'xstate-check/traces';

/** What the memory of a device that was open before the trace may be. */
const MEMORY = [
  ['command.memory_on', 'power.d0', 'low_power.out'],
  ['command.memory_off', 'power.d0', 'low_power.out'],
  ['command.memory_on', 'power.d0', 'low_power.engaged'],
  ['command.memory_on', 'power.d3hot', 'low_power.out'],
];
const CLOSED = ['command.memory_off', 'power.d0', 'low_power.out'];

/**
 * For each device the states in which a trace may begin: closed, or open already.
 *
 * @param openedFirst - for each device, whether the trace shows that it was closed in the beginning
 */
export function beginnings(product: Product, openedFirst: readonly boolean[]): Locals[][] {
  return openedFirst.map((isClosed, d) => {
    const start = (opened: string, lock: string, memory: readonly string[]): Locals =>
      new Map([
        find(product, `older[${d}]`, [opened]),
        find(product, `dev[${d}]`, [lock]),
        find(product, `dev[${d}].memory`, memory),
      ]);
    const open = isClosed ? [] : MEMORY.map((memory) => start('before', 'open.free', memory));
    return [start('closed', 'closed.free', CLOSED), ...open];
  });
}

function find(product: Product, name: string, nodes: readonly string[]): [string, number] {
  const { states } = product.ltss[partNamed(product, name)]!;
  const local = states.findIndex((state) => nodes.every((node) => isIn(state, node)));
  if (local < 0) throw new Error(`${name} has no state ${nodes.join(', ')}`);
  return [name, local];
}
