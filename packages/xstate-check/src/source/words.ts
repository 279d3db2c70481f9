import { type Expression, NotRead } from './ast.ts';
import type { Bindings } from './match.ts';
import { type Leads, memberAt } from './places.ts';
import { ANY, keyOf, number, type Value, ZERO } from './value.ts';

/** A value in the words of a table: `-EBUSY`, `ERR_PTR(-ENOMEM)`, `NULL`, `errno`, `@dev[0]`, `&ops`, `$x`. */
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
  if (word.startsWith('&')) {
    return { kind: 'address', of: { kind: 'constant', name: word.slice(1) } };
  }
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

/** The place and the value of an assignment in the words of a table: `$state->__size = 1`. */
export function written(set: Expression, bindings: Bindings, leads: Leads) {
  if (set.kind !== 'assign' || set.value.kind !== 'number') {
    throw new NotRead('a row that sets no number', { file: 'table', line: 0 });
  }
  return { to: placeInWords(set.to, bindings, leads), value: number(set.value.value) };
}

/** The function that a row leads to, and what it is given. */
export function ledTo(call: Expression, bindings: Bindings, leads: Leads) {
  if (call.kind !== 'call' || call.callee.kind !== 'name') {
    throw new NotRead('a row that leads to no function', { file: 'table', line: 0 });
  }
  const args = call.args.map((arg) => placeInWords(arg, bindings, leads));
  return { name: call.callee.name, args };
}

function placeInWords(expression: Expression, bindings: Bindings, leads: Leads): Value {
  if (expression.kind === 'name') return bindings.get(expression.name) ?? ZERO;
  if (expression.kind === 'member') {
    return memberAt(placeInWords(expression.object, bindings, leads), expression.field, leads);
  }
  throw new NotRead('a row that sets no member', { file: 'table', line: 0 });
}

/** A text without what a reader of it does not tell apart: lines of calls, and names of variables. */
export function withoutPlaces(text: string): string {
  return text.replace(/@\d+(?=\()/g, '').replace(/[\w#%]+@\d+/g, 'a variable');
}
