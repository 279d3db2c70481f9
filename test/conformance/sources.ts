import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** The state nodes and transitions of a machine without a `meta.source` of their own or above them. */
export function unsourced(machine: AnyStateMachine): string[] {
  const missing: string[] = [];
  const visit = (node: AnyStateNode, inherited: boolean) => {
    const sourced = inherited || hasSource(node.meta);
    const path = node.path.join('.');
    const children = Object.values(node.states);
    // What a node with children is, its children say.
    if (!sourced && path !== '' && children.length === 0) missing.push(path);
    for (const [event, transitions] of node.transitions) {
      if (!sourced && transitions.some(({ meta }) => !hasSource(meta))) {
        missing.push(`${path}: ${event}`);
      }
    }
    for (const child of children) visit(child, sourced);
  };
  visit(machine.root, false);
  return missing;
}

function hasSource(meta: unknown): boolean {
  const { source } = (meta ?? {}) as { source?: unknown };
  return typeof source === 'string' && source.trim() !== '';
}
