import { describe, expect, it, test } from 'vitest';
import type { System } from 'xstate-check';
import { families } from '../../specs/catalogue.ts';
import { readings as ofMachines } from '../../specs/readings.ts';
import {
  everyFunction,
  of,
  ofMmapSeries,
  type Subject,
  subjects,
} from '../../specs/revisions/functions.ts';
import { gapOf, NEWEST, revisions } from '../../specs/revisions/index.ts';
import { readings, readingsOf, unreadOf } from '../../specs/revisions/readings.ts';
import { subjects as all } from '../../specs/subjects.ts';

/**
 * A cell of the matrix says + only for code that was read: which functions were read of a version is
 * data, and a system is drawn for a version where all that its procedures are drawn from was read.
 */

/**
 * Procedures of no version: those that nobody wrote, a callback after that of virtgpu, and the recovery
 * of an error by the PCI core, which was read in v7.3 alone (specs/readings.ts).
 */
const ofNoVersion = [
  ...ofMachines.filter(({ read }) => read === 'derived').map(({ machine }) => machine),
  'callback_in_callback',
  'error_recovery',
];

const isVersion = (name: string) => revisions.some((version) => version.name === name);

/** The systems of a family at the versions that it is drawn for. */
const systems = new Map(
  families.map(({ name, revisions: drawn, defaultScope: scope, build }) => [
    name,
    drawn.filter(isVersion).map((revision) => build({ scope, revision })),
  ]),
);

const procedures = (system: System) => [
  ...new Set(
    system.parts.flatMap(({ kind, machine }) => (kind === 'procedure' ? [machine.id] : [])),
  ),
];

const subjectOf = (procedure: string) =>
  (Object.keys(subjects) as Subject[]).find((name) => subjects[name].machines.includes(procedure));

describe('what was read', () => {
  it('is said of each version, with where and how it is known to be that version', () => {
    expect(Object.keys(readings).sort()).toEqual(revisions.map(({ name }) => name).sort());
    for (const { source, identified, functions } of Object.values(readings).flat()) {
      expect(source).not.toBe('');
      expect(identified).not.toBe('');
      expect(functions).not.toEqual([]);
    }
  });

  it('is everything of the releases, but for drivers that were read in two of them', () => {
    const inTwo = of(['drivers/vfio/pci/nvgrace-gpu/main.c', 'drivers/vfio/vfio_iommu_type1.c']);
    for (const { name, kind } of revisions) {
      const expected = ['7.2', '7.3'].includes(name) ? [] : inTwo;
      if (kind === 'release')
        expect([name, unreadOf(name, everyFunction)]).toEqual([name, expected]);
    }
  });

  it('is nothing of a version of which only a changelog was read', () => {
    expect(unreadOf('v0', everyFunction)).toEqual(everyFunction);
  });

  it('is the map of the series of 2024, and what goes before and behind it', () => {
    const unread = unreadOf('vivek-2024', everyFunction);
    expect(everyFunction.filter((name) => !unread.includes(name))).toEqual([
      'vfio_pci_dma_buf_attach',
      'vfio_pci_dma_buf_map',
      'vfio_pci_dma_buf_unmap',
      'dma_buf_phys_vec_to_sgt',
      'dma_buf_free_sgt',
      'fill_sg_entry',
    ]);
    expect(families.filter(({ revisions: drawn }) => drawn.includes('vivek-2024'))).toMatchObject([
      { name: 'map-chunks' },
    ]);
  });

  test('two trees at most stand behind a function of the newest release: itself', () => {
    for (const name of everyFunction) expect(readingsOf(NEWEST, name)).toHaveLength(1);
  });

  test('every function that is read is one that something is drawn from', () => {
    const drawn = new Set(Object.values(subjects).flatMap(({ functions }) => functions));
    const used = [...everyFunction, ...ofMmapSeries].filter((name) => drawn.has(name));
    expect([...everyFunction, ...ofMmapSeries].filter((name) => !used.includes(name))).toEqual([]);
  });
});

