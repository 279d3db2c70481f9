import { describe, expect, it } from 'vitest';
import { exportArguments } from '../../specs/buffer/export-arguments.ts';
import { hotResetArguments } from '../../specs/hot-reset/hot-reset-arguments.ts';
import {
  attachArguments,
  mapArguments,
  mapFileArguments,
} from '../../specs/importers/import-arguments.ts';
import { sectionOf } from '../../specs/shared/argument-table.ts';
import { argumentCases, mixtureOf } from './argument-cases.ts';
import { performHotReset } from './perform-hot-reset.ts';
import { performAttach, performMap, performMapFile } from './perform-import.ts';

describe('the arguments of a hot reset, on the simulated kernel', () => {
  argumentCases(hotResetArguments, performHotReset, mixtureOf(hotResetArguments));
});

describe('attaching, on the simulated kernel', () => {
  argumentCases(attachArguments, performAttach, mixtureOf(attachArguments));
});

describe('mapping, on the simulated kernel', () => {
  argumentCases(mapArguments, performMap, mixtureOf(mapArguments));
});

describe('IOMMU_IOAS_MAP_FILE, on the simulated kernel', () => {
  argumentCases(mapFileArguments, performMapFile, mixtureOf(mapFileArguments));
});

/** `npx vitest run test/conformance/arguments.test.ts -u` writes the page. */
it('docs/export-arguments.md is what the tables say', async () => {
  const page = [
    '# What the calls refuse, in the order in which they look',
    '',
    'Written from the tables `*-arguments.ts` of `specs/` by',
    '`npx vitest run test/conformance/arguments.test.ts -u`. Every answer is tried on the simulated',
    'kernel: each cause alone, each two that can be had together, and mixtures of up to four. Of two',
    'causes the earlier one answers; checks in a loop go through the items one by one, and the first',
    'item with a cause decides.',
    '',
    ...[exportArguments, hotResetArguments, attachArguments, mapArguments, mapFileArguments].map(
      (table) => sectionOf(table as Parameters<typeof sectionOf>[0]),
    ),
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../../docs/export-arguments.md');
});
