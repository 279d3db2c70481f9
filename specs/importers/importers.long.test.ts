import { describe, expect, it } from 'vitest';
import { check, checkFault, lint, ltsOf, machineGraph, primePaths } from 'xstate-check';
import { subjects } from '../subjects.ts';
import { scopeOf } from './importers.system.ts';

/** Importers, those of the kernel too. */
const own = subjects.filter(({ folder }) => ['importers', 'iommufd', 'rdma'].includes(folder));
const families = own.flatMap((subject) => subject.families);
const faults = own.flatMap((subject) => subject.faults);
const findings = own.flatMap((subject) => subject.findings);
const machines = own.flatMap((subject) => subject.machines);

const familyOf = (name: string) => families.find((family) => family.name === name)!;

/** Labels that nobody starts: who is not P2P is refused, and nobody calls him back. */
const UNINITIATED: Readonly<Record<string, readonly string[]>> = {
  'attach-not-p2p': ['att[0].invalidate:end@command_write'],
};

/** Checks a system and tells the properties that break; none may be vacuous. */
function judge(name: string, revision: string, scope = familyOf(name).defaultScope) {
  const result = check(familyOf(name).build({ scope, revision }));
  const vacuous = result.properties.filter(({ verdict }) => verdict === 'vacuous');
  expect(vacuous.map(({ property }) => property.id)).toEqual([]);
  expect(result.space.product.uninitiated).toEqual(UNINITIATED[name] ?? []);
  const broken = result.properties.filter(({ verdict }) => verdict === 'broken');
  return { result, broken: broken.map(({ property }) => property.id).sort() };
}

describe('v7.3 at the default scopes', () => {
  it.each([
    ['importers', 108_720, 337_372, []],
    ['fences', 19_120, 64_080, []],
    ['remap', 7_190, 18_566, ['told-importers-can-map']],
    ['attach', 35_204, 107_154, []],
    ['attach-not-p2p', 390, 857, []],
    ['iommufd', 6_370, 13_191, []],
    ['rdma', 10_988, 22_341, ['unpinned-before-detach-0']],
    ['rdma-pinned', 1_170, 2_571, []],
    [
      'dma-addresses',
      899,
      1_155,
      ['entries-filled', 'iova-not-leaked', 'routes-agree', 'table-freed'],
    ],
    ['map-chunks', 1_263, 1_512, ['unwind-is-exact']],
    ['sg-entries', 36, 43, []],
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
    ['dma-addresses', 'offset-added-up', ['entries-filled', 'iova-not-leaked', 'table-freed']],
    ['dma-addresses', 'orig-nents-restored', ['entries-filled', 'iova-not-leaked', 'routes-agree']],
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
    ['maps a buffer of several ranges through an IOMMU', { translated: 1 }],
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
  it.each(machines)(
    '$name has nothing to lint, and few prime paths, or it is known that they are many',
    ({ machine }) => {
      expect(lint(machine)).toEqual([]);
      const paths = () => primePaths(machineGraph(ltsOf(machine))).length;
      // Each of its chunks may fail, and the way back goes through all that were mapped before.
      if (machine.id === 'map_chunks') {
        expect(paths).toThrow(/too many prime paths: stopped at 20001/);
        return;
      }
      // Every length of every range has paths of its own, and whatever is used too early or too late.
      const many: Readonly<Record<string, number>> = {
        phys_vec_to_sgt: 1_700,
        attachment_object: 1_300,
      };
      const most = many[machine.id] ?? 400;
      expect(paths()).toBeLessThan(most);
    },
  );

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
