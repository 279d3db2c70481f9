import { type Mail, nothing, paragraph, says } from './mail.ts';

/** What the code of this mail does is drawn in one system, its version of which is `vivek-2024`. */
const CHUNKS = '`map_chunks` of `vivek-2024`';
const MAP_ANSWERS = '`specs/importers/import-arguments.ts`';

/** The map path of the first series, with the description of its author and of Jason Gunthorpe. */
export const series2024: Mail = {
  number: '002',
  title: 'Re: [PATCH v2 3/3] vfio/pci: Allow MMIO regions to be exported through dma-buf',
  from: 'Leon Romanovsky, 2024-06-24, to Vivek Kasireddy',
  rows: [
    nothing('cc7bff365d41', 'head of the mail'),
    nothing('f50d7718df33', 'who wrote what follows'),
    paragraph(
      '474159ec6eda',
      'description',
      says(
        'a dma-buf is a handle to memory without pages whose use the exporter controls',
        '`buffer`, `dma-buf-life`',
      ),
      says('RDMA imports such fds and reaches peers by them', '`rdma`'),
      says('vfio-pci is to export memory of BARs in this way', '`feature_dma_buf`'),
    ),
    paragraph(
      'cb252d0d42e6',
      'description',
      says(
        'it is as the exporter of habanalabs, but a pin is refused',
        `\`specs/revisions/pin/v6.19.ts\` refuses it up to v7.0; since then none is offered; of this series not asked: its pin is not in the mail`,
      ),
    ),
    paragraph(
      '9f840e3ff637',
      'description',
      says(
        'an attachment that can be revoked, by move',
        '`move`, `invalidate_mappings`; of this series not asked: its move is not in the mail',
      ),
      says(
        'normally it stays where it is, as a BAR does not change its address',
        'which calls end a mapping, and that no other does: `docs/when-may-i-map.md`',
      ),
      says(
        'close and reset take access away',
        '`closed-means-unmapped`, `unmapped-while-reset`, `reset-means-unmapped`',
      ),
    ),
    paragraph(
      '7cd705f02884',
      'description',
      says(
        'revoked: importers are told, and map fails at once',
        `\`move\`, \`revoked-means-unmapped\`; -ENODEV: ${MAP_ANSWERS}`,
      ),
      says(
        'after a reset importers are told again when access is back',
        '`told-importers-can-map`, broken by v7.1 and later: `O5`, `O5-silent`',
      ),
      says(
        'user space, which closes and resets, is to stop using the buffer first',
        '`docs/when-may-i-map.md`; SPDK: `docs/spdk.md`; a monitor: `docs/vmm-regions.md`',
      ),
      says(
        'the revoke is there for the kernel alone, against user space that means harm',
        '`disabled-means-unreachable` asks nothing of the owner; what it asks of importers: `revoke-returns`',
      ),
    ),
    nothing('bdd1fb5c77b2', 'announces a list'),
    paragraph(
      '337a5ec661eb',
      'enhancements',
      says(
        'one buffer of several ranges',
        `\`every-range-has-its-addresses\`, of v1 and later; of this series ${CHUNKS}`,
      ),
    ),
    paragraph(
      '79f4b95358c2',
      'enhancements',
      says(
        'CPUs reach the buffer by mmap()',
        '`bar-mmap` is that of the series of 2026; of 2024 not asked: its code is not in the mail',
      ),
    ),
    nothing('046d9f7f207d', 'signatures'),
    paragraph(
      'd631b2e50727',
      'diffstat',
      says(
        'config writes and the core call what a file of its own has',
        'drawn for later versions: `command_write`, `device_reset`, `hot_reset`, `close`; of this series not asked: of these the mail has no code',
      ),
    ),
    nothing('fb12e066788d', 'populate_sgt: declarations'),
    paragraph(
      '85b73415e484',
      'populate_sgt',
      says(
        'the length of every entry is 0 before the first is filled',
        `${CHUNKS}: \`unwind-is-exact\``,
      ),
    ),
    paragraph(
      'cc67159532a0',
      'populate_sgt',
      says('range after range, in order', CHUNKS),
      says(
        'each range has a BAR of its own, where it begins at its offset',
        'one BAR for all since v1: `specs/buffer/export-arguments.ts`; `bar-of-each`',
      ),
    ),
    paragraph(
      '4d80b6c082f2',
      'populate_sgt',
      says(
        'a range is cut into chunks no longer than a segment of the importer',
        'how 7.3 cuts: `fill_sg_entry`, `entries-cover`, `entries-adjoin`; of this series `entry-for-each-chunk`',
      ),
    ),
    paragraph(
      'c75bba4c7c77',
      'populate_sgt',
      says(
        'caches are not looked after: memory of a device is in none',
        'not asked: caches are no part of any machine',
      ),
      says(
        'each chunk is mapped by itself, and nobody asks for a P2P route',
        '`route-asked`, broken by `asked-in-map`',
      ),
      says('the first that fails ends it', `${CHUNKS}: \`unwind-is-exact\``),
    ),
    paragraph(
      '4573b2510cd3',
      'populate_sgt',
      says(
        'one entry for each chunk, with its address and its length, and on to the next',
        '`entry-for-each-chunk`',
      ),
    ),
    paragraph(
      '8f6902a3ae17',
      'populate_sgt',
      says(
        'a mapping that fails takes back what has a length and passes over the rest',
        '`unwind-is-exact`; 7.3 takes back entries that were never filled: `O6-entries`, `O6-chunks`',
      ),
    ),
    paragraph(
      'dd8cc9261065',
      'populate_sgt',
      says(
        'with the address, length and direction that it was mapped with',
        'which entries: `unwind-is-exact`; not asked: directions are no part of any machine',
      ),
    ),
    paragraph('ee74342e5b3c', 'populate_sgt', says('the errno is that of the mapping', CHUNKS)),
    paragraph(
      'a22daf8e1d0e',
      'map',
      says("the length of a segment is that of the importer's device", '`entry-for-each-chunk`'),
    ),
    paragraph(
      'd0f7418e0fab',
      'map',
      says(
        'map runs with dma_resv of the buffer',
        '`map_attachment` under `dma_resv`; `lock-order`',
      ),
    ),
    paragraph(
      'c41cb6ae0f53',
      'map',
      says(
        'an importer that is not P2P has attached, and its map answers -EPERM, before all else',
        '`attached-may-map`, broken by `asked-in-map`; since v1 attach answers -EOPNOTSUPP: `attach-not-p2p`, `only-p2p-attach-0`',
      ),
    ),
    paragraph(
      '974d076a9a12',
      'map',
      says(
        'a buffer that is revoked: -ENODEV, second',
        `first in ${MAP_ANSWERS} of later versions; the order of this one: ${CHUNKS}`,
      ),
    ),
    paragraph(
      '403acf5981c2',
      'map',
      says('no memory for the table: -ENOMEM, third', `${MAP_ANSWERS}; ${CHUNKS}`),
    ),
    paragraph(
      'a0c3a60a7b0c',
      'map',
      says(
        'as many entries as the sum of the lengths has segments: fewer than there are chunks, where ranges are short',
        '`entry-for-each-chunk`, broken by `entries-of-total`',
      ),
      says('a table that cannot be had frees what was made before', CHUNKS),
    ),
    paragraph('cc62539bf670', 'map', says('entries are filled when the table is there', CHUNKS)),
    paragraph(
      'a4950e9e6bad',
      'Leon Romanovsky',
      says(
        'scatterlists are to go: the DMA API is to take memory without pages',
        '`phys_vec_to_sgt` takes such memory by the DMA API, and still makes a scatterlist, `sg-entries`; without one: PAL, `typed-attachment`',
      ),
    ),
    nothing('05822d4b79cb', 'addresses of a series and a branch, foot of the list'),
  ],
  beyond: [],
};
