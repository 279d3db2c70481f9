import { defaultRevision, findByName, type System } from 'xstate-check';
import { specification } from '../specs/catalogue.ts';
import { benchmarkSystem, statesOf, transitionsOf } from './model.ts';

/** What is explored: the benchmark model, or a system of this specification. */
export interface Subject {
  /** By which another process is told what it is: `model 7`, or `hot-reset {"importers":2}`. */
  readonly name: string;
  readonly title: string;
  readonly system: System;
  /** What the closed forms say; of a system there are none. */
  readonly expected?: { readonly states: number; readonly transitions: number };
}

export function subjectNamed(name: string): Subject {
  const [first, rest] = [name.split(' ')[0]!, name.slice(name.indexOf(' ') + 1)];
  if (first === 'model') {
    const devices = Number(rest);
    return {
      name,
      title: `model, N = ${devices}`,
      system: benchmarkSystem(devices),
      expected: { states: statesOf(devices), transitions: transitionsOf(devices) },
    };
  }
  const family = findByName('system', first, specification.families, (one) => one.name);
  const changed = JSON.parse(rest) as Record<string, number>;
  const scope = { ...family.defaultScope, ...changed };
  const system = family.build({ scope, revision: defaultRevision(specification, family) });
  const said = Object.entries(changed).map(([what, count]) => `${what}=${count}`);
  return {
    name,
    title: [first, ...said].join(' '),
    // The properties are judged apart from the exploration, here and with SPIN.
    system: { ...system, properties: [] },
  };
}
