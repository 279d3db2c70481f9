import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import {
  type Counterexample,
  check,
  checkFault,
  diagram,
  lint,
  ltsOf,
  machineGraph,
  type Patch,
  parseLabel,
  patched,
  primePaths,
  type Scope,
  type System,
  type SystemFamily,
  type SystemResult,
} from 'xstate-check';
import { registrationCalls } from './calls.ts';
import { faults } from './faults.ts';
import { findings } from './findings.ts';
import { expectations, policyFamilies as families, policyMachines as machines } from './index.ts';
import { raceFamily } from './p2p-register-race.system.ts';
import { registrationFamily } from './p2p-registration.system.ts';
import { barOf, policyOf } from './policy.ts';

const ONE_BAR = { devices: 1, bars: 1, vmas: 1, buffers: 1 };
const WITH_TYPE1 = { ...ONE_BAR, type1: 1 };

function familyOf(name: string): SystemFamily {
  return families.find((family) => family.name === name)!;
}

function verdictOf(result: SystemResult, id: string): string {
  return result.properties.find(({ property }) => property.id === id)!.verdict;
}

function counterexample(result: SystemResult, id: string): Counterexample {
  const found = result.properties.find(({ property }) => property.id === id)!;
  if (found.verdict !== 'broken') throw new Error(`${id} is ${found.verdict}`);
  return found.counterexample;
}

function checkRegistration(revision: string, scope: Scope = ONE_BAR): SystemResult {
  return check(registrationFamily.build({ scope, revision }));
}

describe.each(expectations)('$system, revision $revision, $scope', (expected) => {
  const result = check(familyOf(expected.system).build(expected));

  it('has the states, transitions and depth that are expected', () => {
    const { states, transitions, depth } = expected;
    expect(result).toMatchObject({ states, transitions, depth });
  });

  it('judges every property as expected, and none is vacuous', () => {
    const verdicts = result.properties.map(({ property, verdict }) => [property.id, verdict]);
    const wanted = Object.entries(expected.properties).map(([id, verdict]) => [
      id,
      verdict === 'holds' ? 'holds' : 'broken',
    ]);
    expect(verdicts.sort()).toEqual(wanted.sort());
  });

  it('has no label that nobody starts', () => {
    expect(result.space.product.uninitiated).toEqual([]);
  });

  it('names a finding for every property that breaks, and says what was judged', () => {
    const broken = Object.values(expected.properties).filter((verdict) => verdict !== 'holds');
    for (const id of broken) expect(findings.map((finding) => finding.id)).toContain(id);
    if (!expected.revision.startsWith('rfc-2026-06')) return;
    for (const { property } of result.properties) {
      expect(property.title).toMatch(/\(policy as stated in cover letter and UAPI patch\)$/);
    }
  });
});

describe('the machines', () => {
  it.each(machines)('$name has nothing to lint, and few prime paths', ({ machine }) => {
    expect(lint(machine)).toEqual([]);
    expect(primePaths(machineGraph(ltsOf(machine))).length).toBeLessThan(200);
  });

  it.each(families)('have nothing to lint in any revision of $name', (family) => {
    for (const revision of family.revisions) {
      const { parts } = family.build({ scope: family.defaultScope, revision });
      for (const { machine } of parts) expect(lint(machine), revision).toEqual([]);
    }
  });

  it('say of every state and transition of a contract where it is stated', () => {
    for (const { kind, machine } of machines) {
      if (kind !== 'contract') continue;
      const lts = ltsOf(machine);
      for (const state of lts.states) expect(state.meta, state.name).toHaveProperty('source');
      for (const edge of lts.edges.values()) expect(edge.meta).toHaveProperty('source');
    }
  });

  it('tag every refusal for which the RFC names no errno', () => {
    // The device only says in which state it is asked; the BAR, or who asks, has the answer.
    const answering = machines.filter(
      ({ name, kind }) => kind === 'contract' && name !== 'bar_device',
    );
    const refusals = answering.flatMap(({ machine }) => {
      const { labels, edges } = ltsOf(machine);
      return [...edges].flatMap(([index, edge]) =>
        parseLabel(labels[index % labels.length]!).outcome === 'refused' ? [edge] : [],
      );
    });
    expect(refusals.length).toBeGreaterThan(10);
    for (const edge of refusals) expect(edge.meta).toMatchObject({ answer: 'refused' });
  });
});

/** The answers of a BAR in a state to the calls that are about it. */
function answers(machine: AnyStateMachine, state: string): string[] {
  const lts = ltsOf(machine);
  const from = lts.states.findIndex(({ name }) => name === state);
  return lts.labels.filter((_, label) => lts.next[from * lts.labels.length + label]! >= 0);
}

