import { describe, expect, test } from 'vitest';
import { CReader, judgeCarries, SourceReader, type Tree } from 'xstate-check/kernel';
import { knownBugs } from '../bugs.ts';
import { cSpecification } from './index.ts';
import { knownDefects } from './known-defects.ts';
import { excuses, fixes, signatures } from './signatures.ts';

const specification = { ...cSpecification, machines: [] };
const reader = new SourceReader(specification, await CReader.load(cSpecification.dialect));

/** What is said of one defect by the text of its function alone. */
function said(id: string, text: string, file: string) {
  const tree: Tree = { name: 'a tree', read: (path) => (path === file ? text : undefined) };
  const known = { ...knownDefects, ids: [id], faults: [], findings: [], families: [] };
  const { status, place, why } = judgeCarries(reader, tree, known, () => {}).defects[0]!;
  return { status, place, why };
}

/** By defect, what its function does where it has the defect, and where it has not. */
const values: Readonly<Record<string, readonly [carried: string, mended: string]>> = {
  M1: ['at(sgl) = addr + i * UINT_MAX;', 'at(sgl) = addr; addr += len;'],
  P12: ['sg_dma_len(sgl) = length;', 'len = min(length, MAX); sg_dma_len(sgl) = len;'],
  M13: [
    'err = map(u); if (err) goto unpin; return u;\nunpin:\ndma_buf_unpin(u->attach); ib_umem_release(u);',
    'err = map(u); if (err) goto release; return u;\nrelease:\nib_umem_release(u);',
  ],
  M15: [
    'dmabuf = file->private_data; dmabuf->file = NULL;',
    'dmabuf = file->private_data; if (dmabuf) dmabuf->file = NULL;',
  ],
  P23: [
    'vdev = READ_ONCE(priv->vdev); if (!vdev) return 1; down_read(&vdev->memory_lock);',
    'vdev = priv->vdev; if (!vdev || !vfio_device_try_get_registration(&vdev->vdev)) return 1;',
  ],
  P24: ['down_write(&vdev->memory_lock);', 'down_write(&vdev->dmabuf_lock);'],
  O10: [
    'ret = vfio_check_feature(flags, argsz, GET, sizeof(arg));',
    'ret = vfio_check_feature(flags, argsz, GET, sizeof(arg)); if (argsz < all) return -1;',
  ],
  O11: [
    'if (IS_ERR(vfio_pci_core_get_iomap(vdev, bar))) return -1; ops->get_dmabuf_phys(vdev);',
    'ops->get_dmabuf_phys(vdev); if (IS_ERR(vfio_pci_core_get_iomap(vdev, bar))) return -1;',
  ],
  O7: ['len = min_t(size_t, length, UINT_MAX);', 'len = min(length, MAX_SG_ENT_SZ);'],
  M2: ['return 0;', 'if (!dma_buf_attach_revocable(at)) return -EOPNOTSUPP; return 0;'],
  M3: [
    'if (ret < 0) goto e; return ret;\ne:\ndma_buf_put(priv->dmabuf);\nerr_dev_put:\nput(v); return ret;',
    'if (ret < 0)\n dma_buf_put(priv->dmabuf);\nreturn ret;',
  ],
  P7: [
    'return dma_buf_fd(priv->dmabuf, n);',
    'if (dma_buf_fd(b, n) < 0) dma_buf_put(priv->dmabuf);',
  ],
  M7: [
    'if (bar >= 6) return -ENODEV;',
    'if (IS_ERR(vfio_pci_core_get_iomap(vdev, bar))) return -ENODEV;',
  ],
  P10: [
    'if (!vdev->pci_ops->get) return -1;',
    'if (!vdev->pci_ops || !vdev->pci_ops->get) return -1;',
  ],
  P14: [
    'r = !__vfio_pci_memory_enabled(vdev); down_write(&vdev->lock); put(r); up_write(&vdev->lock);',
    'down_write(&vdev->lock); r = !__vfio_pci_memory_enabled(vdev); up_write(&vdev->lock);',
  ],
  P9: ['dma_iova_try_alloc(dev, state, 0, size);', 'return 0;'],
  P11: [
    'ret = pcim_p2pdma_init(p); if (ret != -EOPNOTSUPP) return ret;',
    'ret = pcim_p2pdma_init(p); if (ret && ret != -EOPNOTSUPP) return ret;',
  ],
  P15: ['v[i].paddr += start + off;', 'v[i].paddr = start + off;'],
  P16: ['return &p2p->mem[bar];', 'if (WARN_ON(!p2p)) return NULL; return &p2p->mem[bar];'],
  M11: ['if (!mem) return NULL;', 'if (!mem || pdev->non_mappable_bars) return NULL;'],
  M12: [
    'fd_install(fd, file); DMA_BUF_TRACE(trace_dma_buf_fd, buf, fd);',
    'DMA_BUF_TRACE(trace_dma_buf_fd, buf, fd); fd_install(fd, file);',
  ],
  M10: ['mutex_lock(&pages->mutex);', 'if (iopt_is_dmabuf(pages)) return -EINVAL;'],
  M18: [
    'down_write(&l); ret = pci_enable_sriov(p, n); up_write(&l);',
    'down_write(&l); set(v); up_write(&l); ret = pci_enable_sriov(p, n);',
  ],
  M14: ['if (!get_file_active(&b->file)) return;', 'if (!get_buffer(b)) return;'],
  O1: ['return cmd & MEM;', 'return !vdev->pm_runtime_engaged && (cmd & MEM);'],
  O12: ['return 0;', 'struct h x = { .reset_prepare = f };'],
};

