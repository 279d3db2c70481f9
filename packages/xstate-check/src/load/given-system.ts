import { InputError } from '../base/errors.ts';
import { isMachine } from '../lts/is-machine.ts';
import type { Scope, System, SystemFamily } from '../specification/system.ts';
import { looseEnds } from '../system/connections.ts';
import { ltsOf } from '../system/product.ts';
import { foreign, saidOf } from './foreign.ts';

/** Whether what a file exports is meant to be a system. */
export function isFamily(value: unknown): value is SystemFamily {
  return (
    isObject(value) &&
    'build' in value &&
    typeof value.build === 'function' &&
    'revisions' in value &&
    Array.isArray(value.revisions)
  );
}

/**
 * A system of somebody's file, whose author is told in one sentence where it cannot be built, and in
 * one each what of it meets nothing. A change is not charged with what its system leaves loose.
 *
 * @param known - the systems of the specification
 * @throws InputError where it lacks what every system has
 */
export function guarded(
  file: string,
  family: SystemFamily,
  known: readonly SystemFamily[],
): SystemFamily {
  const name = typeof family.name === 'string' ? `'${family.name}'` : 'without a name';
  const lacking = wantsOf(family, FAMILY);
  if (lacking !== undefined) throw new InputError(`'${file}': system ${name}: ${lacking}`);
  return {
    ...family,
    build(options) {
      let ends: readonly string[];
      try {
        const system = foreign(`builds system ${name}`, () => sound(family.build(options)));
        ends = newEnds(system, family, options.scope, known);
        if (ends.length === 0) return system;
      } catch (error) {
        throw new InputError(`'${file}': system ${name} cannot be built: ${saidOf(error, file)}`);
      }
      throw new InputError(ends.map((end) => `'${file}': system ${name}: ${end}`).join('\n'));
    },
  };
}

function newEnds(
  system: System,
  { changeOf }: SystemFamily,
  scope: Scope,
  known: readonly SystemFamily[],
): string[] {
  const ends = looseEnds(system);
  const base = known.find(({ name }) => name === changeOf?.system);
  if (ends.length === 0 || base === undefined) return ends;
  const before = looseEnds(base.build({ scope, revision: changeOf!.revision }));
  return ends.filter((end) => !before.includes(end));
}

/** The system, if it has what a system needs; its machines are flattened. */
function sound(system: System): System {
  const lacking = systemLacks(system);
  if (lacking !== undefined) throw new InputError(`build() gives a system that ${lacking}`);
  for (const { machine } of system.parts) ltsOf(machine);
  return system;
}

function systemLacks(system: unknown): string | undefined {
  if (!isObject(system)) return 'is no object; return one with parts, calls and properties';
  const own = wantsOf(system, SYSTEM);
  if (own !== undefined) return own;
  const { parts, calls, properties } = system as unknown as System;
  return (
    firstOf('part', parts, PART) ??
    firstOf('call', calls, CALL) ??
    firstOf('property', properties, PROPERTY) ??
    properties.map(propertyLacks).find((lacking) => lacking !== undefined)
  );
}

function propertyLacks(property: System['properties'][number]): string | undefined {
  const { kind, id } = property;
  const more = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (more === undefined) {
    return `has a property '${id}' of the kind '${kind}'; there are ${Object.keys(KINDS).join(', ')}`;
  }
  const lacking = wantsOf(property, more);
  if (lacking !== undefined) return `has a property '${id}' that ${lacking}`;
  if (kind !== 'refinement') return undefined;
  const inside = systemLacks(property.contract);
  return inside === undefined ? undefined : `has a property '${id}', whose contract ${inside}`;
}

/** What a field has to be. */
type Want = readonly [key: string, what: string, test: (value: unknown) => boolean];

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const areTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
const areNumbers = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((one) => Number.isInteger(one) && one >= 0);
const areSome = (value: unknown): boolean => areTexts(value) && (value as unknown[]).length > 0;
const isCode = (value: unknown): boolean => typeof value === 'function';

const text = (key: string): Want => [key, 'a text', isText];
const texts = (key: string): Want => [key, 'a list of texts', areTexts];
const list = (key: string): Want => [key, 'a list', Array.isArray];
const code = (key: string): Want => [key, 'a function', isCode];
const predicate = (key: string): Want => [key, 'a predicate', isObject];

const FAMILY: readonly Want[] = [
  text('name'),
  text('title'),
  ['defaultScope', 'an object of whole numbers', areNumbers],
  ['revisions', 'a list with at least one text', areSome],
];
const SYSTEM: readonly Want[] = [
  ...[text('name'), text('revision'), list('parts'), list('calls'), texts('environment')],
  ...[list('properties'), ['scope', 'an object of whole numbers', areNumbers] as const],
];
const PART: readonly Want[] = [
  ...[text('name'), ['machine', 'an XState machine', isMachine] as const, text('kind')],
  ...[texts('roles'), code('rename'), code('renameCommit')],
];
const CALL: readonly Want[] = [text('name'), text('caller'), text('callee'), texts('outcomes')];
const PROPERTY: readonly Want[] = [text('id'), text('kind'), text('title')];
const KINDS: Readonly<Record<string, readonly Want[]>> = {
  invariant: [predicate('when'), predicate('then')],
  monitor: [texts('parts')],
  rest: [],
  deadlock: [],
  'leads-to': [predicate('when'), predicate('then')],
  totality: [],
  refinement: [['contract', 'a system', isObject]],
};

function firstOf(
  what: string,
  items: readonly unknown[],
  wants: readonly Want[],
): string | undefined {
  for (const [i, item] of items.entries()) {
    const lacking = isObject(item) ? wantsOf(item, wants) : 'is no object';
    if (lacking === undefined) continue;
    const name = isObject(item) && 'name' in item ? ` '${String(item.name)}'` : '';
    return `has a ${what}${name} (number ${i + 1}) that ${lacking}`;
  }
  return undefined;
}

function wantsOf(value: object, wants: readonly Want[]): string | undefined {
  for (const [key, what, test] of wants) {
    if (test((value as Record<string, unknown>)[key])) continue;
    return `has no '${key}' that is ${what}`;
  }
  return undefined;
}
