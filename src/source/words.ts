import { NotRead } from './ast.ts';
import type { Bindings } from './match.ts';
import { ANY, keyOf, number, type Value } from './value.ts';

/** A value in the words of a table: `-EBUSY`, `ERR_PTR(-ENOMEM)`, `NULL`, `errno`, `@dev[0]`, `$x`. */
export function valueInWords(
  word: string,
  constants: Readonly<Record<string, number>>,
  bindings?: Bindings,
): Value {
  if (word === 'any' || word === 'void') return ANY;
  if (word === 'some') return { kind: 'text', text: 'some' };
  const errno = /^errno(?::(\w+))?$/.exec(word);
  if (errno !== null) return { kind: 'errno', name: errno[1] ?? 'failed' };
  if (word.startsWith('@')) return { kind: 'object', name: word.slice(1) };
  if (word.startsWith('$')) {
    const bound = bindings?.get(word);
    if (bound !== undefined) return bound;
  }
  const error = /^ERR_PTR\((.*)\)$/.exec(word);
  if (error !== null) return { kind: 'error', errno: valueInWords(error[1]!, constants, bindings) };
  const [, minus = '', name = ''] = /^(-?)(\w+)$/.exec(word) ?? [];
  if (name === '') throw new NotRead(`the word '${word}' of a table`, { file: 'table', line: 0 });
  const value = /^\d/.test(name) ? Number(name) : constants[name];
  if (value === undefined) return { kind: 'constant', name: word };
  return number(minus === '' ? value : -value);
}

/** A value as a table has it: `-EBUSY`. */
export function wordOf(value: Value, constants: Readonly<Record<string, number>>): string {
  if (value.kind === 'error') return `ERR_PTR(${wordOf(value.errno, constants)})`;
  if (value.kind !== 'number' || value.value >= 0) return keyOf(value);
  const name = Object.keys(constants).find(
    (key) => /^E[A-Z\d]+$/.test(key) && constants[key] === -value.value,
  );
  return name === undefined ? keyOf(value) : `-${name}`;
}
