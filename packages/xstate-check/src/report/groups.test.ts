import { describe, expect, it } from 'vitest';
import { grouped } from './groups.ts';
import type { ShownRun } from './review.ts';

const run = (id: string, title: string, more: Partial<ShownRun> = {}): ShownRun => ({
  ...{ id, title, kind: 'finding', source: 'test', where: 'door, revision 2.0' },
  ...{ system: 'door', properties: [`stays-shut(${id})`] },
  ...more,
});
const claim = (what: string) => `After the bell ${what} opens the door, because nobody looks.`;

describe('findings that claim the same of several calls', () => {
  it('are one group, which says what they share once', () => {
    const runs = [run('a', claim('a push')), run('b', claim('the wind of the north'))];
    expect(grouped(runs)).toEqual([
      {
        before: 'After the bell',
        after: 'opens the door, because nobody looks.',
        members: [
          { run: runs[0], differs: 'a push' },
          { run: runs[1], differs: 'the wind of the north' },
        ],
      },
    ]);
  });

  it.each([
    ['claim something else', run('b', 'The hinge of the third door is off.')],
    ['are at another place', run('b', claim('the wind'), { where: 'door, revision 1.0' })],
    ['break another rule', run('b', claim('the wind'), { properties: ['whole(b)'] })],
    ['are faults', run('b', claim('the wind'), { kind: 'fault' })],
  ])('but not with those that %s', (_, other) => {
    const one = run('a', claim('a push'));
    expect(grouped([one, other])).toEqual([one, other]);
  });
});
