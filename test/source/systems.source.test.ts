import { describe, expect, test } from 'vitest';
import { check, type Expectation, formatScope, isSameScope } from 'xstate-check';
import { ofSource } from 'xstate-check/kernel';
import { specification } from '../../specs/catalogue.ts';
import { cSpecification } from '../../specs/source/index.ts';

const path = process.env.LINUX_TREE;
const NEWEST = '7.3';

/**
 * Larger than with the machines: what an ioctl, a read or a write of the device fd is, the C asks in
 * several steps (vfio_device_fops_unl_ioctl(), vfio_pci_rw()), of which the machine is one choice.
 */
const larger: Readonly<Record<string, readonly [states: number, transitions: number]>> = {
  transitions: [57_402, 154_277],
  'low-power': [161_366, 457_678],
  'wake-up': [10_864, 36_358],
  'close-in-low-power': [73_720, 329_932],
  'page-faults': [18_022, 40_518],
  'sysfs-reset': [173_616, 677_350],
  sriov: [267_338, 1_023_113],
  'failing-config-write': [7_316, 21_544],
  'virtual-function': [63_004, 168_013],
  'device-registers': [1_094, 1_344],
  'device-registers, 1 error': [34_005, 77_170],
};

/** Of which no machine, or none that can stand alone, is made of C. */
const withoutC = [
  ...['sg-entries', 'dma-addresses', 'dma-buf-life', 'map-chunks'],
  ...['type1-lifetime', 'iommufd-lifetime', 'two-gpus', 'spdk', 'spdk-odp', 'spdk-pinned'],
  ...['vmm-regions', 'vmm-addresses'],
];

describe.skipIf(path === undefined)('with LINUX_TREE, the source of Linux 7.3.4', () => {
  const said: string[] = [];
  const terminal = {
    out: () => {},
    error: (text: string) => void said.push(text),
    progress: () => {},
    colour: false,
  };
  const made = ofSource(
    { ...specification, targets: [] },
    cSpecification,
    { directory: path ?? '.', names: [] },
    terminal,
  );
  const all = specification.expectations.filter(({ revision }) => revision === NEWEST);
  const own = (one: Expectation) => all.filter(({ system }) => system === one.system);
  const small = (one: Expectation) => own(one).every(({ states }) => states < 15_000);
  const nameOf = (one: Expectation) => `${one.system}, ${formatScope(one.scope)}`;

  test('a part: the systems that have C are all but those that have none', async () => {
    const { families } = await made;
    const names = families.map(({ name }) => name).sort();
    const expected = [...new Set(all.map(({ system }) => system))];
    expect(names).toEqual(expected.filter((name) => !withoutC.includes(name)).sort());
  });

  const asWithTheMachines = async (expected: Expectation) => {
    const { families, revisions } = await made;
    const family = families.find(({ name }) => name === expected.system)!;
    const result = check(family.build({ scope: expected.scope, revision: revisions[0]!.name }));
    const { states, transitions } = result;
    const isDefault = isSameScope(expected.scope, family.defaultScope);
    const counts = larger[isDefault ? expected.system : nameOf(expected)];
    expect([states, transitions]).toEqual(counts ?? [expected.states, expected.transitions]);
    // A finding of the manifest is broken by the C as it is by the machines.
    const verdicts = Object.fromEntries(
      Object.entries(expected.properties).map(([id, is]) => [
        id,
        ['holds', 'vacuous'].includes(is) ? is : 'broken',
      ]),
    );
    const found = result.properties.map(({ property, verdict }) => [property.id, verdict]);
    expect(Object.fromEntries(found)).toEqual(verdicts);
  };
  const withC = all.filter(({ system }) => !withoutC.includes(system));
  const rows = (some: readonly Expectation[]) => some.map((one) => [nameOf(one), one] as const);
  test.each(rows(withC.filter(small)))('a part: %s: as with the machines', (_, one) =>
    asWithTheMachines(one),
  );
  test.each(rows(withC.filter((one) => !small(one))))('%s: as with the machines', (_, one) =>
    asWithTheMachines(one),
  );
});

test.skipIf(path !== undefined)(
  'a part: not run, there is no source of Linux: npm run linux-source',
  () => {},
);
