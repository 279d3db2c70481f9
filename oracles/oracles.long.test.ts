import { describe, expect, it } from 'vitest';
import { modelOf } from 'xstate-check/engine';
import { specification } from '../specs/catalogue.ts';
import { differences } from './findings.ts';
import { ours } from './ours.ts';
import { rumurFindings } from './rumur.ts';
import { compileSafety, spinFindings } from './spin.ts';
import { compareSystem } from './systems.ts';
import { inDirectory, missing } from './tools.ts';

const absent = missing('spin', 'rumur', 'gcc');
const isSkipped = absent.length > 0;

function small(revision: string) {
  const family = specification.families.find(({ name }) => name === 'function-reset-order')!;
  return family.build({ scope: family.defaultScope, revision });
}

describe(`other checkers${isSkipped ? ` (skipped: ${absent.join(', ')} not installed)` : ''}`, () => {
  it.skipIf(isSkipped).each(['v1', '7.3'])(
    'agree on function-reset-order, %s',
    async (revision) => {
      const result = await compareSystem({ system: small(revision), withLeadsTo: true });
      expect(result.disagreements).toEqual([]);
      expect(result.broken).toBe(revision === 'v1' ? 1 : 0);
    },
    120_000,
  );

  it.skipIf(isSkipped)(
    'do not agree where a step is missing from what they were given',
    async () => {
      const model = modelOf(small('7.3'));
      const fewer = { ...model, steps: model.steps.slice(1) };
      await inDirectory(async (directory) => {
        await compileSafety(directory, fewer, '-O0');
        const spin = await spinFindings(directory, fewer);
        expect(differences(ours(model), spin, 'SPIN')).not.toEqual([]);
        const rumur = await rumurFindings(directory, fewer, '-O0');
        expect(differences(ours(model), rumur, 'Rumur')).not.toEqual([]);
      });
    },
    120_000,
  );
});
