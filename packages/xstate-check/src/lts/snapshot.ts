import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';

/** A node of a machine's state tree. */
export type StateNode = AnyStateMachine['root'];

/** A node and all below it, in document order. */
export function nodesOf(node: StateNode): StateNode[] {
  return [node, ...Object.values(node.states).flatMap((child) => nodesOf(child))];
}

/** The dotted path of a state node below the root; empty for the root itself. */
export function nodePath(node: { readonly path: readonly string[] }): string {
  return node.path.join('.');
}

/**
 * The active nodes in document order, ancestors first. XState keeps them in the order in which they
 * were entered, and in a final state inner before outer.
 */
export function activeNodes(snapshot: AnyMachineSnapshot): StateNode[] {
  return [...(snapshot._nodes as StateNode[])].sort((a, b) => a.order - b.order);
}

/**
 * What tells two snapshots apart: value, context, history and status. Neither the order of keys
 * nor the order in which states were entered makes a difference.
 */
export function snapshotKey(snapshot: AnyMachineSnapshot): string {
  const history = Object.entries(snapshot.historyValue).map(([id, nodes]) => [
    id,
    (nodes as { id: string }[]).map((node) => node.id).sort(),
  ]);
  return JSON.stringify(
    sorted([snapshot.value, snapshot.context, Object.fromEntries(history), snapshot.status]),
  );
}

/** The same without history. */
export function keyWithoutHistory({ value, context, status }: AnyMachineSnapshot): string {
  return JSON.stringify(sorted([value, context, status]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

/** Where a value is not plain data and what is there (`.seen holds a Map`); else `undefined`. */
export function notPlain(value: unknown, above: readonly unknown[] = []): string | undefined {
  if (value === null || ['string', 'boolean'].includes(typeof value)) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : ` holds ${value}`;
  if (typeof value !== 'object') return ` holds a value of type ${typeof value}`;
  if (above.includes(value)) return ' holds itself';
  const prototype = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    return ` holds a ${value.constructor?.name || 'class instance'}`;
  }
  for (const [key, member] of Object.entries(value)) {
    const problem = notPlain(member, [...above, value]);
    if (problem !== undefined) return `.${key}${problem}`;
  }
  return undefined;
}

/** `unwind (i=1)`, `{lock: held, memory: on}`; regions in document order. */
export function describe(snapshot: AnyMachineSnapshot): string {
  const context = Object.entries(snapshot.context as object)
    .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(', ');
  const value = describeValue(snapshot.machine.root, snapshot.value) || 'root';
  return value + (context && ` (${context})`);
}

function describeValue(node: StateNode, value: unknown): string {
  if (typeof value === 'string') return value;
  const active = value as Record<string, unknown>;
  const parts = Object.keys(active)
    .sort((a, b) => node.states[a]!.order - node.states[b]!.order)
    .map((key) => ({ key, inner: describeValue(node.states[key]!, active[key]) }));
  if (parts.length === 1) return parts[0]!.key + (parts[0]!.inner && `.${parts[0]!.inner}`);
  if (parts.length === 0) return '';
  return `{${parts.map(({ key, inner }) => (inner ? `${key}: ${inner}` : key)).join(', ')}}`;
}
