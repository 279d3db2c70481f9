import { describe, expect, it } from 'vitest';
import { runtimeMonitors } from '../specs/rv/monitors.ts';
import { rows } from '../specs/trace/functions.ts';
import { runtimeMonitor } from '../src/export/formats.ts';
import { compileHeader, generate, rvgenHere, tableDifferences } from './rvgen.ts';
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

describe('what the runtime monitors are attached to', () => {
  // Traces are judged without vfio_pci_zap_bars, which is static and shows in some builds only.
  const known = new Set([
    'vfio_pci_zap_bars',
    ...rows.flatMap(({ name, from = [] }) => [name, ...from]),
  ]);

  it.each(
    runtimeMonitors.flatMap(({ name, watch }) =>
      watch.attachments.map((at) => [`${name} ${at.label}`, at] as const),
    ),
  )('%s is at functions that the table of traces knows', (_, { at }) => {
    const named = at.flatMap(
      (text) => text.match(/\b(?:__)?[a-z]+(?:_[a-z]+){2,}\b|\b(?:down|up)_write\b/g) ?? [],
    );
    const functions = named.filter((name) => !['memory_lock'].includes(name));
    expect(functions.length).toBeGreaterThan(0);
    for (const one of functions) expect(known).toContain(one);
  });
});
