import { describe, expect, it } from 'vitest';
import { cSpecification } from '../specs/source/index.ts';
import { EXIT } from '../src/cli/exit.ts';
import { sourceCommand } from '../src/cli/source-command.ts';

async function source(files: Readonly<Record<string, string>>, ...machines: string[]) {
  let out = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    error: () => {},
    progress: () => {},
    colour: false,
  };
  const tree = { name: 'a tree', read: (path: string) => files[path] };
  const status = await sourceCommand(cSpecification, tree, machines, {}, terminal);
  return { status, out };
}

describe('source', () => {
  it('of a directory that is no kernel is a mistake, and no list of what was not read', async () => {
    const refused =
      "'a tree' is not the root of the source that is meant: it has none of the files to read, such as drivers/vfio/pci/vfio_pci_dmabuf.c";
    await expect(source({}, 'move', 'cleanup')).rejects.toThrow(refused);
    await expect(source({ 'README.md': 'text' }, 'move')).rejects.toThrow(refused);
  });

  it('says of each function that is not in the tree that it was not read, and is not green', async () => {
    const { status, out } = await source(
      { 'drivers/vfio/pci/vfio_pci_dmabuf.c': 'int nothing;' },
      'cleanup',
      'device_reset',
    );
    expect(status).toBe(EXIT.unfinished);
    expect(out).toContain('not read: no file drivers/vfio/pci/vfio_pci_core.c in the tree\n');
    expect(out).toContain('0 equal, 0 differ, 4 not read.');
  });
});
