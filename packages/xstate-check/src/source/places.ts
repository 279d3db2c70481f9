import { kindOf } from './match.ts';
import { keyOf, type Value } from './value.ts';

/** Where a member of an object of a kind leads, by `kind.member`. */
export type Leads = Readonly<Record<string, string>>;

/** The place of a member of what stands at a place. */
export function memberAt(of: Value, name: string, leads: Leads): Value {
  const from = led(of, leads);
  return { kind: 'field', of: from.kind === 'address' ? from.of : from, name };
}

/** The i-th of an array of objects, `entry[]`, or of any other; which one it is may not be known. */
export function elementAt(of: Value, index: Value, leads: Leads): Value {
  const isOfObjects = of.kind === 'object' && of.name.endsWith('[]');
  if (!isOfObjects || index.kind !== 'number') return memberAt(of, `[${keyOf(index)}]`, leads);
  return { kind: 'object', name: `${of.name.slice(0, -1)}${index.value}]` };
}

export function isElement(name: string): boolean {
  return name.startsWith('[');
}

/** Whether two names are of elements that may be one: they are not where both indices are known. */
export function mayBeOne(a: string, b: string): boolean {
  const isKnown = (name: string) => /^\[-?\d+\]$/.test(name);
  return a === b ? !a.includes('?') : !(isKnown(a) && isKnown(b));
}

/** The name by which rows and functions know a member: that of any element for each. */
export function plainName(name: string): string {
  return isElement(name) ? '[]' : name;
}

/** A pointer to what stands at a place. */
export function addressOf(of: Value, leads: Leads): Value {
  const from = led(of, leads);
  if (from.kind === 'object') return from;
  return from.kind === 'field' && from.name === '*' ? from.of : { kind: 'address', of: from };
}

/** What a pointer points at. */
export function targetOf(pointer: Value): Value {
  if (pointer.kind === 'address') return pointer.of;
  return pointer.kind === 'object' ? pointer : { kind: 'field', of: pointer, name: '*' };
}

/** The object behind a member that leads to one that is known. */
export function led(value: Value, leads: Leads): Value {
  if (value.kind !== 'field' || value.of.kind !== 'object') return value;
  const lead = leads[`${kindOf(value.of.name)}.${value.name}`];
  if (lead === undefined) return value;
  if (lead.startsWith('&'))
    return { kind: 'address', of: { kind: 'constant', name: lead.slice(1) } };
  return lead.startsWith('@') ? { kind: 'object', name: lead.slice(1) } : value.of;
}

/** The member that holds a pointer to a function. */
export function memberOf(pointer: Value): string {
  if (pointer.kind !== 'field') return '';
  return pointer.name === '*' ? memberOf(pointer.of) : pointer.name;
}

/** Whether a place is in a variable of a running function. */
export function isLocal(place: Value): boolean {
  return place.kind === 'variable' || (place.kind === 'field' && isLocal(place.of));
}
