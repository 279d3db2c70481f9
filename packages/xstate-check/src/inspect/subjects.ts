import { InputError } from '../base/errors.ts';
import {
  type Catalogue,
  defaultRevision,
  type Expectation,
  findByName,
  parseScope,
} from '../catalogue/catalogue.ts';
import { expectationOf } from '../catalogue/judge.ts';
import { faultySystem } from '../faults/fault.ts';
import type { Scope, System, SystemFamily } from '../specification/system.ts';
import { compose, type Product } from '../system/product.ts';
import type { Subject } from './protocol.ts';

/** Something that can be played, composed. */
export interface Composed {
  /** With revision and scope written out. */
  readonly subject: Subject;
  readonly title: string;
  readonly revisions: readonly string[];
  readonly system: System;
  readonly product: Product;
  /** What is expected of it: of each property `holds`, or what breaks it. */
  readonly verdicts: Expectation['properties'];
  readonly size?: Pick<Expectation, 'states' | 'transitions'>;
}

/** Most composed systems that are kept. */
const MOST = 24;

/** Composes what is asked for, and keeps what was asked for last. */
export class Subjects {
  readonly #catalogue: Catalogue;
  readonly #kept = new Map<string, Composed>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** @throws InputError for what the catalogue has not */
  get(subject: Subject): Composed {
    const key = JSON.stringify([
      'system' in subject ? [subject.system, subject.revision, subject.scope] : [],
      'fault' in subject ? subject.fault : '',
      'suite' in subject ? subject.suite : '',
    ]);
    const composed = this.#kept.get(key) ?? this.#compose(subject);
    this.#kept.delete(key);
    this.#kept.set(key, composed);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST) this.#kept.delete(oldest!);
    return composed;
  }

  #compose(subject: Subject): Composed {
    if ('fault' in subject) return this.#fault(subject.fault);
    if ('suite' in subject) return this.#suite(subject.suite);
    const family = this.#family(subject.system);
    const revision = subject.revision ?? defaultRevision(this.#catalogue, family);
    findByName('revision', revision, family.revisions, (name) => name);
    const scope = scopeIn(subject.scope, family);
    assertPlayable(scope);
    const system = family.build({ scope, revision });
    const expectation = expectationOf(this.#catalogue, family, { scope, revision });
    return {
      subject: { system: family.name, revision, scope: scopeText(scope) },
      title: family.title,
      revisions: family.revisions,
      system,
      product: compose(system),
      verdicts: expectation?.properties ?? {},
      ...(expectation !== undefined && { size: expectation }),
    };
  }

  #fault(id: string): Composed {
    const fault = findByName('fault', id, this.#catalogue.faults, (one) => one.id);
    const family = this.#family(fault.system);
    const system = faultySystem(family, fault);
    return {
      subject: { fault: id },
      title: `${id}: ${fault.title}`,
      revisions: family.revisions,
      system,
      product: compose(system),
      verdicts: Object.fromEntries(fault.expected.map((property) => [property, id])),
    };
  }

  #suite(name: string): Composed {
    const { system } = findByName('suite', name, this.#catalogue.suites, (one) => one.name);
    return {
      subject: { suite: name },
      title: `the system of the tests '${name}'`,
      revisions: [],
      system,
      product: compose(system),
      verdicts: {},
    };
  }

  #family(name: string): SystemFamily {
    return findByName('system', name, this.#catalogue.families, (family) => family.name);
  }
}

/** @throws InputError in words of the page, which has a field and no options */
function scopeIn(text: string | undefined, family: SystemFamily): Scope {
  try {
    return parseScope(text, family);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.message.replace(/^--scope: /, 'scope: '));
  }
}

/** Most of each thing that a page asks for, which is not to hold up the others. */
const MOST_OF_EACH = 8;

function assertPlayable(scope: Scope): void {
  const large = Object.entries(scope).find(([, count]) => count > MOST_OF_EACH);
  if (large === undefined) return;
  throw new InputError(
    `${large.join('=')} is more than can be played; take at most ${MOST_OF_EACH} of each`,
  );
}

/** As `--scope` takes it: `doors=2,keys=1`. */
export function scopeText(scope: Scope): string {
  return Object.entries(scope)
    .map(([name, count]) => `${name}=${count}`)
    .join(',');
}

/** @throws InputError where it is no subject, or several */
export function subjectOf(given: Readonly<Record<string, unknown>>): Subject {
  const kinds = (['system', 'fault', 'suite'] as const).filter((kind) => given[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    throw new InputError('say what to look at: one of system=NAME, fault=ID and suite=NAME');
  }
  const name = textIn(given, kind)!;
  if (kind === 'fault') return { fault: name };
  if (kind === 'suite') return { suite: name };
  const revision = textIn(given, 'revision');
  const scope = textIn(given, 'scope');
  return {
    system: name,
    ...(revision !== undefined && { revision }),
    ...(scope !== undefined && { scope }),
  };
}

/** @throws InputError where it is there and no text */
function textIn(given: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = given[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new InputError(`'${name}' must be a text`);
}
