import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { check } from '../check/check.ts';
import type { Counterexample } from '../check/verdict.ts';
import type { Call } from '../specification/call.ts';
import { monitor, type Part, procedure, resource } from '../specification/part.ts';
import { all, is, not } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { diagram, diagramWithLength } from './diagram.ts';
import { diagrams, ruleBroken } from './diagrams.ts';
import { lengthInWords } from './run-length.ts';

const work = { caller: 'user', outcomes: ['ok'], spans: true, source: 'derived' } as const;
const calls: readonly Call[] = [
  { ...work, name: 'paint', callee: 'painter', written: 'paint(room{room})' },
  { ...work, name: 'sweep', callee: 'sweeper', written: 'sweep(room{room})' },
  { ...work, name: 'dust', callee: 'duster', written: 'dust(room{room})' },
  { ...work, name: 'wax', callee: 'waxer', written: 'wax(room{room})' },
  {
    name: 'key.lock',
    caller: 'thread',
    callee: 'key',
    outcomes: [''],
    blocks: 'lock',
    written: 'mutex_lock(&room{room}->key)',
    source: 'derived',
  },
  {
    name: 'key.unlock',
    caller: 'thread',
    callee: 'key',
    outcomes: [''],
    written: 'mutex_unlock(&room{room}->key)',
    source: 'derived',
  },
];

/** A thread that takes the key of a room, and gives it back as often as it is told. */
function worker(operation: 'paint' | 'sweep', unlocks: 0 | 1 | 2): Part {
  return thread(operation, [
    'room.key.lock',
    ...Array.from({ length: unlocks }, () => 'room.key.unlock'),
  ]);
}

function thread(operation: 'paint' | 'sweep' | 'dust' | 'wax', work: readonly string[]): Part {
  const steps = [`room.${operation}:begin`, ...work, `room.${operation}:ok`];
  const machine = setup({}).createMachine({
    id: `${operation}er`,
    meta: { labels: [...new Set([...steps, 'room.key.unlock'])] },
    initial: 'at0',
    states: Object.fromEntries(
      steps.map((step, i) => [
        `at${i}`,
        { ...(i === 0 && { tags: ['quiescent'] }), on: { [step]: `at${(i + 1) % steps.length}` } },
      ]),
    ),
  });
  return procedure(`${operation}er`, machine, {
    thread: `${operation}er`,
    roles: [`${operation}er`],
    bind: { room: 'room[0]', hall: 'room[1]' },
  });
}

const key = () =>
  setup({}).createMachine({
    id: 'key',
    meta: { labels: ['lock', 'unlock'] },
    initial: 'free',
    states: {
      free: { tags: ['quiescent'], on: { lock: 'held', unlock: 'misused' } },
      held: { on: { unlock: 'free' } },
      misused: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is given back twice' },
        on: { lock: 'held', unlock: 'misused' },
      },
    },
  });

function room(unlocks: 0 | 1 | 2, property: Property): System {
  const threads = [worker('paint', unlocks), worker('sweep', 1)];
  return {
    name: 'room',
    revision: 'any',
    scope: {},
    parts: [...threads, resource('room[0].key', key(), threads, 'key')],
    calls,
    environment: ['user'],
    properties: [property],
  };
}

function counterexampleOf(system: System): Counterexample {
  const [result] = check(system).properties;
  if (result?.verdict !== 'broken') throw new Error(`it is ${result?.verdict}`);
  return result.counterexample;
}

function diagramOf(system: System): string {
  return diagram(counterexampleOf(system));
}

const returns: Property = {
  id: 'sweep-returns',
  kind: 'leads-to',
  title: 'a sweep that has begun returns',
  when: is('sweeper', 'at1'),
  then: is('sweeper', 'at0'),
  source: 'derived',
  consequence: 'nobody gets into room[0] any more',
};