/** What the files have beside the function, where a signature asks for it. */
const BESIDE = `int other(void)
{
  b->file = NULL;
  return iopt_is_dmabuf(p) + pci_ops(v) + pcim_p2pdma_init(p) + vfio_pci_dma_buf_find_pfn(b) +
         vfio_pci_core_mmap_prep_dmabuf(v);
}
`;

describe('a value that stands in the text', () => {
  test('of every signature both values are tested', () => {
    expect(Object.keys(values).sort()).toEqual(signatures.map(({ defect }) => defect).sort());
  });

  test.each(signatures.filter(({ defect }) => !['O1', 'O12', 'M14'].includes(defect)))(
    '$defect: $what',
    ({ defect, functions, files }) => {
      const [carried, mended] = values[defect]!;
      const file = files[0]!;
      const withBody = (body: string) => `${BESIDE}int ${functions[0]}(void)\n{\n${body}\n}\n`;
      expect(said(defect, withBody(carried), file)).toMatchObject({ status: 'carried' });
      expect(said(defect, withBody(mended), file)).toMatchObject({ status: 'mended' });
      // In a comment it is nobody's value.
      const comment = `/* ${carried.replaceAll('/*', '')} */\n${mended}`;
      expect(said(defect, withBody(comment), file).status).toBe('mended');
      expect(said(defect, BESIDE, file).why).toBe(
        `${file} has no ${functions.map((f) => `${f}()`).join(' or ')}`,
      );
    },
  );

  test.each(signatures.filter(({ onlyThere }) => onlyThere))(
    '$defect: a tree without what only some have has not the defect',
    ({ defect, functions, files, inFile }) => {
      const file = files[0]!;
      expect(said(defect, BESIDE, file).status).toBe('mended');
      const alone = `int ${functions[0]}(void)\n{\n${values[defect]![0].replace(inFile!, '')}\n}\n`;
      expect(said(defect, alone, file)).toMatchObject({
        status: 'mended',
        why: `${file} has nothing of what it is about`,
      });
      const unread = `${BESIDE}int ${functions[0]}(void)\n{\n  if (\n}\n`;
      expect(said(defect, unread, file).status).not.toBe('mended');
    },
  );

  test('the line is that of the value', () => {
    const text =
      'int dma_buf_fd(void)\n{\n  int fd = 0;\n\n  fd_install(fd, file);\n  DMA_BUF_TRACE(t, fd);\n}\n';
    const file = 'drivers/dma-buf/dma-buf.c';
    expect(said('M12', text, file).place).toEqual({ file, line: 5 });
  });

  test('of a function that has neither, nothing is claimed', () => {
    const text = 'int fill_sg_entry(void)\n{\n  return 0;\n}\n';
    expect(said('O7', text, 'drivers/dma-buf/dma-buf-mapping.c')).toMatchObject({
      status: 'not judged',
      why: 'fill_sg_entry() has neither value of the longest entry',
    });
  });
});

describe('what is open in the newest', () => {
  test.each(['O1', 'O12', 'M14'])('%s: both values', (id) => {
    const { functions, files } = signatures.find(({ defect }) => defect === id)!;
    const findings = knownDefects.findings.filter((one) => one.id === id);
    expect(findings.length).toBe(1);
    const ask = (body: string) => {
      const text =
        functions.length === 0
          ? `int f(void)\n{\n${body}\n}\n`
          : `int ${functions[0]}(void)\n{\n${body}\n}\n`;
      const tree: Tree = { name: 'a tree', read: (path) => (path === files[0] ? text : undefined) };
      const known = { ...knownDefects, ids: [], faults: [], findings, families: [] };
      return judgeCarries(reader, tree, known, () => {}).defects.map(({ status }) => status);
    };
    expect(ask(values[id]![0])).toEqual(['carried']);
    expect(ask(values[id]![1])).toEqual(['mended']);
  });
});

describe('an entry of a table that makes a defect harmless', () => {
  const [{ file, table, member, returns }] = excuses;
  const attach = 'int vfio_pci_dma_buf_attach(void)\n{\n  return 0;\n}\n';
  const tree = (answer: string, entry: string) =>
    `${attach}int own_pin(void)\n{\n  return ${answer};\n}\nconst struct ops ${table} = { ${entry} };\n`;

  test.each([
    ['it refuses', returns, `.${member} = own_pin`, 'mended'],
    ['it does not refuse', '0', `.${member} = own_pin`, 'carried'],
    ['it is not there', returns, '.attach = other', 'carried'],
  ])('%s', (_, answer, entry, status) => {
    expect(said('M2', tree(answer, entry), file).status).toBe(status);
  });
});

test('a fix is named of a known defect', () => {
  expect(Object.keys(fixes).filter((id) => !knownBugs.includes(id))).toEqual([]);
});
