/**
 * What is known of a value while C is run. Objects that machines name are told apart; of everything
 * else it is known where it came from, so that the same test has the same answer twice.
 */
export type Value =
  | { readonly kind: 'number'; readonly value: number }
  /** An object of the machine, or a pointer to it: `dev[1]`. */
  | { readonly kind: 'object'; readonly name: string }
  /** The head of a list, taken for one of its entries. */
  | { readonly kind: 'head'; readonly list: string }
  /** A pointer that carries an errno. */
  | { readonly kind: 'error'; readonly errno: Value }
  /** Some negative errno; the name is that of the outcome. */
  | { readonly kind: 'errno'; readonly name: string }
  | { readonly kind: 'constant'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }
  /** A variable of a running function, as a place. */
  | { readonly kind: 'variable'; readonly frame: number; readonly name: string }
  /** A member: as a place, and as what it held before anybody wrote to it. */
  | { readonly kind: 'field'; readonly of: Value; readonly name: string }
  | { readonly kind: 'address'; readonly of: Value }
  /** The result of a call that no row speaks of, by function and line. */
  | { readonly kind: 'result'; readonly call: string; readonly args: readonly Value[] }
  | { readonly kind: 'operation'; readonly op: string; readonly args: readonly Value[] }
  /** The result of a step whose row does not say what the C gets. */
  | { readonly kind: 'unanswered'; readonly call: string }
  /** Anything, and another thing each time. */
  | { readonly kind: 'any' };

export const ZERO: Value = { kind: 'number', value: 0 };
export const ONE: Value = { kind: 'number', value: 1 };
export const ANY: Value = { kind: 'any' };

/** Numbers that are counted up beyond this are not told apart. */
const LARGEST_COUNT = 16;

/** Operations that nest deeper than this, such as a sum that a loop adds to, are not told apart. */
const DEEPEST = 8;

export function number(value: number): Value {
  return { kind: 'number', value };
}

export function truth(value: boolean): Value {
  return value ? ONE : ZERO;
}

/** The same text for the same value. */
export function keyOf(value: Value): string {
  switch (value.kind) {
    case 'number':
      return String(value.value);
    case 'object':
      return value.name;
    case 'head':
      return `head(${value.list})`;
    case 'error':
      return `ERR_PTR(${keyOf(value.errno)})`;
    case 'errno':
      return `errno:${value.name}`;
    case 'constant':
      return value.name;
    case 'text':
      return value.text;
    case 'variable':
      return `${value.name}@${value.frame}`;
    case 'field':
      return `${keyOf(value.of)}.${value.name}`;
    case 'address':
      return `&${keyOf(value.of)}`;
    case 'result':
      return `${value.call}(${value.args.map(keyOf).join(', ')})`;
    case 'operation':
      return `(${value.op} ${value.args.map(keyOf).join(' ')})`;
    case 'unanswered':
      return `unanswered(${value.call})`;
    case 'any':
      return '?';
  }
}

/** What a value is made of: names of members and constants, and calls whose result it is. */
export function leavesOf(value: Value, into: Set<string> = new Set()): Set<string> {
  if (value.kind === 'field' || value.kind === 'constant') into.add(value.name);
  if (value.kind === 'result') into.add(value.call);
  if (value.kind === 'variable') into.add(`${value.name}@${value.frame}`);
  if (value.kind === 'any') into.add('?');
  if (value.kind === 'field' || value.kind === 'address') leavesOf(value.of, into);
  if (value.kind === 'error') leavesOf(value.errno, into);
  if (value.kind === 'result' || value.kind === 'operation') {
    for (const arg of value.args) leavesOf(arg, into);
  }
  return into;
}

/** Whether the value is true in a test; undefined where that is not known. */
export function truthOf(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'number':
      return value.value !== 0;
    case 'object':
    case 'head':
    case 'error':
    case 'errno':
    case 'text':
    case 'address':
      return true;
    default:
      return undefined;
  }
}

