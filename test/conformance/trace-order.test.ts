import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lifeSystem } from '../../specs/buffer/life.system.ts';
import { revokeFamily } from '../../specs/buffer/revoke.system.ts';
import { hotResetFamily } from '../../specs/hot-reset/hot-reset.system.ts';
import { fixture } from './fixtures.ts';
import { Recogniser } from './recogniser.ts';
import { contractSteps, modelled, procedureSteps, type TracedStep } from './traced-functions.ts';

/**
 * The orders that function traces of real kernels show are orders of the machines, and orders that
 * differ from them in one event are not.
 */

interface Case {
  readonly fixture: string;
  /** The sections, one call after the other. */
  readonly sections: readonly string[];
  readonly steps: readonly TracedStep[];
  readonly recogniser: (unseen: ReadonlySet<string>) => Recogniser;
  /** Changes of one event that the machines allow all the same, and why. */
  readonly alsoOrders?: Readonly<Record<string, string>>;
}

function hotReset(unopened: number, started: Readonly<Record<string, string>> = {}) {
  const scope = { devices: 2, unopened, buffers: 1, importers: 0 };
  const system = hotResetFamily.build({ scope, revision: '7.3' });
  return (unseen: ReadonlySet<string>) =>
    new Recogniser(system, procedureSteps, { threads: ['hot_reset'], unseen, started });
}

function revoke(...threads: string[]) {
  const scope = { importers: 0, closers: 1 };
  const system = revokeFamily.build({ scope, revision: '7.3' });
  return (unseen: ReadonlySet<string>) =>
    new Recogniser(system, procedureSteps, { threads, unseen });
}

/** The contract: the owner of one device, from a device that is open on. */
function contract(exported: boolean) {
  const scope = { devices: 1, buffers: [0], importers: [], initially: 'fresh' } as const;
  const open = { 'dev[0]': 'open', 'dev[0].memory': 'command.memory_on', 'owner[0]': 'open' };
  const started = exported ? { ...open, 'buf[0]': 'live' } : open;
  return (unseen: ReadonlySet<string>) =>
    new Recogniser(lifeSystem(scope, '7.3', {}), contractSteps, {
      threads: ['owner[0]'],
      unseen,
      started,
    });
}

/** Functions that no machine has, and where they come from. */
const NOT_MODELLED: Readonly<Record<string, string>> = {
  __pci_reset_function_locked: 'inside pci_try_reset_function() and vfio_pci_core_disable()',
  iopt_revoke_notify: "iommufd's callback; the importers of the procedures are others",
  // The contract has commit points, and these are none:
  vfio_pci_dma_buf_move: 'the walk over the list, of which the contract has the single buffers',
  __vfio_pci_memory_enabled: 'a test, whose result decides which step comes next',
  vfio_pci_zap_bars: 'mappings of the CPU, which are no part of this contract',
  unmap_mapping_range: 'mappings of the CPU, which are no part of this contract',
};

/** Sections that no case reads, and why. */
const NOT_READ: Readonly<Record<string, string>> = {
  'stock-hot-reset: close A':
    'as close B, then the bus reset of the last close (vfio_pci_dev_set_try_reset), which no machine has',
  'stock-hot-reset: close dma-bufs': 'twice what is read in stock-close-first',
};

const LOW_POWER = 'it is then an order of LOW_POWER_ENTRY, whose own function is inlined';
const cases: readonly Case[] = [
  {
    fixture: 'stock-hot-reset',
    sections: ['hot reset'],
    steps: procedureSteps,
    recogniser: hotReset(0),
  },
  {
    fixture: 'lockdep-hot-reset',
    sections: ['hot reset, B not open'],
    steps: procedureSteps,
    recogniser: hotReset(1),
  },
  {
    fixture: 'lockdep-hot-reset',
    sections: ['hot reset, memory of B off'],
    steps: procedureSteps,
    recogniser: hotReset(0, { 'dev[1]': 'memory_off', 'buf[1].revoked': 'set' }),
  },
  {
    fixture: 'stated-hot-reset-ebusy',
    sections: ['hot reset'],
    steps: procedureSteps,
    recogniser: hotReset(0, { 'dev[1].memory_lock': 'read_held' }),
    alsoOrders: {
      'down_write_trylock (10) dropped': 'it is then an order of -EINVAL: B is not owned',
    },
  },
  {
    fixture: 'stock-revoke',
    sections: ['memory off', 'memory on'],
    steps: procedureSteps,
    recogniser: revoke('command_write'),
  },
  {
    fixture: 'lockdep-revoke',
    sections: ['memory off, two mappings', 'memory on, one left', 'memory on again'],
    steps: procedureSteps,
    recogniser: revoke('command_write'),
  },
  {
    fixture: 'stock-close-first',
    sections: ['close device'],
    steps: procedureSteps,
    recogniser: revoke('close'),
  },
  {
    fixture: 'stock-hot-reset',
    sections: ['close B'],
    steps: procedureSteps,
    recogniser: revoke('close'),
  },
  {
    fixture: 'stock-revoke',
    sections: ['export', 'memory off', 'memory on', 'reset', 'close dma-buf', 'close device'],
    steps: contractSteps,
    recogniser: contract(false),
    alsoOrders: { 'vfio_basic_config_write (10) dropped': LOW_POWER },
  },
  {
    fixture: 'stock-close-first',
    sections: ['close device', 'close dma-buf'],
    steps: contractSteps,
    recogniser: contract(true),
    alsoOrders: {
      'vfio_pci_set_power_state (12) moved to 15':
        'a dma-buf off the list can be closed before the device is disabled',
    },
  },
  {
    fixture: 'lockdep-revoke',
    sections: [
      'memory off, two mappings',
      'memory on, one left',
      'memory on again',
      'reset, two mappings',
      'low power entry, four mappings',
    ],
    steps: contractSteps,
    recogniser: contract(true),
    alsoOrders: Object.fromEntries(
      [0, 16].flatMap((at) =>
        ['dropped', 'moved to 33'].map((change) => [
          `vfio_basic_config_write (${at}) ${change}`,
          LOW_POWER,
        ]),
      ),
    ),
  },
];

