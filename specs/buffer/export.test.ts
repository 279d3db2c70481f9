import { describe, expect, it } from 'vitest';
import {
  check,
  checkFault,
  lint,
  type Patch,
  patched,
  type Scope,
  type System,
  type SystemResult,
} from 'xstate-check';
import { exportFamily } from './export.system.ts';
import { WITH_O_PATH } from './findings.ts';
import { families, faults, findings, machines } from './index.ts';

/** Of the systems of export alone. */
const isOfExport = (system: string) => system.startsWith('export');
const exportFamilies = families.filter(({ name }) => isOfExport(name));
const exportFaults = faults.filter(({ system }) => isOfExport(system));
const exportFindings = findings.filter(({ system }) => isOfExport(system));

const DEFAULT = exportFamily.defaultScope;

function checkAt(revision: string, scope: Scope = DEFAULT): SystemResult {
  return check(exportFamily.build({ scope, revision }));
}

function broken(result: SystemResult): string[] {
  return result.properties.flatMap(({ property, verdict }) =>
    verdict === 'holds' ? [] : [property.id],
  );
}

/** The labels of the run that breaks a rule. */
function runThatBreaks(system: System, id: string): string[] {
  const found = check(system).properties.find(({ property }) => property.id === id)!;
  if (found.verdict !== 'broken') throw new Error(`${id} is ${found.verdict}`);
  const { space, run } = found.counterexample;
  return run.vectors.map((vector) => space.product.vectors[vector]!.label);
}

describe('v7.3', () => {
  it.each([
    ['by default', DEFAULT, 12096, 25362, 89],
    ['with an unbind', { ...DEFAULT, unbinders: 1 }, 24274, 62960, 91],
    ['with a second descriptor', { ...DEFAULT, fds: 2 }, 12324, 26121, 89],
    ['alone', { ...DEFAULT, writers: 0, closers: 0 }, 107, 125, 42],
  ] as const)('keeps every rule %s', (_, scope, states, transitions, depth) => {
    const result = checkAt('7.3', scope);
    expect(result).toMatchObject({ states, transitions, depth });
    expect(broken(result)).toEqual([]);
    expect(result.space.product.uninitiated).toEqual([]);
  });

  it('exports every device that may be exported, and no other', () => {
    const [, probe] = exportFamilies;
    const result = check(probe!.build({ scope: probe!.defaultScope, revision: '7.3' }));
    expect(result).toMatchObject({ states: 250, transitions: 271, depth: 48 });
    expect(broken(result)).toEqual([]);
  });

  it('never finds a registration that it cannot take: the open file holds one', () => {
    const { space } = checkAt('7.3', { ...DEFAULT, unbinders: 1 });
    const export_ = space.product.parts.findIndex(({ name }) => name === 'export');
    const names = new Set<string>();
    for (let state = 0; state < space.states; state++) {
      const at = space.stepper.local(space.table, state)[export_]!;
      names.add(space.product.ltss[export_]!.states[at]!.name);
    }
    const failsWith = (errno: string) =>
      [...names].some((n) => n.includes('fail') && n.includes(errno));
    const errnos = ['-EINVAL', '-ENOMEM', '-EMFILE', '-EFAULT', '-EOVERFLOW'];
    expect(errnos.filter(failsWith)).toEqual(errnos);
    expect(failsWith('-ENODEV')).toBe(false);
  });
});

describe('M14, open in v7.3', () => {
  it('is found as soon as somebody opens the dma-buf with O_PATH', () => {
    const result = checkAt('7.3', WITH_O_PATH);
    expect(result).toMatchObject({ states: 33522, transitions: 80867, depth: 95 });
    expect(broken(result)).toEqual(['memory-safe', 'no-misuse']);
    expect(exportFindings).toMatchObject([{ id: 'M14', property: 'memory-safe' }]);
  });

  it.each([
    ['a COMMAND write', { ...WITH_O_PATH, closers: 0 }, '@command_write'],
    ['the close of the device', { ...WITH_O_PATH, writers: 0 }, '@close'],
  ])('shows in %s', (_, scope, thread) => {
    const run = runThatBreaks(exportFamily.build({ scope, revision: '7.3' }), 'memory-safe');
    expect(run.filter((label) => label.endsWith('@holder'))).toEqual([
      'buf[0].open_o_path@holder',
      'buf[0].close_fd@holder',
    ]);
    expect(run.at(-1)).toContain('buf[0].get_file_active');
    expect(run.at(-1)).toContain(thread);
  });

  it('is gone where the release of the file annuls the pointer', () => {
    expect(broken(checkAt('7.3+annul', WITH_O_PATH))).toEqual([]);
  });
});