describe('a BAR under the completed policy', () => {
  const completed = barOf(policyOf('completed'), { device: 0, buffers: 1, others: 0 });
  const TAKEN = [
    'dev.device_reset:begin',
    'bus.hot_reset:begin',
    'dev.close:begin',
    'dev.write_command(MEM=0):begin',
    'dev.write_pmcsr(D3hot):begin',
    'dev.low_power_entry:begin',
  ];
  const BLOCKED = [
    'bar.register:refused#decoding',
    'bar.register:refused#off',
    'vma.mmap:refused',
    'vma.fault:SIGBUS#decoding',
    'buf.export:refused',
  ];
  const FREE = ['vma.mmap:ok', 'vma.fault:ok#decoding', ...TAKEN, 'dev.begin', 'dev.close:ok'];

  it.each([
    [
      'free (buffers=0)',
      [
        'bar.register:admitted#decoding',
        'bar.register:refused#off',
        'buf.export:ok#live',
        'buf.export:ok#revoked',
        ...FREE,
      ],
    ],
    [
      'free (buffers=1)',
      ['bar.register:refused#decoding', 'bar.register:refused#off', 'buf.release#listed', ...FREE],
    ],
    [
      'registering (buffers=0)',
      [...BLOCKED, 'bar.add_resource:ok', 'bar.add_resource:failed', 'dev.close:ok'],
    ],
    ['registered (buffers=0)', [...BLOCKED, ...TAKEN, 'dev.close:ok']],
    ['unregistering.marked (buffers=0)', [...BLOCKED, 'bar.remove_resource', 'dev.close:ok']],
    ['unregistering.draining (buffers=0)', [...BLOCKED, 'bar.drained', 'dev.close:ok']],
  ])('answers in %s', (state, expected) => {
    expect(answers(completed, state).sort()).toEqual([...expected].sort());
  });
});

describe('the policy as stated', () => {
  const result = checkRegistration('rfc-2026-06');

  it('leaves a VMA that was there before, and its next fault maps a registered BAR', () => {
    expect(diagram(counterexample(result, 'no-vma'))).toBe(
      [
        'CPU0 (fd owner)        CPU1 (registration)',
        '--------------------   --------------------',
        'VMA0 = mmap(BAR)',
        'vmf_insert_pfn(VMA0)',
        '                       P2P_REGISTER(BAR0)',
        '                         add_resource(BAR0)',
        '',
        'BAR0 is registered, and yet VMA0 is present.',
        'One page is mapped as PFNMAP and is a struct page at once.',
        '',
      ].join('\n'),
    );
  });

  it('lets a revoked DMABUF come back to life on a registered BAR', () => {
    expect(diagram(counterexample(result, 'no-live-buffer'))).toBe(
      [
        'CPU0 (fd owner)                     CPU1 (registration)',
        '---------------------------------   --------------------',
        'write PCI_COMMAND of vdev0, MEM=0',
        'buf0 = DMA_BUF export',
        '                                    P2P_REGISTER(BAR0)',
        '                                      add_resource(BAR0)',
        'write PCI_COMMAND of vdev0, MEM=1',
        'return',
        '',
        'BAR0 is registered, and yet buf0 is live.',
        'Importers reach memory that the pool has given to somebody else.',
        '',
      ].join('\n'),
    );
  });

  it.each(['activeBuffer=any_on_list', 'precondition=decoding'])(
    'keeps DMABUFs off registered BARs with %s alone',
    (point) => {
      const closed = checkRegistration(`rfc-2026-06, ${point}`);
      expect(verdictOf(closed, 'no-live-buffer')).toBe('holds');
      expect(verdictOf(closed, 'no-revoked-buffer')).toBe('holds');
    },
  );

  it('keeps VMAs off registered BARs only when it zaps and the fault handler looks', () => {
    const verdict = (point: string) =>
      verdictOf(checkRegistration(`rfc-2026-06, existingVma=${point}`), 'no-vma');
    expect([verdict('zapped'), verdict('zapped_and_blocked')]).toEqual(['broken', 'holds']);
  });
});

/** The finding and the fault are one run: the RFC does not touch type1. */
const NEVER_PINNED = [
  'CPU0 (fd owner)           CPU1 (registration)',
  '-----------------------   --------------------',
  'VMA0 = mmap(BAR)',
  'vmf_insert_pfn(VMA0)',
  'MAP_DMA(VMA of the BAR)',
  '                          P2P_REGISTER(BAR0)',
  '                            add_resource(BAR0)',
  'UNMAP_DMA: put_pfn()',
  '',
  'type1[0] unpins a page that was never pinned: put_pfn().',
  'The count of the page underflows, or the page goes back to the pool while',
  'somebody uses it.',
  '',
].join('\n');

