import { InputError } from '../base/errors.ts';
import type { Counterexample } from '../check/verdict.ts';
import type { Bounds } from '../explore/explore.ts';
import type { Scope, SystemFamily } from '../specification/system.ts';
import { NotRead } from './ast.ts';
import type { FunctionReading } from './function-readings.ts';
import { checkWithTree, hasC, readingOfPart, withTree } from './in-system.ts';
import { choiceIn } from './judge-fault.ts';
import type { SourceReader } from './judge-source.ts';
import type { Tree } from './tree.ts';

/** A rule that breaks with all that differs in a tree, and in no version that a function is of. */
export interface BrokenInNone {
  readonly system: string;
  readonly property: string;
  readonly title: string;
  readonly functions: readonly FunctionReading[];
  readonly counterexample: Counterexample;
}

/** A system with all functions of a tree in it that are not those of the newest. */
export interface JudgedCombination {
  readonly system: string;
  readonly scope: Scope;
  readonly states?: number;
  readonly functions: readonly FunctionReading[];
  /** Every rule that breaks. */
  readonly broken: readonly string[];
  readonly inNone: readonly BrokenInNone[];
  /** Why nothing is said of it. */
  readonly notAsked?: string;
}

export interface CombinationContext {
  readonly reader: SourceReader;
  readonly tree: Tree;
  readonly readings: readonly FunctionReading[];
  readonly newest: string;
  /** Rules that break in a system at a version. */
  readonly brokenAt: (system: string, version: string) => readonly string[];
  readonly bounds: Bounds;
}

/** The functions of a system that are not as in the newest, of those that have C. */
export function differing(
  family: SystemFamily,
  scope: Scope,
  newest: string,
  readings: readonly FunctionReading[],
): FunctionReading[] {
  const { parts } = family.build({ scope, revision: newest });
  const found = parts.flatMap((part) => (hasC(part) ? (readingOfPart(readings, part) ?? []) : []));
  return [...new Set(found)].filter(
    ({ is, elsewhere }) => (is === 'version' || is === 'none') && elsewhere === undefined,
  );
}

/** Checks a system of the newest with every function of the tree that differs in its place. */
export function judgeCombination(
  family: SystemFamily,
  scope: Scope,
  functions: readonly FunctionReading[],
  context: CombinationContext,
): JudgedCombination {
  const about = { system: family.name, scope, functions, broken: [], inNone: [] };
  try {
    const result = resultWith(family, scope, functions, context);
    const broken = result.properties.flatMap((one) => (one.verdict === 'broken' ? [one] : []));
    const known = knownBroken(family, scope, functions, context, broken);
    return {
      ...about,
      states: result.states,
      broken: broken.map(({ property }) => property.id),
      // Which step decides what, nobody has said of a function that no version has.
      inNone: broken.flatMap(({ property: { id: property, title, kind }, counterexample }) =>
        known.has(property) ||
        choiceIn(counterexample) !== undefined ||
        (kind === 'refinement' && functions.some(({ is }) => is === 'none'))
          ? []
          : [{ system: family.name, property, title, functions, counterexample }],
      ),
      ...(result.stopped !== undefined && { notAsked: `all states: ${result.stopped}` }),
    };
  } catch (error) {
    if (!(error instanceof NotRead || error instanceof InputError)) throw error;
    return { ...about, notAsked: error.message };
  }
}

function resultWith(
  family: SystemFamily,
  scope: Scope,
  functions: readonly FunctionReading[],
  { reader, tree, readings, newest, bounds }: CombinationContext,
) {
  const into = { family, scope, revision: newest };
  const system = withTree(reader, tree, readings, into, (part) => {
    const own = readingOfPart(readings, part);
    return hasC(part) && own !== undefined && functions.includes(own);
  });
  return checkWithTree(system, bounds);
}

/**
 * What breaks in the newest, in a version that a function is of, or with one such function alone, as
 * far as that is asked: it is no combination of the tree.
 */
function knownBroken(
  family: SystemFamily,
  scope: Scope,
  functions: readonly FunctionReading[],
  context: CombinationContext,
  broken: readonly { readonly property: { readonly id: string } }[],
): ReadonlySet<string> {
  const { newest, brokenAt } = context;
  const ofVersions = functions.filter(({ is }) => is === 'version');
  const versions = [newest, ...ofVersions.flatMap(({ names }) => names)];
  const known = new Set(versions.flatMap((version) => brokenAt(family.name, version)));
  for (const alone of ofVersions) {
    if (broken.every(({ property }) => known.has(property.id))) break;
    for (const { property, verdict } of resultWith(family, scope, [alone], context).properties) {
      if (verdict === 'broken') known.add(property.id);
    }
  }
  return known;
}
