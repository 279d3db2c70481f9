import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestStockKernel } from '../kernel/archive.ts';
import type { CommandGuest } from '../kernel/command-guest.ts';
import { bootXskGuest } from '../kernel/xsk.ts';
import { conversations } from '../specs/xsk-pool/answers.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const title = QEMU ? '' : ' (skipped: there is no qemu-system-x86_64 here)';
const TIME = { timeout: 600_000 };

/** The calls as the guest takes them. */
const COMMANDS: Readonly<Record<string, string>> = {
  'dev.open': 'open',
  'dev.stop': 'stop',
  'sk.bind(ZEROCOPY)': 'bind ZEROCOPY',
  'sk.bind(auto)': 'bind auto',
  'sk.close': 'close',
};
/** errno, as bind() answers it. */
const ERRNO: Readonly<Record<string, string>> = { '0': 'ok', '-2': '-ENOENT', '-16': '-EBUSY' };

describe.skipIf(!QEMU).each([
  ['can reset a queue', true],
  ['cannot', false],
] as const)(`a virtio-net that %s, of a stock Debian kernel${title}`, (_, isResettable) => {
  let guest: CommandGuest;
  const answer = async (command: string) => {
    const said = await guest.ask(command);
    return ERRNO[said] ?? said;
  };

  beforeAll(async () => {
    guest = await bootXskGuest(await newestStockKernel(), isResettable);
  }, TIME.timeout);
  afterAll(() => guest.stop());

  test.each(
    conversations(isResettable).map(({ calls, answers }) => [calls.join(', '), calls, answers]),
  )('%s', TIME, async (_calls, calls, answers) => {
    expect(await answer('afresh')).toBe('ok');
    const said: string[] = [];
    for (const call of calls) said.push(await answer(COMMANDS[call]!));
    expect(said).toEqual(answers);
  });

  test('has one pool at a queue', TIME, async () => {
    expect(await answer('afresh')).toBe('ok');
    expect(await answer('bind auto')).toBe(isResettable ? 'zero_copy' : 'copy');
    expect(await answer('second')).toBe('-EBUSY');
  });

  test('and the kernel complains of nothing', () => {
    expect(guest.complaints()).toEqual([]);
  });
});
