import { expect, it } from 'vitest';
import { functionAt } from './within.ts';

it('a line stands in the nearest function of its file that begins before it', () => {
  const read = new Map([
    ['open', { file: 'door.c', line: 30 }],
    ['knock', { file: 'door.c', line: 10 }],
    ['ring', { file: 'bell.c', line: 20 }],
  ]);
  const at = (file: string, line: number) => functionAt({ read }, { file, line });
  expect([at('door.c', 10), at('door.c', 29), at('door.c', 30), at('door.c', 99)]).toEqual([
    'knock',
    'knock',
    'open',
    'open',
  ]);
  expect([at('bell.c', 25), at('bell.c', 19), at('lamp.c', 25)]).toEqual([
    'ring',
    undefined,
    undefined,
  ]);
});
