import { describe, expect, it } from 'vitest';
import { looseEnds } from 'xstate-check';
import { specification } from './catalogue.ts';

const systems = specification.families.map((family) => ({
  name: family.name,
  built: family.revisions.map((revision) => family.build({ scope: family.defaultScope, revision })),
}));

describe('in every version', () => {
  it.each(systems)('what of $name meets nothing is left out on purpose', ({ built }) => {
    for (const system of built) expect(looseEnds(system)).toEqual([]);
  });

  it.each(systems)('what $name leaves out does meet nothing', ({ built }) => {
    const names = new Set(built.flatMap(({ unused = {} }) => Object.keys(unused)));
    for (const name of names) {
      const ends = built.flatMap((system) => {
        const { [name]: _, ...unused } = system.unused ?? {};
        return looseEnds({ ...system, unused });
      });
      expect(ends, name).not.toEqual([]);
    }
  });
});
