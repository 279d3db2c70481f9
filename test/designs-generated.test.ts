import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Failure, parseSuite, runSuite } from 'xstate-check';
import {
  type ChunkFaultId,
  chunkFaults,
  type FunctionFaultId,
  functionFaults,
  type MappingFaultId,
  mappingFaults,
  type PageBackedFaultId,
  pageBackedFaults,
  SimulatedFunctions,
  SimulatedMapping,
  SimulatedPageBacked,
  SimulatedScatterlist,
} from '../simulator/index.ts';
import { walk } from '../simulator/walk.ts';
import { chunkSuites } from '../specs/importers/chunk-suites.ts';
import { mappingSuites } from '../specs/mapping-types/suites.ts';
import { codeSuites } from '../specs/p2p-registration/code-suites.ts';
import { pageBackedSuites } from '../specs/page-backed/suites.ts';

/**
 * The generated tests of the functions of designs that no kernel has, and of both maps into a
 * scatterlist, each step of each thread, on simulations that were written from the C and from what was
 * posted: without a fault all pass, and each fault makes some of them fail.
 */

const FOLDER = new URL('../generated-tests/', import.meta.url);

interface Suite {
  readonly name: string;
  readonly scope: (typeof codeSuites)[number]['targetScope'];
  readonly suites: readonly ReturnType<typeof parseSuite>[];
}

const suitesOf = (sources: typeof codeSuites): Suite[] =>
  sources.map(({ name, targetScope }) => {
    const folder = new URL(`${name}/`, FOLDER);
    const files = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
    return { name, scope: targetScope, suites: files.map(parseSuite) };
  });

const CODE = suitesOf(codeSuites);
const PAGES = suitesOf(pageBackedSuites);
const CHUNKS = suitesOf(chunkSuites);
const TYPES = suitesOf(mappingSuites);

type Simulation =
  | SimulatedFunctions
  | SimulatedPageBacked
  | SimulatedScatterlist
  | SimulatedMapping;

/** What the tests of one folder say of a simulation, and what its logs say. */
async function run({ suites, scope }: Suite, target: Simulation) {
  const failures: Failure[] = [];
  const skipped: string[] = [];
  const unseen: string[] = [];
  const log = new Set<string>();
  let passed = 0;
  for (const suite of suites) {
    const collect = () => {
      for (const warning of target.kernel.warnings) log.add(warning);
    };
    const result = await runSuite(suite, target, { scope, progress: collect });
    passed += result.passed.length;
    failures.push(...result.failed);
    skipped.push(...result.skipped.map(({ label }) => label));
    unseen.push(...result.unseen);
  }
  return { passed, failures, skipped, unseen, log: [...log] };
}

const said = ({ test, step, expected, actual, pending }: Failure) =>
  `${test.id} step ${step}: expected ${expected}; ${actual ?? pending.join('; ')}`;

/** What the C of v7.3 does, and logs, without anybody having built it in. */
const LOGGED: Readonly<Record<string, readonly string[]>> = {
  // where gen_pool_add_owner() fails, the action stays armed and its argument is freed.
  'p2p-driver': [
    'devres: the action of bar[1] has lost its argument',
    'devres: the action of bar[0] has lost its argument',
    'KASAN: slab-use-after-free in pci_p2pdma_unmap_mappings()',
  ],
  // O6-chunks: every entry of the table is unmapped, those of ranges that were never mapped too.
  'map-chunks': ['address 0 of length 0 is unmapped'],
};

async function expectClean(suite: Suite, target: Simulation) {
  const { passed, failures, skipped, unseen, log } = await run(suite, target);
  expect(failures.map(said)).toEqual([]);
  expect(passed).toBeGreaterThan(0);
  expect({ skipped, unseen }).toEqual({ skipped: [], unseen: [] });
  expect(log).toEqual(LOGGED[suite.name] ?? []);
}

