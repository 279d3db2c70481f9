import { expect, test } from 'vitest';
import { check, monitor, type System, type SystemFamily } from 'xstate-check';
import { heldWhereRequired } from 'xstate-check/kernel';
import { specification } from '../catalogue.ts';
import { labelsOf } from '../questions/template.ts';
import { operations } from './index.ts';

/** By system: the labels that are said to stand for operations. */
function labelsSaid(): Map<string, string[]> {
  const said = new Map<string, string[]>();
  for (const one of Object.values(operations.said)) {
    if (one.is !== 'modelled') continue;
    for (const [system, labels] of Object.entries(one.by)) {
      said.set(system, [...new Set([...(said.get(system) ?? []), ...labels])]);
    }
  }
  return said;
}

/** The system with a rule for each label that no run takes it. */
function without(system: System, labels: readonly string[]): System {
  const all = labelsOf(system.parts.filter(({ kind }) => kind !== 'monitor'));
  const plain = (label: string) =>
    label
      .replace(/[@#].*$/, '')
      .replace(/\[\w+\]/g, '')
      .replace(/:.*$/, '');
  const monitors = labels.map((label) =>
    monitor(`taken(${label})`, heldWhereRequired, {
      guarded: all.filter((one) => plain(one) === label),
    }),
  );
  return {
    ...system,
    parts: [...system.parts.filter(({ kind }) => kind !== 'monitor'), ...monitors],
    properties: monitors.map(({ name }) => ({
      id: name,
      kind: 'monitor',
      title: 'the step is not taken',
      parts: [name],
      source: 'derived',
    })),
  };
}

/** Where a label is taken that no run at the default scope takes. */
const ELSEWHERE: Readonly<Record<string, Record<string, number>>> = {
  'export: dev.unregister': { unbinders: 1, writers: 0 },
  'export: buf.dup': { fds: 2, writers: 0 },
  'export: buf.open_o_path': { o_path: 1, writers: 0 },
  'export: buf.close_o_path': { o_path: 1, writers: 0 },
};

/** The labels that no run of a system takes. */
function untaken(family: SystemFamily, labels: readonly string[], more = {}): string[] {
  const { defaultScope, revisions } = family;
  const revision = revisions.includes('7.3') ? '7.3' : revisions[0]!;
  const scope = { ...defaultScope, ...more };
  const { properties } = check(without(family.build({ scope, revision }), labels));
  return properties
    .filter(({ verdict }) => verdict !== 'broken')
    .map(({ property: { id } }) => id.slice('taken('.length, -1));
}

test.each([...labelsSaid()])('what stands for operations in %s is taken', (name, labels) => {
  const family = specification.families.find((one) => one.name === name)!;
  const isElsewhere = (label: string) => ELSEWHERE[`${name}: ${label}`] !== undefined;
  expect(
    untaken(
      family,
      labels.filter((label) => !isElsewhere(label)),
    ),
  ).toEqual([]);
  for (const label of labels.filter(isElsewhere)) {
    expect(untaken(family, [label], ELSEWHERE[`${name}: ${label}`])).toEqual([]);
  }
});
