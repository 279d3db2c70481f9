import { InputError } from '../base/errors.ts';
import type { Counterexample } from '../check/verdict.ts';
import type { Bounds } from '../explore/explore.ts';
import { checkFault, type Fault, faultySystem } from '../faults/fault.ts';
import { flatten } from '../lts/flatten.ts';
import type { SystemFamily } from '../specification/system.ts';
import { NotRead } from './ast.ts';
import type { FunctionReading } from './function-readings.ts';
import { checkWithTree, hasC, readingOfPart, withTree } from './in-system.ts';
import type { SourceReader } from './judge-source.ts';
import type { Tree } from './tree.ts';

/** What one system says of one known defect in a tree. */
export interface FaultVerdict {
  readonly status: 'carried' | 'mended' | 'not judged';
  readonly fault: Fault;
  readonly functions: readonly FunctionReading[];
  readonly why: string;
  readonly counterexample?: Counterexample;
  /** What breaks besides, which is no claim of its own. */
  readonly broken: readonly string[];
}

/** What the judging of a fault needs to know. */
export interface FaultContext {
  readonly reader: SourceReader;
  readonly tree: Tree;
  readonly readings: readonly FunctionReading[];
  readonly newest: string;
  /** Rules that break in a system of the newest as well. */
  readonly brokenAtNewest: (system: string) => readonly string[];
  readonly bounds: Bounds;
}

/**
 * Whether a tree has a known defect, by the rules that catch it: with the C of the tree in the place
 * of the machines that the defect changes, and of no other. Undefined where none of them has C.
 */
export function judgeFault(
  fault: Fault,
  family: SystemFamily,
  context: FaultContext,
): FaultVerdict | undefined {
  const names = changedParts(fault, family);
  const base = family.build({ scope: fault.scope, revision: fault.base });
  const parts = base.parts.filter((part) => names.has(part.name) && hasC(part));
  const functions = [
    ...new Set(parts.flatMap((part) => readingOfPart(context.readings, part) ?? [])),
  ];
  if (functions.length === 0) return undefined;
  const about = { fault, functions, broken: [] };
  const unread = functions.find((one) => one.is === 'not read');
  if (unread !== undefined) {
    return { ...about, status: 'not judged', why: `not read: ${unread.unread}` };
  }
  const elsewhere = functions.find((one) => one.elsewhere)?.elsewhere;
  if (elsewhere !== undefined) return { ...about, status: 'not judged', why: elsewhere };
  const atNewest = context.brokenAtNewest(family.name);
  if (functions.every((one) => one.is === 'newest')) {
    const holds = fault.expected.every((rule) => !atNewest.includes(rule));
    return holds
      ? { ...about, status: 'mended', why: `as in ${context.newest}` }
      : { ...about, status: 'not judged', why: `its rule breaks in ${context.newest} as well` };
  }
  try {
    return judgeRun({ ...about, fault }, family, context, names);
  } catch (error) {
    if (!(error instanceof NotRead || error instanceof InputError)) throw error;
    return { ...about, status: 'not judged', why: error.message };
  }
}

/** The parts that a fault changes: of its own machine where that is one of them. */
function changedParts(fault: Fault, family: SystemFamily): ReadonlySet<string> {
  const before = family.build({ scope: fault.scope, revision: fault.base }).parts;
  const after = new Map(faultySystem(family, fault).parts.map((part) => [part.name, part]));
  const changed = before.filter((part) => {
    const other = after.get(part.name);
    return other === undefined || stepsOf(part.machine) !== stepsOf(other.machine);
  });
  const own = changed.filter(({ machine }) => machine.id === fault.machine);
  return new Set((own.length > 0 ? own : changed).map(({ name }) => name));
}

function stepsOf(machine: Parameters<typeof flatten>[0]): string {
  const { labels, next } = flatten(machine);
  return `${labels.join()} ${next.join()}`;
}

function judgeRun(
  about: Pick<FaultVerdict, 'fault' | 'functions' | 'broken'>,
  family: SystemFamily,
  context: FaultContext,
  names: ReadonlySet<string>,
): FaultVerdict {
  const { reader, tree, readings, bounds } = context;
  const { fault, functions } = about;
  const into = { family, scope: fault.scope, revision: fault.base };
  const result = checkWithTree(
    withTree(reader, tree, readings, into, (part) => names.has(part.name) && hasC(part)),
    bounds,
  );
  const expected = result.properties.filter(({ property }) => fault.expected.includes(property.id));
  const broken = result.properties.flatMap(({ property, verdict }) =>
    verdict === 'broken' ? [property.id] : [],
  );
  const first = expected.find(({ verdict }) => verdict === 'broken');
  if (first?.verdict !== 'broken') {
    const open = expected.find(({ verdict }) => verdict !== 'holds');
    return open === undefined
      ? {
          ...about,
          broken,
          status: 'mended',
          why: `${names.size > 1 ? 'they keep' : 'it keeps'} its rule`,
        }
      : { ...about, broken, status: 'not judged', why: `its rule is ${open.verdict}` };
  }
  const { counterexample } = first;
  const choice = choiceIn(counterexample);
  if (choice !== undefined) {
    const why = `a choice that no label shows decides it: ${choice}`;
    return { ...about, broken, status: 'not judged', why };
  }
  const why = attributed(fault, functions, () => isRunOf(fault, family, counterexample, bounds));
  return why === undefined
    ? { ...about, broken, counterexample, status: 'carried', why: `it breaks ${first.property.id}` }
    : { ...about, broken, counterexample, status: 'not judged', why };
}

/** Why the broken rule is not said to be this defect; undefined where it is. */
function attributed(
  fault: Fault,
  functions: readonly FunctionReading[],
  isItsRun: () => boolean,
): string | undefined {
  const id = fault.defect ?? fault.id;
  const different = functions.filter(({ is }) => is !== 'newest');
  if (different.some(({ defects }) => defects.includes(id))) return undefined;
  const others = [...new Set(different.flatMap(({ defects }) => defects))];
  if (different.every(({ is }) => is === 'version')) {
    return `its rule is broken by ${others.length === 0 ? 'what is older' : others.join(', ')} of the same function, which hides it`;
  }
  if (isItsRun()) return undefined;
  return 'its rule is broken, in another way than by this defect';
}

/** Whether the run that shows the defect in the specification is, label by label, that of the tree. */
function isRunOf(
  fault: Fault,
  family: SystemFamily,
  found: Counterexample,
  bounds: Bounds,
): boolean {
  const known = checkFault(family, fault, bounds).counterexamples[0];
  return known !== undefined && labelsOf(known).join() === labelsOf(found).join();
}

export function labelsOf({ run, space }: Counterexample): string[] {
  return run.vectors.map((vector) => space.product.vectors[vector]!.label);
}

/** A choice of the C that a run takes. */
export function choiceIn(counterexample: Counterexample): string | undefined {
  return labelsOf(counterexample).find((label) => /\bchoice\./.test(label));
}
