import { describe, expect, test } from 'vitest';
import { CReader, changedTree, directoryTree, SourceReader, type Tree } from 'xstate-check/kernel';
import { exits } from './exits.ts';
import { cSpecification } from './index.ts';

const path = process.env.LINUX_TREE;
const reader = await CReader.load(cSpecification.dialect);
const source = new SourceReader(cSpecification, reader);

describe.skipIf(path === undefined)('with LINUX_TREE, the source of Linux 7.3.4', () => {
  const tree = directoryTree(path ?? '.');
  const untaken = (of: Tree, machines = cSpecification.machines) =>
    source.untaken(
      of,
      machines.map((machine) => source.judge(of, machine)),
    );

  test('every way out that no machine takes says why, and no other does', () => {
    const found = untaken(tree);
    expect(found.untaken.filter(({ known }) => known === undefined)).toEqual([]);
    expect(found.untaken.map(({ exit }) => exit).sort()).toEqual(Object.keys(exits).sort());
    const notDrawn = found.untaken.filter(({ known }) => known!.startsWith('not drawn'));
    expect([found.all, found.untaken.length, notDrawn.length]).toEqual([293, 68, 9]);
  });

  test('one more is told', () => {
    const file = 'drivers/vfio/pci/vfio_pci_dmabuf.c';
    const text = tree
      .read(file)!
      .replace(
        '\tlockdep_assert_held_write(&vdev->memory_lock);\n\n\tlist_for_each_entry_safe(priv, tmp',
        '\tif (IS_ENABLED(CONFIG_KUNIT))\n\t\treturn;\n\n\tlist_for_each_entry_safe(priv, tmp',
      );
    const changed = changedTree(tree, 'changed', new Map([[file, text]]));
    const moves = cSpecification.machines.filter(({ id }) => id === 'move');
    const { untaken: more } = untaken(changed, moves);
    expect(more.map(({ exit }) => exit)).toEqual(['vfio_pci_dma_buf_move: return;']);
  });
});

test.skipIf(path !== undefined)('a part: not run, there is no source of Linux', () => {});
