import { again, nothing, paragraph, type Row, says } from './mail.ts';

const EXPORT_ARGUMENTS = '`specs/buffer/export-arguments.ts`';

const changelogOfV6: readonly Row[] = [
  nothing('27c0e9e6422e', 'announces a list'),
  nothing('d38f0167d54b', 'title'),
  paragraph(
    '564cba86d561',
    'v6',
    says(
      'the probe took what pcim_p2pdma_init() answers for the opposite',
      '`P11`: `locks-are-made`',
    ),
  ),
  paragraph(
    'd68644e73906',
    'v6',
    says(
      'what gives a provider has its documentation',
      'what it gives: `p2pdma`, `provider-is-there`; the text itself is no behaviour',
    ),
  ),
  nothing('099af880e7d9', 'messages of commits'),
  paragraph(
    '8256c7642064',
    'v6',
    says('dma-bufs of VFIO have a selftest', 'ours: `kernel/selftest/vfio_dma_buf_test.c`'),
  ),
  paragraph(
    '309ada8f3874',
    'v6',
    says(
      'the array has as many ranges as the argument says',
      `${EXPORT_ARGUMENTS}; that argsz is not compared with it: \`O10\``,
    ),
  ),
  paragraph(
    '15ceda2895a4',
    'v6',
    says('a dma_buf_fd() that fails is undone', '`P7`, `M3`: `failed-leaves-nothing`'),
  ),
  paragraph(
    '2750798414b0',
    'v6',
    says('the text about p2pmem is up to date', 'not asked: a text of the kernel is no behaviour'),
  ),
  paragraph(
    'b827e1b204ec',
    'v6',
    says(
      'modules cannot ask for the kind of a route',
      'who asks is dma-buf: `map_type`, `docs/routes.md`; not asked: which symbols a module finds is no behaviour',
    ),
  ),
  paragraph(
    'dab5ccb5cbb2',
    'v6',
    says(
      'dma-buf makes DMA addresses of physical ones, and VFIO does not',
      '`phys_vec_to_sgt`, `free_sgt`; of VFIO, with the IOVA of an attachment: `attached_iova`, `P9`',
    ),
  ),
  paragraph(
    'b66fe6acba6c',
    'v6',
    says(
      'a patch about types went, for the order of the trees',
      'not asked: the order of patches is no behaviour',
    ),
  ),
  paragraph(
    '7659b7d83a2b',
    'v6',
    says(
      'a hot reset gives access back where it leaves by the way of its errors too',
      '`P3`: `restored-in-section`, `enabled-means-live`',
    ),
  ),
  paragraph(
    '1db2edc91ced',
    'v6',
    says(
      'nvgrace-gpu exports too',
      '`region-export` of `nvgrace-7.3`: `nvgrace_phys`; a region that may be refused since v7.1: `O11`',
    ),
  ),
];

const test: readonly Row[] = [
  paragraph(
    '7f963cbdfc04',
    'Nicolin Chen',
    says(
      'v6 was tried with iommufd that imports dma-bufs',
      '`iommufd`; on a real kernel: `kernel/agent/iommufd.c`',
    ),
  ),
  paragraph(
    'b50b66d56fa3',
    'Nicolin Chen',
    says(
      'by a monitor that exports its regions and maps the fds',
      '`vmm-regions`, at `vmm-qemu` as QEMU was read: `docs/vmm-regions.md`',
    ),
  ),
  paragraph(
    '3ee11543aec8',
    'Nicolin Chen',
    says(
      'each region is exported whole, as one range from 0',
      '`vmm-addresses`: then every address leads to its byte; otherwise `D-04`',
    ),
    says(
      'regions 2 and 4 of that GPU have sizes that no BAR has',
      '`region-export`: `no-further-than-memory`, broken by `P13`',
    ),
  ),
  paragraph(
    'a885bd41ebf2',
    'Jason Gunthorpe',
    says(
      'it ends the problem of type1, whose entries live on after what follow_pfn() found',
      '`D-01`: `type1-lifetime` breaks what `iommufd-lifetime` keeps; `D-01-map`, down to the locks',
    ),
  ),
  paragraph(
    '1b6bc355f204',
    'Jason Gunthorpe',
    says(
      'KVM is to map memory of VFIO in the same way',
      '`pfn-importer`, as proposed: `off-means-no-entry`',
    ),
    says(
      'confidential guests need it: their memory may not be in a VMA',
      '`guest_fault` has none: the exporter calls back, `revoked-means-no-entry`',
    ),
  ),
];

