import { parseLabel } from '../lts/label.ts';
import { alphabetOf, monitor, type Part } from '../specification/part.ts';
import { answer } from './answer.monitor.ts';
import { permission } from './permission.monitor.ts';
import { reference } from './reference.monitor.ts';

/*
 * What a call owes, whatever it does: references that it takes, the thing that it answers for, what
 * it may do only where it was allowed to. Steps are named by what follows the object in a label
 * (`lock.trylock:1` is `trylock:1` of a lock), or whole, with the object.
 */

/** What calls take for their own duration, of every object of a kind. */
export interface Reference {
  /** What it is, as monitors are named after it. */
  readonly to: string;
  /** The kind of object that has it: what stands before the index. */
  readonly of: string;
  readonly get: readonly string[];
  readonly put: readonly string[];
  /** What must not be done without it. */
  readonly use: readonly string[];
}

/** What a call has to have done where it answers ok: one of these. */
export interface Answer {
  readonly call: string;
  readonly done: readonly string[];
}

/** What a call may do only after it was granted. */
export interface Permission {
  readonly call: string;
  /** What is asked, as the label has it. */
  readonly asks: string;
  readonly granted: readonly string[];
  /** What a grant ends with, of any object: where one is refused, the others are of no use. */
  readonly refused: readonly string[];
  readonly steps: readonly string[];
}

/** One for each thread, and each object of which it takes the reference. */
export function referenceMonitors(
  parts: readonly Part[],
  references: readonly Reference[],
  returns: (label: string) => boolean,
): Part[] {
  const threads = [...new Set(parts.flatMap((part) => part.thread ?? []))];
  return threads.flatMap((thread) => {
    const labels = labelsOf(parts.filter((part) => part.thread === thread));
    return references.flatMap(({ to, of, get, put, use }) =>
      objectsWith(labels, get, of).map((object) =>
        monitor(`reference(${object}.${to})@${thread}`, reference, {
          get: stepsOf(labels, object, get),
          put: stepsOf(labels, object, put),
          use: stepsOf(labels, object, use),
          return: labels.filter(returns),
        }),
      ),
    );
  });
}

/** One for each procedure that answers a call, where what the call is for is drawn. */
export function answerMonitors(parts: readonly Part[], answers: readonly Answer[]): Part[] {
  return parts.filter(isProcedure).flatMap((part) => {
    const labels = labelsOf([part]);
    return answers.flatMap(({ call, done }) =>
      objectsWith(labels, [`${call}:ok`]).flatMap((object) => {
        const steps = stepsOf(labels, object, done);
        if (steps.length === 0) return [];
        const { begin, ok, other } = endsOf(labels, call, object);
        const name = `answer(${object}.${call}, ${done[0]})@${part.thread}`;
        return [monitor(name, answer, { begin, done: steps, ok, other })];
      }),
    );
  });
}

/** One for each procedure that asks, and each object of which it asks: its steps need all of them. */
export function permissionMonitors(
  parts: readonly Part[],
  permissions: readonly Permission[],
): Part[] {
  return parts.filter(isProcedure).flatMap((part) => {
    const labels = labelsOf([part]);
    return permissions.flatMap(({ call, asks, granted, refused, steps }) => {
      const { begin, ok, other } = endsOf(labels, call);
      if (begin.length === 0) return [];
      return objectsWith(labels, granted).flatMap((object) => {
        const guarded = stepsOf(labels, object, steps);
        if (guarded.length === 0) return [];
        return [
          monitor(`permission(${object}.${asks}, ${call})@${part.thread}`, permission, {
            begin,
            granted: stepsOf(labels, object, granted),
            refused: labels.filter((label) =>
              refused.some((no) => plain(label).endsWith(`.${no}`)),
            ),
            step: guarded,
            return: [...ok, ...other],
          }),
        ];
      });
    });
  });
}

const isProcedure = ({ kind }: Part) => kind === 'procedure';

/** How a call begins and ends, of one object or of any. */
function endsOf(labels: readonly string[], call: string, of?: string) {
  const ends = labels.filter((label) => {
    const { object, operation, outcome } = parseLabel(label);
    return operation === call && outcome !== undefined && (of === undefined || object === of);
  });
  const isEnd = (...outcomes: string[]) => {
    return (label: string) => outcomes.includes(parseLabel(label).outcome!);
  };
  return {
    begin: ends.filter(isEnd('begin')),
    ok: ends.filter(isEnd('ok')),
    other: ends.filter((label) => !isEnd('begin', 'ok')(label)),
  };
}

/** The system labels of some parts, without those that their version has no use for. */
function labelsOf(parts: readonly Part[]): string[] {
  const labels = parts.flatMap((part) => {
    const unused: readonly string[] = part.machine.root.meta?.unused ?? [];
    const isUnused = new Set(unused.map(withoutIndices));
    return alphabetOf(part)
      .filter((label) => !isUnused.has(withoutIndices(label)))
      .flatMap((label) => part.rename(label));
  });
  return [...new Set(labels)];
}

const withoutIndices = (label: string) => label.replace(/\[\w+\]/g, '[]');

/** A label without variant and thread. */
const plain = (label: string) => label.replace(/[#@].*$/, '');

function stepsOf(labels: readonly string[], object: string, steps: readonly string[]): string[] {
  const wanted = new Set(steps.flatMap((step) => [step, `${object}.${step}`]));
  return labels.filter((label) => wanted.has(plain(label)));
}

/** The objects, of a kind where one is named, of which one of the steps is a step. */
function objectsWith(labels: readonly string[], steps: readonly string[], of?: string): string[] {
  const objects = labels.flatMap((label) => {
    const name = plain(label);
    const step = steps.find((one) => name.endsWith(`.${one}`));
    if (step === undefined) return [];
    const object = name.slice(0, -step.length - 1);
    return of === undefined || object.replace(/\[\d+\]$/, '') === of ? [object] : [];
  });
  return [...new Set(objects)];
}
