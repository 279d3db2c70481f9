import type { Memory } from './memory.ts';
import type { State } from './state.ts';
import { answers, type Entry } from './table.ts';
import { keyOf, type Value } from './value.ts';
import { valueInWords } from './words.ts';

/** The label with which a function returns a value; undefined where its entry has none for it. */
export function returnedLabel(
  memory: Memory,
  state: State,
  { returns }: Entry,
  value: Value | undefined,
  constants: Readonly<Record<string, number>>,
): string | undefined {
  const known = value === undefined ? undefined : memory.known(state, value);
  for (const [label, answer] of Object.entries(returns)) {
    for (const one of answers(answer)) {
      if (one === 'void' || one === 'any') return label;
      if (known !== undefined && isMeant(memory, state, one, known, constants)) return label;
    }
  }
  return undefined;
}

function isMeant(
  memory: Memory,
  state: State,
  word: string,
  value: Value,
  constants: Readonly<Record<string, number>>,
): boolean {
  if (word === 'some') return memory.truth(state, value) === true && value.kind !== 'error';
  if (word === 'errno') return isErrno(memory, state, value);
  return keyOf(valueInWords(word, constants)) === keyOf(value);
}

function isErrno(memory: Memory, state: State, value: Value): boolean {
  const errno = value.kind === 'error' ? value.errno : value;
  if (errno.kind === 'errno') return true;
  return errno.kind !== 'number' && memory.truth(state, errno) === true;
}
