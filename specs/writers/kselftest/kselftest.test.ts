import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compose, exploreForPaths } from 'xstate-check';
import { exportCommand } from 'xstate-check/cli';
import { suites } from '../../suites.ts';
import { exportRows, hotResetRows, mapFileRows } from './argument-cases.ts';
import { choosePaths } from './choose.ts';
import { kselftest, kselftestFormat } from './kselftest.ts';
import { testPaths } from './paths.ts';
import { sequentialGraph } from './sequential.ts';
import { isProvoked } from './statements.ts';

const text = kselftest();

test('the file that is checked in is as written', () => {
  const file = 'kernel/selftest/vfio_dma_buf_test.c';
  const fresh = readFileSync(file, 'utf8') === text;
  expect(fresh, `npm run dmabuf-spec -- export --to kselftest -o ${file}`).toBe(true);
});

describe('what user space alone can drive', () => {
  const { system, performed } = suites.find(({ name }) => name === 'iommufd')!;
  const explored = exploreForPaths(compose(system));
  const graph = sequentialGraph(explored, {
    performed: (vector) => performed(explored.product, vector),
    provoked: isProvoked,
  });
  const calls = [...graph.calls.values()].flat();

  test('a call has one answer and one outcome', () => {
    const begun = calls.map(({ from, call }) => `${from} ${call}`);
    expect(new Set(begun).size).toBe(begun.length);
  });

  test('the paths together take every transition of a machine that any call takes', () => {
    const paths = choosePaths(graph, ['dev[0].open', 'buf[0].export']);
    const taken = new Set(paths.flat().flatMap(({ takes }) => takes));
    expect(taken).toEqual(new Set(calls.flatMap(({ takes }) => takes)));
  });

  test('each path adds something to the others', () => {
    const paths = choosePaths(graph, ['dev[0].open', 'buf[0].export']);
    for (const path of paths) {
      const others = paths.filter((other) => other !== path).flat();
      const taken = new Set(others.flatMap(({ takes }) => takes));
      expect(path.flatMap(({ takes }) => takes).some((one) => !taken.has(one))).toBe(true);
    }
  });

  test('a revoked buffer is not mapped, and one that is given back is', () => {
    const path = testPaths().find(({ name }) => name === 'memory_off_memory_on')!;
    expect(path.steps.map(({ effect, mappable }) => [effect, mappable])).toEqual([
      ['', true],
      ['the buffer is revoked', false],
      ['the buffer is given back', true],
    ]);
  });

  test('a hot reset ends in both of its answers, with memory on and off', () => {
    const names = testPaths().map(({ name }) => name);
    expect(names.filter((name) => name.includes('hot_reset'))).toEqual([
      'hot_reset',
      'hot_reset_enotty',
      'memory_off_hot_reset',
      'memory_off_hot_reset_enotty',
    ]);
  });
});

describe('what is refused', () => {
  test('every pair of causes whose answers differ has a row that a program can pass', () => {
    expect(exportRows().filter(({ pair }) => pair)).toHaveLength(92);
    expect(mapFileRows().filter(({ pair }) => pair)).toHaveLength(3);
    expect(hotResetRows().filter(({ pair }) => pair)).toHaveLength(7);
  });

  test('a row says what is not as usual', () => {
    expect(exportRows().find(({ what }) => what === 'flags before no-such-bar')).toEqual({
      what: 'flags before no-such-bar',
      pair: true,
      answer: '-EINVAL',
      args: ['.region = VFIO_PCI_ROM_REGION_INDEX', '.flags = 1'],
    });
  });
});

describe('the file', () => {
  test('keeps to 100 columns and has no spaces at the ends of lines', () => {
    for (const line of text.split('\n')) {
      expect(line).not.toMatch(/\s$/);
      expect(line.replaceAll('\t', ' '.repeat(8)).length).toBeLessThanOrEqual(100);
    }
  });

  test('names each test once', () => {
    const names = [...text.matchAll(/^TEST_F\(\w+, (\w+)\)/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(40);
  });

  test('is written by a format of its name, and is of no one system', () => {
    let out = '';
    const terminal = { out: (said: string) => (out += said) } as never;
    expect(exportCommand([kselftestFormat], undefined, { to: 'kselftest' }, terminal)).toBe(0);
    expect(out).toBe(text);
    expect(() => exportCommand([kselftestFormat], 'life', { to: 'kselftest' }, terminal)).toThrow(
      "leave 'life' out",
    );
    expect(() => exportCommand([kselftestFormat], undefined, { to: 'kself' }, terminal)).toThrow(
      "there is no format 'kself'; the nearest is kselftest",
    );
  });
});