describe('a type1 map of a BAR that is registered afterwards', () => {
  const TYPE1 = { devices: 1, bars: 1, vmas: 1, buffers: 0, type1: 1 };
  const verdict = (revision: string) =>
    verdictOf(checkRegistration(revision, TYPE1), 'type1-unmap');

  it('is unpinned without having been pinned (F-X6)', () => {
    const { revision, property } = findings.find(({ id }) => id === 'F-X6')!;
    expect(diagram(counterexample(checkRegistration(revision, TYPE1), property))).toBe(
      NEVER_PINNED,
    );
  });

  it('is so under the completed policy, too, where type1 looks at the PFN again (A-30)', () => {
    const [found] = checkFault(
      registrationFamily,
      faults.find(({ id }) => id === 'A-30')!,
    ).counterexamples;
    expect(diagram(found!)).toBe(NEVER_PINNED);
  });

  it('is kept by either of two things: type1 remembers, or the pages are PG_reserved', () => {
    const chosen = (type1: string, pages: string) =>
      verdict(`rfc-2026-06, type1=${type1}, zoneDevicePages=${pages}`);
    expect(chosen('re_evaluates', 'not_reserved')).toBe('broken');
    expect(chosen('re_evaluates', 'reserved')).toBe('holds');
    expect(chosen('remembers', 'not_reserved')).toBe('holds');
    expect(chosen('remembers', 'reserved')).toBe('holds');
  });

  it('is no part of the system where there is none, and needs a VMA', () => {
    const { properties } = checkRegistration('completed', { ...TYPE1, type1: 0 });
    expect(properties.map(({ property }) => property.id)).not.toContain('type1-unmap');
    expect(() => checkRegistration('completed', { ...TYPE1, vmas: 0 })).toThrow(/VMA/);
  });

  it('outlives zap, munmap() and close: the map stays until UNMAP_DMA', () => {
    const result = checkRegistration('completed', TYPE1);
    const { space } = result;
    const part = (name: string) => space.product.parts.findIndex((p) => p.name === name);
    const seen = new Set<string>();
    for (let state = 0; state < space.states; state++) {
      const local = space.stepper.local(space.table, state);
      const name = (of: string) => space.product.ltss[part(of)]!.states[local[part(of)]!]!.name;
      if (name('type1[0]') === 'mapped_without_ref')
        seen.add(`${name('vma[0]')} ${name('dev[0]')}`);
    }
    expect([...seen]).toEqual(
      expect.arrayContaining(['mapped decoding', 'none decoding', 'no_file closed']),
    );
  });
});

describe('a DMABUF that does not record its BAR', () => {
  const TWO_BARS = { devices: 1, bars: 2, vmas: 0, buffers: 1 };
  const LIST_TEST = ['refusals', 'no-live-buffer'];
  const verdicts = (bufferBar: string) => {
    const result = checkRegistration(`completed, bufferBar=${bufferBar}`, TWO_BARS);
    return LIST_TEST.map((id) => verdictOf(result, id));
  };

  it('stands in the way of all BARs of its device, or of none', () => {
    expect(verdicts('recorded')).toEqual(['holds', 'holds']);
    expect(verdicts('not_recorded_all_count')).toEqual(['broken', 'holds']);
    expect(verdicts('not_recorded_none_counts')).toEqual(['holds', 'broken']);
  });

  it('of BAR 0 has BAR 1 refused', () => {
    const result = checkRegistration('completed, bufferBar=not_recorded_all_count', TWO_BARS);
    expect(diagram(counterexample(result, 'refusals'))).toBe(
      [
        'CPU0 (fd owner)         CPU1 (registration)',
        '---------------------   ----------------------------',
        'buf0 = DMA_BUF export',
        '                        P2P_REGISTER(BAR1) = refused',
        '',
        'BAR1: registration is refused, and no DMABUF of this BAR is exported.',
        'Registration and DMABUFs of other BARs, or of old sessions, do not coexist.',
        '',
      ].join('\n'),
    );
  });

  it('stands in the way of no other device', () => {
    const scope = { devices: 2, bars: 2, vmas: 0, buffers: 1 };
    const revision = 'completed, bufferBar=not_recorded_all_count';
    expect(verdictOf(checkRegistration(revision, scope), 'refusals')).toBe('holds');
  });

  it('is counted once each, up to as many as there are', () => {
    const scope = { devices: 1, bars: 2, vmas: 0, buffers: 4 };
    const result = checkRegistration('completed, bufferBar=not_recorded_all_count', scope);
    for (const { property, verdict } of result.properties) {
      expect([property.id, verdict]).toEqual([
        property.id,
        property.id === 'refusals' ? 'broken' : 'holds',
      ]);
    }
  });
});

