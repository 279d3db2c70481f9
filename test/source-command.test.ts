import { describe, expect, it } from 'vitest';
import { EXIT } from 'xstate-check/command';
import { operationsCommand, type SourceOptions, sourceCommand } from 'xstate-check/kernel';
import { cSpecification } from '../specs/source/index.ts';
import { violationsOf } from './cli.fixture.ts';

async function source(files: Readonly<Record<string, string>>, ...machines: string[]) {
  return asked(files, {}, ...machines);
}

async function asked(
  files: Readonly<Record<string, string>>,
  options: SourceOptions,
  ...machines: string[]
) {
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
  const command = options.operations ? operationsCommand : sourceCommand;
  const status = await command(cSpecification, tree, machines, options, terminal);
  return { status, out };
}

describe('source', () => {
  it('is data, as the schema has it', async () => {
    const file = 'drivers/vfio/pci/vfio_pci_dmabuf.c';
    const text =
      'static void vfio_pci_dma_buf_release(struct dma_buf *b)\n{\n\tkfree(b->priv);\n}\n';
    const { out } = await asked({ [file]: text }, { json: true }, 'release', 'cleanup');
    expect(violationsOf('source', out)).toEqual([]);
    const { functions } = JSON.parse(out);
    const verdicts = functions.map(({ verdict }: { verdict: string }) => verdict);
    expect(verdicts).toEqual([...Array(3).fill('not read'), 'differs']);
  });

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

describe('source --operations', () => {
  const file = 'drivers/dma-buf/dma-buf.c';
  const fops = (more: string) =>
    `static const struct file_operations dma_buf_fops = {\n\t.poll = dma_buf_poll,\n${more}};\n`;
  const ofTree = (text: string, options: SourceOptions = {}) =>
    asked({ [file]: text }, { operations: true, ...options });

  it('counts by object, and says what the tree has not', async () => {
    const { status, out } = await ofTree(fops(''));
    expect(status).toBe(EXIT.ok);
    expect(out).toContain('dma-buf fd: 1 operations, 0 drawn, 1 that cannot matter, 0 not drawn\n');
    expect(out).toMatch(/^not in this tree: vfio_device_fops of\n?/m);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(81);
  });

  it('fails where it has one more, and says where', async () => {
    const { status, out } = await ofTree(fops('\t.splice_read = f,\n'));
    expect(status).toBe(EXIT.differs);
    expect(out).toContain(
      '  dma_buf_fops: splice_read  drivers/dma-buf/dma-buf.c:3\n    nothing is said of it\n',
    );
  });

  it('is data, as the schema has it, and is of no single machine', async () => {
    const { out } = await ofTree(fops(''), { json: true });
    expect(violationsOf('operations', out)).toEqual([]);
    await expect(asked({ [file]: fops('') }, { operations: true }, 'move')).rejects.toThrow(
      "--operations is of all objects: leave 'move' out",
    );
  });
});
