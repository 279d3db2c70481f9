import { isIn } from '../../src/lts/lts.ts';
import { type Product, partNamed } from '../../src/system/product.ts';

/** What the memory of a device that was open before the trace may be. */
const MEMORY = [
  ['command.memory_on', 'power.d0', 'low_power.out'],
  ['command.memory_off', 'power.d0', 'low_power.out'],
  ['command.memory_on', 'power.d0', 'low_power.engaged'],
  ['command.memory_on', 'power.d3hot', 'low_power.out'],
];
const CLOSED = ['command.memory_off', 'power.d0', 'low_power.out'];

/**
 * Every state in which a trace may begin: each device closed, or open already.
 *
 * @param openedFirst - for each device, whether the trace shows that it was closed in the beginning
 */
export function initialStates(product: Product, openedFirst: readonly boolean[]): number[][] {
  let initial = [product.parts.map(() => 0)];
  openedFirst.forEach((isClosed, d) => {
    const start = (opened: string, lock: string, memory: readonly string[]) => [
      find(product, `older[${d}]`, [opened]),
      find(product, `dev[${d}]`, [lock]),
      find(product, `dev[${d}].memory`, memory),
    ];
    const open = isClosed ? [] : MEMORY.map((memory) => start('before', 'open.free', memory));
    const ways = [start('closed', 'closed.free', CLOSED), ...open];
    initial = initial.flatMap((state) => ways.map((way) => changed(state, way)));
  });
  return initial;
}

interface Local {
  readonly part: number;
  readonly local: number;
}

function find(product: Product, name: string, nodes: readonly string[]): Local {
  const part = partNamed(product, name);
  const { states } = product.ltss[part]!;
  const local = states.findIndex((state) => nodes.every((node) => isIn(state, node)));
  if (local < 0) throw new Error(`${name} has no state ${nodes.join(', ')}`);
  return { part, local };
}

function changed(state: readonly number[], locals: readonly Local[]): number[] {
  const copy = [...state];
  for (const { part, local } of locals) copy[part] = local;
  return copy;
}
