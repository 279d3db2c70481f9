import { describe, expect, it } from 'vitest';
import { check } from '../../src/check/check.ts';
import { checkFault } from '../../src/faults/fault.ts';
import { lint } from '../../src/lts/lint.ts';
import { machineGraph } from '../../src/paths/labelled-graph.ts';
import { primePaths } from '../../src/paths/prime-paths.ts';
import { ltsOf } from '../../src/system/product.ts';
import { scopeOf } from './importers.system.ts';
import { families, faults, findings, machines } from './index.ts';

const familyOf = (name: string) => families.find((family) => family.name === name)!;

/** Checks a system and tells the properties that break; none may be vacuous. */
function judge(name: string, revision: string, scope = familyOf(name).defaultScope) {
  const result = check(familyOf(name).build({ scope, revision }));
  const vacuous = result.properties.filter(({ verdict }) => verdict === 'vacuous');
  expect(vacuous.map(({ property }) => property.id)).toEqual([]);
  expect(result.space.product.uninitiated).toEqual([]);
  const broken = result.properties.filter(({ verdict }) => verdict === 'broken');
  return { result, broken: broken.map(({ property }) => property.id).sort() };
}

describe('v7.3 at the default scopes', () => {
  it.each([
    ['importers', 69_968, 211_775, []],
    ['fences', 18_400, 61_680, []],
    ['remap', 5_370, 13_224, ['told-importers-can-map']],
    ['attach', 29_648, 88_637, []],
    ['iommufd', 4_348, 8_748, []],
    ['rdma', 8_966, 17_732, ['unpinned-before-detach-0']],
    ['rdma-pinned', 780, 1_584, []],
    ['dma-addresses', 148, 186, ['entries-filled', 'iova-not-leaked']],
  ])('%s has %i states and %i transitions', (name, states, transitions, wanted) => {
    const { result, broken } = judge(name, '7.3');
    expect(result).toMatchObject({ states, transitions });
    expect(broken).toEqual(wanted);
  });

  it('names a finding for every property that breaks', () => {
    for (const { system, revision, property } of findings) {
      expect(judge(system, revision).broken, system).toContain(property);
    }
  });
});

describe('what other versions break', () => {
  it.each([
    ['iommufd', '7.1', ['lock-order', 'no-misuse', 'resv-held']],
    ['iommufd', '6.19', ['lock-order', 'no-misuse']],
    ['remap', '6.19', []],
    ['remap', 'mmap-v8', ['told-importers-can-map']],
    ['attach', '6.19', []],
    ['fences', '7.1', []],
    ['fences', '7.0', ['disabled-means-signalled', 'disabled-means-unreachable', 'refinement']],
    [
      'fences',
      'revoke-v5',
      [
        'disabled-means-unreachable',
        'drained-once',
        'kref-counts-mappings',
        'no-misuse',
        'refinement',
      ],
    ],
    ['rdma-pinned', 'v9', ['disabled-means-unreachable', 'only-revocable-map', 'unpinned-once-0']],
    ['rdma-pinned', '6.19', []],
    [
      'dma-addresses',
      'v5',
      ['iova-destroyed-once', 'iova-not-leaked', 'iova-used-while-allocated'],
    ],
  ])('%s of %s: %j', (name, revision, wanted) => {
    expect(judge(name, revision).broken).toEqual(wanted);
  });
});

describe('importers by themselves', () => {
  it.each([
    ['unmaps later', { later: 1 }],
    ['unmaps in its callback', { in_callback: 1 }],
    ['attaches between the test of revoked and the list', { attaching: 1 }],
    ['imports a buffer of several ranges into iommufd', { several_ranges: 1 }],
  ])('one that %s keeps every rule', (_, importers) => {
    expect(judge('importers', '7.3', scopeOf(importers)).broken).toEqual([]);
  });

  it('are refused a map in the callback that tells them of access, without exception', () => {
    expect(judge('remap', '7.3', scopeOf({ remapping_inline: 1 })).broken).toEqual([
      'told-importers-can-map',
    ]);
  });
});

describe.each(faults)('$id: $title', (fault) => {
  it(`is caught by ${fault.expected.join(', ')}, which ${fault.base} keeps`, () => {
    const result = checkFault(familyOf(fault.system), fault);
    expect(result.brokenAnyway).toEqual([]);
    expect([...result.caughtBy].sort()).toEqual([...fault.expected].sort());
  });
});

describe('the machines', () => {
  it.each(machines)('$name has nothing to lint, and few prime paths', ({ machine }) => {
    expect(lint(machine)).toEqual([]);
    expect(primePaths(machineGraph(ltsOf(machine))).length).toBeLessThan(400);
  });

  it.each(families)('have nothing to lint in any version of $name', (family) => {
    for (const revision of family.revisions) {
      const { parts } = family.build({ scope: family.defaultScope, revision });
      for (const { machine } of parts) expect(lint(machine), revision).toEqual([]);
    }
  });

  it.each(families)('say in $name where they are stated', (family) => {
    const { parts } = family.build({ scope: family.defaultScope, revision: '7.3' });
    for (const { machine, kind } of parts) {
      if (kind !== 'monitor') expect(machine.root.meta?.source, machine.id).toBeTruthy();
    }
  });
});
