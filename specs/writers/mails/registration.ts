import { type Mail, nothing, paragraph, type Statement, says } from './mail.ts';

const C = 'compared with the C of 7.3.4 and 7.2.13, and equal';

/** What a reader of Design 3 asks and is not told. */
const NOT_STATED: readonly Statement[] = [
  says(
    'not stated: where the helper is called, and with which locks',
    'a close with dev_set->lock, which the diffstat cannot avoid: F-X11-close; with memory_lock, too: design `under-lock`: `wait-without-a-lock-others-need` F-X11, `removal-returns` and `rest` F-X12',
  ),
  says(
    'not stated: what is done where memory goes off, in D3 and in low power',
    '`reset-after-last-pin`, `no-mapping-while-off` are broken as stated: F-X9-pin, F-X9-mapping',
  ),
  says(
    'not stated: what a registration that fails leaves',
    '`failed-add-leaves-nothing`, `failed-add-leaves-other-bars`, `action-has-its-memory` are broken: F-X14-code, F-A43, F-A10, the last two by merged code',
  ),
];

/** What the mail names as an alternative: dma-bufs with pages. */
const ALTERNATIVE: readonly Statement[] = [
  says(
    'a different way was tried',
    'design `pages-read`; `page-backed` and `page-owners` open at it',
  ),
  says(
    'it goes with the series that adds mmap() to dma-bufs',
    '`page_revoke` and `buffer_status` have its status and its revoke; its own mmap() and fault are those of `bar-mmap`',
  ),
  says(
    'no BAR is registered as a provider of the whole machine',
    '**its proof of concept does**: `one-owner` is broken, F-A20: the whole BAR goes into the pool of p2pmem/allocate; `pages-sound` keeps the rule',
  ),
  says(
    'pages are made for the buffers alone that are exported with the flag',
    '**its proof of concept makes them for the whole BAR**, and they stay until unbind: `pages-made-once`, `pages-serve-every-export`, `count-is-references`: F-A26, F-A21, F-A22',
  ),
  says(
    'by a flag of the export, which is new',
    '`page_export`; of buffers without it `one-kind-of-pte`: F-A46',
  ),
];

