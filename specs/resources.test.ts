import { describe, expect, it } from 'vitest';
import { compose, refusalsOf } from 'xstate-check';
import { specification } from './catalogue.ts';

describe('every resource answers in every state whatever does not block in the kernel', () => {
  it.each(specification.families)('$name', (family) => {
    const system = family.build({ scope: family.defaultScope, revision: family.revisions[0]! });
    expect(refusalsOf(compose(system))).toEqual([]);
  });
});