describe('a counterexample', () => {
  it('says who waits for whom, and that the other has returned', () => {
    expect(diagramOf(room(0, returns))).toBe(
      [
        'CPU0 (painter)              CPU1 (sweeper)',
        '-------------------------   -------------------------',
        'paint(room0)',
        '  mutex_lock(&room0->key)',
        'return',
        '                            sweep(room0)',
        '                              mutex_lock(&room0->key)',
        '                                <blocks>',
        '',
        'CPU1 waits for ever in mutex_lock(&room0->key) for CPU0, which took it in',
        'mutex_lock(&room0->key) and has returned without giving it back.',
        'Nobody gets into room0 any more.',
        '',
      ].join('\n'),
    );
  });

  it('says that two wait for each other', () => {
    const keys = (first: string, second: string) => [
      ...[first, second].map((of) => `${of}.key.lock`),
      ...[second, first].map((of) => `${of}.key.unlock`),
    ];
    const threads = [thread('paint', keys('room', 'hall')), thread('sweep', keys('hall', 'room'))];
    const text = diagramOf({
      ...room(1, {
        id: 'deadlock',
        kind: 'deadlock',
        title: 'something can move',
        source: 'derived',
      }),
      parts: [
        ...threads,
        resource('room[0].key', key(), threads, 'key'),
        resource('room[1].key', key(), threads, 'key'),
      ],
    });
    expect(text.replace(/\n/g, ' ')).toContain(
      'CPU0 waits for ever in mutex_lock(&room1->key) for CPU1, which took it in ' +
        'mutex_lock(&room1->key) and waits too. CPU1 waits for ever in mutex_lock(&room0->key) for ' +
        'CPU0, which took it in mutex_lock(&room0->key) and waits too.',
    );
  });

  it('names objects as the source does, and nobody who waits where something else is wrong', () => {
    const misuse: Property = {
      id: 'no-misuse',
      kind: 'monitor',
      title: 'a key is not given back twice',
      parts: ['room[0].key'],
      source: 'derived',
    };
    const text = diagramOf(room(2, misuse));
    expect(text).toContain('\nroom0->key is given back twice.\n');
    expect(text).not.toContain('<blocks>');
  });

  it('begins a sentence with a name as the name is written', () => {
    const misuse: Property = {
      id: 'no-misuse',
      kind: 'monitor',
      title: 'a key is not given back twice',
      parts: ['watch(flr)'],
      source: 'derived',
    };
    const watch = setup({}).createMachine({
      id: 'watch',
      meta: { labels: ['unlock'] },
      initial: 'calm',
      states: {
        calm: { on: { unlock: 'misused' } },
        misused: {
          tags: ['violation'],
          meta: { finding: 'a key is given back' },
          on: { unlock: 'misused' },
        },
      },
    });
    const { parts, ...rest } = room(2, misuse);
    const watched = monitor('watch(flr)', watch, { unlock: ['room[0].key.unlock@painter'] });
    expect(diagramOf({ ...rest, parts: [...parts, watched] })).toContain(
      '\nflr: a key is given back.\n',
    );
  });

  it('turns the words of a predicate into those of a sentence', () => {
    const closed: Property = {
      id: 'closed',
      kind: 'invariant',
      title: 'the key is free while the painter is out',
      when: is('sweeper', 'at0'),
      then: is('room[0].key', 'free'),
      source: 'derived',
    };
    expect(diagramOf(room(1, closed))).toContain(
      '\nSweeper is at0, and yet room0->key is not free.\n',
    );
  });
});

describe('a call inside another one', () => {
  const tries: Call = {
    name: 'knock',
    caller: 'thread',
    callee: 'door',
    outcomes: ['begin', 'ok', '-EAGAIN'],
    environment: ['-EAGAIN'],
    written: 'knock(room{room})',
    source: 'derived',
  };
  const shut: Property = {
    id: 'shut',
    kind: 'invariant',
    title: 'the painter never gets through',
    when: is('painter', 'at4'),
    then: is('painter', 'at0'),
    source: 'derived',
  };
  const systemWith = (...knock: string[]): System => {
    const painter = thread('paint', [...knock, 'room.key.lock', 'room.key.unlock']);
    const parts = [painter, resource('room[0].key', key(), [painter], 'key')];
    return { ...room(1, shut), calls: [...calls, tries], parts };
  };
  const diagramWith = (...knock: string[]) => diagramOf(systemWith(...knock));

  it('is one line with its answer where it fails before it begins, and the outer one goes on', () => {
    expect(diagramWith('room.knock:-EAGAIN', 'room.key.lock', 'room.key.unlock')).toContain(
      'paint(room0)\n  knock(room0) = -EAGAIN\n  mutex_lock(&room0->key)\n',
    );
  });

  it('is one line where it begins and ends', () => {
    expect(diagramWith('room.knock:begin', 'room.knock:ok')).toContain(
      'paint(room0)\n  knock(room0)\n  mutex_lock(&room0->key)\n',
    );
  });

  it('has a step without a line, and that is said above it', () => {
    const lengthOf = (...knock: string[]) =>
      diagramWithLength(counterexampleOf(systemWith(...knock))).split('\n')[0];
    expect(lengthOf('room.knock:begin', 'room.knock:ok')).toBe('4 steps, 1 of them folded:');
    expect(lengthOf('room.knock:-EAGAIN', 'room.key.lock', 'room.key.unlock')).toBe('4 steps:');
  });
});

