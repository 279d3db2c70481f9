import type { Expression } from './ast.ts';
import { isElement } from './places.ts';
import { keyOf, truthOf, type Value } from './value.ts';

/** What the words with `$` of a pattern stood for. */
export type Bindings = Map<string, Value>;

export interface Matching {
  readonly constants: Readonly<Record<string, number>>;
  /** Where a member of an object of a kind leads, by `kind.member`. */
  readonly leads: Readonly<Record<string, string>>;
  /** The kinds of object that there are. */
  readonly kinds: ReadonlySet<string>;
}

/** `dev` of `dev[1]`, and `pages` of `att.pages`, which belongs to `att`. */
export function kindOf(object: string): string {
  return object.replace(/^.*\./, '').replace(/\[.*$/, '');
}

/** Whether a value is what a pattern describes; bindings are added, also where it is not. */
export function matches(
  pattern: Expression,
  value: Value,
  bindings: Bindings,
  matching: Matching,
): boolean {
  switch (pattern.kind) {
    case 'name':
      return pattern.name.startsWith('$')
        ? bind(pattern.name, value, bindings, matching)
        : isConstant(pattern.name, value, matching);
    case 'number':
      return value.kind === 'number' && value.value === pattern.value;
    case 'unary':
      return (
        pattern.op === '-' &&
        value.kind === 'number' &&
        isNegative(pattern.of, value.value, matching)
      );
    case 'member':
      if (value.kind === 'field' && value.name === pattern.field) {
        const of = value.of.kind === 'address' ? value.of.of : value.of;
        return matches(pattern.object, of, bindings, matching);
      }
      // A member that leads to the same object, or to one that can only be reached so.
      return (
        value.kind === 'object' &&
        leadsTo(pattern.field, value.name, pattern.object, bindings, matching)
      );
    case 'address':
      if (value.kind === 'address') return matches(pattern.of, value.of, bindings, matching);
      return value.kind === 'object' && matches(pattern.of, value, bindings, matching);
    case 'target': {
      const pointer = value.kind === 'field' && value.name === '*' ? value.of : value;
      return matches(pattern.of, pointer, bindings, matching);
    }
    case 'index':
      // Which one it is, is not known: `$_`.
      return (
        value.kind === 'field' &&
        isElement(value.name) &&
        matches(pattern.object, value.of, bindings, matching)
      );
    case 'binary':
      return (
        value.kind === 'operation' &&
        value.op === pattern.op &&
        value.args.length === 2 &&
        matches(pattern.left, value.args[0]!, bindings, matching) &&
        matches(pattern.right, value.args[1]!, bindings, matching)
      );
    default:
      return false;
  }
}

function bind(name: string, value: Value, bindings: Bindings, { kinds }: Matching): boolean {
  const kind = name.slice(1);
  if (kinds.has(kind) && !(value.kind === 'object' && kindOf(value.name) === kind)) return false;
  // `$some` is a pointer that is not NULL, or a number that is not 0.
  if (kind === 'some' && truthOf(value) !== true) return false;
  const before = bindings.get(name);
  if (before !== undefined && name !== '$_') return keyOf(before) === keyOf(value);
  bindings.set(name, value);
  return true;
}

function isConstant(name: string, value: Value, { constants }: Matching): boolean {
  // A variable of the function as a place: what `*p` allocates for.
  if (value.kind === 'constant' || value.kind === 'variable') return value.name === name;
  return value.kind === 'number' && constants[name] === value.value;
}

function isNegative(pattern: Expression, value: number, { constants }: Matching): boolean {
  const positive = pattern.kind === 'name' ? constants[pattern.name] : undefined;
  return positive !== undefined && value === -positive;
}

/** Whether the member of what the pattern describes is the object. */
function leadsTo(
  member: string,
  object: string,
  pattern: Expression,
  bindings: Bindings,
  matching: Matching,
): boolean {
  const here = matching.leads[`${kindOf(object)}.${member}`];
  if (here !== kindOf(object)) return false;
  return matches(pattern, { kind: 'object', name: object }, bindings, matching);
}
