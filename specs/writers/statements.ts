/** What a mail states, in our own words, and what answers to it here. */
export interface Statement {
  /** The part of the mail. */
  readonly part: string;
  readonly says: string;
  /**
   * The rules, findings, faults, machines and pages that have it, or why there are none. Names stand
   * between backquotes, or begin with `F-` and `A-`; a test asks whether there are such.
   */
  readonly answer: string;
}

export interface Mail {
  readonly title: string;
  readonly from: string;
  readonly statements: readonly Statement[];
}

const C = 'compared with the C of 7.3.4 and 7.2.13, and equal';

/** Registration, which the mail proposes. */
const REGISTRATION: readonly Statement[] = [
  {
    part: 'introduction',
    says: 'a kernel driver can make BARs P2P memory today',
    answer: `design \`devres\`; \`add_resource\`, \`alloc_mmap\`, \`folio_free\`, \`memunmap_pages\`, \`p2pdma_release\`, \`size_show\` are ${C}`,
  },
  {
    part: 'introduction',
    says: 'a device bound to vfio-pci cannot',
    answer:
      'nothing to ask: Linux 7.3 has no such feature, so `p2p_register` is compared with no C',
  },
  {
    part: 'introduction',
    says: 'VFIO should offer the same, with isolation and life cycles kept',
    answer:
      'life cycles: `session`, `free-means-drained`, `removal-returns`, `unbind-waits-for-nobody`; isolation of registration is not asked: whoever may open the file gets memory of the device, and the mail wants it so; of page-backed dma-bufs `one-owner`, F-A20',
  },
  {
    part: 'introduction',
    says: 'zero copy by POSIX calls such as O_DIRECT, which need struct pages',
    answer:
      '`o_direct`, `page_o_direct`: pin, DMA, unpin, and -EFAULT after a zap; `reset-after-last-pin`, `count-is-references`',
  },
  {
    part: 'Design 1',
    says: 'the new feature calls pci_p2pdma_add_resource() for a BAR',
    answer: '`p2p_register` calls `add_resource`, with each of its error branches',
  },
  {
    part: 'Design 1',
    says: 'that makes struct pages',
    answer: '`pages-made-once`, A-07, A-08; `register-decoding` is broken as stated: F-X8-code',
  },
  {
    part: 'Design 1',
    says: 'and makes the BAR a provider like any other',
    answer:
      '`registered-means-allocatable` is broken as stated: F-X16; `other-bar-keeps-its-pool`: A-43',
  },
  {
    part: 'Design 2',
    says: 'what is registered and what is exported exclude each other strictly',
    answer:
      '`p2p-registration` and `p2p-register-race`: `no-vma`, `no-live-buffer`, `no-revoked-buffer`, `refusals`',
  },
  {
    part: 'Design 2',
    says: 'mmap() of a registered BAR is refused',
    answer: '`no-vma`; a mapping from before is not spoken of: F-X5',
  },
  {
    part: 'Design 2',
    says: 'export of a registered BAR is refused',
    answer: '`no-live-buffer` is broken as stated: F-X3; in the race A-03',
  },
  {
    part: 'Design 2',
    says: 'an exported BAR is not registered',
    answer: '`refusals`, `no-live-buffer`; which buffer counts is not stated: F-X3',
  },
  {
    part: 'Design 2',
    says: 'users take pieces of the memory through p2pmem/allocate in sysfs',
    answer:
      '`p2pmem_user`, `alloc_mmap`, `allocate_file`, `p2pmem_fd`, with every errno; `count-is-references` is broken by merged code: F-A42',
  },
  {
    part: 'Design 3',
    says: 'a new helper takes a registration back by hand',
    answer:
      '`remove_resource`; its code was not posted where it could be read, the order is that of devres (derived)',
  },
  {
    part: 'Design 3',
    says: 'VFIO calls it when the device is reset',
    answer:
      '`p2p_reset`; `reset-after-last-pin` and `no-mapping-while-off` hold for resets as stated; a reset through sysfs goes past it: A-33',
  },
  {
    part: 'Design 3',
    says: 'and when the session ends',
    answer:
      '`p2p_close`; `session` holds as stated; the wait is under dev_set->lock, where close_device() is called: F-X11-close',
  },
  {
    part: 'Design 3',
    says: 'so that the pool is destroyed',
    answer:
      '`pool-is-there`, `pool-outlives-references` are broken as stated with two BARs: F-X10-pool, F-X10-page',
  },
  {
    part: 'Design 3',
    says: 'and the pages are unmapped',
    answer: '`no-alloc-after-remove`, `free-means-drained` hold as stated',
  },
  {
    part: 'Design 3, not stated',
    says: 'where the helper is called, and with which locks',
    answer:
      'a close with dev_set->lock, which the diffstat cannot avoid: F-X11-close; with memory_lock, too: design `under-lock`: `wait-without-a-lock-others-need` F-X11, `removal-returns` and `rest` F-X12',
  },
  {
    part: 'Design 3, not stated',
    says: 'what is done where memory goes off, in D3 and in low power',
    answer:
      '`reset-after-last-pin`, `no-mapping-while-off` are broken as stated: F-X9-pin, F-X9-mapping',
  },
  {
    part: 'Design 3, not stated',
    says: 'what a registration that fails leaves',
    answer:
      '`failed-add-leaves-nothing`, `failed-add-leaves-other-bars`, `action-has-its-memory` are broken: F-X14-code, F-A43, F-A10, the last two by merged code',
  },
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
    part: 'titles of patches 3 to 5',
    says: 'mmap and export are blocked, registration is blocked, a helper releases',
    answer: 'as under Design 2 and 3',
  },
  {
    part: 'diffstat',
    says: 'struct vfio_pci_core_device grows by one line',
    answer: '`bar_mark`: four states are needed (derived); a bit alone is A-37',
  },
];

