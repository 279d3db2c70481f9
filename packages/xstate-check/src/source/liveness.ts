import { type Instruction, linkOf, operandsOf } from './instruction.ts';

const EMPTY: ReadonlySet<string> = new Set();

/** A set for each step, from what it needs and what the steps after it need. */
export function backward(
  code: readonly Instruction[],
  before: (instruction: Instruction, after: ReadonlySet<string>) => ReadonlySet<string>,
): ReadonlySet<string>[] {
  const sets: ReadonlySet<string>[] = code.map(() => EMPTY);
  for (let changed = true; changed; ) {
    changed = false;
    for (let at = code.length - 1; at >= 0; at--) {
      const instruction = code[at]!;
      const after = new Set<string>();
      for (const next of successors(instruction, at))
        for (const name of sets[next] ?? []) after.add(name);
      const set = before(instruction, after);
      if (set.size === sets[at]!.size) continue;
      sets[at] = set;
      changed = true;
    }
  }
  return sets;
}

function successors(instruction: Instruction, at: number): number[] {
  switch (instruction.op) {
    case 'test':
      return [instruction.yes, instruction.no];
    case 'jump':
      return [instruction.to];
    case 'return':
      return [];
    case 'list_test':
      return [instruction.body, instruction.next, instruction.end];
    default:
      return [at + 1];
  }
}

/** The variables that are asked for before a step. */
export function liveIn(instruction: Instruction, after: ReadonlySet<string>): Set<string> {
  const live = new Set(after);
  if ('into' in instruction) live.delete(instruction.into);
  if ('index' in instruction && typeof instruction.index === 'string') {
    live.delete(instruction.index);
  }
  for (const operand of operandsOf(instruction)) {
    if (operand.kind === 'variable') live.add(operand.name);
  }
  if (instruction.op === 'variable') live.add(instruction.name);
  if ('cursor' in instruction) live.add(instruction.cursor);
  const link = linkOf(instruction);
  // A walk that begins anew does not care for what one before it took off.
  if (link !== undefined && isAnew(instruction)) live.delete(link.unlinked);
  else if (link !== undefined) live.add(link.unlinked);
  return live;
}

function isAnew(instruction: Instruction): boolean {
  return instruction.op === 'list_start' && instruction.loop.start !== 'beyond';
}

/** Members, and names that are no variables of the function. */
export function readBy(instruction: Instruction): string[] {
  const names = operandsOf(instruction).flatMap((operand) =>
    operand.kind === 'value' && operand.value.kind === 'constant' ? [operand.value.name] : [],
  );
  if (instruction.op === 'place' && instruction.field !== undefined) names.push(instruction.field);
  return names;
}

/** The function that a step calls by its name. */
export function calledBy(instruction: Instruction): string[] {
  return instruction.op === 'call' && typeof instruction.callee === 'string'
    ? [instruction.callee]
    : [];
}

/** A set with more names in it. */
export function withNames(
  after: ReadonlySet<string>,
  names: readonly string[],
): ReadonlySet<string> {
  if (names.length === 0) return after;
  const all = new Set(after);
  for (const name of names) all.add(name);
  return all;
}