describe('the columns of a diagram', () => {
  const stated = expectations.filter(({ revision }) => revision.startsWith('rfc-2026-06'));
  const runs = [
    ...faults.flatMap((fault) => checkFault(familyOf(fault.system), fault).counterexamples),
    ...stated.flatMap((expected) =>
      check(familyOf(expected.system).build(expected)).properties.flatMap((result) =>
        result.verdict === 'broken' ? [result.counterexample] : [],
      ),
    ),
  ];

  it('hold every text of this subject without breaking a word', () => {
    expect(runs.length).toBeGreaterThan(50);
    for (const run of runs) {
      const [columns = ''] = diagram(run).split('\n\n');
      expect(columns).not.toMatch(/[_(]$|[_(] {3}|^ *->/m);
    }
  });

  it('are of at most 34 letters for each call', () => {
    const indices = (text: string) => text.replace(/\{\w+\}/g, '0').trim();
    for (const { written } of registrationCalls) {
      const texts = typeof written === 'object' ? Object.values(written) : [written!];
      for (const text of texts) expect(indices(text).length, text).toBeLessThanOrEqual(34);
    }
  });
});

describe.each(faults)('fault $id: $title', (fault) => {
  it('is caught by the properties that are named', () => {
    const result = checkFault(familyOf(fault.system), fault);
    expect([...result.caughtBy].sort()).toEqual([...fault.expected].sort());
    expect(result.brokenAnyway).toEqual([]);
  });
});

const KEEPS_LOCK: Patch = {
  kind: 'skip',
  step: { node: 'unlock', event: 'dev.memory_lock.up_write' },
};

describe('the run of an export that tests ahead of its section', () => {
  it('reads as the kernel does', () => {
    const fault = faults.find(({ id }) => id === 'A-03')!;
    const [found] = checkFault(raceFamily, fault).counterexamples;
    expect(diagram(found!)).toBe(
      [
        'CPU0 (register[0])                  CPU1 (export[0])',
        '---------------------------------   ---------------------------------',
        '                                    DMA_BUF export of BAR0',
        '                                      BAR0 is not registered',
        'P2P_REGISTER(BAR0)',
        '  down_write(&vdev0->memory_lock)',
        '  BAR0 is not registered',
        '  vdev0->dmabufs has none of it',
        '  BAR0 is marked registered',
        '  unmap_mapping_range(BAR0)',
        '  pci_p2pdma_add_resource(BAR0)',
        '  up_write(&vdev0->memory_lock)',
        '                                      down_write(&vdev0->memory_lock)',
        '                                      list_add_tail(&vdev0->dmabufs)',
        '',
        'BAR0.pgmap is present, and yet vdev0->dmabufs is not empty.',
        'Importers map memory that the pool gives to others.',
        '',
      ].join('\n'),
    );
  });
});

/** A system of the completed policy with one machine changed. */
function broken(system: System, machine: string, patches: readonly Patch[]): SystemResult {
  return check({
    ...system,
    parts: system.parts.map((part) =>
      part.machine.id === machine ? { ...part, machine: patched(part.machine, patches) } : part,
    ),
  });
}

describe('every property can fail', () => {
  const registration = registrationFamily.build({ scope: WITH_TYPE1, revision: 'completed' });
  const race = raceFamily.build({ scope: raceFamily.defaultScope, revision: 'completed' });

  it('by a fault, or by a change made here', () => {
    const byFault = faults.flatMap(({ expected }) => expected.map((id) => id.replace(/:.*/, '')));
    const here = [
      'coexistence',
      'registrable',
      'rest',
      'totality',
      'lock-balance',
      'returns',
      'deadlock',
    ];
    const properties = [...registration.properties, ...race.properties].map(({ id }) => id);
    expect([...new Set([...byFault, ...here])].sort()).toEqual([...new Set(properties)].sort());
  });

  it('coexistence, when a revoked buffer does not keep a BAR from being registered', () => {
    const result = checkRegistration(
      'completed, existingVma=ignored, activeBuffer=live_only, precondition=none',
    );
    expect(verdictOf(result, 'coexistence')).toBe('broken');
  });

  it('coexistence is vacuous, when a BAR that is exported cannot be mapped', () => {
    const result = broken(registration, 'bar_vma', [
      {
        kind: 'retarget',
        step: { node: 'mapped', event: 'vma.fault:ok#decoding' },
        target: 'mapped',
      },
    ]);
    expect(verdictOf(result, 'coexistence')).toBe('vacuous');
  });

  it('rest and registrable, when the drained BAR does not become free', () => {
    const result = broken(registration, 'bar', [
      {
        kind: 'retarget',
        step: { node: 'unregistering.draining', event: 'bar.drained' },
        target: 'draining',
      },
    ]);
    expect(verdictOf(result, 'rest')).toBe('broken');
    expect(verdictOf(result, 'registrable')).toBe('broken');
  });

  it('totality, when pages that are being removed are asked to go once more', () => {
    const result = broken(registration, 'pages', [
      {
        kind: 'retarget',
        step: { node: 'absent', event: 'bar.add_resource:ok' },
        target: 'draining',
      },
    ]);
    expect(verdictOf(result, 'totality')).toBe('broken');
  });

  it('lock-balance, returns and rest, when registration keeps memory_lock', () => {
    const result = broken(race, 'register', [KEEPS_LOCK]);
    expect(verdictOf(result, 'lock-balance')).toBe('broken');
    expect(verdictOf(result, 'returns')).toBe('broken');
    expect(verdictOf(result, 'rest')).toBe('broken');
  });

  it('deadlock, when registration keeps memory_lock and all others need it', () => {
    const scope = { registrars: 2, exporters: 1, mappers: 0 };
    const result = broken(raceFamily.build({ scope, revision: 'completed' }), 'register', [
      KEEPS_LOCK,
    ]);
    expect(verdictOf(result, 'deadlock')).toBe('broken');
  });

  it('totality of the steps, when the list does not say whether it is empty', () => {
    const silent = createMachine({
      id: 'dmabufs',
      meta: { labels: ['empty:true', 'empty:false', 'list_add'] },
      initial: 'empty',
      states: { empty: { on: { list_add: 'empty' } } },
    });
    const parts = race.parts.map((part) =>
      part.machine.id === 'dmabufs' ? { ...part, machine: silent } : part,
    );
    expect(verdictOf(check({ ...race, parts }), 'totality')).toBe('broken');
  });
});

describe('a larger scope', () => {
  it.each([
    ['p2p-registration', { devices: 1, bars: 1, vmas: 2, buffers: 2 }, 1297],
    ['p2p-registration', { devices: 1, bars: 3, vmas: 2, buffers: 2 }, 21790],
    ['p2p-registration', { devices: 3, bars: 3, vmas: 0, buffers: 0 }, 69264],
    ['p2p-register-race', { registrars: 2, exporters: 2, mappers: 2 }, 198812],
  ])('of %s, %o, keeps every property, too', (name, scope, states) => {
    const result = check(familyOf(name).build({ scope, revision: 'completed' }));
    const kept = result.properties.map(({ property, verdict }) => [property.id, verdict]);
    expect(kept).toEqual(result.properties.map(({ property }) => [property.id, 'holds']));
    expect(result.states).toBe(states);
  });
});

describe('a revision', () => {
  it('may decide points otherwise, and says so when there is no such point or value', () => {
    expect(policyOf('completed, pool=destroyed_with_first').pool).toBe('destroyed_with_first');
    expect(() => policyOf('v2')).toThrow(/there is no revision 'v2'/);
    expect(() => policyOf('completed, pol=x')).toThrow(/no variation point 'pol'.*pool/);
    expect(() => policyOf('completed, pool=x')).toThrow(/no value of pool 'x'/);
    expect(() => policyOf('completed, toString=x')).toThrow(/no variation point 'toString'/);
  });

  it('is listed, with those that have one defect each', () => {
    expect(registrationFamily.revisions.slice(0, 3)).toEqual([
      'rfc-2026-06',
      'completed',
      'rfc-2026-06, zoneDevicePages=not_reserved',
    ]);
    expect(registrationFamily.revisions).toContain('completed, existingVma=ignored');
    for (const family of families) {
      for (const revision of family.revisions) {
        const system = family.build({ scope: family.defaultScope, revision });
        expect(system.revision).toBe(revision);
      }
    }
  });

  it('needs a device and a BAR', () => {
    const scope = { ...ONE_BAR, bars: 0 };
    expect(() => registrationFamily.build({ scope, revision: 'completed' })).toThrow(/BAR/);
  });
});
