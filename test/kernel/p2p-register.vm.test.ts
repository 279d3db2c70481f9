import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestStockKernel } from '../../kernel/archive.ts';
import { P2pmemGuest } from '../../kernel/p2pmem.ts';

const QEMU = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
const title = QEMU ? '' : ' (skipped: there is no qemu-system-x86_64 here)';
const PATIENCE = { timeout: 600_000 };
const MiB = 1 << 20;

type Answers = readonly (readonly [command: string, answer: string])[];

/** Asks one command after the other. */
async function expectAnswers(guest: P2pmemGuest, expected: Answers): Promise<void> {
  const answers: [string, string][] = [];
  for (const [command] of expected) answers.push([command, await guest.ask(command)]);
  expect(answers).toEqual(expected);
}

/** What the kernel has said of itself since the last time, without where and by whom. */
function complaintsOf(guest: P2pmemGuest): () => string[] {
  let seen = 0;
  return () => {
    const all = guest.complaints();
    const said = all.slice(seen).map((line) => line.replace(/(\+0x.*|, address:.*| \[#.*)$/, ''));
    seen = all.length;
    return said;
  };
}

/** The device is vfio-pci's, opened, and decodes memory. */
const OPENED: Answers = [
  ['own', '0'],
  ['vfio_open', '0'],
  ['memory 1', '0'],
];

/**
 * nvme of QEMU with two BARs of memory of 4 MiB (2 and 4), bound to vfio-pci, and a module that calls
 * pci_p2pdma_add_resource() for them and lets devres take that back. What VFIO would have to exclude,
 * await or revoke is in no kernel: the answers are those of pci-p2pdma as merged, and of a VFIO that
 * knows nothing of it.
 */
describe.skipIf(!QEMU)(`registration of BARs of vfio-pci on a stock Debian kernel${title}`, () => {
  let guest: P2pmemGuest;
  let complaints: () => string[];

  beforeAll(async () => {
    guest = await P2pmemGuest.behindIommu(await newestStockKernel());
    complaints = complaintsOf(guest);
  }, 600_000);

  afterAll(() => guest?.stop());

  test('type1 pins no page of p2pmem of a driver of the kernel', PATIENCE, async () => {
    await expectAnswers(guest, [
      ['open', '0'],
      ['mmap shared 16384 0', '0'],
      ['container', '0'],
      ['map_dma_of_memory', '0'],
      ['unmap_dma', '4096'],
      ['map_dma', '-14'],
      // It reaches the memory by a write of the other nvme, which pins it for that long alone.
      ['data', 'same'],
      ['munmap', '0'],
      ['close', '0'],
    ]);
    expect(complaints()).toEqual([]);
  });

  test('a BAR below 2 MiB is a WARN, and leaves a pool of nothing (A-09)', PATIENCE, async () => {
    await expectAnswers(guest, [
      ...OPENED,
      ['get size', '-2'],
      ['add 0 0', '-22'],
      ['get size', '0'],
      ['open', '0'],
      ['mmap shared 4096 0', '-12'],
      ['close', '0'],
      ['add 2 1048576', '-22'],
    ]);
    expect(new Set(complaints())).toEqual(
      new Set([
        'WARNING: mm/memory_hotplug.c:410 at __add_pages',
        'WARNING: arch/x86/mm/init_64.c:973 at add_pages',
      ]),
    );
  });

  test('a BAR that is registered twice is a WARN, and stays (A-07)', PATIENCE, async () => {
    await expectAnswers(guest, [
      ['add 2 0', '0'],
      ['get size', `${4 * MiB}`],
      ['open', '0'],
      ['mmap shared 16384 0', '0'],
      ['which_bar', '2'],
      ['add 2 0', '-12'],
      ['get size', `${4 * MiB}`],
      ['get available', `${4 * MiB - 16384}`],
      ['touch', 'ok'],
      ['data', 'same'],
      ['map_dma', '-14'],
    ]);
    expect(complaints()).toEqual(['WARNING: mm/memremap.c:158 at memremap_pages']);
  });

  test('nothing of VFIO takes the mapping away (A-31, A-33, A-36)', PATIENCE, async () => {
    await expectAnswers(guest, [
      ['map_bar 2', '0'],
      ['memory 0', '0'],
      // The mapping of the device fd is revoked, that of p2pmem is not.
      ['touch_bar', 'SIGBUS'],
      ['touch', 'ok'],
      ['memory 1', '0'],
      ['reset', '0'],
      ['memory 1', '0'],
      ['touch', 'ok'],
      ['sysfs_reset', '0'],
      ['memory 1', '0'],
      ['touch', 'ok'],
      ['unmap_bar', '0'],
      ['vfio_close', '0'],
      ['touch', 'ok'],
      ['vfio_open', '0'],
      ['memory 1', '0'],
      ['which_bar', '2'],
    ]);
    expect(complaints()).toEqual([]);
  });

  test('a child of fork() has the pages as well, and loses them as well', PATIENCE, async () => {
    await expectAnswers(guest, [
      ['get available', `${4 * MiB - 16384}`],
      ['fork', '0'],
      ['child_touch', 'ok'],
      ['munmap', '0'],
      ['child_touch', 'ok'],
      ['get available', `${4 * MiB - 16384}`],
      ['child_end', '0'],
      ['get available', `${4 * MiB}`],
      ['mmap shared 16384 0', '0'],
      ['fork', '0'],
    ]);
    expect(complaints()).toEqual([]);
  });

  test('what is pinned is awaited without an end, and no lock is held', PATIENCE, async () => {
    expect(await guest.ask('fill')).toBe('0');
    expect(await guest.ask('write')).toBe('flies');
    expect(await guest.ask('take_back 2')).toBe('waits');
    expect((await guest.ask('sleeps_in')).split(' ')[0]).toBe('memunmap_pages');
    await expectAnswers(guest, [
      ['touch', 'SIGBUS'],
      ['child_touch', 'SIGBUS'],
      ['child_end', '0'],
      ['memory 1', '0'],
      ['written', '16384'],
      ['taken_back', '0'],
      ['munmap', '0'],
      ['close', '0'],
    ]);
    expect(complaints()).toEqual([]);
  });

  test('a BAR that is registered again cannot be had (A-19)', PATIENCE, async () => {
    await expectAnswers(guest, [
      ['get size', `${4 * MiB}`],
      ['open', '-2'],
      ['add 2 0', '0'],
      // The pool has the memory of before as well, whose pages are gone.
      ['get size', `${8 * MiB}`],
      ['open', '-2'],
      ['take_back 2', '0'],
      ['destroy_pool', '0'],
      ['get size', '-2'],
    ]);
    expect(complaints()).toEqual([]);
  });

  test(
    'a BAR that is taken back takes the file and the mappings of the other (A-18)',
    PATIENCE,
    async () => {
      await expectAnswers(guest, [
        ['add 2 0', '0'],
        ['add 4 0', '0'],
        ['get size', `${8 * MiB}`],
        ['open', '0'],
        ['mmap shared 16384 0', '0'],
        ['which_bar', '4'],
        ['take_back 2', '0'],
        ['touch', 'SIGBUS'],
        ['mmap shared 16384 0', '-19'],
        ['close', '0'],
        ['open', '-2'],
      ]);
      expect(complaints()).toEqual([]);
    },
  );
});

/** A guest of its own, for what it does not come back from. */
async function inGuest(
  steps: (guest: P2pmemGuest) => Promise<void>,
  append?: string,
): Promise<void> {
  const guest = await P2pmemGuest.behindIommu(await newestStockKernel(), append);
  try {
    await steps(guest);
  } finally {
    await guest.stop();
  }
}

describe.skipIf(!QEMU)(`on a stock Debian kernel${title}`, () => {
  test('the pool is destroyed with a page of the other BAR in use: BUG (A-18)', PATIENCE, () =>
    inGuest(async (guest) => {
      await expectAnswers(guest, [
        ...OPENED,
        ['add 2 0', '0'],
        ['add 4 0', '0'],
        ['open', '0'],
        ['mmap shared 16384 0', '0'],
        ['which_bar', '4'],
        ['fill', '0'],
        ['write', 'flies'],
        ['take_back 2', '0'],
        ['destroy_pool', 'waits'],
      ]);
      const complaints = complaintsOf(guest);
      expect(complaints()).toEqual([
        'kernel BUG at lib/genalloc.c:255!',
        'Oops: invalid opcode: 0000',
      ]);
      // And the I/O that ends gives its page to a pool that is not there any more.
      const said: string[] = [];
      for (let i = 0; i < 600 && said.length === 0; i++) {
        await sleep(100);
        said.push(...complaints());
      }
      expect(said[0]).toBe('BUG: kernel NULL pointer dereference');
      for (const at of ['gen_pool_destroy', 'gen_pool_free_owner']) {
        expect(guest.console()).toMatch(new RegExp(`RIP: 0010:${at}\\+`));
      }
      expect(guest.console()).toContain('p2pdma_folio_free+');
    }),
  );

  test('a map of type1 from before is unmapped in peace: PG_reserved (A-30)', PATIENCE, () =>
    inGuest(async (guest) => {
      await expectAnswers(guest, [
        ...OPENED,
        ['map_bar 2', '0'],
        ['touch_bar', 'ok'],
        ['map_dma_of_bar', '0'],
        ['export 2', '0'],
        // Nothing asks for mappings, dma-bufs or memory that is off (A-01, F-X8).
        ['memory 0', '0'],
        ['add 2 0', '0'],
        ['memory 1', '0'],
        ['touch_bar', 'ok'],
        ['unmap_dma', '4096'],
        ['open', '0'],
        ['mmap shared 16384 0', '0'],
        ['touch', 'ok'],
      ]);
      expect(guest.complaints()).toEqual([]);
    }),
  );
});

/** What fails is made to, by a kprobe at the entry of the function: it does nothing, and answers -ENOMEM. */
describe.skipIf(!QEMU)(`where an allocation fails, on a stock Debian kernel${title}`, () => {
  test('another BAR loses p2pmem/allocate and its mappings (A-43)', PATIENCE, () =>
    inGuest(async (guest) => {
      await expectAnswers(guest, [
        ...OPENED,
        ['add 2 0', '0'],
        ['open', '0'],
        ['mmap shared 16384 0', '0'],
        ['touch', 'ok'],
        // The first is that of devm_memremap_pages(), the second pci_p2pdma_unmap_mappings().
        ['fail __devm_add_action 2', '0'],
        ['add 4 0', '-12'],
        ['touch', 'SIGBUS'],
        ['mmap shared 16384 0', '-19'],
        ['close', '0'],
        ['open', '-2'],
        ['get size', `${4 * MiB}`],
      ]);
      expect(guest.complaints()).toEqual([]);
    }),
  );

  test('a page loses its count, and the removal waits for it for ever (A-42)', PATIENCE, () =>
    inGuest(async (guest) => {
      await expectAnswers(guest, [
        ...OPENED,
        ['add 2 0', '0'],
        ['open', '0'],
        ['fork', '0'],
        ['fail vm_insert_page 1', '0'],
        ['stop_behind gen_pool_free_owner', '0'],
        // The page is back in the pool, and its count is 1 still.
        ['mmap_stops', 'stops'],
        ['child_map', 'ok'],
        ['child_touch', 'ok'],
        ['go', '0'],
        ['mmap_ends', '-12'],
        // Its count is 0 now, and the child has it.
        ['child_touch', 'ok'],
        ['child_unmap', 'ok'],
        ['child_end', '0'],
        ['get available', `${4 * MiB - 4096}`],
        ['take_back 2', 'waits'],
      ]);
      await sleep(10_000);
      expect((await guest.ask('sleeps_in')).split(' ')[0]).toBe('memunmap_pages');
      expect(guest.complaints()).toEqual([]);
    }),
  );

  test('the action of a registration that failed runs with what was freed (A-10)', PATIENCE, () =>
    inGuest(async (guest) => {
      await expectAnswers(guest, [
        ...OPENED,
        ['fail gen_pool_add_owner 1', '0'],
        ['add 2 0', '-12'],
        ['get size', '0'],
        ['vfio_close', '0'],
        ['vfio_unbind', 'waits'],
      ]);
      expect(complaintsOf(guest)()).toEqual([
        'Oops: general protection fault, probably for non-canonical address 0x6b6b6b6b6b6b6b6b: 0000',
      ]);
      expect(guest.console()).toMatch(/RIP: 0010:pci_p2pdma_unmap_mappings\+/);
    }, 'slab_debug=FP'),
  );
});