describe('without a fault', () => {
  it.each(CODE)('$name: all pass, and the log is what it has to be', (suite) =>
    expectClean(suite, new SimulatedFunctions()),
  );

  it.each(PAGES)('$name: all pass, and the log is empty', (suite) =>
    expectClean(suite, new SimulatedPageBacked()),
  );

  it.each(CHUNKS)('$name: all pass, and the log is what it has to be', (suite) =>
    expectClean(suite, new SimulatedScatterlist()),
  );

  it.each(TYPES)('$name: all pass, and the log is empty', (suite) =>
    expectClean(suite, new SimulatedMapping()),
  );
});

/** Faults that no step is another for; the log alone tells, or nothing does. */
const UNSEEN: Readonly<Record<string, { readonly why: string; readonly log?: string }>> = {
  'A-14': { why: 'no test asks for the end of a wait while a page is held; it is asked for below' },
};

/** The suites that fail, and what the log says in all. */
async function caught(suites: readonly Suite[], made: () => Simulation) {
  const failed: string[] = [];
  const log: string[] = [];
  for (const suite of suites) {
    const result = await run(suite, made());
    if (result.failures.length > 0) failed.push(suite.name);
    log.push(...result.log);
  }
  return { failed, log };
}

function expectCaught(id: string, { failed, log }: Awaited<ReturnType<typeof caught>>) {
  const unseen = UNSEEN[id];
  if (unseen === undefined) expect(failed).not.toEqual([]);
  else expect(failed).toEqual([]);
  if (unseen?.log !== undefined) expect(log).toContain(unseen.log);
}

describe('with a fault', () => {
  it.each(Object.keys(functionFaults) as FunctionFaultId[])('registration: %s', async (id) => {
    expectCaught(id, await caught(CODE, () => new SimulatedFunctions({ faults: [id] })));
  });

  it.each(Object.keys(pageBackedFaults) as PageBackedFaultId[])('pages: %s', async (id) => {
    expectCaught(id, await caught(PAGES, () => new SimulatedPageBacked({ faults: [id] })));
  });

  it.each(Object.keys(chunkFaults) as ChunkFaultId[])('scatterlist: %s', async (id) => {
    expectCaught(id, await caught(CHUNKS, () => new SimulatedScatterlist({ faults: [id] })));
  });

  it.each(Object.keys(mappingFaults) as MappingFaultId[])('types: %s', async (id) => {
    expectCaught(id, await caught(TYPES, () => new SimulatedMapping({ faults: [id] })));
  });

  it('that nobody knows is refused', () => {
    const none = 'none' as FunctionFaultId & PageBackedFaultId & ChunkFaultId & MappingFaultId;
    expect(() => new SimulatedFunctions({ faults: [none] })).toThrow(/unknown fault/);
    expect(() => new SimulatedPageBacked({ faults: [none] })).toThrow(/unknown fault/);
    expect(() => new SimulatedScatterlist({ faults: [none] })).toThrow(/unknown fault/);
    expect(() => new SimulatedMapping({ faults: [none] })).toThrow(/unknown fault/);
  });
});

