import type { Revision } from 'xstate-check';
import type { MachineChanges } from '../written-anew.ts';
import { CONVERTERS, IC_V2, JASON, rfc } from './sources.ts';

/** A version of the design: what it does otherwise than the series of February 2026. */
export interface MappingDesign {
  readonly changes: readonly MachineChanges[];
  /** The type that is new beside scatterlists; PAL, where none is named. */
  readonly newType?: 'IOV';
  /** The core stands between an exporter of PAL and an importer of SGT, and nobody else takes PAL. */
  readonly converts?: true;
}

/** Types are matched in the same way; what attach asks of the exporter is an operation of the type. */
const branch: MachineChanges = {
  states: {
    'mapping_attach.ask': {
      description: 'exp_ops->attach of the type',
      on: {
        'att.map_type:SGT': 'ask_SGT',
        'att.map_type:PAL': 'ask_PAL',
        'att.map_type:IOV': 'ask_IOV',
      },
    },
    'mapping_attach.ask_SGT': { on: { 'att.attach_op(SGT)': 'asked' } },
    'mapping_attach.ask_PAL': { on: { 'att.attach_op(PAL)': 'asked' } },
    'mapping_attach.ask_IOV': { on: { 'att.attach_op(IOV)': 'asked' } },
    'mapping_attach.asked': {
      on: { 'buf.revoked:false': 'lock', 'buf.revoked:true': 'free_ENODEV' },
    },
  },
  labels: {
    mapping_attach: ['SGT', 'PAL', 'IOV'].flatMap((type) => [
      `att.map_type:${type}`,
      `att.attach_op(${type})`,
    ]),
  },
};

/**
 * Attach is that of today and matches nothing; one map for all types does, for dynamic importers, and
 * where it fails the importer maps as it does today.
 */
const interconnects: MachineChanges = {
  states: {
    'mapping_attach.alloc': {
      on: { 'att.kzalloc:ok': 'ask', 'att.kzalloc:-ENOMEM': 'return_ENOMEM' },
    },
    'mapping_attach.device': 'gone',
    'mapping_attach.match': 'gone',
    'mapping_attach.matching': 'gone',
    'mapping_attach.free_EINVAL': 'gone',
    'mapping_attach.return_EINVAL': 'gone',
    'mapping_attach.free_ENOMEM': 'gone',
    'typed_importer.lock': { on: { 'buf.resv.lock': 'interconnect' } },
    'typed_importer.interconnect': {
      description: 'dma_buf_map_interconnect(): -EINVAL for who is not dynamic',
      on: { 'imp.notify:some': 'match', 'imp.notify:none': 'legacy' },
    },
    'typed_importer.match': { on: { 'att.match:begin': 'matching' } },
    'typed_importer.matching': {
      on: { 'att.match:ok': 'type', 'att.match:-EINVAL': 'legacy', 'att.match:-ENOMEM': 'legacy' },
    },
    'typed_importer.legacy': {
      description: 'dma_buf_map_attachment() with attach->allow_ic = false',
      on: { 'att.op(SGT)': 'revoked' },
    },
  },
  labels: {
    typed_importer: [
      'imp.notify:some',
      'imp.notify:none',
      'att.match:begin',
      'att.match:ok',
      'att.match:-EINVAL',
      'att.match:-ENOMEM',
    ],
  },
};

/** Where two entries are of different types, the core may stand between them. */
const converters: MachineChanges = {
  states: {
    'match_mapping.type': {
      on: { 'lists.same_type:true': 'op', 'lists.same_type:false': 'convert' },
    },
    'match_mapping.convert': {
      on: { 'lists.converter:some': 'finish', 'lists.converter:none': 'next_imp' },
    },
  },
  labels: { match_mapping: ['lists.converter:some', 'lists.converter:none'] },
};

