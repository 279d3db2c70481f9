import { expect, test } from 'vitest';
import type { Play, SystemView } from '../../src/inspect/protocol.ts';
import { partAt } from './part-at.ts';

const system = {
  parts: [
    { name: 'reader', kind: 'procedure', thread: 'reader' },
    { name: 'writer', kind: 'procedure', thread: 'writer' },
    { name: 'lock', kind: 'resource' },
    { name: 'order', kind: 'monitor' },
  ],
} as unknown as SystemView;

const play = {
  steps: [
    { initiator: 'reader', thread: 'reader', moved: [{ part: 2 }, { part: 0 }] },
    { initiator: 'reader', thread: 'reader', moved: [{ part: 0 }] },
    { initiator: 'writer', thread: 'writer', moved: [{ part: 2 }, { part: 1 }] },
    { thread: 'environment', moved: [{ part: 3 }, { part: 2 }] },
  ],
} as unknown as Play;

test('shows the part that took the last step, or what it moved', () => {
  expect([1, 2, 3, 4].map((at) => partAt(system, play, at))).toEqual([
    'reader',
    'reader',
    'writer',
    'lock',
  ]);
});

test('shows the part that moves the most where nothing has happened yet', () => {
  expect(partAt(system, play, 0)).toBe('lock');
});
