import { describe, expect, it } from 'vitest';
import {
  type Counterexample,
  check,
  checkFault,
  lint,
  type Scope,
  type SystemResult,
} from 'xstate-check';
import { families, faults, findings, machines } from './index.ts';

function familyOf(name: string) {
  return families.find((family) => family.name === name)!;
}

const results = new Map<string, SystemResult>();

/** A system checked once, whatever number of tests ask for it. */
function checked(name: string, revision = '7.3', scope?: Scope): SystemResult {
  const family = familyOf(name);
  const key = JSON.stringify([name, revision, scope]);
  const known = results.get(key);
  if (known !== undefined) return known;
  const result = check(family.build({ scope: scope ?? family.defaultScope, revision }));
  results.set(key, result);
  return result;
}

/** The properties that do not hold, vacuous ones included. */
function notHolding(result: SystemResult): string[] {
  return result.properties.flatMap(({ property, verdict }) =>
    verdict === 'holds' ? [] : [property.id],
  );
}

function counterexample(result: SystemResult, id: string): Counterexample {
  const found = result.properties.find(({ property }) => property.id === id)!;
  if (found.verdict !== 'broken') throw new Error(`${id} is ${found.verdict}`);
  return found.counterexample;
}

/** The labels of a counterexample, variants and threads included. */
function runOf({ space, run }: Counterexample): string[] {
  return run.vectors.map((vector) => space.product.vectors[vector]!.label);
}

describe.each([
  { name: 'transitions', states: 50712, transitions: 131068, depth: 127 },
  { name: 'low-power', states: 133236, transitions: 347281, depth: 136 },
  { name: 'wake-up', states: 5034, transitions: 13615, depth: 136 },
  { name: 'page-faults', states: 14254, transitions: 28130, depth: 99 },
  { name: 'sysfs-reset', states: 134496, transitions: 497828, depth: 123 },
  { name: 'sriov', states: 200168, transitions: 716476, depth: 142 },
  { name: 'failing-config-write', states: 4886, transitions: 13111, depth: 127 },
  { name: 'virtual-function', states: 54424, transitions: 138315, depth: 133 },
  { name: 'last-close', states: 14626, transitions: 39303, depth: 125 },
  { name: 'close-in-low-power', states: 13670, transitions: 50012, depth: 93 },
])('$name, v7.3', ({ name, ...counts }) => {
  it('has these states, transitions and depth', () => {
    expect(checked(name)).toMatchObject(counts);
  });

  it('breaks what its findings claim, and keeps everything else', () => {
    const claimed = findings.filter(({ system }) => system === name);
    expect(notHolding(checked(name))).toEqual(claimed.map(({ property }) => property));
  });

  it('has no step that nobody starts', () => {
    expect(checked(name).space.product.uninitiated).toEqual([]);
  });
});

describe('a finding is broken by the steps that it names', () => {
  /** Parts of labels, in the order in which they come in the run. */
  const steps: Readonly<Record<string, readonly string[]>> = {
    O13: ['set_power_state(D1)', 'memory_lock.up_write'],
    'O1-suspended': [
      'low_power_entry:begin',
      'move(false):begin',
      'pm_runtime_put',
      'rpm_suspend:end',
    ],
    'O1-command': ['low_power_entry:ok', 'write_command(MEM=1):begin', 'move(false):begin#command'],
    'O1-pmcsr': ['low_power_entry:ok', 'write_pmcsr(D', 'move(false):begin#power_write'],
    'O1-flr': ['low_power_entry:ok', '.flr:begin', 'move(false):begin#flr'],
    'O1-af-flr': ['low_power_entry:ok', '.af_flr:begin', 'move(false):begin#af_flr'],
    'O1-reset': ['low_power_entry:ok', 'device_reset:begin', 'move(false):begin#device_reset'],
    'O1-entry-twice': ['low_power_entry:ok', 'revoked.clear', 'revoked.set', 'entry:-EINVAL'],
    O2: ['low_power_entry_with_wakeup:ok', 'rpm_suspend:end', 'engaged.clear#runtime_resume'],
    O12: ['sysfs_reset:begin', 'pci_reset_function:begin@root'],
    'O12-D3hot': ['set_power_state(D3hot)', 'pci_reset_function:begin@root', 'sysfs_reset:'],
    O4: ['set_power_state(D3hot)', 'set_power_state(D0)@root', 'sriov_configure:'],
    O3: ['revoked.set', 'hw.command(MEM=0):failed', 'write_command(MEM=0):failed'],
    'link-reset-unheard': ['recovery:begin', 'pci_bus_error_reset', 'recovery:end'],
  };

  it.each(findings)('$id: $property', ({ id, system, property, revision, scope }) => {
    const labels = runOf(counterexample(checked(system, revision, scope), property));
    const wanted = steps[id]!;
    const found = wanted.reduce(
      (from, part) =>
        from < 0
          ? from
          : labels.findIndex((label, i) => i >= from && label.includes(part)) + 1 || -1,
      0,
    );
    expect(found, `${wanted.join(' … ')} in ${labels.join(', ')}`).toBeGreaterThan(0);
  });

  it('has an id of its own', () => {
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
  });
});