/** Registration of BARs with P2PDMA, proposed, and the alternative that it names. */
export const registration: Mail = {
  number: '004',
  title: '[RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration',
  from: 'Pranjal Shrivastava, 2026-06-10, <20260610151853.3608948-1-praan@google.com>',
  rows: [
    nothing('cb9317ce2773', 'head of the archive'),
    nothing('172dcd04a65e', 'head of the thread'),
    nothing('29292868248f', 'addressees'),
    paragraph(
      'efd07e9382ec',
      'introduction',
      says(
        'BARs that VFIO shows get struct pages',
        '`p2p_register`, `pages`; as dma-bufs `page_map`, `backed_bar`',
      ),
    ),
    paragraph(
      '154bcea256f9',
      'introduction',
      says(
        'a kernel driver can make BARs P2P memory today',
        `design \`devres\`; \`add_resource\`, \`alloc_mmap\`, \`folio_free\`, \`memunmap_pages\`, \`p2pdma_release\`, \`size_show\` are ${C}`,
      ),
      says(
        'a device bound to vfio-pci cannot',
        'no call of Linux 7.3 does it, so `p2p_register` is compared with no C; pci_p2pdma_add_resource() itself takes such a device, run on 7.3.4: `docs/designs.md`',
      ),
    ),
    paragraph(
      'dd1ac3394ec1',
      'introduction',
      says(
        'VFIO should offer the same, isolated',
        'isolation of registration is not asked: by Design 2 whoever may open p2pmem/allocate (mode 0660) gets memory of the device; of page-backed dma-bufs `one-owner` F-A20, `no-pages-through-dmabuf-fd` F-A29, `route-matches-address` F-A28',
      ),
      says(
        'and with life cycles kept',
        'registration: `session`, `free-means-drained`, `removal-returns`, `unbind-waits-for-nobody`; page-backed: `reset-after-last-pin` F-A23, `revoked-means-unpinned` F-A23-for-good, `reset-after-last-pte` F-A24, `pte-only-while-live` F-A24-for-good, `failed-export-leaves-nothing` F-A27',
      ),
    ),
    paragraph(
      '6aa742a3ef70',
      'introduction',
      says('the series lets VFIO register BARs as providers with pages', '`p2p_register`'),
      says(
        'zero copy by POSIX calls such as O_DIRECT, which need struct pages',
        '`o_direct`, `page_o_direct`: pin, DMA, unpin, and -EFAULT after a zap; `reset-after-last-pin`, `count-is-references`',
      ),
    ),
    nothing('0072e6b93494', 'title'),
    paragraph(
      '9c514af42054',
      'Design',
      says(
        'the pool of P2PDMA manages the memory and cuts it up',
        '`gen_pool`, `p2pmem_user`; `no-alloc-after-remove`, F-X16',
      ),
    ),
    paragraph(
      '9f051d722a88',
      'Design 1',
      says(
        'the new feature calls pci_p2pdma_add_resource() for a BAR',
        '`p2p_register` calls `add_resource`, with each of its error branches',
      ),
      says(
        'that makes struct pages',
        '`pages-made-once`, A-07, A-08; `register-decoding` is broken as stated: F-X8-code',
      ),
      says(
        'and makes the BAR a provider like any other',
        '`registered-means-allocatable` is broken as stated: F-X16; `other-bar-keeps-its-pool`: A-43',
      ),
    ),
    paragraph(
      '0ed52b6218b5',
      'Design 2',
      says(
        'what is registered and what is exported exclude each other strictly',
        '`p2p-registration` and `p2p-register-race`: `no-vma`, `no-live-buffer`, `no-revoked-buffer`, `refusals`',
      ),
    ),
    paragraph(
      '82c9316f2e85',
      'Design 2',
      says(
        'mmap() of a registered BAR is refused',
        '`no-vma`; a mapping from before is not spoken of: F-X5',
      ),
      says(
        'export of a registered BAR is refused',
        '`no-live-buffer` is broken as stated: F-X3; in the race A-03',
      ),
    ),
    paragraph(
      '4534443ecac4',
      'Design 2',
      says(
        'an exported BAR is not registered',
        '`refusals`, `no-live-buffer`; which buffer counts is not stated: F-X3',
      ),
    ),
    paragraph(
      '19cf9e256595',
      'Design 2',
      says(
        'users take pieces of the memory through p2pmem/allocate in sysfs',
        '`p2pmem_user`, `alloc_mmap`, `allocate_file`, `p2pmem_fd`, with every errno; `count-is-references` is broken by merged code: F-A42',
      ),
    ),
    paragraph(
      '0a527ef58a8c',
      'Design 3',
      says(
        'a new helper takes a registration back by hand',
        '`remove_resource`; its code was not posted where it could be read, the order is that of devres (derived)',
      ),
      says(
        'VFIO calls it when the device is reset',
        '`p2p_reset`; `reset-after-last-pin` and `no-mapping-while-off` hold for resets as stated; a reset through sysfs goes past it: A-33',
      ),
      says(
        'and when the session ends',
        '`p2p_close`; `session` holds as stated; the wait is under dev_set->lock, where close_device() is called: F-X11-close',
      ),
      says(
        'so that the pool is destroyed',
        '`pool-is-there`, `pool-outlives-references` are broken as stated with two BARs: F-X10-pool, F-X10-page',
      ),
      says(
        'and the pages are unmapped',
        '`no-alloc-after-remove`, `free-means-drained` hold as stated',
      ),
      ...NOT_STATED,
    ),
    nothing('e1e3247799cf', 'address of a branch'),
    nothing('a53954c792c4', 'title'),
    paragraph('d35f705793a6', 'Alternative', ...ALTERNATIVE),
    paragraph(
      '974a50208b50',
      'Alternative',
      says(
        'a proof of concept can be had',
        'it was read, and is what the findings of design `pages-read` speak of; no kernel has it, so it was not run',
      ),
    ),
    nothing('f9337efaf262', 'address of a series'),
    paragraph(
      '9a5f0bb5c13c',
      'titles of the patches',
      says(
        'mmap and export are blocked, registration is blocked, a helper releases',
        'as under Design 2 and 3: `refusals`, `no-vma`, `no-live-buffer`, `remove_resource`',
      ),
    ),
    paragraph(
      '43a0b8803256',
      'diffstat',
      says(
        'struct vfio_pci_core_device grows by one line',
        '`bar_mark`: four states are needed (derived); a bit alone is A-37',
      ),
    ),
    nothing('90f9436a0796', 'version of git'),
    nothing('af6d4e34400e', 'line of the archive'),
    nothing('871ba417d1a9', 'line of the archive'),
    nothing('e162112875f8', 'the thread once more'),
    nothing('1b2d442c59b6', 'foot of the archive'),
  ],
  beyond: [
    {
      part: 'patch 1',
      says: 'a privileged process asks for it',
      answer:
        'not asked: who may open the device is decided before all of this, and the mail names no -EPERM',
    },
    {
      part: 'patch 1',
      says: 'it answers 0 or an errno, and has no payload',
      answer:
        'a table of its arguments, with which comes first: `specs/p2p-registration/register-arguments.ts`',
    },
    {
      part: 'uapi of mmap() of dma-bufs',
      says: 'a mapping begins at its offset',
      answer: '`address-is-the-byte`: F-A45',
    },
    {
      part: 'answer of Jason Gunthorpe, 2026-06-10',
      says: 'mmap() of a dma-buf cannot install memory that is not special; that of the VFIO fd can',
      answer:
        '`no-pages-through-dmabuf-fd`: none of 12 orders of a fault keeps it; `pages-vfio-fd` keeps it, and every other rule',
    },
  ],
};