/** The value behind the test of another one: `!x` and `x == 0` ask the same as `x`. */
export function tested(value: Value): { readonly value: Value; readonly negated: boolean } {
  if (value.kind !== 'operation') return { value, negated: false };
  const [first, second] = value.args;
  if (value.op === '!') return flipped(tested(first!));
  const zero = (side: Value | undefined) => side?.kind === 'number' && side.value === 0;
  if (value.op === '!=' && zero(second)) return tested(first!);
  if (value.op === '==' && zero(second)) return flipped(tested(first!));
  return { value, negated: false };
}

function flipped({ value, negated }: ReturnType<typeof tested>): ReturnType<typeof tested> {
  return { value, negated: !negated };
}

/** What an operator makes of values. */
export function operate(op: string, args: readonly Value[]): Value {
  const [left, right] = args;
  if (left === undefined || args.some(({ kind }) => kind === 'any')) return ANY;
  if (right === undefined) return unary(op, left);
  if (left.kind === 'number' && right.kind === 'number') {
    const known = arithmetic(op, left.value, right.value);
    if (known !== undefined) return known;
  }
  if (op === '==' || op === '!=') {
    const equal = areEqual(left, right);
    if (equal !== undefined) return truth(equal === (op === '=='));
    // The known side comes second, so that both ways of writing it are one question.
    const isFixed = ({ kind }: Value) => kind === 'number' || kind === 'constant';
    if (isFixed(left) && !isFixed(right)) return operate(op, [right, left]);
  }
  const sign = signOf(op, left, right);
  if (sign !== undefined) return sign;
  return args.some((arg) => depthOf(arg) >= DEEPEST) ? ANY : { kind: 'operation', op, args };
}

function depthOf(value: Value): number {
  return value.kind === 'operation' ? 1 + Math.max(0, ...value.args.map(depthOf)) : 0;
}

function unary(op: string, value: Value): Value {
  if (op === '!') {
    const known = truthOf(value);
    return known === undefined ? { kind: 'operation', op, args: [value] } : truth(!known);
  }
  if (value.kind === 'number') {
    if (op === '-') return number(-value.value);
    if (op === '+') return value;
    if (op === '~') return number(~value.value);
  }
  return { kind: 'operation', op, args: [value] };
}

function arithmetic(op: string, left: number, right: number): Value | undefined {
  const counted = (value: number) => (Math.abs(value) > 4096 ? ANY : number(value));
  switch (op) {
    case '+':
      return left + right > LARGEST_COUNT ? ANY : counted(left + right);
    case '-':
      return counted(left - right);
    case '*':
      return counted(left * right);
    case '/':
      return right === 0 ? undefined : number(Math.trunc(left / right));
    case '%':
      return right === 0 ? undefined : number(left % right);
    case '&':
      return number(left & right);
    case '|':
      return number(left | right);
    case '^':
      return number(left ^ right);
    case '<<':
      return counted(left << right);
    case '>>':
      return number(left >> right);
    case '<':
      return truth(left < right);
    case '<=':
      return truth(left <= right);
    case '>':
      return truth(left > right);
    case '>=':
      return truth(left >= right);
    case '==':
      return truth(left === right);
    case '!=':
      return truth(left !== right);
    default:
      return undefined;
  }
}

/** Pointers to things that are told apart are equal where they are the same, and none is NULL. */
function areEqual(left: Value, right: Value): boolean | undefined {
  if (keyOf(left) === keyOf(right)) return true;
  const apart = ['object', 'head', 'error', 'address', 'number', 'errno'];
  if (!apart.includes(left.kind) || !apart.includes(right.kind)) return undefined;
  const kinds = [left.kind, right.kind];
  if (kinds.includes('errno')) {
    // Some errno is not 0 and not positive; which one it is, is not known.
    const other = left.kind === 'errno' ? right : left;
    if (other.kind === 'number' && other.value < 0) return undefined;
    return other.kind === 'errno' ? undefined : false;
  }
  if (kinds.includes('error') && left.kind === right.kind) return undefined;
  return false;
}

/** An errno, and a pointer, against 0. */
function signOf(op: string, left: Value, right: Value): Value | undefined {
  if (left.kind !== 'errno' || right.kind !== 'number' || right.value < 0) return undefined;
  if (op === '<' || op === '<=') return ONE;
  if (op === '>' || op === '>=') return ZERO;
  return undefined;
}