describe('a proposal', () => {
  it('low-power-respected keeps what O1 breaks, and everything else', () => {
    expect(notHolding(checked('low-power', 'low-power-respected'))).toEqual([]);
    expect(notHolding(checked('page-faults', 'low-power-respected'))).toEqual([]);
  });

  it('low-power-respected leaves O2 as it is', () => {
    expect(notHolding(checked('wake-up', 'low-power-respected'))).toEqual(['live-in-the-end']);
  });

  it.each(['transitions', 'sysfs-reset', 'sriov', 'failing-config-write', 'virtual-function'])(
    'low-power-respected leaves %s as it is, where nobody enters low power',
    (name) => {
      const { states, transitions } = checked(name);
      const changed = checked(name, 'low-power-respected');
      expect(changed).toMatchObject({ states, transitions });
      expect(notHolding(changed)).toEqual(notHolding(checked(name)));
    },
  );

  it('reset-prepare keeps what O12 breaks', () => {
    expect(notHolding(checked('sysfs-reset', 'reset-prepare'))).toEqual([]);
  });

  it.each(['transitions', 'page-faults', 'virtual-function'])(
    "reset-prepare waits for itself in vfio-pci's own resets, which hold memory_lock: %s",
    (name) => {
      const result = checked(name, 'reset-prepare');
      expect(notHolding(result)).toEqual(
        expect.arrayContaining(['call-returns(owner[0])', 'rest']),
      );
      const run = runOf(counterexample(result, 'call-returns(owner[0])'));
      expect(run.filter((label) => label.includes('memory_lock.down_write#flr@'))).not.toEqual([]);
      const called = run.filter((label) => !label.includes(':wait#'));
      expect(called.at(-1)).toContain('pci_try_reset_function:begin');
    },
  );
});

describe('the CPU and DMA', () => {
  const withCpu = { owners: 1, importers: 0, cpus: 1 };

  it('are treated alike by everything but low power', () => {
    expect(notHolding(checked('transitions', '7.3', withCpu))).toEqual(['unmapped-while-d1-d2']);
  });

  it('are not in low power: the CPU gets SIGBUS, an importer maps', () => {
    const result = checked('low-power', '7.3', withCpu);
    expect(notHolding(result)).toContain('unmapped-while-suspended');
    expect(notHolding(result)).not.toContain('no-pte-while-suspended');
  });

  it('both go on through a reset in sysfs', () => {
    const broken = notHolding(checked('sysfs-reset', '7.3', { importers: 0, cpus: 1 }));
    expect(broken).toContain('unmapped-while-reset');
    expect(broken).toContain('no-pte-while-reset');
  });
});

describe('two threads of the owner', () => {
  it('make their calls in any order, and keep the rules', () => {
    const result = checked('transitions', '7.3', { owners: 2, importers: 0, cpus: 0 });
    expect(notHolding(result)).toEqual(['unmapped-while-d1-d2']);
  });
});

describe('a version that does not wait', () => {
  it.each(['v9', '6.19', '7.0'])('%s: DMA goes on while the device does not answer', (revision) => {
    expect(notHolding(checked('transitions', revision))).toEqual([
      'unmapped-while-off',
      'unmapped-while-d3hot',
      'unmapped-while-reset',
      'unmapped-while-d1-d2',
      'refinement',
    ]);
  });
});

describe.each(faults)('fault $id: $title', (fault) => {
  it('is caught by every property that it names, each of which v7.3 keeps', () => {
    const { caughtBy, brokenAnyway } = checkFault(familyOf(fault.system), fault);
    expect(caughtBy.toSorted()).toEqual(fault.expected.toSorted());
    expect(brokenAnyway).toEqual([]);
  });
});

describe('the machines', () => {
  it.each(machines)('$name has nothing to lint', ({ machine }) => {
    expect(lint(machine)).toEqual([]);
  });

  // The order of a reset is drawn with no buffer, which leaves what move() does with one undone.
  const withBuffers = families.filter(({ name }) => name !== 'function-reset-order');
  it.each(withBuffers)('of $name have nothing to lint in any version', (family) => {
    for (const revision of family.revisions) {
      for (const { machine } of family.build({
        scope: { ...family.defaultScope, importers: 2 },
        revision,
      }).parts) {
        expect(lint(machine)).toEqual([]);
      }
    }
  });
});
