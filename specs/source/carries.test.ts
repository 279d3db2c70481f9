import { describe, expect, test } from 'vitest';
import { CReader, judgeCarries, SourceReader, type Tree } from 'xstate-check/kernel';
import { cSpecification } from './index.ts';
import { knownDefects } from './known-defects.ts';
import { RIGHT, treeWith } from './own-tree.fixture.ts';

const move = cSpecification.machines.filter(({ id }) => id === 'move');
const specification = { ...cSpecification, machines: move };
const reader = new SourceReader(specification, await CReader.load(cSpecification.dialect));

/** Asks for some defects, each in its own systems, which are as small as they show it. */
function asked(tree: Tree, ...ids: string[]) {
  const faults = knownDefects.faults.filter(({ id }) => ids.includes(id));
  const families = faults.flatMap(({ system, scope }) =>
    knownDefects.families
      .filter(({ name }) => name === system)
      .map((family) => ({ ...family, defaultScope: scope })),
  );
  const known = { ...knownDefects, ids, faults, families, findings: [] };
  return judgeCarries(reader, tree, known, () => {});
}

/** The verdict on one defect, with the version that the function is said to be. */
function verdictOn(id: string, tree: Tree) {
  const report = asked(tree, id);
  const { status, why, rule, place, mendedBy } = report.defects[0]!;
  const [{ is, names }] = report.functions as [(typeof report.functions)[0]];
  return { status, why, rule: rule?.property, line: place?.line, mendedBy, is, names };
}

const NO_WAITS = `
  dma_resv_lock(one->dmabuf->resv, NULL);
  one->revoked = revoked;
  dma_buf_move_notify(one->dmabuf);
  dma_resv_unlock(one->dmabuf->resv);`;
const ONE_SECOND = RIGHT.replace(
  'wait_for_completion(&one->comp)',
  'wait_for_completion_timeout(&one->comp, HZ)',
);
const KERNEL_FENCES = RIGHT.replace('BOOKKEEP', 'KERNEL').replace(
  /kref_put[\s\S]*reinit_completion\(&one->comp\);/,
  ';',
);
const FENCES_ALONE = KERNEL_FENCES.replace('KERNEL', 'BOOKKEEP');
const REARM = /\s*kref_init\(&one->kref\);\s*reinit_completion\(&one->comp\);/;
const ARMED_LATE = `${RIGHT.replace(REARM, '').replace(/\}\s*$/, '')}
    kref_init(&one->kref);
    reinit_completion(&one->comp);
  }`;

describe('a defect of move: carried where the C has it, mended where it is that of 7.3', () => {
  test.each([
    ['M4', NO_WAITS, 'disabled-means-unmapped', ['7.0', '6.19', 'v9', 'v7', 'v6', 'v5']],
    ['P18', KERNEL_FENCES, 'disabled-means-signalled', ['7.3+P18']],
    ['P19', FENCES_ALONE, 'disabled-means-unreachable', ['7.3+P19']],
    ['P20', ONE_SECOND, 'disabled-means-unreachable', ['7.3+P20']],
    ['P21', ARMED_LATE, 'no-misuse', ['7.3+P21']],
  ])('%s', (id, faulty, rule, names) => {
    expect(verdictOn(id, treeWith(faulty))).toMatchObject({ status: 'carried', rule, names });
    expect(verdictOn(id, treeWith())).toMatchObject({
      status: 'mended',
      why: 'as in 7.3',
      is: 'newest',
      mendedBy: knownDefects.fixes[id],
    });
  });

  test('the line is where the C parts from that of 7.3', () => {
    const { line } = verdictOn('M4', treeWith(NO_WAITS));
    const text = treeWith(NO_WAITS).read('drivers/vfio/pci/vfio_pci_dmabuf.c')!.split('\n');
    expect(text[line! - 1]!.trim()).toBe('dma_resv_unlock(one->dmabuf->resv);');
  });
});

