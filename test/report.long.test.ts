import { describe, expect, test } from 'vitest';
import { withoutInstance } from 'xstate-check';
import { anchor } from 'xstate-check/cli';
import { specification } from '../specs/catalogue.ts';
import { runCommand } from './cli.fixture.ts';

describe('the report on everything', () => {
  test('is under 9 MB and has every property, machine, fault and finding', async () => {
    const { status, out } = await runCommand({ ...specification, targets: [] }, 'report');
    expect(status).toBe(0);
    expect(Buffer.byteLength(out)).toBeLessThan(9 * 2 ** 20);
    const ids = [...out.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!);
    expect(ids).toHaveLength(new Set(ids).size);
    for (const { id } of [...specification.faults, ...specification.findings]) {
      expect(ids).toContain(anchor('run', id));
    }
    for (const { name } of specification.machines) {
      expect(out).toContain(`<title>Statechart of ${name}</title>`);
    }
    for (const { system, properties } of specification.expectations) {
      for (const property of Object.keys(properties)) {
        if (specification.families.some(({ name }) => name === system)) {
          // What other revisions alone have is in the matrix, instances together.
          expect(out).toContain(withoutInstance(property).replaceAll('>', '&#62;'));
        }
      }
    }
  }, 1_200_000);
});
