import { describe, expect, it } from 'vitest';
import { compose, refusalsOf } from 'xstate-check';
import { specification } from './catalogue.ts';

describe('every resource answers in every state, in every version and at the largest scope', () => {
  it.each(specification.families)('$name', (family) => {
    const scopes = [family.defaultScope, family.confidence ?? family.defaultScope];
    const refused = family.revisions.flatMap((revision) =>
      scopes.flatMap((scope) => refusalsOf(compose(family.build({ scope, revision })))),
    );
    expect(refused).toEqual([]);
  });
});
