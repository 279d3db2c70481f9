import { specification } from '../../specs/catalogue.ts';
import { NEWEST } from '../../specs/revisions/index.ts';
import { InputError } from '../../src/base/errors.ts';
import { scopesOf } from '../../src/catalogue/known.ts';
import { fingerprint } from '../../src/check/same-system.ts';
import type { Scope, System, SystemFamily } from '../../src/specification/system.ts';

/** A system, or nothing where the scope cannot be drawn at the revision. */
function builtAt(family: SystemFamily, scope: Scope, revision: string): System | undefined {
  try {
    return family.build({ scope, revision });
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Whether a change has a machine of a family move otherwise, at some scope of it. */
function isChanged(family: SystemFamily, name: string): boolean {
  const from = family.revisions.includes(NEWEST) ? NEWEST : 'mmap-v8';
  const more = family.confidence === undefined ? [] : [family.confidence];
  return [...scopesOf(specification, family, from), ...more].some((scope) => {
    const before = builtAt(family, scope, from);
    const after = builtAt(family, scope, name);
    return (
      before !== undefined && after !== undefined && fingerprint(before) !== fingerprint(after)
    );
  });
}

/** The families whose machines come from the points of the design. */
const designed = specification.families.filter(
  ({ name, revisions }) =>
    (revisions.includes(NEWEST) || revisions.includes('mmap-v8')) && name !== 'dma-buf-life',
);

/** The systems that a change changes, and that do not ask it. */
export function notAsked(name: string): string[] {
  return designed
    .filter(({ revisions }) => !revisions.includes(name))
    .filter((family) => isChanged(family, name))
    .map((family) => family.name);
}
