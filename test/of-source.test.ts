import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT } from 'xstate-check/command';
import { runCommand } from '../specs/command.ts';
import { RIGHT, treeWith } from '../specs/source/own-tree.fixture.ts';
import { unfolded } from './cli.fixture.ts';

const FILE = 'drivers/vfio/pci/vfio_pci_dmabuf.c';

/** A tree with this text in the file of the buffers. */
function directoryOf(text: string): string {
  const root = join(mkdtempSync(join(tmpdir(), 'of-source-')), 'my-tree');
  const path = join(root, FILE);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return root;
}
const treeOf = (toOne = RIGHT) => directoryOf(treeWith(toOne).read(FILE)!);

async function asked(...args: string[]) {
  let [out, err] = ['', ''];
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    error: (text: string) => {
      err += text;
    },
    progress: () => {},
    colour: false,
  };
  const status = await runCommand(args, terminal);
  return { status, out, err: unfolded(err) };
}

const right = treeOf();
/** The lock of a buffer is left locked. */
const wrong = treeOf(RIGHT.replace('dma_resv_unlock(one->dmabuf->resv);', ''));

describe('--source: the C of a tree in the place of machines', { timeout: 60_000 }, () => {
  test('check: what keeps all rules is as large as with the machines, and what is not C is said', async () => {
    const { status, out, err } = await asked('check', 'rdma-pinned', '--source', right);
    expect(status).toBe(EXIT.ok);
    expect(out).toContain('rdma-pinned, revision my-tree\n');
    expect(out).toContain('1,170 states, 2,571 transitions, depth 63\n  Not broken\n');
    expect(err).toContain(
      'rdma-pinned: command_write is that of 7.3: no file\ndrivers/vfio/pci/vfio_pci_config.c in the tree\n',
    );
    expect(err).not.toContain('rdma-pinned: move');
  });

  test('check: what breaks a rule breaks it, and is explained with the lines', async () => {
    const { status, out } = await asked('check', 'rdma-pinned', '--source', wrong);
    expect(status).toBe(EXIT.differs);
    expect(out).toContain('  Broken with this C\n  broken  revoke-returns\n');
    expect(out.replace(/\s+/g, ' ')).toContain(
      `explain rdma-pinned --property lock-balance --source ${wrong}`,
    );
    const explained = await asked(
      ...['explain', 'rdma-pinned', '--property', 'lock-balance', '--source', wrong],
    );
    expect(explained.status).toBe(EXIT.ok);
    expect(explained.out).toMatch(/^vfio_pci_dmabuf\.c:7 +vfio_pci_dma_buf_move\(vdev0, true\)$/m);
  });

  test('paths and export take a machine of it', async () => {
    expect((await asked('paths', 'move', '--source', right)).out).toMatch(/^move +29 +37 /m);
    const mermaid = await asked('export', 'move', '--to', 'mermaid', '--source', right);
    expect(mermaid.out).toContain('line_14 --> line_15: buf[0].revoked#58;false');
    const spin = await asked('export', 'rdma-pinned', '--to', 'promela', '--source', right);
    expect(spin.out).toContain('rdma-pinned, my-tree, 1 rdma_pinned');
  });

  test('report shows the line of each step', async () => {
    const { status, out } = await asked(
      ...['report', 'rdma-pinned', '--markdown', '--source', right],
    );
    expect(status).toBe(EXIT.ok);
    expect(out).toContain('`buf[0].resv.lock → line_17` drivers/vfio/pci/vfio\\_pci\\_dmabuf.c:15');
  });

  test.each([
    [
      'a machine whose function is not there',
      ['paths', 'move'],
      () => directoryOf('int a;'),
      'no function vfio_pci_dma_buf_move()',
    ],
    [
      'a machine whose function is not read',
      ['paths', 'move'],
      () => treeOf('asm("nop");'),
      'gnu asm expression at drivers/vfio/pci/vfio_pci_dmabuf.c:14',
    ],
    [
      'a machine that is no C',
      ['export', 'buffer', '--to', 'dot'],
      () => right,
      'it stands for no function that is read',
    ],
    [
      'a system of which nothing is read',
      ['check', 'rdma-pinned'],
      () => treeOf('asm("nop");'),
      'move: ',
    ],
    [
      'a system that has no C',
      ['check', 'sg-entries'],
      () => right,
      'none of its machines stands for a function',
    ],
    [
      'a file of the user',
      ['check', 'change.ts'],
      () => right,
      "what 'change.ts' exports stands for no C",
    ],
    [
      'a format that takes no C',
      ['export', 'revoke', '--to', 'kselftest'],
      () => right,
      "'kselftest' is not of machines that are made of C",
    ],
    ['a command that takes no C', ['matrix'], () => right, "unknown option '--source'"],
    ['no directory', ['check', 'revoke'], () => '/nowhere', "there is no directory '/nowhere'"],
  ])('%s is one sentence', async (_, args, tree, sentence) => {
    const { status, out, err } = await asked(...args, '--source', tree());
    expect({ status, out }).toEqual({ status: EXIT.unusable, out: '' });
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