const earlier: readonly Row[] = [
  nothing('57635e55a5f7', 'address of v5'),
  nothing('fb2973936e77', 'what it was rebased on'),
  paragraph(
    'ad43494ed83b',
    'v5',
    says('lengths that overflow are refused', `rows of ${EXPORT_ARGUMENTS}, since v5`),
  ),
  paragraph(
    '3b5229bcceef',
    'v5',
    says(
      'the configuration is chosen for users',
      `a kernel without it answers -ENOTTY: ${EXPORT_ARGUMENTS}`,
    ),
  ),
  paragraph(
    'c3ba7d948ac6',
    'v5',
    says(
      'a length of 64 bits does not fit into an entry of a scatterlist',
      '`P12`: `entries-cover`',
    ),
  ),
  paragraph(
    '4134a1662f1e',
    'v5',
    says(
      'a driver whose region is no BAR in size does not export',
      '`P13`, with why it is not drawn',
    ),
  ),
  nothing('39b483602fa0', 'address of v4'),
  paragraph(
    'f934b5286d48',
    'v4',
    says(
      'one function makes the providers, and another gives that of a BAR',
      '`p2pdma`, `P16`: `provider-is-there`',
    ),
  ),
  nothing('41d25e959114', 'address of v3'),
  nothing('47686b554db1', 'another name'),
  paragraph(
    '6ca2fcf32b1d',
    'v3',
    says(
      'a buffer keeps its provider, and not the index of its BAR',
      '`region-export`, `provider-outlives-mapping`',
    ),
  ),
  nothing('def05bbc5685', 'a comment that went'),
  paragraph(
    'd18d00e9f68a',
    'v3',
    says('a BAR of I/O ports has no provider', `a row of ${EXPORT_ARGUMENTS}: -EINVAL`),
  ),
  nothing('78c6dbc44f6f', 'address of v2'),
  paragraph(
    '26840f3a3539',
    'v2',
    says(
      'a configuration of its own for what later patches use',
      'not asked: how a kernel is configured decides no more than whether it answers',
    ),
  ),
  nothing('49ab323feae5', 'rest of the item before'),
  nothing('439bf5fd31b0', 'two patches made one'),
  paragraph(
    '8c1e73467545',
    'v2',
    says('what is revoked is given back, and never revoked again', '`P1`: `enabled-means-live`'),
  ),
  paragraph(
    '96c3d003918a',
    'v2',
    says(
      'each BAR has a provider, not each device',
      '`provider-is-of-the-bar`, broken by `provider-of-device`',
    ),
  ),
  nothing('c76db1df7406', 'rest of the item before'),
  paragraph(
    'c6cad327bcbf',
    'v2',
    says(
      'a race between a buffer and a revoke',
      '`P14`: `listed-off-means-revoked`; which race it was is not said (derived)',
    ),
  ),
  paragraph(
    'e49e91809255',
    'v2',
    says('buffers are revoked where BARs are zapped', '`P2`: `cut-together`'),
  ),
  nothing('c408426d7ab8', 'address of v1'),
  nothing('73fe6f7e8eff', 'messages of commits'),
  paragraph(
    'f2fb6489678c',
    'v1',
    says(
      'memory is mapped with the attribute for memory of devices',
      'not asked: caches and what an architecture does for them are no part of any machine',
    ),
  ),
  paragraph(
    'c8204e6597f7',
    'v1',
    says(
      'a buffer has several ranges again',
      '`every-range-has-its-addresses`, `routes-agree`: `map-offset`; as a flow: `two-gpus`',
    ),
  ),
  nothing('4ccdf2467522', 'address of v0'),
  paragraph(
    '50a3739fd549',
    'cover letter',
    says(
      'it needs a DMA API that takes physical addresses',
      '`phys_vec_to_sgt` calls it: `dma_address`, `iova`',
    ),
  ),
];

const patches: readonly Row[] = [
  paragraph(
    '9e8cc441047b',
    'cover letter',
    says(
      'an earlier series is what it comes from; rewritten for the DMA API of physical addresses',
      '`map_chunks` of `vivek-2024`, against that of v7.3: `phys_vec_to_sgt`',
    ),
  ),
  paragraph('0451d7db6fe4', 'cover letter', says('a branch has the series', 'revision `v6`')),
  nothing('c4126ee7a7ba', 'an author'),
  paragraph(
    '80c1fb3d7ce0',
    'titles of the patches',
    says(
      'a document says how dma-bufs use P2PDMA',
      'not asked: a text of the kernel is no behaviour',
    ),
    says(
      'nvgrace-gpu gives its own addresses',
      '`nvgrace_phys`, `region-export`: `bus-address-is-decoded`',
    ),
  ),
  paragraph(
    '1e38273c324a',
    'titles of the patches',
    says(
      'providers, mmap() of p2pmem and its pool come apart',
      '`p2pdma` beside `p2pmem_user` and `gen_pool`; A-17',
    ),
    says(
      'bus addresses are had more simply',
      'which route has them: `bus-means-direct`, `direct-means-bus`; not asked: how functions are cut is no behaviour',
    ),
    says('the kind of a route can be asked for', '`map_type`, `calc_map_type`: `kept-is-true`'),
    says('one routine makes a scatterlist of addresses', '`phys_vec_to_sgt`, `fill_sg_entry`'),
    says('every device of vfio-pci has P2P', '`probe`, `export-probe`: `locks-are-made`'),
    says('dma-bufs of BARs are exported', '`feature_dma_buf`'),
    says(
      'who exports takes and puts the registration of the device',
      '`registration`: `registration-balanced`, `registration-given-back`',
    ),
    says(
      'functions of features are given the core device',
      'not asked: how an argument is passed is no behaviour',
    ),
    says(
      'config writes, the core, dma-buf, P2PDMA and a file of its own change',
      '`command_write`, `hot_reset`, `map_attachment`, `p2pdma`, `cleanup`',
    ),
  ),
  nothing('4fac06185a3e', 'commit that it stands on'),
  nothing('d55625836d22', 'signature'),
];

/** The series that became v6.19, at its sixth version: changelog, a first test, cover letter and patches. */
export const versionsOfTheSeries: readonly Row[] = [
  nothing('bdd0ffcc2973', 'who wrote what follows'),
  nothing('b6332eea2b12', 'who wrote what follows'),
  ...changelogOfV6,
  ...test,
  ...changelogOfV6.map(({ hash }) => again(hash)),
  ...earlier,
  ...[
    ...['6539de77871c', 'cac0435376e3', 'f42fd1551978'],
    ...['5732602010bb', '8e7cb7ff8bec', '1be401969165'],
  ].map(again),
  ...patches,
];
