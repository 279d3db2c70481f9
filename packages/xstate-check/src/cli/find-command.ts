import { InputError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { count, type Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import {
  type Catalogue,
  defaultRevision,
  findByName,
  parseScope,
  placeOf,
} from '../catalogue/catalogue.ts';
import { drawn } from '../explain/diagram.ts';
import type { Bounds } from '../explore/explore.ts';
import { faultySystem } from '../faults/fault.ts';
import { type Found, find } from '../find/find.ts';
import { asCounterexample } from '../find/shown.ts';
import { familiesNamed, withRefused } from '../load/file.ts';
import { parseFileArgument } from '../load/file-argument.ts';
import { withoutVariant } from '../lts/label.ts';
import type { System, SystemFamily } from '../specification/system.ts';

export interface FindOptions {
  readonly revision?: string;
  readonly scope?: string;
  readonly number?: string;
  readonly json?: boolean;
}

/** What is looked at. */
interface Subject {
  readonly system: System;
  readonly where: string;
  readonly refused: readonly string[];
}

/**
 * Prints a run to a state in which a condition holds.
 *
 * @returns 0 where there is one, 1 where there is none, 3 where a bound stopped the search before that
 * was known
 */
export async function findCommand(
  catalogue: Catalogue,
  name: string,
  condition: string,
  options: FindOptions,
  bounds: Bounds,
  terminal: Terminal,
): Promise<number> {
  const number = numberOf(options.number);
  const subject = await subjectNamed(catalogue, name, options);
  const found = find(subject.system, condition, number, {
    ...bounds,
    progress: (states, depth) => terminal.progress(`${count(states)} states, depth ${depth}`),
  });
  terminal.progress('');
  if (options.json) terminal.out(`${JSON.stringify(asJson(subject, found, number), null, 2)}\n`);
  else for (const line of asText(subject, found, number)) terminal.out(line);
  const status = found.run ? EXIT.ok : found.isComplete ? EXIT.differs : EXIT.unfinished;
  return withRefused(status, subject.refused, terminal);
}

function numberOf(text = '1'): number {
  const number = Number(text);
  if (/^\d{1,6}$/.test(text) && number > 0) return number;
  throw new InputError(`--number: '${text}' is no positive whole number; 1 is the shortest run`);
}

/** A fault, a system, or the system of a file; the first of it where none is named. */
async function subjectNamed(
  catalogue: Catalogue,
  name: string,
  { revision, scope }: FindOptions,
): Promise<Subject> {
  const fault = catalogue.faults.find(({ id }) => id === name);
  if (fault === undefined) {
    const { family, refused } = await familyNamed(catalogue, name);
    const at = {
      scope: parseScope(scope, family),
      revision: revision ?? defaultRevision(catalogue, family),
    };
    findByName('revision', at.revision, family.revisions, (one) => one);
    return {
      system: family.build(at),
      where: placeOf(family.name, at.revision, at.scope),
      refused,
    };
  }
  if (revision !== undefined || scope !== undefined) {
    throw new InputError(
      `${fault.id} is a change at a scope of its own: leave out --revision and --scope`,
    );
  }
  const family = findByName('system', fault.system, catalogue.families, (one) => one.name);
  const system = faultySystem(family, fault);
  const where = `${placeOf(system.name, system.revision, system.scope)}, with ${fault.id}`;
  return { system, where, refused: [] };
}

async function familyNamed(
  catalogue: Catalogue,
  name: string,
): Promise<{ readonly family: SystemFamily; readonly refused: readonly string[] }> {
  const argument = parseFileArgument(name);
  const { families, refused } = await familiesNamed(catalogue, argument?.file ?? name);
  const inside = argument?.inside;
  if (inside === undefined) return { family: families[0]!, refused };
  return { family: findByName('system', inside, families, (one) => one.name), refused };
}

function* asText({ where }: Subject, found: Found, number: number) {
  if (found.run === undefined) {
    yield* lines(notFound(found, where, number));
    return;
  }
  const { text, length } = drawn(asCounterexample(found));
  const nth = number === 1 ? 'The shortest run' : `Run ${number}, by length,`;
  yield* lines(`${nth} to a state in which ${found.condition}, ${length}; ${where}:`);
  yield `\n${text}\n`;
  yield* lines(`--number ${number + 1} prints the next one.`);
}

function notFound(
  { condition, states, isComplete, stopped }: Found,
  where: string,
  number: number,
) {
  const what = number === 1 ? 'No run leads' : `Fewer than ${count(number)} runs lead`;
  if (isComplete) {
    return (
      `${what} to a state in which ${condition}: not reachable at this scope. ${where}: all ` +
      `${count(states)} states were looked at, and none was left out.`
    );
  }
  return (
    `Not found in ${count(states)} states: ${number === 1 ? 'a state' : `run ${count(number)} to a state`} in ` +
    `which ${condition}; ${where}. There are more states, which were not looked at, because ${stopped}.`
  );
}

function lines(text: string): string[] {
  return wrap(text, 75).map((line) => `${line}\n`);
}

function asJson({ system, where }: Subject, found: Found, number: number): unknown {
  const { run, condition, states, isComplete, stopped } = found;
  return {
    system: system.name,
    revision: system.revision,
    scope: system.scope,
    ...{ where, condition, number },
    verdict: run !== undefined ? 'found' : isComplete ? 'not reachable' : 'not found',
    states,
    ...(stopped !== undefined && { stopped }),
    ...(run !== undefined && {
      steps: run.run.vectors.map((v) => withoutVariant(run.space.product.vectors[v]!.label)),
      diagram: drawn(asCounterexample(found)).text,
    }),
  };
}