/** Page-backed dma-bufs, which the mail names as an alternative. */
const ALTERNATIVE: readonly Statement[] = [
  {
    part: 'Alternative',
    says: 'a different way was tried',
    answer: 'design `pages-read`; `page-backed` and `page-owners` open at it',
  },
  {
    part: 'Alternative',
    says: 'it goes with the series that adds mmap() to dma-bufs',
    answer:
      '`page_revoke` and `buffer_status` have its status and its revoke; its own mmap() and fault are those of `bar-mmap`',
  },
  {
    part: 'Alternative',
    says: 'no BAR is registered as a provider of the whole machine',
    answer:
      '**its proof of concept does**: `one-owner` is broken, F-A20: the whole BAR goes into the pool of p2pmem/allocate; `pages-sound` keeps the rule',
  },
  {
    part: 'Alternative',
    says: 'pages are made for the buffers alone that are exported with the flag',
    answer:
      '**its proof of concept makes them for the whole BAR**, and they stay until unbind: `pages-made-once`, `pages-serve-every-export`, `count-is-references`: F-A26, F-A21, F-A22',
  },
  {
    part: 'Alternative',
    says: 'by a flag of the export, which is new',
    answer: '`page_export`; of buffers without it `one-kind-of-pte`: F-A46',
  },
  {
    part: 'Alternative',
    says: 'a proof of concept can be had',
    answer: 'read and not run; no kernel has it',
  },
  {
    part: 'both',
    says: 'as kernel drivers can, with isolation',
    answer: '`one-owner`, `no-pages-through-dmabuf-fd` F-A29, `route-matches-address` F-A28',
  },
  {
    part: 'both',
    says: 'life cycles are kept',
    answer:
      '`reset-after-last-pin` F-A23, `revoked-means-unpinned` F-A23-for-good, `reset-after-last-pte` F-A24, `pte-only-while-live` F-A24-for-good, `failed-export-leaves-nothing` F-A27',
  },
  {
    part: 'uapi of mmap()',
    says: 'a mapping begins at its offset',
    answer: '`address-is-the-byte`: F-A45',
  },
  {
    part: 'an answer to the mail',
    says: 'mmap() of a dma-buf cannot install memory that is not special; that of the VFIO fd can (Jason Gunthorpe, 2026-06-10)',
    answer:
      '`no-pages-through-dmabuf-fd`: none of 12 orders of a fault keeps it; `pages-vfio-fd` keeps it, and every other rule',
  },
];

/** The mails that were gone through, statement by statement. */
export const mails: readonly Mail[] = [
  {
    title: '[RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration',
    from: 'Pranjal Shrivastava, 2026-06-10, <20260610151853.3608948-1-praan@google.com>',
    statements: [...REGISTRATION, ...ALTERNATIVE],
  },
];

const INTRODUCTION = `# What the mails state

Each statement in our own words, and beside it the rules, findings, faults and machines that have it, or why
none has. \`dmabuf-spec list\` and \`dmabuf-spec findings --all\` have the names; a finding is an error of
the design as it is stated, or of merged code where that is said. So far one mail was gone through
in this way; the others follow.
`;

/** \`docs/statements.md\`. */
export function statementsPage(): string {
  const of = ({ title, from, statements }: Mail) =>
    `\n## ${title}\n\n${from}\n\n| part | states | here |\n| --- | --- | --- |\n${statements
      .map(({ part, says, answer }) => `| ${part} | ${says} | ${answer} |\n`)
      .join('')}`;
  return `${INTRODUCTION}${mails.map(of).join('')}`;
}
