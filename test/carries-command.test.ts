import { describe, expect, it } from 'vitest';
import { EXIT } from 'xstate-check/command';
import { type CarriesOptions, carriesCommand, type Tree } from 'xstate-check/kernel';
import { cSpecification } from '../specs/source/index.ts';
import { knownDefects } from '../specs/source/known-defects.ts';
import { RIGHT, treeWith } from '../specs/source/own-tree.fixture.ts';
import { violationsOf } from './cli.fixture.ts';

/** The defects of move that show in the smallest systems, so that it takes seconds. */
const ids = ['M4', 'M7', 'P19', 'P20', 'M17', 'O9'];
const faults = knownDefects.faults.filter(({ id }) => ids.includes(id));
const families = knownDefects.families
  .filter(({ name }) => faults.some(({ system }) => system === name))
  .map((family) => ({
    ...family,
    defaultScope: faults.find(({ system }) => system === family.name)!.scope,
  }));
const known = { ...knownDefects, ids, faults, families, findings: [] };
const move = cSpecification.machines.filter(({ id }) => id === 'move');

async function carries(tree: Tree, options: CarriesOptions = {}) {
  let out = '';
  const seen: string[] = [];
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    error: () => {},
    progress: (text: string) => {
      seen.push(text);
    },
    colour: false,
  };
  const specification = { ...cSpecification, machines: move };
  const status = await carriesCommand(specification, known, tree, options, terminal);
  return { status, out, seen };
}

const NO_WAITS = `
  dma_resv_lock(one->dmabuf->resv, NULL);
  one->revoked = revoked;
  dma_buf_move_notify(one->dmabuf);
  dma_resv_unlock(one->dmabuf->resv);`;

const EXPORT = `
int vfio_pci_core_feature_dma_buf(struct vfio_pci_core_device *vdev, int bar)
{
  if (IS_ERR(vfio_pci_core_get_iomap(vdev, bar)))
    return -ENODEV;
  return 0;
}`;

const broken = await carries(treeWith(NO_WAITS, EXPORT));

describe('carries', () => {
  it('says what is carried, with its line, its rule and its run, and answers 1', () => {
    expect(broken.status).toBe(EXIT.differs);
    expect(broken.out).toContain('Known defects that the tree carries: 1\n  M4 ');
    expect(broken.out).toMatch(/vfio_pci_dma_buf_move\(\) \(vfio_pci_dmabuf\.c:\d+\): it breaks/);
    expect(broken.out).toContain('CPU0 (command_write)');
    expect(broken.out).toContain('as in 7.0, 6.19');
  });

  it('tells what is of no tree apart from what this one hides', () => {
    expect(broken.out).toContain('of no tree: M17: a defect of a test, not of the kernel');
    expect(broken.out.replace(/\s+/g, ' ')).toContain(
      'of no tree: O9: locking_unmap_work: no function of the kernel: what an importer may do',
    );
    expect(broken.out).toContain('its rule is broken by M4 of the same');
  });

  it('fits 80 columns, and shows its progress', () => {
    expect(broken.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(broken.seen).toContain('M4 …');
  });

  it('of a tree that is as 7.3 answers 0', async () => {
    const { status, out } = await carries(treeWith(RIGHT, EXPORT));
    expect(out).toContain('Known defects that the tree carries: 0\n');
    expect(out).toContain('Each rule that breaks breaks in a known version of the kernel as well.');
    expect(status).toBe(EXIT.ok);
  });

  it('of one that lacks what a defect is judged by answers 3', async () => {
    const { status, out } = await carries(treeWith(RIGHT));
    expect(out).toMatch(/has no\s+vfio_pci_core_feature_dma_buf\(\)/);
    expect(status).toBe(EXIT.unfinished);
  });

  it('of a value in the text names the rule, and where its run is', async () => {
    const unasked = EXPORT.replace('IS_ERR(vfio_pci_core_get_iomap(vdev, bar))', 'bar >= 6');
    const { status, out } = await carries(treeWith(RIGHT, unasked));
    expect(status).toBe(EXIT.differs);
    expect(out.replace(/\s+/g, ' ')).toContain(
      'the test of the BAR: as the defect has it; its rule is exported-means-claimed of export-probe, and its run: dmabuf-spec explain M7',
    );
  });

  it('as JSON keeps to the schema', async () => {
    const { out, status } = await carries(treeWith(NO_WAITS), { json: true });
    expect(violationsOf('carries', out)).toEqual([]);
    expect(status).toBe(EXIT.differs);
    const { defects } = JSON.parse(out) as { defects: { id: string; status: string }[] };
    expect(Object.fromEntries(defects.map((one) => [one.id, one.status]))).toEqual({
      M4: 'carried',
      M7: 'not judged',
      P19: 'not judged',
      P20: 'not judged',
      M17: 'not judged',
      O9: 'not judged',
    });
  });

  it('as Markdown has a table, and the run as code', async () => {
    const { out } = await carries(treeWith(NO_WAITS), { markdown: true });
    expect(out).toMatch(/^\| M4 \| .* \| \*\*carried\*\* \| vfio_pci_dmabuf\.c:\d+ \|/m);
    expect(out).toContain('### M4\n\n```\n');
  });

  it('takes one form at a time, and a tree that is one', async () => {
    await expect(carries(treeWith(), { json: true, markdown: true })).rejects.toThrow(
      '--json and --markdown: take one of them',
    );
    await expect(carries({ name: 'a tree', read: () => undefined })).rejects.toThrow(
      "'a tree' is not the root of the source that is meant",
    );
  });
});
