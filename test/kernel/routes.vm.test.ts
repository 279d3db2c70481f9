import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { newestStockKernel } from '../../kernel/archive.ts';
import { PAIRS, RoutesGuest } from '../../kernel/routes.ts';
import { BOOTS, expectedAt, PLACES } from '../../specs/routes/cells.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const title = QEMU ? '' : ' (skipped: there is no qemu-system-x86_64 here)';

const { EADDRINUSE, EINVAL } = constants.errno;
const ERRNO: Readonly<Record<string, number>> = {
  ok: 0,
  '-EADDRINUSE': -EADDRINUSE,
  '-EINVAL': -EINVAL,
};

test('every place has a pair of devices', () => {
  expect(Object.keys(PAIRS)).toEqual(PLACES.map(({ id }) => id));
});

/** What tells the ways apart: an IOVA has no room for a second range, no way has none for the first. */
describe.skipIf(!QEMU)(`which way there is on a stock kernel${title}`, () => {
  test.each(BOOTS)('$what: as the machine has it', { timeout: 900_000 }, async (boot) => {
    const guest = await RoutesGuest.boot(await newestStockKernel(), boot);
    try {
      const answers: [string, number[]][] = [];
      for (const { id } of PLACES) {
        answers.push([id, [await guest.map(id, 1), await guest.map(id, 2)]]);
      }
      expect(answers).toEqual(
        PLACES.map((place) => [
          place.id,
          [1, 2].map((ranges) => ERRNO[expectedAt(place, boot, ranges)]!),
        ]),
      );
      expect(guest.complaints()).toEqual([]);
    } finally {
      await guest.stop();
    }
  });
});