describe('the last page', () => {
  const MMAP = `vma[0].fd.open:ok vma[0].mmap:begin mm[0].mmap_lock.down_write
    vma[0].fd.get_active:ok vma[0].alloc_mmap:begin vma[0].shared:true vma[0].pgoff:0 rcu_read_lock
    dev[0].p2pdma:set bar[0].gen_pool_alloc_owner:ok bar[0].pgmap.tryget_live:true rcu_read_unlock
    bar[0].page[0].set_count(1) vma[0].bar[0].page[0].insert:ok bar[0].pgmap.get
    bar[0].page[0].put:more bar[0].pgmap.put vma[0].alloc_mmap:ok vma[0].fd.put_active
    mm[0].mmap_lock.up_write vma[0].mmap:ok`;
  const PIN = `io[0].write:begin mm[0].mmap_lock.down_read vma[0].bar[0].page[0].pin
    mm[0].mmap_lock.up_read io[0].submit`;
  const RESET = `dev[0].device_reset:begin dev[0].memory_lock.down_write bar[0].mark:registered
    bar[0].mark.unregistering dev[0].memory_lock.up_write bar[0].remove_resource:begin
    bar[0].devm_remove_action bar[0].unmap_mappings:begin dev[0].allocate.remove:ok
    dev[0].allocate.drain vma[0].bar[0].page[0].zap bar[0].page[0].put:more vma[0].zap:none
    bar[0].unmap_mappings:end bar[0].memunmap_pages:begin bar[0].pgmap.kill bar[0].pgmap.put_many`;
  const PUT = `io[0].complete bar[0].page[0].put:last dev[0].p2pdma.deref
    bar[0].page[0].gen_pool_free_owner bar[0].pgmap.put bar[0].page[0].folio_free:end io[0].write:ok`;

  async function pinned(faults: readonly FunctionFaultId[]) {
    const target = new SimulatedFunctions({ faults });
    const objects = { bars: 1, mappers: 1, registered: 1 };
    const design = 'p2p-register' as const;
    const none = { devices: 1, buffers: [], attachments: [] };
    await target.reset({ ...none, design, objects, grain: 'procedure' });
    const of = (labels: string, thread: string) =>
      labels.trim().replace(/\S+/g, (label) => `${label}@${thread}`);
    await walk(target, of(MMAP, 'mapper[0]'));
    await walk(target, of(PIN, 'io[0]'));
    await walk(target, of(RESET, 'reset'));
    const early = await target.step('bar[0].pgmap.wait@reset');
    return { target, early, put: () => walk(target, of(PUT, 'io[0]')) };
  }

  it('is awaited, and what waits goes on when it is back', async () => {
    const { target, early, put } = await pinned([]);
    expect(early.actual).toBeUndefined();
    expect(early.pending).toContain('blocked: pages of bar[0] are held @reset');
    await put();
    expect((await target.step('bar[0].pgmap.wait@reset')).actual).toBe('bar[0].pgmap.wait');
    expect(target.kernel.warnings).toEqual([]);
  });

  it('that is not awaited is in use when the pages go (A-14)', async () => {
    const { target, early } = await pinned(['A-14']);
    expect(early.actual).toBe('bar[0].pgmap.wait');
    await walk(target, 'bar[0].pgmap.unmap_range@reset');
    expect(target.kernel.warnings).toEqual(['BUG: pages of bar[0] go while in use']);
  });
});

describe('the series of 2024, with two ranges of a unit each', () => {
  const MAP = `att[0].attach:begin att[0].attach:ok att[0].map:begin att[0].peer2peer:true
    buf[0].revoked:false att[0].dma.kzalloc:ok att[0].range[0].length.is:1
    att[0].range[1].length.is:1`;
  const FILL = `att[0].range[0].length.is:1 att[0].range[0].map:ok att[0].entry[0].set
    att[0].range[1].length.is:1 att[0].range[1].map:ok att[0].entry[1].set`;

  /** The log when the second is written into the table, which has so many entries. */
  async function filled(nents: number, faults: readonly ChunkFaultId[]) {
    const target = new SimulatedScatterlist({ faults });
    const none = { devices: 1, buffers: [0], attachments: [] };
    const objects = { ranges: 2 };
    await target.reset({ ...none, design: 'scatterlist-2024', objects, grain: 'procedure' });
    const allocated = `att[0].nents[${nents}].sg_alloc_table:ok`;
    const steps = `${MAP} ${allocated} ${FILL}`.trim().replace(/\S+/g, '$&@importer[0]');
    await walk(target, steps);
    return target.kernel.warnings;
  }

  it('as posted has one entry for two chunks, and writes through NULL', async () => {
    expect(await filled(1, ['entries-of-total'])).toEqual([
      'BUG: NULL pointer dereference of sg_next() of the last entry in att[0].map:begin',
    ]);
  });

  it('with an entry for each chunk maps both', async () => {
    expect(await filled(2, [])).toEqual([]);
  });
});
