import {
  alphabetOf,
  type Call,
  CallTable,
  type Expectation,
  type System,
  type SystemFamily,
} from 'xstate-check';
import type { OperationSaid } from 'xstate-check/kernel';

/** A label of a system that stands for an operation, and who starts it there. */
export interface Step {
  readonly system: string;
  readonly label: string;
  readonly by: string;
}

/** The systems, and the scopes at which they are checked beside that of their own and of confidence. */
interface Specified {
  readonly families: readonly SystemFamily[];
  readonly expectations: readonly Expectation[];
}

/** Finds the labels by which operations are said to be drawn. */
export class Drawn {
  readonly #of: Specified;
  /** By system: its labels, without indices and outcomes, and the call that each belongs to. */
  readonly #labels = new Map<string, ReadonlyMap<string, Call | undefined>>();

  constructor(of: Specified) {
    this.#of = of;
  }

  /** The steps that stand for an operation; a text for one that is none. */
  stepsOf(said: OperationSaid): (Step | string)[] {
    if (said.is !== 'modelled') return [];
    return Object.entries(said.by).flatMap(([system, labels]) =>
      labels.map((label) => this.#step(system, label)),
    );
  }

  #step(system: string, label: string): Step | string {
    const family = this.#of.families.find(({ name }) => name === system);
    if (family === undefined) return `there is no system '${system}'`;
    const labels = this.#labelsOf(family);
    if (!labels.has(label)) return `no part of '${system}' has the label '${label}'`;
    return { system, label, by: labels.get(label)?.caller ?? 'thread' };
  }

  #labelsOf(family: SystemFamily): ReadonlyMap<string, Call | undefined> {
    const known = this.#labels.get(family.name);
    if (known !== undefined) return known;
    const { revisions, defaultScope, confidence = defaultScope } = family;
    const revision = revisions.includes('7.3') ? '7.3' : revisions[0]!;
    const scopes = this.#of.expectations
      .filter((one) => one.system === family.name && one.revision === revision)
      .map(({ scope }) => scope);
    const systems = [defaultScope, ...scopes, confidence].map((scope) =>
      family.build({ scope, revision }),
    );
    const labels = new Map(systems.flatMap((system) => [...callsOf(system)]));
    this.#labels.set(family.name, labels);
    return labels;
  }
}

/** What the parts of a system do, those left out that only look. */
function callsOf(system: System): Map<string, Call | undefined> {
  const table = new CallTable(system.calls);
  const parts = system.parts.filter(({ kind }) => kind !== 'monitor');
  const labels = parts.flatMap((part) => alphabetOf(part).flatMap((one) => part.rename(one)));
  return new Map(labels.map((label) => [without(label), table.find(label)]));
}

/** `dev.close` of `dev[0].close:ok#variant@close`. */
function without(label: string): string {
  return label
    .replace(/[@#].*$/, '')
    .replace(/\[\w+\]/g, '')
    .replace(/:.*$/, '');
}