/** The series with what its rules need: who cannot be told is refused, and the errno is that of today. */
const required: MachineChanges = {
  states: {
    'mapping_attach.matching': {
      on: {
        'att.match:ok': 'notify',
        'att.match:-EINVAL': 'free_no_match',
        'att.match:-ENOMEM': 'free_ENOMEM',
      },
    },
    'mapping_attach.notify': {
      description: 'who has no move_notify gets no mapping type of an exporter that revokes',
      on: { 'imp.notify:some': 'ask', 'imp.notify:none': 'free_static' },
    },
    'mapping_attach.free_no_match': {
      on: { 'att.kfree': { target: 'return_EOPNOTSUPP', meta: { commits: 'att.gone' } } },
    },
    'mapping_attach.free_static': {
      on: { 'att.kfree': { target: 'return_EOPNOTSUPP', meta: { commits: 'att.gone' } } },
    },
    'mapping_attach.return_EOPNOTSUPP': { on: { 'att.mapping_attach:-EOPNOTSUPP': 'idle' } },
    'mapping_attach.free_EINVAL': 'gone',
    'mapping_attach.return_EINVAL': 'gone',
    'typed_importer.read': { on: { 'imp.mapping.read': 'store' } },
    'typed_importer.store': {
      description: 'pages->dmabuf.attach = attach, with dma_resv held',
      on: { 'imp.attach.set': 'unlock' },
    },
    'typed_importer.unlock': { on: { 'buf.resv.unlock': 'return' } },
  },
  labels: { mapping_attach: ['imp.notify:some', 'imp.notify:none'] },
};

/** An attach that matches nothing, as it is today, beside the one that does. */
const legacyAttach = (own: MachineChanges): MachineChanges => ({
  ...own,
  states: {
    ...own.states,
    'mapping_attach.idle': {
      tags: ['quiescent'],
      on: { 'att.mapping_attach:begin': 'ops', 'att.legacy_attach:begin': 'legacy' },
    },
    'mapping_attach.legacy': {
      on: { 'att.kzalloc:ok': 'legacy_ask', 'att.kzalloc:-ENOMEM': 'legacy_ENOMEM' },
    },
    'mapping_attach.legacy_ask': {
      on: { 'buf.revoked:false': 'legacy_lock', 'buf.revoked:true': 'legacy_free' },
    },
    'mapping_attach.legacy_lock': { on: { 'buf.resv.lock': 'legacy_list' } },
    'mapping_attach.legacy_list': {
      on: { 'att.list_add': { target: 'legacy_unlock', meta: { commits: 'att.listed' } } },
    },
    'mapping_attach.legacy_unlock': { on: { 'buf.resv.unlock': 'legacy_return' } },
    'mapping_attach.legacy_return': { on: { 'att.legacy_attach:ok': 'idle' } },
    'mapping_attach.legacy_ENOMEM': { on: { 'att.legacy_attach:-ENOMEM': 'idle' } },
    'mapping_attach.legacy_free': {
      on: { 'att.kfree': { target: 'legacy_ENODEV', meta: { commits: 'att.gone' } } },
    },
    'mapping_attach.legacy_ENODEV': { on: { 'att.legacy_attach:-ENODEV': 'idle' } },
    'typed_importer.legacy_attach': { on: { 'att.legacy_attach:begin': 'legacy_attaching' } },
    'typed_importer.legacy_attaching': {
      on: {
        'att.legacy_attach:ok': 'legacy_resv',
        'att.legacy_attach:-ENOMEM': 'return_ENOMEM',
        'att.legacy_attach:-ENODEV': 'return_ENODEV',
      },
    },
    'typed_importer.legacy_resv': { on: { 'buf.resv.lock': 'SGT' } },
  },
  labels: Object.fromEntries(
    ['mapping_attach', 'typed_importer'].map((machine) => [
      machine,
      [
        ...['begin', 'ok', '-ENOMEM', '-ENODEV'].map((outcome) => `att.legacy_attach:${outcome}`),
        ...(own.labels?.[machine] ?? []),
      ],
    ]),
  ),
});

