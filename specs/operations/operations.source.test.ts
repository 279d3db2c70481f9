import { describe, expect, test } from 'vitest';
import {
  CReader,
  changedTree,
  directoryTree,
  operationsOf,
  SourceReader,
} from 'xstate-check/kernel';
import { cSpecification } from '../source/index.ts';
import { operations } from './index.ts';
import { placesOf } from './places.ts';

const path = process.env.LINUX_TREE;
const reader = await CReader.load(cSpecification.dialect);
const source = new SourceReader(cSpecification, reader);

describe.skipIf(path === undefined)('with LINUX_TREE, the source of Linux 7.3.4', () => {
  const tree = directoryTree(path ?? '.');
  const judged = (of = tree as Parameters<typeof operationsOf>[1]) =>
    operationsOf(operations, of, (file) => source.unit(of, file));
  /** The tree with a text put in its place in a file. */
  const with_ = (file: string, from: string, to: string) =>
    judged(changedTree(tree, 'changed', new Map([[file, tree.read(file)!.replace(from, to)]])));
  const unsaid = ({ operations: all }: ReturnType<typeof judged>) =>
    all.filter(({ said }) => said === undefined).map(({ list, name }) => `${list}: ${name}`);

  test('every operation is said, none more, and where each is', async () => {
    const found = judged();
    expect(unsaid(found)).toEqual([]);
    expect([found.unlisted, found.absent]).toEqual([[], []]);
    const places = `${JSON.stringify(placesOf(found.operations), null, 2)}\n`;
    await expect(places).toMatchFileSnapshot('linux-7.3.4.json');
  });

  test.each([
    [
      'an ioctl of the dma-buf fd',
      'drivers/dma-buf/dma-buf.c',
      '\tcase DMA_BUF_SET_NAME_A:',
      '\tcase DMA_BUF_REVOKE:\n\t\treturn 0;\n\tcase DMA_BUF_SET_NAME_A:',
      ['dma_buf_ioctl: DMA_BUF_REVOKE'],
    ],
    [
      'an operation of the exporter',
      'drivers/vfio/pci/vfio_pci_dmabuf.c',
      '\t.release = vfio_pci_dma_buf_release,',
      '\t.mmap = vfio_pci_dma_buf_mmap,\n\t.release = vfio_pci_dma_buf_release,',
      ['vfio_pci_dmabuf_ops: mmap'],
    ],
    [
      'a file of the device in sysfs',
      'drivers/pci/pci-sysfs.c',
      '\t&dev_attr_irq.attr,',
      '\t&dev_attr_irq.attr,\n\t&dev_attr_revoke.attr,',
      ['pci_dev_attrs: revoke'],
    ],
    [
      'a step of the recovery of errors',
      'drivers/vfio/pci/vfio_pci_core.c',
      '\t.error_detected =',
      '\t.slot_reset = vfio_pci_core_slot_reset,\n\t.error_detected =',
      ['vfio_pci_core_err_handlers: slot_reset'],
    ],
    [
      'a register whose write is looked at',
      'drivers/vfio/pci/vfio_pci_config.c',
      '\tperm->writefn = vfio_af_config_write;',
      '\tperm->writefn = vfio_rebar_config_write;\n\tperm->writefn = vfio_af_config_write;',
      ['.writefn: vfio_rebar_config_write'],
    ],
  ])('%s more is told', (_, file, from, to, expected) => {
    expect(unsaid(with_(file, from, to))).toEqual(expected);
  });

  test('so is a table of operations that nobody has', () => {
    const { unlisted } = with_(
      'drivers/vfio/pci/vfio_pci_dmabuf.c',
      'static const struct dma_buf_ops vfio_pci_dmabuf_ops',
      'static const struct vm_operations_struct vfio_pci_dmabuf_vm_ops = {\n\t.fault = f,\n};\n\nstatic const struct dma_buf_ops vfio_pci_dmabuf_ops',
    );
    expect(unlisted.map(({ text }) => text)).toEqual([
      'a struct vm_operations_struct that no object has: vfio_pci_dmabuf_vm_ops',
    ]);
  });

  test('and an operation that is gone', () => {
    const { absent } = with_('drivers/dma-buf/dma-buf.c', '\t.poll\t\t= dma_buf_poll,\n', '');
    expect(absent).toEqual(['dma_buf_fops: poll']);
  });
});

test.skipIf(path !== undefined)('a part: not run, there is no source of Linux', () => {});
