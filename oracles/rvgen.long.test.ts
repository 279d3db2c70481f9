import { describe, expect, it } from 'vitest';
import { runtimeMonitor } from 'xstate-check/kernel';
import { runtimeMonitors } from '../specs/rv/monitors.ts';
import { symbols } from '../specs/rv/symbols.ts';
import { compileHeader, generate, rvgenHere, tableDifferences } from './rvgen.ts';
import { presenceIn, stockModule } from './stock-module.ts';
import { inDirectory, missing } from './tools.ts';

const rvgen = rvgenHere();
const why = typeof rvgen === 'string' ? ` (skipped: ${rvgen})` : '';

describe(`rvgen of the packaged kernel${why}`, () => {
  it.skipIf(typeof rvgen === 'string').each(runtimeMonitors.map((one) => [one.name, one] as const))(
    'makes of %s the table of its machine',
    async (_, monitor) => {
      if (typeof rvgen === 'string') return;
      await inDirectory(async (directory) => {
        const { header, source } = await generate(rvgen, directory, monitor);
        expect(tableDifferences(header, monitor)).toEqual([]);
        expect(source).toContain(`RV_MON_${monitor.watch.type.toUpperCase()}`);
        if (missing('gcc').length === 0) await compileHeader(directory, monitor, header);
      });
    },
  );

  it.skipIf(typeof rvgen === 'string')('makes another table of another automaton', async () => {
    if (typeof rvgen === 'string') return;
    const monitor = runtimeMonitors.find(({ name }) => name === 'vdbuf_back')!;
    const changed = runtimeMonitor(monitor).replace('"owed" -> "given"', '"owed" -> "owed"');
    await inDirectory(async (directory) => {
      const { header } = await generate(rvgen, directory, monitor, changed);
      expect(tableDifferences(header, monitor)).not.toEqual([]);
    });
  });

  it.skipIf(typeof rvgen === 'string')('refuses what is not of its dialect', async () => {
    if (typeof rvgen === 'string') return;
    const monitor = runtimeMonitors[0]!;
    const refused = runtimeMonitor(monitor).replace('reset(clk)', 'reset clk');
    await inDirectory(async (directory) => {
      await expect(generate(rvgen, directory, monitor, refused)).rejects.toThrow(
        /Unrecognised event/,
      );
    });
  });
});

const stock = stockModule();
const whyNot = stock === undefined ? ' (skipped: no packaged kernel is here, kernel/setup)' : '';

describe(`vfio-pci-core of the stock kernel${whyNot}`, () => {
  it.skipIf(stock === undefined)('has what the table says, and nothing else of it', async () => {
    if (stock === undefined) return;
    await inDirectory(async (directory) => {
      expect(await presenceIn(directory, stock, Object.keys(symbols))).toEqual(
        Object.fromEntries(
          Object.entries(symbols).map(([name, here]) => [
            name,
            typeof here === 'string' ? here : 'inlined',
          ]),
        ),
      );
    });
  });
});