/** The functions of the sections that the table knows, and those that it does not. */
function read({ fixture: name, sections, steps }: Case) {
  const all = sections.map((section) => fixture(name).get(section)!);
  const known = modelled(steps);
  const functions = all.flatMap((section) => section.functions);
  return {
    functions: functions.filter((f) => known.has(f)),
    leftOut: [...new Set(functions.filter((f) => !known.has(f)))].sort(),
    unseen: new Set(all.flatMap(({ unseen }) => [...unseen])),
  };
}

/** Every order that differs in one event: dropped, doubled, or moved to another place. */
function* changes(order: readonly string[]): Generator<{ change: string; order: string[] }> {
  for (let i = 0; i < order.length; i++) {
    const name = `${order[i]} (${i})`;
    const without = order.toSpliced(i, 1);
    yield { change: `${name} dropped`, order: without };
    yield { change: `${name} doubled`, order: order.toSpliced(i, 0, order[i]!) };
    for (let to = 0; to < order.length; to++) {
      const moved = without.toSpliced(to, 0, order[i]!);
      if (to !== i && moved.some((f, at) => f !== order[at])) {
        yield { change: `${name} moved to ${to}`, order: moved };
      }
    }
  }
}

describe.each(cases)('$fixture: $sections', (one) => {
  const { functions, leftOut, unseen } = read(one);
  const recogniser = one.recogniser(unseen);

  it('is an order of the machines', () => {
    expect(functions.length).toBeGreaterThan(5);
    const { accepted, at, next } = recogniser.furthest(functions);
    expect({ accepted, before: functions.slice(0, at), next }).toMatchObject({ accepted: true });
  });

  it(`leaves out what no machine has: ${leftOut.join(', ') || 'nothing'}`, () => {
    expect(leftOut.filter((name) => NOT_MODELLED[name] === undefined)).toEqual([]);
  });

  it('with one event dropped, doubled or moved it is none', () => {
    const accepted = [...changes(functions)].filter(({ order }) => recogniser.accepts(order));
    expect(accepted.map(({ change }) => change)).toEqual(Object.keys(one.alsoOrders ?? {}));
  });
});

describe('the fixtures', () => {
  it('are all read, section by section', () => {
    const folder = new URL('../../simulator/fixtures/', import.meta.url);
    const names = readdirSync(folder).map((file) => file.replace('.txt', ''));
    const all = names.flatMap((name) => [...fixture(name).keys()].map((s) => `${name}: ${s}`));
    const inCases = cases.flatMap((one) => one.sections.map((s) => `${one.fixture}: ${s}`));
    const accounted = [
      ...inCases,
      ...Object.keys(NOT_READ),
      'broken-hot-reset: hot reset, B not open',
    ];
    expect([...new Set(accounted)].sort()).toEqual(all.sort());
  });

  it('a kernel that does not revoke before it resets shows an order that is none', () => {
    const { functions, unseen } = fixture('broken-hot-reset').get('hot reset, B not open')!;
    const known = modelled(procedureSteps);
    const order = functions.filter((f) => known.has(f));
    const { accepted, at, next } = hotReset(1)(unseen).furthest(order);
    expect({ accepted, before: order[at - 1], instead: order[at], next }).toEqual({
      accepted: false,
      before: 'down_write_trylock',
      instead: 'vfio_pci_zap_bars',
      next: ['vfio_pci_dma_buf_move'],
    });
  });

  it('the other way round: a machine that is wrong does not have the order of a sound kernel', () => {
    const scope = { devices: 2, unopened: 0, buffers: 1, importers: 0 };
    const { functions, unseen } = read(cases[0]!);
    const options = { threads: ['hot_reset'], unseen };
    const accepts = (revision: string) =>
      new Recogniser(hotResetFamily.build({ scope, revision }), procedureSteps, options).accepts(
        functions,
      );
    // The trace is of 7.2: 6.19 and the series before it do not wait, mmap-v8 does not notify.
    expect(['mmap-v8', '7.3', '7.1', '6.19', 'v7', 'v6', 'v5'].filter(accepts)).toEqual([
      '7.3',
      '7.1',
    ]);
  });
});

describe('the table of traced functions', () => {
  it.each([
    ['procedures', procedureSteps],
    ['contract', contractSteps],
  ] as const)('%s: every line has a source and functions, and none is said twice', (_, steps) => {
    for (const { label, functions, source } of steps) {
      expect({ label, source: source !== '', functions: functions.length > 0 }).toEqual({
        label,
        source: true,
        functions: true,
      });
    }
    const keys = steps.map(({ label, thread }) => `${label}@${thread ?? ''}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