test('what an older version has hides another defect, which is not said to be there', () => {
  expect(verdictOn('P19', treeWith(NO_WAITS))).toMatchObject({
    status: 'not judged',
    why: 'its rule is broken by M4 of the same function, which hides it',
  });
});

test('what an older version keeps is not said to be mended by a change', () => {
  const { status, why, mendedBy } = verdictOn('P21', treeWith(NO_WAITS));
  expect({ status, why, mendedBy }).toEqual({
    status: 'mended',
    why: 'it keeps its rule',
    mendedBy: undefined,
  });
});

describe('a function that no version has', () => {
  /** Waits for the importers with the lock held that they need to unmap. */
  const UNDER_LOCK = RIGHT.replace('  dma_resv_unlock(one->dmabuf->resv);\n', '').replace(
    'reinit_completion(&one->comp);',
    'reinit_completion(&one->comp);\n    dma_resv_unlock(one->dmabuf->resv);',
  );
  const report = asked(treeWith(UNDER_LOCK), 'P20');

  test('is of none, with the nearest version and what else differs', () => {
    const [{ is, defects, differs }] = report.functions as [(typeof report.functions)[0]];
    expect({ is, defects }).toEqual({ is: 'none', defects: [] });
    expect(differs.length).toBeGreaterThan(0);
  });

  test('breaks rules that break in no version, with a run', () => {
    const broken = report.combinations.flatMap(({ inNone }) => inNone);
    expect(broken.map(({ property }) => property)).toContain('revoke-returns');
    for (const { counterexample } of broken) {
      expect(counterexample.run.vectors.length).toBeGreaterThan(0);
    }
  });

  test('is not said to have a known defect, whose rule it keeps', () => {
    expect(report.defects[0]!.status).not.toBe('carried');
  });

  test('one that keeps all that is asked is said to break nothing', () => {
    const twice = RIGHT.replace(
      'dma_buf_invalidate_mappings(one->dmabuf);',
      'dma_buf_invalidate_mappings(one->dmabuf);\n  dma_buf_invalidate_mappings(one->dmabuf);',
    );
    const { combinations, functions, defects } = asked(treeWith(twice), 'P20');
    expect(functions[0]!.is).toBe('none');
    const broken = combinations.flatMap(({ inNone }) => inNone.map(({ property }) => property));
    expect(broken).toEqual([]);
    expect(defects[0]!).toMatchObject({ status: 'mended', why: 'it keeps its rule' });
  });
});

describe('functions beside the table', () => {
  test('one that touches the state of a buffer is listed', () => {
    const other = `
static int other(struct vfio_pci_dma_buf *one)
{
  kref_get(&one->kref);
  return one->phys_vec[0].len;
}`;
    expect(asked(treeWith(RIGHT, other)).outside).toMatchObject([
      { function: 'other', touches: ['.kref', '.phys_vec'] },
    ]);
  });

  test('one that does not is not', () => {
    expect(asked(treeWith(RIGHT, 'static int other(int n)\n{\n  return n;\n}')).outside).toEqual(
      [],
    );
  });
});

test('a file with the markers of a merge is refused', () => {
  const conflict = '<<<<<<< HEAD\n=======\n>>>>>>> other\n';
  const { functions, defects } = asked(treeWith(RIGHT, conflict), 'M4');
  expect(functions[0]).toMatchObject({ is: 'not read' });
  expect(defects[0]).toMatchObject({ status: 'not judged' });
  expect(defects[0]!.why).toMatch(/^not read: a conflict marker at .*vfio_pci_dmabuf.c:\d+$/);
});

test('a file that is not there is named, and nothing is claimed of what is in it', () => {
  const { missing, defects } = asked({ name: 'nothing', read: () => undefined }, 'M4', 'M7');
  expect(missing.map(({ file, functions }) => [file, functions])).toEqual([
    ['drivers/vfio/pci/vfio_pci_dmabuf.c', ['vfio_pci_dma_buf_move']],
  ]);
  expect(defects.map(({ status }) => status)).toEqual(['not judged', 'not judged']);
});
