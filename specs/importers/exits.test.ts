import { describe, expect, test } from 'vitest';
import { check } from 'xstate-check';
import { type Change, change } from '../change.ts';

type States = NonNullable<Change['states']>;

/** What 7.3 with some states written anew breaks, in a system at a small scope. */
function brokenBy(system: string, states: States): string[] {
  const changed = change({ system, from: '7.3', states });
  const result = check(
    changed.build({
      scope: { ...changed.defaultScope, ...(system === 'revoke' && { importers: 1 }) },
      revision: changed.revisions[0]!,
    }),
  );
  return result.properties.flatMap(({ property, verdict }) =>
    verdict === 'broken' ? [property.id] : [],
  );
}

/** Broken in 7.3 as it is. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  rdma: ['unpinned-before-detach-0'],
  'dma-addresses': ['iova-not-leaked', 'routes-agree', 'entries-filled', 'table-freed'],
};

function newlyBroken(system: string, states: States): string[] {
  return brokenBy(system, states).filter((id) => !KNOWN[system]?.includes(id));
}

describe('a driver that cannot register a memory region', () => {
  const release = { on: { 'att.umem_release:begin': 'releasing' } };

  test('leaves dma_resv, then releases: nothing breaks', () => {
    expect(
      newlyBroken('rdma', {
        'register_mr.driver.not_registered.unlock': { on: { 'buf.resv.unlock': 'release' } },
        'register_mr.driver.not_registered.release': release,
      }),
    ).toEqual([]);
  });

  test('that forgets to leave dma_resv hangs in its own release', () => {
    expect(
      newlyBroken('rdma', {
        'register_mr.driver.free': { on: { 'att.mr.kfree': 'not_registered.release' } },
        'register_mr.driver.alloc': {
          on: {
            'att.mr.alloc:ok': 'register',
            'att.mr.alloc:-ENOMEM': 'not_registered.release',
          },
        },
      }),
    ).toEqual(expect.arrayContaining(['revoke-returns', 'rest', 'deadlock']));
  });

  test('that frees the region and keeps the import has failed with a mapping left', () => {
    expect(
      newlyBroken('rdma', {
        'register_mr.driver.not_registered.unlock': { on: { 'buf.resv.unlock': 'return' } },
      }),
    ).toContain('refinement');
  });
});

describe('a map that fails after the exporter has mapped', () => {
  test('unmaps again; without that the exporter counts a mapping that nobody has', () => {
    const kept = { 'importer.map.wrap': { on: wrapThen('unlock', 'unlock_no_memory') } };
    expect(newlyBroken('revoke', kept)).toContain('refinement');
  });

  test('that gives up the table and not the count leaves a revoke waiting', () => {
    const freed = {
      'importer.map.undo.free': { on: { 'att.free_sgt': '#importer.map.unlock_no_memory' } },
    };
    expect(newlyBroken('revoke', freed)).toEqual(expect.arrayContaining(['close-returns', 'rest']));
  });
});

function wrapThen(ok: string, failed: string) {
  return {
    'att.wrap_sg_table:ok': { target: ok, meta: { commits: 'att.map:ok' } },
    'att.wrap_sg_table:-ENOMEM': failed,
  };
}

describe('an importer that tries again for ever', () => {
  test('after -EINVAL of a map: there never is a way between the devices', () => {
    expect(
      newlyBroken('dma-addresses', {
        'map_attachment.mapping': {
          on: {
            'att.phys_vec_to_sgt:ok': 'return_mapped',
            'att.phys_vec_to_sgt:-EINVAL': 'map',
            'att.phys_vec_to_sgt:-EADDRINUSE': 'return_in_use',
            'att.phys_vec_to_sgt:-ENOMEM': 'return_no_memory',
          },
        },
      }),
    ).toEqual(['call-returns']);
  });

  test('after it was refused, without P2P', () => {
    expect(
      newlyBroken('attach-not-p2p', {
        'attach.free_refused': { on: { 'att.kfree': 'alloc' } },
      }),
    ).toEqual(['call-returns(importer[0])']);
  });
});

test('an exporter that does not ask for P2P has an importer that cannot use its memory', () => {
  expect(
    newlyBroken('attach-not-p2p', {
      'attach.return': { on: { 'att.attach:ok': 'idle' } },
      'attach.unlock': { on: { 'buf.resv.unlock': 'return' } },
      'attach.list': { on: { 'att.list_add': 'unlock' } },
      'attach.lock': { on: { 'buf.resv.lock': 'list' } },
      'attach.peer2peer': { on: { 'att.peer2peer:false': 'lock' } },
    }),
  ).toContain('only-p2p-attach-0');
});