/** Importers of scatterlists stay as they are, and so does what asks for P2P. */
const sgtLeftAlone: MachineChanges = {
  states: {
    'typed_importer.idle': { tags: ['quiescent'], on: { 'imp.import:begin': 'kind' } },
    'typed_importer.kind': {
      on: { 'imp.legacy:false': 'attach', 'imp.legacy:true': 'legacy_attach' },
    },
  },
  labels: { typed_importer: ['imp.legacy:false', 'imp.legacy:true'] },
};

/** An importer whose list matches nothing goes on as it does today. */
const threePaths: MachineChanges = {
  steps: {
    'typed_importer.attaching': { on: { 'att.mapping_attach:-EOPNOTSUPP': 'legacy_attach' } },
  },
};

/** An importer whose map of the new type fails maps a scatterlist. */
const allowIc: MachineChanges = {
  states: {
    'typed_importer.IOV': { on: { 'att.op(IOV)': 'ask_new' } },
    'typed_importer.ask_new': {
      on: { 'buf.revoked:false': 'make_new', 'buf.revoked:true': 'unlock_ENODEV' },
    },
    'typed_importer.make_new': {
      on: { 'imp.map_alloc:ok': 'count', 'imp.map_alloc:-ENOMEM': 'again' },
    },
    'typed_importer.again': {
      description: 'attach->allow_ic = false; dma_buf_map_attachment()',
      on: { 'att.op(SGT)': 'make' },
    },
  },
};

const sound = [required, converters];

/** The newest posted one first. */
export const designs: Readonly<Record<string, MappingDesign>> = {
  'types-rfc': { changes: [] },
  'types-ic-v2': { changes: [interconnects], newType: 'IOV' },
  'types-branch': { changes: [branch] },
  'types-converters': { changes: [converters], converts: true },
  'types-required': { changes: sound, converts: true },
  'types-allow-ic': { changes: [...sound, allowIc], converts: true },
  'types-sgt-left-alone': { changes: [...sound, legacyAttach(sgtLeftAlone)], converts: true },
  'types-three-paths': { changes: [...sound, legacyAttach(threePaths)], converts: true },
};

/** The columns. */
export const revisions: readonly Revision[] = [
  {
    name: 'types-rfc',
    title: 'mapping types as posted in February 2026: a type is matched at attach',
    kind: 'series',
    source: rfc(0, 1, 3),
    words: ['DMA-buf mapping types', 'dma_buf_mapping_attach'],
  },
  {
    name: 'types-ic-v2',
    title: 'interconnects of October 2025: one map for all types, and back to today where it fails',
    kind: 'series',
    source: `${IC_V2}; derived where it says nothing: as types-rfc`,
    words: ['mapping dmabufs via interconnects', 'allow_ic'],
  },
  {
    name: 'types-branch',
    title: 'the branch of November 2025: attach and detach are operations of a type',
    kind: 'series',
    source: `${JASON}; derived where it says nothing: as types-rfc`,
  },
  {
    name: 'types-converters',
    title: 'the discussion of April 2026: the core converts PAL to SGT, and no importer takes PAL',
    kind: 'proposal',
    source: `${CONVERTERS}; derived where it says nothing: as types-rfc`,
  },
  {
    name: 'types-required',
    title: 'mapping types that keep the rules that were asked for: nobody has written them',
    kind: 'what-if',
    source: `derived: ${JASON}; ${CONVERTERS}; vfio_pci_dma_buf_attach, v7.3`,
  },
  {
    name: 'types-allow-ic',
    title: 'the same, and an importer whose map fails goes back to a scatterlist (allow_ic)',
    kind: 'what-if',
    source: `derived: Vivek Kasireddy's question in the thread of ${IC_V2}`,
  },
  {
    name: 'types-sgt-left-alone',
    title: 'the same, and importers of scatterlists attach as they do today',
    kind: 'what-if',
    source: `derived: Vivek Kasireddy's question in the thread of ${IC_V2}`,
  },
  {
    name: 'types-three-paths',
    title: 'the same, and an importer that nothing matches attaches as it does today',
    kind: 'what-if',
    source: `derived: what Jason Gunthorpe refused in the thread of ${IC_V2}`,
  },
];