describe('faults', () => {
  it.each(exportFaults)('$id: $title', (fault) => {
    const family = exportFamilies.find(({ name }) => name === fault.system)!;
    const { caughtBy, brokenAnyway } = checkFault(family, fault);
    expect(brokenAnyway).toEqual([]);
    expect([...caughtBy].sort()).toEqual([...fault.expected].sort());
  });

  it('M12: the tracepoint of dma_buf_put() comes late where a walker drops the last reference', () => {
    const system = exportFamily.build({ scope: DEFAULT, revision: '7.3+M12' });
    const step = { node: 'install.trace', event: 'buf.dma_buf_fd.tracepoint' };
    const parts = system.parts.map((part) =>
      part.name === 'export'
        ? { ...part, machine: patched(part.machine, [{ kind: 'skip', step }]) }
        : part,
    );
    const run = runThatBreaks({ ...system, parts }, 'memory-safe');
    expect(run.at(-1)).toBe('buf[0].dma_buf_put.tracepoint@export');
    expect(run).toContain('buf[0].fput@command_write');
  });

  it('P7: closing the device lets the unbind go on, but nobody ever frees the buffer', () => {
    const scope = { ...DEFAULT, writers: 0, unbinders: 1 };
    expect(broken(checkAt('7.3+P7', scope))).toEqual(['failed-leaves-nothing', 'file-given-back']);
  });
});

/** Every rule can break: one step changed in a machine that it is about. */
describe('rules', () => {
  const patches: [string, string, Patch, string[]][] = [
    [
      'export returns with memory_lock held',
      'feature_dma_buf',
      { kind: 'skip', step: { node: 'publish.unlock', event: 'dev.memory_lock.up_write' } },
      ['lock-balance'],
    ],
    [
      'release() does not take memory_lock',
      'release',
      { kind: 'skip', step: { node: 'lock', event: 'dev.memory_lock.down_write' } },
      ['list-needs-memory-lock'],
    ],
    [
      'release() unlinks again what the cleanup of the device has unlinked',
      'release',
      { kind: 'retarget', step: { node: 'test', event: 'buf.vdev:NULL' }, target: 'lock' },
      ['registration-balanced'],
    ],
    [
      'the cleanup of the device takes a buffer whose file is on its way out',
      'cleanup',
      {
        kind: 'retarget',
        step: { node: 'unlink.get', event: 'buf[b].get_file_active:false' },
        target: 'del',
      },
      ['registration-balanced', 'memory-safe'],
    ],
    [
      'release() does not put the registration',
      'release',
      { kind: 'skip', step: { node: 'put', event: 'buf.put_registration' } },
      ['registration-given-back', 'rest'],
    ],
    [
      'a config write keeps memory_lock',
      'command_write',
      { kind: 'skip', step: { node: 'disable.unlock', event: 'dev.memory_lock.up_write' } },
      ['export-returns', 'put-means-freed', 'lock-balance'],
    ],
    [
      'the cleanup of the device leaves the buffer on the list',
      'cleanup',
      { kind: 'skip', step: { node: 'unlink.del', event: 'buf[b].list_del' } },
      ['closed-means-unlisted'],
    ],
    [
      'export is live whatever the device does',
      'feature_dma_buf',
      {
        kind: 'retarget',
        step: { node: 'publish.test', event: 'dev.memory_enabled:false' },
        target: 'live',
      },
      ['listed-off-means-revoked', 'refinement'],
    ],
  ];

  it.each(patches)('%s', (_, machine, patch, rules) => {
    const scope = { ...DEFAULT, unbinders: 1 };
    const system = exportFamily.build({ scope, revision: '7.3' });
    const parts = system.parts.map((part) =>
      part.machine.id === machine ? { ...part, machine: patched(part.machine, [patch]) } : part,
    );
    expect(broken(check({ ...system, parts }))).toEqual(expect.arrayContaining(rules));
  });
});

describe('machines', () => {
  it.each(machines.map(({ name, machine }) => [name, machine]))('%s has no lint', (_, m) => {
    expect(lint(m as Parameters<typeof lint>[0])).toEqual([]);
  });

  it.each(exportFamily.revisions)('of %s have no lint either', (revision) => {
    const parts = exportFamilies.flatMap(
      (family) => family.build({ scope: family.defaultScope, revision }).parts,
    );
    const own = new Set(machines.map(({ name }) => name));
    const found = parts.flatMap(({ name, machine }) =>
      !own.has(machine.id)
        ? []
        : lint(machine).map(({ state, message }) => `${name} ${state}: ${message}`),
    );
    expect(found).toEqual([]);
  });
});
