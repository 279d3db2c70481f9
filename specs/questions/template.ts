import {
  alphabetOf,
  BEGIN,
  type Call,
  CallTable,
  ltsOf,
  type Part,
  type Predicate,
  type Property,
  parseLabel,
  plainLabel,
  type System,
} from 'xstate-check';

/** What is asked of one system, of one thread, call or object in it. */
export interface Instance {
  readonly monitors: readonly Part[];
  readonly property: Property;
}

/** A rule that is asked of every system in which there is what it speaks of. */
export interface Template {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  instances(system: System): readonly Instance[];
}

/** The system with what is asked of it, beside what it is asked already. */
function withInstances(system: System, instances: readonly Instance[]): System {
  return {
    ...system,
    parts: [...system.parts, ...instances.flatMap(({ monitors }) => monitors)],
    properties: [...system.properties, ...instances.map(({ property }) => property)],
  };
}

/** The system with what templates ask of it, beside what it is asked already. */
export function alsoAsked(system: System, templates: readonly Template[]): System {
  return withInstances(
    system,
    templates.flatMap((template) => template.instances(system)),
  );
}

/** The system with these instances, and nothing else that is asked. */
export function askedOnly(system: System, instances: readonly Instance[]): System {
  return withInstances({ ...system, properties: [] }, instances);
}

/** The system with what templates ask of it, and nothing else. */
export function asked(system: System, templates: readonly Template[]): System {
  return alsoAsked({ ...system, properties: [] }, templates);
}

/** The parts that do something: those left out that only look. */
export function doers({ parts }: System): readonly Part[] {
  return parts.filter(({ kind }) => kind !== 'monitor');
}

/** The system labels of some parts. */
export function labelsOf(parts: readonly Part[]): string[] {
  return [...new Set(parts.flatMap((part) => alphabetOf(part).flatMap((one) => part.rename(one))))];
}

/** A call that somebody makes and that takes time, on one thread: its labels, by where they are. */
export interface Made {
  readonly call: Call;
  readonly thread: string;
  readonly object: string;
  readonly begin: readonly string[];
  /** By outcome. */
  readonly ends: ReadonlyMap<string, readonly string[]>;
  /** Everything that its thread does, in all that it calls. */
  readonly labels: readonly string[];
}

/** The calls of users and of others outside, each of each thread and object. */
export function callsMade(system: System): Made[] {
  const table = new CallTable(system.calls);
  const threads = [...new Set(system.parts.flatMap(({ thread }) => thread ?? []))];
  return threads.flatMap((thread) => {
    const labels = labelsOf(doers(system).filter((part) => part.thread === thread));
    const begins = labels.filter((label) => {
      const call = table.find(label);
      const isOutside = call !== undefined && system.environment.includes(call.caller);
      return isOutside && call.spans === true && parseLabel(label).outcome === BEGIN;
    });
    return begins.map((begin) => {
      const name = plainLabel(begin).replace(/:begin$/, '');
      const ends = labels.filter(
        (label) => label !== begin && plainLabel(label).startsWith(`${name}:`),
      );
      const byOutcome = new Map<string, string[]>();
      for (const label of ends) {
        const { outcome = '' } = parseLabel(label);
        byOutcome.set(outcome, [...(byOutcome.get(outcome) ?? []), label]);
      }
      const call = table.find(begin)!;
      const { object } = parseLabel(begin);
      return { call, thread, object, begin: [begin], ends: byOutcome, labels };
    });
  });
}

/** What follows the object of a label: `revoked.set` of `buf[0].revoked.set@owner`. */
export function stepOf(label: string): string {
  return plainLabel(label).replace(/^[\w()]+\[\d+\]\.(?:bar\[\d+\]\.)?/, '');
}

/** Whether a part would take a step now. */
export function offers(part: Part, label: string): Predicate {
  const lts = ltsOf(part.machine);
  const width = lts.labels.length;
  const locals = lts.labels.flatMap((local, at) =>
    part.rename(local).includes(label) ? [at] : [],
  );
  const states = new Set(
    lts.states
      .filter((_, at) => locals.some((local) => lts.next[at * width + local]! >= 0))
      .map(({ name }) => name),
  );
  return {
    kind: 'atom',
    part: part.name,
    words: `${part.name} can take ${label}`,
    test: ({ name }) => states.has(name),
  };
}