it('the length of a run is its steps, those without a line, and those that come again', () => {
  expect(lengthInWords(1)).toBe('1 step');
  expect(lengthInWords(2_000, 3)).toBe('2,000 steps, then 3 repeated');
  expect(lengthInWords(9, 3, 2)).toBe('9 steps, 2 of them folded, then 3 repeated');
});

describe('several counterexamples of one change', () => {
  const misuse: Property = {
    id: 'no-misuse',
    kind: 'monitor',
    title: 'the key of room[0] is not given back twice',
    parts: ['room[0].key'],
    source: 'derived',
  };
  const closed: Property = {
    id: 'free',
    kind: 'invariant',
    title: 'the key is never misused',
    when: is('painter', 'at4'),
    then: not(is('room[0].key', 'misused')),
    source: 'derived',
  };
  const [first, second] = check({ ...room(2, misuse), properties: [misuse, closed] }).properties;
  const broken = [first, second].flatMap((p) => (p?.verdict === 'broken' ? p.counterexample : []));

  it('show a run that they share once', () => {
    expect(broken).toHaveLength(2);
    const [shown, again] = diagrams(broken);
    expect(shown).toBe(diagram(broken[0]!));
    expect(again).toMatch(/^The same run\.\n/);
  });

  it('name the objects of a rule as the diagram does', () => {
    expect(ruleBroken(broken[0]!)).toBe(
      "Rule 'no-misuse': the key of room0 is not given back twice.",
    );
  });
});

describe('a diagram of four threads', () => {
  const twice = ['room.key.lock', 'room.key.unlock', 'room.key.lock', 'room.key.unlock'];
  const threads = (['paint', 'sweep', 'dust', 'wax'] as const).map((work) =>
    work === 'wax' ? thread(work, twice.slice(0, 2)) : thread(work, twice),
  );
  const idle: Property = {
    id: 'idle',
    kind: 'invariant',
    title: 'somebody has not begun',
    when: all(is('painter', 'at5'), is('sweeper', 'at5'), is('duster', 'at5')),
    then: is('waxer', 'at0'),
    source: 'derived',
  };

  it('leaves out what was done inside calls of threads that are not in what is wrong', () => {
    const text = diagramOf({
      ...room(1, idle),
      parts: [...threads, resource('room[0].key', key(), threads, 'key')],
    });
    expect(text.split('\n').slice(4, 7)).toEqual([
      'paint(room0)',
      '  ...',
      '  mutex_unlock(&room0->key)',
    ]);
    expect(text.match(/\.\.\./g)).toHaveLength(3);
    expect(text).not.toContain('mutex_lock(');
  });

  it('begins each thread a little to the right of the one before, and breaks no line', () => {
    const lines = diagramOf({
      ...room(1, idle),
      parts: [...threads, resource('room[0].key', key(), threads, 'key')],
    }).split('\n');
    const cpus = lines.findIndex((line) => line.startsWith('CPU0  '));
    const starts = [0, 1, 2, 3].map((cpu) => lines[cpus]!.indexOf(`CPU${cpu}`));
    const begins = ['paint(room0)', 'sweep(room0)', 'dust(room0)', 'wax(room0)'].map((call) =>
      lines.find((line) => line.trim() === call)!.indexOf(call),
    );
    expect(begins).toEqual(starts);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(75);
  });
});
