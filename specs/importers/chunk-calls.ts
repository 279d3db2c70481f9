import { type Call, call } from 'xstate-check';
import { LONGEST } from '../../machines/importers/map-chunks.procedure.ts';
import type { Design } from '../revisions/index.ts';
import { VIVEK } from '../revisions/sources.ts';
import { range } from '../shared/contract.ts';

const MAPPING =
  'dma_buf_phys_vec_to_sgt, fill_sg_entry, dma_buf_free_sgt, drivers/dma-buf/dma-buf-mapping.c, v7.3';
const EXPORT = 'vfio_pci_core_feature_dma_buf, vfio_pci_core_fill_phys_vec, v7.3';

type Rest = Pick<Call, 'written'> & Partial<Call>;

function step(name: string, callee: string, rest: Rest): Call {
  return call(name, callee, { source: MAPPING, ...rest });
}

/** What a user says of the buffer, or of the importer, ahead of the first attach. */
function choice(
  name: string,
  callee: string,
  written: Readonly<Record<string, string>>,
  source: string,
): Call {
  const outcomes = Object.keys(written);
  return call(name, callee, { caller: 'user', outcomes, spans: true, written, source });
}

/** The calls of `map-chunks`, with every answer that a version gives. */
export function chunkCalls({ chunks: { indexes } }: Design): readonly Call[] {
  return [...userCalls(), ...choices(indexes), ...asked(), ...ofEntries()];
}

function userCalls(): readonly Call[] {
  const user = (name: string, outcomes: readonly string[], written: string) =>
    call(name, 'importer', {
      caller: 'user',
      outcomes,
      spans: true,
      written,
      source: `vfio_pci_dma_buf_attach, _map, _unmap, v7.3; ${VIVEK}: -EPERM`,
    });
  return [
    user('att.attach', ['ok', '-EOPNOTSUPP'], 'dma_buf_dynamic_attach(dmabuf)'),
    user(
      'att.map',
      ['ok', '-EPERM', '-ENODEV', '-EINVAL', '-ENOMEM'],
      'dma_buf_map_attachment_unlocked(attach{att})',
    ),
    user('att.unmap', ['ok'], 'dma_buf_unmap_attachment_unlocked(attach{att})'),
    user('att.detach', ['ok'], 'dma_buf_detach(attach{att})'),
  ];
}

function choices(indexes: 'one' | 'each'): readonly Call[] {
  const lengths = range(LONGEST).map((i) => `${i + 1}`);
  const each = choice(
    'bars.export',
    'bars',
    { two_bars: 'an export whose ranges lie in two BARs' },
    `${VIVEK}: dma_ranges[i].region_index`,
  );
  return [
    choice(
      'peer2peer.importer',
      'peer2peer',
      { not_p2p: 'the importer does not allow peer to peer' },
      'dma_buf_dynamic_attach, v7.3: importer_ops->allow_peer2peer',
    ),
    ...(indexes === 'each' ? [each] : []),
    choice(
      'range.length.export',
      'length',
      Object.fromEntries(
        lengths.slice(1).map((n) => [n, `an export whose range {range} has ${n} units`]),
      ),
      EXPORT,
    ),
    call('range.length.is', 'length', {
      outcomes: lengths,
      written: Object.fromEntries(lengths.map((n) => [n, `range {range} has ${n} units`])),
      source: EXPORT,
    }),
  ];
}

function asked(): readonly Call[] {
  return [
    step('att.peer2peer', 'peer2peer', {
      outcomes: ['true', 'false'],
      written: { true: 'attach{att}->peer2peer', false: '!attach{att}->peer2peer' },
    }),
    step('buf.revoked', 'exporter', {
      outcomes: ['true', 'false'],
      environment: ['true'],
      written: { true: 'priv->revoked', false: '!priv->revoked' },
    }),
    step('dma.kzalloc', 'allocator', {
      outcomes: ['ok', '-ENOMEM'],
      environment: ['-ENOMEM'],
      written: 'kzalloc(sgt{att})',
    }),
    step('dma.kfree', 'allocator', { written: 'kfree(sgt{att})' }),
    step('provider.map_type', 'provider', {
      outcomes: ['BUS_ADDR', 'THRU_HOST_BRIDGE', 'NOT_SUPPORTED'],
      environment: ['THRU_HOST_BRIDGE', 'NOT_SUPPORTED'],
      written: 'pci_p2pdma_map_type(provider, attach{att}->dev)',
    }),
  ];
}

function ofEntries(): readonly Call[] {
  return [
    step('nents.sg_alloc_table', 'allocator', {
      outcomes: ['ok', '-ENOMEM'],
      environment: ['-ENOMEM'],
      written: 'sg_alloc_table(sgt{att}, {nents})',
    }),
    step('range.bus_addr_map', 'p2pdma', {
      written: 'pci_p2pdma_bus_addr_map(provider, range {range})',
    }),
    step('range.map', 'dma_api', {
      outcomes: ['ok', '-ENOMEM'],
      environment: ['-ENOMEM'],
      written: 'a DMA address for range {range}, or for a chunk of it',
    }),
    step('entry.set_bus', 'entry', { written: 'sgl[{entry}] = an address on the bus, a length' }),
    step('entry.set', 'entry', { written: 'sgl[{entry}] = a DMA address, a length' }),
    step('entry.dma_len', 'entry', {
      outcomes: ['true', 'false'],
      written: { true: 'sg_dma_len(sgl[{entry}])', false: '!sg_dma_len(sgl[{entry}])' },
    }),
    step('entry.unmap', 'entry', { written: 'sgl[{entry}] is unmapped' }),
    step('att.sg_free_table', 'entry', { written: 'sg_free_table(sgt{att})' }),
  ];
}
