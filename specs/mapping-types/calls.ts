import { type Call, call } from 'xstate-check';
import { MAPPING_TYPES } from '../../machines/mapping-types/match-lists.resource.ts';
import { importerCalls } from '../importers/calls.ts';
import { procedureCalls } from '../shared/calls.ts';
import { CHRISTIAN, IC_V2, JASON, rfc, VFIO } from './sources.ts';

const ERRNOS = ['-EINVAL', '-ENOMEM', '-ENODEV', '-EOPNOTSUPP'];
const ENTRIES = ['SGT', 'SGT_P2P', 'PAL', 'IOV'];

const user: readonly Call[] = [
  ...ENTRIES.flatMap((entry) => [
    call(`lists.offer(${entry})`, 'match_lists', {
      caller: 'user',
      written: `the exporter offers ${entry}`,
      blocks: 'wait',
      source: rfc(0, 1, 3),
    }),
    call(`lists.want(${entry})`, 'match_lists', {
      caller: 'user',
      written: `the importer takes ${entry}`,
      blocks: 'wait',
      source: rfc(0, 1, 3),
    }),
  ]),
  call('lists.far', 'match_lists', {
    caller: 'user',
    written: 'pci_p2pdma_distance() < 0',
    blocks: 'wait',
    source: rfc(3),
  }),
  call('imp.import', 'importer', {
    caller: 'user',
    outcomes: ['ok', ...ERRNOS],
    spans: true,
    written: 'an import of the dma-buf',
    source: rfc(23),
  }),
  call('imp.release', 'importer', {
    caller: 'user',
    outcomes: ['end'],
    spans: true,
    written: 'the importer lets go of it',
    source: rfc(23),
  }),
  call('dev.revoking_reset', 'exporter', {
    caller: 'user',
    spans: true,
    written: 'VFIO_DEVICE_RESET',
    source: 'vfio_pci_ioctl_reset, v7.3',
  }),
  call('dev.last_close', 'exporter', {
    caller: 'user',
    spans: true,
    written: 'the last close of the device',
    source: `vfio_pci_dma_buf_cleanup, ${VFIO}`,
  }),
];

const search: readonly Call[] = [
  call('att.match', 'match_mapping', {
    outcomes: ['ok', '-EINVAL', '-ENOMEM'],
    spans: true,
    written: 'dma_buf_match_mapping()',
    source: rfc(1),
  }),
  call('lists.next_exp', 'match_lists', {
    outcomes: ['entry', 'end'],
    written: { entry: 'the next entry of the exporter', end: 'the exporter has no more entries' },
    source: rfc(1),
  }),
  call('lists.next_imp', 'match_lists', {
    outcomes: ['entry', 'end'],
    written: { entry: 'the next entry of the importer', end: 'the importer has no more entries' },
    source: rfc(1),
  }),
  call('lists.same_type', 'match_lists', {
    outcomes: ['true', 'false'],
    written: { true: 'exp->type == imp->type', false: 'exp->type != imp->type' },
    source: rfc(1),
  }),
  call('lists.match_op', 'match_lists', {
    outcomes: ['sgt', 'iov', 'none'],
    written: { sgt: 'type->match', iov: 'type->match', none: '!type->match' },
    source: rfc(1, 21),
  }),
  call('lists.sgt_match', 'match_lists', {
    outcomes: ['0', '-EOPNOTSUPP'],
    written: 'dma_buf_sgt_match(dmabuf, exp, imp)',
    source: rfc(3),
  }),
  call('lists.iov_match', 'match_lists', {
    outcomes: ['0', '-EOPNOTSUPP', '-ENOMEM'],
    environment: ['-EOPNOTSUPP', '-ENOMEM'],
    written: 'match() of a virtual link between PF and VF',
    source: IC_V2,
  }),
  call('lists.converter', 'match_lists', {
    outcomes: ['some', 'none'],
    written: { some: 'a converter from exp->type to imp->type', none: 'no converter' },
    source: CHRISTIAN,
  }),
  call('lists.finish_match', 'match_lists', {
    outcomes: MAPPING_TYPES,
    written: Object.fromEntries(
      MAPPING_TYPES.map((type) => [type, `finish_match(): attach->map_type is ${type}`]),
    ),
    source: rfc(1, 3),
  }),
  ...MAPPING_TYPES.flatMap((type) => [
    call(`att.op(${type})`, 'exporter_ops', {
      written: `map of the operations of ${type}`,
      source: JASON,
    }),
    call(`att.attach_op(${type})`, 'exporter_ops', {
      written: `attach of the operations of ${type}`,
      source: JASON,
    }),
  ]),
  call('att.map_type', 'map_type', {
    outcomes: MAPPING_TYPES,
    written: 'attach->map_type',
    source: rfc(1),
  }),
];

