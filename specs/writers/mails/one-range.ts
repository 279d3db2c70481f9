import { again, type Mail, nothing, paragraph, says } from './mail.ts';

const ARGUMENTS = '`specs/buffer/export-arguments.ts`';

/** The exchange about a buffer of several ranges. */
export const oneRange: Mail = {
  number: '001',
  title: 'Re: [PATCH 10/10] vfio/pci: Add dma-buf export support for MMIO regions',
  from: 'Leon Romanovsky, 2025-07-24, to Vivek Kasireddy',
  rows: [
    nothing('002581c63aa1', 'head of the mail'),
    nothing('9100d37e173d', 'who wrote what follows'),
    nothing('9643f960d2f4', 'greeting'),
    nothing('175cb1ff22c0', 'subject'),
    nothing('a4c77faadbf3', 'author'),
    paragraph(
      'df8473648ff7',
      'description',
      says(
        'memory of BARs is exported as dma-bufs, its use is controlled, RDMA and others import it',
        '`feature_dma_buf`, `buffer`, `rdma`; of this version revision `v0`, whose functions were not read',
      ),
    ),
    again('8e7cb7ff8bec'),
    nothing('c037f987cf19', 'signatures'),
    paragraph(
      '91b2db356215',
      'diffstat',
      says(
        'config writes and the core call what a file of its own has',
        'drawn for later versions: `command_write`, `device_reset`, `hot_reset`, `close`, `feature_dma_buf`',
      ),
    ),
    nothing('f0f64570f9d4', 'declarations'),
    paragraph(
      '2f5dc7570baa',
      'validation',
      says('the index of a region is the number of a BAR', ARGUMENTS),
      says(
        'the ROM and what comes after it are refused with -ENODEV',
        `a row of ${ARGUMENTS}, since v0`,
      ),
    ),
    paragraph(
      'eb6b9ebf3d66',
      'uapi',
      says('GET makes an fd for what was chosen', '`feature_dma_buf`, `export-returns`'),
    ),
    paragraph(
      '4f069bda2262',
      'uapi',
      says('flags are those of open(2)', `${ARGUMENTS}: the kernel refuses none, measured`),
      says('offset and length choose a part of the region', `rows of ${ARGUMENTS}`),
      says(
        'the comment counts ranges, which the struct beside it does not have',
        'not asked: what was left over from the version before is no rule',
      ),
    ),
    paragraph(
      'd0ff541dea6c',
      'Vivek Kasireddy',
      says(
        'one buffer of several ranges could be made before, and cannot any more',
        `several ranges from v1 on: ${ARGUMENTS}, \`every-range-has-its-addresses\`; the form of v0 not asked: its code is not in the mail`,
      ),
    ),
    paragraph(
      '27e30e6f9afc',
      'Leon Romanovsky',
      says('one range is simpler to talk about', 'not asked: it is about the talk'),
      says(
        'nobody needs more, as there are six BARs',
        'not asked: the ranges that are wanted lie in one BAR',
      ),
      says(
        'several calls do the same',
        'they do not: of several ranges `routes-agree` is broken behind an IOMMU, `map-offset`, and iommufd answers -EOPNOTSUPP; both ways by importer: `docs/two-gpus.md`',
      ),
    ),
    paragraph(
      '192705c583ea',
      'Vivek Kasireddy',
      says(
        'a large framebuffer in the memory of one GPU is shared with another that can do P2P',
        '`two-gpus`, `no-half-framebuffer`',
      ),
      says(
        'it is scattered, since memory in one piece cannot be had when memory is short',
        'not asked: how a GPU allocates its memory is its own matter',
      ),
      says(
        'so one range, or a buffer for each, limits too much',
        'of several ranges one buffer works where no IOMMU translates, `one-framebuffer`; several buffers work with every importer: `docs/two-gpus.md`',
      ),
    ),
    paragraph(
      'fb2410bd4e51',
      'Leon Romanovsky',
      says(
        'no patch of the series allocates much memory that could fail',
        `where export and map answer -ENOMEM: ${ARGUMENTS}, \`specs/importers/import-arguments.ts\``,
      ),
    ),
    paragraph(
      '199dbcd5c2c5',
      'Vivek Kasireddy',
      says(
        'the layout of an argument cannot be changed later',
        'not asked: that is no behaviour of a kernel; what the layout allows: `specs/buffer/export-arguments.ts`',
      ),
      says(
        'one range is always a case of several',
        `${ARGUMENTS}: nr_ranges of 1 is refused nowhere, 0 with -EINVAL`,
      ),
    ),
    paragraph(
      '40a35686d9d4',
      'Leon Romanovsky',
      says(
        'several ranges come when they are shown to be needed',
        'v1 has them: revision `v1`, `dma-addresses` at ranges=2',
      ),
    ),
    nothing('bb47b8ff5f62', 'thanks'),
    nothing('d4d8d3571e09', 'thanks'),
    paragraph(
      '918345bb7d5b',
      'uapi',
      says('it answers an fd, or -1 and an errno', '`docs/export-arguments.md`, errno by errno'),
      says(
        'the feature has the number 11',
        '`kernel/agent/vfio.c` calls it by that number, and the kernels answer',
      ),
    ),
    paragraph(
      'e4c5cd6a0166',
      'uapi',
      says(
        'one region, one offset, one length; no flags and no count of ranges',
        `that of v6.19 and later: ${ARGUMENTS}; this form not asked: of v0 no code is in the mail`,
      ),
    ),
    nothing('ba03534137dc', 'context of the patch'),
    nothing('1f567b614f0e', 'version of git'),
    nothing('3322c1e8ef97', 'foot of the list'),
  ],
  beyond: [],
};
