import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compose } from 'xstate-check';
import { exploreOrbits, symmetryOf } from 'xstate-check/engine';
import { benchmarkSystem, statesOf } from './model.ts';

const orbitsOf = (devices: number) => {
  const product = compose(benchmarkSystem(devices));
  return exploreOrbits(product, symmetryOf(product));
};

/** The benchmark model in Murphi, with devices that can be exchanged. */
function murphi(devices: number): string {
  const rule = (name: string, when: string, then: string) =>
    `  rule "${name}" ${when} ==> begin ${then} end;`;
  return [
    `const devices: ${devices};`,
    'type device: scalarset(devices);',
    '  phase: enum { idle, waiting, holding, resetting, restored };',
    '  state: enum { none, live, revoked };',
    'var phases: array [device] of phase;',
    '  buffers: array [device] of state;',
    '  mapped: array [device] of boolean;',
    '  locked: boolean;',
    'startstate begin',
    '  for d: device do phases[d] := idle; buffers[d] := none; mapped[d] := false; end;',
    '  locked := false;',
    'end;',
    'ruleset d: device do',
    rule('EXPORT', 'phases[d] = idle & buffers[d] = none', 'buffers[d] := live;'),
    rule('CLOSE', 'phases[d] = idle & buffers[d] = live & !mapped[d]', 'buffers[d] := none;'),
    rule('MAP', 'phases[d] = idle & buffers[d] = live & !mapped[d]', 'mapped[d] := true;'),
    rule('UNMAP', 'phases[d] = idle & mapped[d]', 'mapped[d] := false;'),
    rule('RESET', 'phases[d] = idle', 'phases[d] := waiting;'),
    rule('LOCK', 'phases[d] = waiting & !locked', 'phases[d] := holding; locked := true;'),
    rule(
      'REVOKE',
      'phases[d] = holding & buffers[d] = live',
      'buffers[d] := revoked; mapped[d] := false;',
    ),
    rule('FLR', 'phases[d] = holding & buffers[d] != live', 'phases[d] := resetting;'),
    rule(
      'DONE',
      'phases[d] = resetting & buffers[d] != live',
      'phases[d] := restored; if buffers[d] = revoked then buffers[d] := live; end;',
    ),
    rule('UNLOCK', 'phases[d] = restored', 'phases[d] := idle; locked := false;'),
    'end;',
    '',
  ].join('\n');
}

/** How many states Rumur finds. */
function statesByRumur(model: string): number {
  const directory = mkdtempSync(join(tmpdir(), 'rumur-'));
  const at = (name: string) => join(directory, name);
  try {
    writeFileSync(at('model.m'), model);
    execFileSync('rumur', [at('model.m'), '--output', at('model.c')]);
    execFileSync('gcc', ['-O2', '-mcx16', '-o', at('model'), at('model.c'), '-lpthread']);
    const said = execFileSync(at('model'), { encoding: 'utf8' });
    return Number(/([\d,]+) states?,/.exec(said)?.[1]?.replaceAll(',', ''));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function hasRumur(): boolean {
  try {
    execFileSync('rumur', ['--version'], { stdio: 'ignore' });
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('symmetry of the benchmark model', () => {
  it('finds that devices can be exchanged, with their buffers and mappings', () => {
    const { families, refused } = symmetryOf(compose(benchmarkSystem(3)));
    expect(families.map(({ name }) => name)).toEqual([
      [0, 1, 2].map((i) => `device[${i}] and buffer[${i}] and mapping[${i}]`).join(', '),
    ]);
    expect(refused).toEqual([]);
  });

  it.each([
    [2, 69],
    [7, 4_488],
    [8, 7_623],
    [10, 19_019],
    [20, 393_162],
  ])('%i devices: %i orbits, which stand for all states', (devices, orbits) => {
    const found = orbitsOf(devices);
    expect(found.orbits).toBe(orbits);
    const [d, six] = [BigInt(devices), 6n];
    const states = six ** d + 8n * d * six ** (d - 1n);
    expect(found.states()).toBe(states);
    if (devices < 10) expect(Number(states)).toBe(statesOf(devices));
  });

  const compared = 'orbits are as many as Rumur finds with a scalarset';
  it.skipIf(!hasRumur())(hasRumur() ? compared : `${compared} (skipped: no rumur or gcc)`, () => {
    for (const devices of [2, 3, 5, 7, 8]) {
      expect(orbitsOf(devices).orbits).toBe(statesByRumur(murphi(devices)));
    }
  });
});
