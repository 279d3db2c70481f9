import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { setup } from 'xstate';
import { lint } from 'xstate-check';
import { specification } from '../../specs/catalogue.ts';
import { sourceProblem } from './family-cases.ts';
import { unsourced } from './sources.ts';

const { machines } = specification;
const contracts = machines.filter(({ kind }) => kind === 'contract');

describe('every machine', () => {
  it.each(machines)('$name passes the linter', ({ machine }) => {
    expect(lint(machine)).toEqual([]);
  });

  it('has a name of its own', () => {
    expect(new Set(machines.map(({ name }) => name)).size).toBe(machines.length);
  });

  it('of a system is listed, under its own name', () => {
    for (const { name, machine } of machines) expect(name).toBe(machine.id);
    const listed = machines.map(({ name }) => name);
    const used = specification.families.flatMap(({ build, defaultScope, revisions }) =>
      revisions.flatMap((revision) => build({ scope: defaultScope, revision }).parts),
    );
    const specified = used.filter(({ kind }) => kind !== 'monitor');
    const ids = new Set(specified.map(({ machine }) => machine.id));
    expect(listed).toEqual(expect.arrayContaining([...ids]));
  });

  it.each(machines)(
    '$name has a description, and a source on what is not said elsewhere',
    (entry) => {
      expect(entry.machine.root.description).toBeTruthy();
      expect(unsourced(entry.machine)).toEqual([]);
    },
  );
});

describe('the linter and the test for sources', () => {
  const lamp = (meta: Record<string, unknown>, state: Record<string, unknown> = {}) =>
    setup({}).createMachine({
      id: 'lamp',
      meta: { labels: ['press'], ...meta },
      initial: 'off',
      states: {
        off: { meta: state, on: { press: 'on' } },
        on: { on: { press: 'off' } },
      },
    }) as AnyStateMachine;

  it('find a label that never happens, and a state that is never entered', () => {
    expect(lint(lamp({}))).toEqual([]);
    expect(lint(lamp({ labels: ['press', 'kick'] })).map(({ rule }) => rule)).toEqual([
      'label-never-happens',
    ]);
    expect(lint(lamp({ unused: ['press'] })).map(({ rule }) => rule)).toEqual([
      'stale-declaration',
    ]);
  });

  it('name the states and transitions that have none', () => {
    expect(unsourced(lamp({ source: 'lamp_press, v7.3' }))).toEqual([]);
    expect(unsourced(lamp({}, { source: 'lamp_press, v7.3' }))).toEqual(['on', 'on: press']);
    expect(unsourced(lamp({ source: ' ' }))).toEqual(['off', 'off: press', 'on', 'on: press']);
  });

  it('tell a source from a word', () => {
    const problem = (source: string) => sourceProblem({ id: 'rule', source });
    expect(problem('')).toBe('rule has no source');
    expect(problem('somewhere')).toContain('neither a version');
    expect(problem('derived')).toBeUndefined();
    expect(problem('vfio_pci_dma_buf_move, v7.3')).toBeUndefined();
  });

  it('look at every contract', () => {
    expect(contracts.length).toBeGreaterThan(5);
  });
});

it('no fault has the name of a finding or of a system', () => {
  const { faults, findings, families } = specification;
  const names = [...faults, ...findings].map(({ id }) => id).concat(families.map((f) => f.name));
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

it.each([
  ['counterexamples', specification.faults],
  ['findings', specification.findings],
] as const)('docs/%s has a file for each and no other', (folder, all) => {
  const files = readdirSync(new URL(`../../docs/${folder}/`, import.meta.url));
  expect(files.sort()).toEqual(all.map(({ id }) => `${id}.txt`).sort());
});