const attachment: readonly Call[] = [
  call('att.mapping_attach', 'mapping_attach', {
    outcomes: ['ok', ...ERRNOS],
    spans: true,
    written: 'dma_buf_mapping_attach(dmabuf, matches)',
    source: rfc(3),
  }),
  call('att.legacy_attach', 'mapping_attach', {
    outcomes: ['ok', '-ENOMEM', '-ENODEV'],
    spans: true,
    written: 'dma_buf_dynamic_attach(dmabuf), as it is today',
    source: 'dma_buf_dynamic_attach, v7.3',
  }),
  call('imp.legacy', 'importer_kind', {
    outcomes: ['false', 'true'],
    environment: ['true'],
    written: { false: 'an importer that declares its types', true: 'an importer of today' },
    source: JASON,
  }),
  call('imp.importer_ops', 'importer_ops', {
    outcomes: ['move_notify', 'NULL'],
    environment: ['NULL'],
    written: { move_notify: 'importer_ops->move_notify', NULL: 'importer_ops = NULL' },
    source: rfc(3),
  }),
  call('imp.notify', 'importer_ops', {
    outcomes: ['some', 'none'],
    written: { some: 'attach->importer_ops', none: '!attach->importer_ops' },
    source: 'dma_buf_invalidate_mappings, v7.3',
  }),
  call('exp.pdev.use', 'exporter_pdev', {
    written: 'priv->pdev',
    source: `derived: priv->pdev, of the review of ${rfc(16)}`,
  }),
  call('exp.vdev.use', 'exporter_pdev', { written: 'priv->vdev->pdev', source: rfc(16) }),
  call('exp.vdev.clear', 'exporter_pdev', {
    written: 'priv->vdev = NULL',
    source: `vfio_pci_dma_buf_cleanup, ${VFIO}`,
  }),
  call('imp.map_alloc', 'allocator', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'what map returns is allocated',
    source: rfc(21),
  }),
  call('imp.mapping', 'typed_mapping', {
    outcomes: ['true', 'false'],
    written: { true: 'the importer has a mapping', false: 'the importer has no mapping' },
    source: rfc(23),
  }),
  call('mapping.set', 'typed_mapping', { written: 'the importer has it', source: rfc(21, 23) }),
  call('mapping.read', 'typed_mapping', {
    written: 'the importer reads the addresses',
    source: rfc(24),
  }),
  call('mapping.clear', 'typed_mapping', { written: 'unmap of the type', source: rfc(21) }),
  call('attach.set', 'stored_attachment', {
    written: 'pages->dmabuf.attach = attach',
    source: rfc(23),
  }),
  call('attach.clear', 'stored_attachment', {
    written: 'pages->dmabuf.attach = NULL',
    source: rfc(23),
  }),
  call('attach.use', 'stored_attachment', {
    written: 'unmap(pages->dmabuf.attach)',
    source: rfc(23),
  }),
];

const OF_ATTACHMENTS = ['att.kzalloc', 'att.kfree', 'att.list_add', 'att.list_del', 'att.listed'];

/** The calls of this subject; locks, counts and lists are those of every system of procedures. */
export const mappingCalls: readonly Call[] = [
  ...user,
  ...search,
  ...attachment,
  ...procedureCalls,
  ...importerCalls.filter(({ name }) => OF_ATTACHMENTS.includes(name)),
];

/** What the contract of a typed attachment speaks of. */
export const contractCalls: readonly Call[] = [
  ...MAPPING_TYPES.map((type) =>
    call(`att.match(${type})`, 'typed_attachment', {
      caller: 'importer',
      written: `the attachment is of ${type}`,
      source: rfc(1),
    }),
  ),
  ...['listed', 'map', 'unmap', 'unlisted', 'gone'].map((step) =>
    call(`att.${step}`, 'typed_attachment', { caller: 'importer', source: rfc(3, 23) }),
  ),
  ...['revoke', 'drained', 'unrevoke'].map((step) =>
    call(`buf.${step}`, 'typed_attachment', {
      caller: 'exporter',
      source: `vfio_pci_dma_buf_move, ${VFIO}`,
    }),
  ),
];
