import { expect, test } from 'vitest';
import { describeSleeper, parseBusy, parseStack, sleeperOf } from './sleeper.ts';

const SAID = [
  'busy dev0.owner 71 close 0',
  'frame 71 vfio_pci_dma_buf_cleanup',
  'frame 71 vfio_pci_core_close_device',
  'frame 71 __x64_sys_close',
  'frame 71 do_syscall_64',
  'waits 71 dev[0].memory_lock 72 buf0.closer',
  'frame 72 vfio_pci_dma_buf_move',
  'frame 72 vfio_ioctl_reset',
  'frame 72 vfio_pci_core_ioctl',
];

test('a thread that hangs is told with the lock it waits for, and where that is held', async () => {
  const { name, tid, step } = parseBusy(SAID[0]!)!;
  const sleeper = await sleeperOf(name, tid, step, async (thread) => parseStack(thread, SAID));
  expect(describeSleeper(sleeper)).toEqual([
    'close 0 @dev0.owner: sleeps',
    '  for dev[0].memory_lock, held by buf0.closer',
    '  in vfio_pci_dma_buf_cleanup < vfio_pci_core_close_device',
    '  buf0.closer is in vfio_pci_dma_buf_move < vfio_ioctl_reset <',
    '    vfio_pci_core_ioctl',
  ]);
});

test('one that waits for no lock is told with what it waits for', () => {
  const sleeper = (frames: readonly string[], lock?: ReturnType<typeof parseStack>['lock']) =>
    describeSleeper({ thread: 'a', step: 'reset', frames, lock, holder: undefined });
  const move = 'vfio_pci_dma_buf_move';
  expect(sleeper([move, 'vfio_config_write'])[1]).toBe('  for the completion of a buffer');
  expect(sleeper(['dma_fence_default_wait', move])[1]).toBe('  for a fence');
  expect(sleeper(['msleep'])).toEqual(['reset @a: sleeps', '  in msleep']);
  expect(sleeper([])).toEqual(['reset @a: runs']);
  const lock = { name: 'another-lock', holder: undefined };
  expect(sleeper(['down_read'], lock)[1]).toBe(
    '  for a lock that is none of the test’s, that nobody holds',
  );
});