describe('what is drawn', () => {
  // What no kernel has, what only reads traces, and what has drivers of one version for columns, is of none.
  const drawn = all.filter(
    ({ folder }) =>
      ![
        ...['p2p-registration', 'page-backed', 'routes', 'traces'],
        ...['mapping-types', 'xsk-pool'],
      ].includes(folder),
  );
  const listed = drawn.flatMap(({ machines }) =>
    machines.filter(({ kind }) => kind === 'procedure'),
  );

  it.each(families.map(({ name }) => name))(
    '%s: of no version of which a function was not read',
    (name) => {
      const unread = systems.get(name)!.flatMap((system) =>
        procedures(system)
          .filter((procedure) => !ofNoVersion.includes(procedure))
          .flatMap((procedure) => {
            const subject = subjectOf(procedure);
            const why = subject === undefined ? 'no subject' : gapOf(system.revision, [subject]);
            return why === undefined ? [] : [`${system.revision}: ${procedure}: ${why}`];
          }),
      );
      expect(unread).toEqual([]);
    },
  );

  test('the procedures of the list have functions, or are of importers that nobody wrote', () => {
    const without = listed
      .map(({ machine }) => machine.id)
      .filter((id) => subjectOf(id) === undefined && !ofNoVersion.includes(id));
    expect(without).toEqual([]);
  });

  test('what only some scopes draw is asked for, too', () => {
    const { build, defaultScope } = families.find(({ name }) => name === 'hot-reset')!;
    const scope = { ...defaultScope, closers: 1 };
    expect(() => build({ scope, revision: 'revoke-v5' })).toThrow(
      "revision 'revoke-v5' cannot be drawn with 'closers=1': its vfio_pci_dma_buf_cleanup() was not read",
    );
    expect(build({ scope, revision: '6.19' }).revision).toBe('6.19');
  });

  test('the systems that are not drawn for a version are these', () => {
    const unread = Object.fromEntries(
      revisions.map(({ name }) => [
        name,
        families
          .filter((family) => family.unread?.some(({ revision }) => revision === name))
          .map((family) => family.name),
      ]),
    );
    expect(unread).toMatchInlineSnapshot(`
      {
        "6.19": [
          "nvgrace-read",
          "type1-map",
        ],
        "7.0": [
          "nvgrace-read",
          "type1-map",
        ],
        "7.1": [
          "nvgrace-read",
          "type1-map",
        ],
        "7.1-rc": [
          "nvgrace-read",
          "type1-map",
        ],
        "7.2": [],
        "7.3": [],
        "mmap-v5": [
          "transitions",
          "low-power",
          "wake-up",
          "last-close",
          "close-in-low-power",
          "page-faults",
          "sysfs-reset",
          "sriov",
          "failing-config-write",
          "virtual-function",
          "function-reset-order",
          "device-registers",
          "export",
          "export-probe",
          "type1-map",
        ],
        "mmap-v8": [
          "transitions",
          "low-power",
          "wake-up",
          "last-close",
          "close-in-low-power",
          "page-faults",
          "sysfs-reset",
          "sriov",
          "failing-config-write",
          "virtual-function",
          "function-reset-order",
          "device-registers",
          "export",
          "export-probe",
          "type1-map",
        ],
        "revoke-v5": [
          "last-close",
          "close-in-low-power",
          "revoke",
          "export",
          "export-probe",
          "importers",
          "attach",
          "attach-not-p2p",
          "dma-addresses",
          "map-chunks",
          "sg-entries",
          "nvgrace-read",
          "type1-map",
          "iommufd",
          "rdma-pinned",
        ],
        "v0": [
          "transitions",
          "low-power",
          "wake-up",
          "last-close",
          "close-in-low-power",
          "page-faults",
          "sysfs-reset",
          "sriov",
          "failing-config-write",
          "virtual-function",
          "function-reset-order",
          "device-registers",
          "revoke",
          "export",
          "export-probe",
          "fences",
          "remap",
          "attach",
          "attach-not-p2p",
          "dma-addresses",
          "map-chunks",
          "sg-entries",
          "hot-reset",
          "hot-reset-order",
          "nvgrace-read",
          "type1-map",
          "rdma-pinned",
        ],
        "v1": [
          "transitions",
          "low-power",
          "wake-up",
          "last-close",
          "close-in-low-power",
          "page-faults",
          "sysfs-reset",
          "sriov",
          "failing-config-write",
          "virtual-function",
          "device-registers",
          "revoke",
          "export",
          "export-probe",
          "fences",
          "remap",
          "attach",
          "attach-not-p2p",
          "dma-addresses",
          "map-chunks",
          "sg-entries",
          "hot-reset",
          "nvgrace-read",
          "type1-map",
          "rdma-pinned",
        ],
        "v5": [
          "map-chunks",
          "sg-entries",
          "nvgrace-read",
          "type1-map",
        ],
        "v6": [
          "dma-addresses",
          "map-chunks",
          "sg-entries",
          "nvgrace-read",
          "type1-map",
        ],
        "v7": [
          "dma-addresses",
          "map-chunks",
          "sg-entries",
          "nvgrace-read",
          "type1-map",
        ],
        "v9": [
          "dma-addresses",
          "map-chunks",
          "sg-entries",
          "nvgrace-read",
          "type1-map",
        ],
        "vivek-2024": [
          "transitions",
          "low-power",
          "wake-up",
          "last-close",
          "close-in-low-power",
          "page-faults",
          "sysfs-reset",
          "sriov",
          "failing-config-write",
          "virtual-function",
          "function-reset-order",
          "device-registers",
          "revoke",
          "export",
          "export-probe",
          "fences",
          "remap",
          "attach",
          "attach-not-p2p",
          "dma-addresses",
          "sg-entries",
          "hot-reset",
          "hot-reset-order",
          "nvgrace-read",
          "type1-map",
          "rdma-pinned",
        ],
      }
    `);
  });
});

describe('a run of a version', () => {
  const revoke = (version: string) =>
    systems.get('revoke')!.find(({ revision }) => revision === version)!;

  it.each(families.map(({ name }) => name))(
    '%s: cites that version, or says what it is drawn after',
    (name) => {
      const silent = systems
        .get(name)!
        .filter(({ revision }) => revision !== NEWEST)
        .flatMap(({ calls, cite }) => [
          ...calls.map(({ source }) => source),
          cite!('vfio_pci_rw, v7.3'),
        ])
        .filter((source) => /(?<!after )v7\.3(?! \()/.test(source));
      expect([...new Set(silent)]).toEqual([]);
    },
  );

  test('v6 does what v7.3 does in other words, and a rule is from where it is from', () => {
    const { cite, properties } = revoke('v6');
    expect(cite!('vfio_basic_config_write, v7.3')).toBe(
      'vfio_basic_config_write, series v6 (drawn after v7.3)',
    );
    expect(cite!('dma_buf_phys_vec_to_sgt, v7.3')).toBe(
      'dma_buf_phys_vec_to_sgt, v7.3 (drawn for series v6, too)',
    );
    expect(properties.find(({ id }) => id === 'move-needs-memory-lock')!.source).toBe(
      'vfio_pci_dma_buf_move, v7.3 (where the rule is from): lockdep_assert_held_write',
    );
  });

  test('the newest release cites itself', () => {
    expect(revoke(NEWEST).cite!('vfio_basic_config_write, v7.3')).toBe(
      'vfio_basic_config_write, v7.3',
    );
  });
});
