import { expect, it } from 'vitest';
import { compose, lint } from 'xstate-check';
import { specification } from '../../specs/catalogue.ts';
import { rows } from '../../specs/traces/functions.ts';
import { machines } from '../../specs/traces/machines.ts';
import { traceSystem } from '../../specs/traces/trace.system.ts';
import { unsourced } from '../conformance/sources.ts';

it.each(machines)('the linter has nothing to say about $name', ({ machine }) => {
  expect(lint(machine)).toEqual([]);
});

it.each(machines)(
  '$name has a description, and a source on what is not said elsewhere',
  (entry) => {
    expect(entry.machine.root.description).toBeTruthy();
    expect(unsourced(entry.machine)).toEqual([]);
  },
);

it('no other machine has their names', () => {
  const names = specification.machines.map(({ name }) => name);
  for (const { name } of machines) expect(names.filter((other) => other === name)).toEqual([name]);
});

it('every label of the table is one of the system that judges', () => {
  const scope = { devices: 2, buffers: 1, tasks: 1, resetSets: [[0], [0, 1]] };
  const labels = compose(traceSystem(scope)).vectors.map(({ label }) => label);
  const filled = (label: string) =>
    label
      .replace('dev[d]', 'dev[0]')
      .replace('buf[b]', 'buf[0.0]')
      .replace('listed[d]', 'buf[0.0]')
      .replace('bus.reset', 'bus{0}.reset')
      .replace('others.closed', 'others{1}.closed');
  for (const row of rows) {
    expect(row.source).toMatch(/v7\.[13]|the program/);
    for (const label of row.labels) expect(labels).toContain(`${filled(label)}@task0`);
  }
});
