import type { AnyStateMachine } from 'xstate';
import {
  type Catalogue,
  check,
  type Expectation,
  is,
  not,
  type Property,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { machine, part, system } from 'xstate-check/engine';

/** A hinge that breaks after so many swings, if at all. */
function hinge(breaksAfter: 1 | 2 | 'never'): AnyStateMachine {
  const slam = (at: number) => (breaksAfter === at ? { slam: 'broken' } : {});
  return machine('hinge', {
    shut: { tags: ['quiescent'], on: { swing: 'ajar' } },
    ajar: { on: { swing: 'wide', ...slam(1) } },
    wide: { on: { swing: 'shut', ...slam(2) } },
    broken: {
      tags: ['violation', 'quiescent'],
      meta: { finding: 'is broken' },
      on: { swing: 'broken' },
    },
  });
}

/** In the first version any hinge breaks, the first one soonest; later the third one alone. */
function strengthOf(index: number, revision: string): 1 | 2 | 'never' {
  if (revision === 'v1') return index === 0 ? 1 : 2;
  return index === 2 ? 2 : 'never';
}

function doorAt({ hinges = 0 }: Readonly<Record<string, number>>, revision: string): System {
  const names = Array.from({ length: hinges }, (_, i) => `hinge[${i}]`);
  const properties = names.map(
    (name): Property => ({
      id: `whole(${name})`,
      kind: 'monitor',
      title: 'no hinge breaks',
      rule: 'S10',
      parts: [name],
      source: 'tiny',
    }),
  );
  const rest: Property = { id: 'rest', kind: 'rest', title: 'it can be shut', source: 'tiny' };
  const latch: Property = {
    id: 'latch:hinge[0]',
    kind: 'invariant',
    title: 'a hinge that is shut is not wide open',
    rule: 'S2',
    when: is('hinge[0]', 'shut'),
    then: not(is('hinge[0]', 'wide')),
    source: 'tiny',
  };
  return system(
    names.map((name, i) =>
      part(name, hinge(strengthOf(i, revision)), { rename: (label) => [`${name}.${label}`] }),
    ),
    {
      name: 'door',
      revision,
      scope: { hinges },
      properties: [...properties, rest, ...(revision === '2.0' ? [latch] : [])],
    },
  );
}

export const door: SystemFamily = {
  name: 'door',
  title: 'a door on its hinges',
  defaultScope: { hinges: 2 },
  confidence: { hinges: 5 },
  revisions: ['v1', '1.0', '2.0', '2.0, oiled'],
  unread: [{ revision: 'v0', why: 'the mail has no attachment' }],
  build: ({ scope, revision }) => doorAt(scope, revision),
};

/** A window is the same in both releases. */
export const window: SystemFamily = {
  name: 'window',
  title: 'a window',
  defaultScope: { panes: 1 },
  confidence: { panes: 6 },
  revisions: ['2.0', '1.0'],
  build: ({ scope, revision }) => {
    const panes = Array.from({ length: scope.panes ?? 0 }, (_, i) =>
      part(`pane[${i}]`, hinge('never'), { rename: (label) => [`pane[${i}].${label}`] }),
    );
    const rest: Property = { id: 'rest', kind: 'rest', title: 'it can be shut', source: 'tiny' };
    const stuck: Property = { id: 'stuck', kind: 'deadlock', title: 'it moves', source: 'tiny' };
    return system(panes, { name: 'window', revision, scope, properties: [rest, stuck] });
  },
};

/** What a system is expected to be at a scope: its size as it is, its verdicts as told. */
export function expected(
  family: SystemFamily,
  revision: string,
  properties: Expectation['properties'],
  scope = family.defaultScope,
): Expectation {
  const { states, transitions, depth } = check(family.build({ scope, revision }));
  return { system: family.name, revision, scope, states, transitions, depth, properties };
}

const whole = (verdict: string) => ({ 'whole(hinge[0])': verdict, 'whole(hinge[1])': verdict });
const THREE = { hinges: 3 };
const ofThree = (verdict: string) => ({
  ...whole(verdict),
  'whole(hinge[2])': 'D2',
  rest: 'holds',
});
const ofWindow = { rest: 'holds', stuck: 'holds' };

const revision = (name: string, kind: 'series' | 'release' | 'proposal') => ({
  name,
  title: `doors ${name}`,
  kind,
  source: 'tiny',
});

/** Two systems, of which nobody read the first version, and which differ in what they have. */
export const doors: Catalogue = {
  description: 'doors and windows',
  families: [door, window],
  revisions: [
    revision('v0', 'series'),
    revision('v1', 'series'),
    revision('1.0', 'release'),
    revision('2.0', 'release'),
    revision('rfc', 'proposal'),
  ],
  faults: [
    {
      id: 'F1',
      title: 'hinges break',
      machine: 'hinge',
      change: { revision: 'v1' },
      base: '1.0',
      system: 'door',
      scope: { hinges: 1 },
      expected: ['whole(hinge[0])'],
      source: 'tiny',
    },
  ],
  machines: [],
  expectations: [
    expected(door, 'v1', { ...whole('D1'), rest: 'holds' }),
    expected(door, '1.0', { ...whole('holds'), rest: 'holds' }),
    expected(door, '2.0', { ...whole('holds'), rest: 'holds', 'latch:hinge[0]': 'holds' }),
    expected(door, 'v1', ofThree('D1'), THREE),
    expected(door, '1.0', ofThree('holds'), THREE),
    expected(door, '2.0', { ...ofThree('holds'), 'latch:hinge[0]': 'holds' }, THREE),
    expected(window, '1.0', ofWindow),
    expected(window, '2.0', ofWindow),
  ],
  findings: [
    {
      id: 'D1',
      system: 'door',
      revision: 'v1',
      property: 'whole(hinge[0])',
      claim: 'a hinge breaks when the door is slammed',
      source: 'everybody',
      derived: false,
    },
    {
      id: 'D2',
      system: 'door',
      revision: '2.0',
      scope: THREE,
      property: 'whole(hinge[2])',
      claim:
        'the third hinge, which nobody looks at because a door of the size at which it is tested has two, breaks',
      source: 'derived here',
      derived: true,
    },
  ],
  suites: [],
  targets: [],
};

/** The doors before anybody looked at a third hinge. */
export const unaware: Catalogue = {
  ...doors,
  expectations: doors.expectations.filter(({ scope }) => scope !== THREE),
  findings: doors.findings.filter(({ scope }) => scope !== THREE),
};
