import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newestStockKernel } from '../../kernel/archive.ts';
import { Guest } from '../../kernel/guest.ts';
import { guestImage } from '../../kernel/image.ts';
import { TWO_PAIRS } from '../../kernel/machine.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const title = QEMU ? '' : ' (skipped: there is no qemu-system-x86_64 here)';
const { EBUSY, EAGAIN } = constants.errno;

/** Two functions of a slot, whose bus can be reset; vfio-pci has the first in front of the second. */
const [FIRST, SECOND] = [TWO_PAIRS.resettable, TWO_PAIRS.resettable + 1];
const BAR = TWO_PAIRS.bars[FIRST];

/**
 * Finding O18. A group of its own for each of two functions would take a device with ACS, which the
 * emulator has none of: a hot reset that answers -EINVAL where it comes to the second is not here.
 */
describe.skipIf(!QEMU)(`a reset that is refused, on a stock Debian kernel${title}`, () => {
  let guest: Guest;

  beforeAll(async () => {
    const kernel = await newestStockKernel();
    guest = await Guest.boot(TWO_PAIRS, kernel, await guestImage(kernel));
  }, 600_000);

  afterEach(async () => {
    await guest.lab('let_go');
    await guest.afresh();
  });
  afterAll(() => guest.stop());

  /** Calls of one thread, each of which must answer 0 or more. */
  async function calls(...steps: readonly string[]): Promise<void> {
    for (const step of steps) {
      const { result = -1 } = await guest.start('owner', step, false);
      expect({ step, result: Math.min(result, 0) }).toEqual({ step, result: 0 });
    }
  }

  const mapped = (device: number, importer: string) =>
    calls(`export 0 ${device} ${BAR} 1`, `attach 0 0 ${TWO_PAIRS.importer} ${importer}`, 'map 0');

  /** Another thread in a call that has the memory_lock of a device. */
  async function held(device: number): Promise<void> {
    await guest.lab('stops down_write>');
    const holder = await guest.start('holder', `write_command ${device} 1`, true);
    expect(holder).toMatchObject({ status: 'stopped', stop: { at: 'down_write>', index: device } });
  }

  const hotReset = () => guest.start('resetter', `hot_reset ${FIRST} ${FIRST}`, false);

  const seen = async () => {
    const { 'att[0].state': mapping, 'buf[0].revoked': revoked } = await guest.see();
    return { mapping, revoked };
  };

  test('-EBUSY: the devices ahead of the one whose memory_lock is taken have been revoked', async () => {
    await calls(`open ${FIRST}`, `open ${SECOND}`);
    await mapped(FIRST, 'unmaps_in_callback');
    await held(SECOND);
    expect(await seen()).toEqual({ mapping: 'mapped', revoked: 'false' });
    expect(await hotReset()).toMatchObject({ status: 'done', result: -EBUSY });
    expect(await seen()).toEqual({ mapping: 'attached', revoked: 'false' });
    await calls('map 0');
  });

  test('-EBUSY: it comes when the importer has unmapped, and not before', async () => {
    await calls(`open ${FIRST}`, `open ${SECOND}`);
    await mapped(FIRST, 'unmaps_later');
    await held(SECOND);
    const resetter = await hotReset();
    expect(resetter.status).toBe('running');
    await guest.start('importer', 'unmap 0', false);
    await guest.go(resetter);
    expect(resetter).toMatchObject({ status: 'done', result: -EBUSY });
  });

  test('-EBUSY: where the first is the one that is taken, nobody hears of it', async () => {
    await calls(`open ${FIRST}`, `open ${SECOND}`);
    await mapped(SECOND, 'unmaps_in_callback');
    await held(FIRST);
    expect(await hotReset()).toMatchObject({ status: 'done', result: -EBUSY });
    expect(await seen()).toEqual({ mapping: 'mapped', revoked: 'false' });
  });

  test('-EAGAIN: VFIO_DEVICE_RESET has revoked when it finds the lock of the device taken', async () => {
    const { busReset: device } = TWO_PAIRS;
    await calls(`open ${device}`);
    await mapped(device, 'unmaps_in_callback');
    await guest.lab(`hold ${device}`);
    const resetter = await guest.start('resetter', `device_reset ${device}`, false);
    expect(resetter).toMatchObject({ status: 'done', result: -EAGAIN });
    expect(await seen()).toEqual({ mapping: 'attached', revoked: 'false' });
    await calls('map 0');
  });
});
