import type { Fault, Scope } from 'xstate-check';
import { anew } from '../change-machines.ts';
import { importerOrder } from './importer-order.ts';
import { MATCHED, REVOKED } from './scopes.ts';
import { IC_V2, JASON, rfc } from './sources.ts';

interface Seeded
  extends Pick<Fault, 'id' | 'title' | 'machine' | 'change' | 'expected' | 'source'> {
  readonly defect?: string;
}

const fault =
  (scope: Scope) =>
  (seeded: Seeded): Fault => ({
    ...seeded,
    base: 'types-required',
    system: 'typed-attachment',
    scope,
  });

/** What shows where lists meet. */
const matched = fault(MATCHED);
/** What shows where memory is taken away. */
const revoked = fault(REVOKED);

const skip = (node: string, event: string): Fault['change'] => ({
  patches: [{ kind: 'skip', step: { node, event } }],
});
const retarget = (node: string, event: string, target: string): Fault['change'] => ({
  patches: [{ kind: 'retarget', step: { node, event }, target }],
});

const ofMatching: readonly Fault[] = [
  matched({
    id: 'B-01',
    title: 'the order of the importer decides, not that of the exporter',
    machine: 'match_lists',
    change: { anew: importerOrder },
    expected: ['exporter-order'],
    source: `derived: ${rfc(1)}: the loops exchanged`,
  }),
  matched({
    id: 'B-02',
    title: 'a match that does not fit ends the search',
    machine: 'match_mapping',
    change: retarget('sgt', 'lists.sgt_match:-EOPNOTSUPP', 'none'),
    expected: ['match-errors', 'sgt-pair-matches'],
    source: rfc(1),
  }),
  matched({
    id: 'B-02-hidden',
    defect: 'B-02',
    title: 'an error of a match goes on with the next pair',
    machine: 'match_mapping',
    change: retarget('iov', 'lists.iov_match:-ENOMEM', 'next_imp'),
    expected: ['match-errors'],
    source: rfc(1),
  }),
  matched({
    id: 'B-07',
    title: 'an importer calls the operations of scatterlists on an attachment of another type',
    machine: 'typed_importer',
    change: retarget('type', 'att.map_type:IOV', 'SGT'),
    expected: ['own-operation'],
    source: `${rfc(21)}: to_pal_exp_ops() does not look`,
  }),
  matched({
    id: 'B-16',
    title: 'memory of a peer is matched with an importer that is none',
    machine: 'match_mapping',
    change: retarget('sgt', 'lists.sgt_match:-EOPNOTSUPP', 'finish'),
    expected: ['p2p-only-for-p2p'],
    source: rfc(3),
  }),
  matched({
    id: 'B-17',
    title: 'an importer whose map fails goes back to a scatterlist ("allow_ic")',
    machine: 'typed_importer',
    change: { revision: 'types-allow-ic' },
    expected: ['one-path', 'own-operation'],
    source: `${IC_V2}; refused: ${JASON}`,
  }),
  matched({
    id: 'sgt-left-alone',
    title: 'importers of scatterlists attach as they do today, past the match',
    machine: 'mapping_attach',
    change: { revision: 'types-sgt-left-alone' },
    expected: ['type-when-listed', 'own-operation'],
    source: `derived: asked by Vivek Kasireddy; refused: ${JASON}`,
  }),
  matched({
    id: 'three-paths',
    title: 'an importer that nothing matches attaches as it does today',
    machine: 'typed_importer',
    change: { revision: 'types-three-paths' },
    expected: ['one-path', 'type-when-listed', 'own-operation'],
    source: `derived: refused: ${JASON}`,
  }),
  matched({
    id: 'B-22',
    title: 'who is no P2P importer is told -EINVAL, and was told -EOPNOTSUPP',
    machine: 'mapping_attach',
    change: { revision: 'types-rfc' },
    expected: ['errno-as-today'],
    source: `${rfc(1)}; vfio_pci_dma_buf_attach, v7.3`,
  }),
];

const ofRevokes: readonly Fault[] = [
  revoked({
    id: 'B-05',
    title: 'the list is made through priv->vdev, which the last close annuls',
    machine: 'mapping_attach',
    change: anew({ device: { on: { 'exp.vdev.use': 'match' } } }),
    expected: ['own-device'],
    source: `the review of ${rfc(16)}`,
  }),
  revoked({
    id: 'B-06',
    title: 'an importer stores its attachment when it has let go of dma_resv',
    machine: 'typed_importer',
    change: { revision: 'types-rfc' },
    expected: ['stored-before-told'],
    source: `${rfc(23)}: iopt_map_dmabuf`,
  }),
  revoked({
    id: 'B-11',
    title: 'an importer that cannot be told gets an attachment, and a revoke waits for it',
    machine: 'mapping_attach',
    change: { revision: 'types-rfc' },
    expected: ['returns(exporter)'],
    source: `${rfc(3)}: importer_ops may be NULL; ${JASON}`,
  }),
  revoked({
    id: 'B-12',
    title: 'map does not look at revoked again',
    machine: 'typed_importer',
    change: skip('revoked', 'buf.revoked:false'),
    expected: ['away-means-unmapped', 'refinement'],
    source: 'derived: vfio_pci_dma_buf_map, v7.3 looks under dma_resv',
  }),
  revoked({
    id: 'B-13',
    title: 'the addresses are read after the unmap',
    machine: 'typed_importer',
    change: anew({
      clear: { on: { 'imp.mapping.clear': 'late' } },
      late: { on: { 'imp.mapping.read': 'put' } },
    }),
    expected: ['no-read-after-unmap'],
    source: rfc(21),
  }),
  revoked({
    id: 'B-15',
    title: 'a map that fails leaves the attachment on the list',
    machine: 'typed_importer',
    change: retarget('unlock_ENOMEM', 'buf.resv.unlock', 'return_ENOMEM'),
    expected: ['no-misuse'],
    source: `derived: ${rfc(23)}: an importer of one range detaches where there are several`,
  }),
  revoked({
    id: 'B-20',
    title: 'a revoke does not arm the count again, and the next one drops it below 0',
    machine: 'move',
    change: skip('revoke.drain.rearm', 'buf[b].kref.init'),
    expected: ['no-misuse'],
    source: 'derived: vfio_pci_dma_buf_move, v7.3: kref_init()',
  }),
];

/** Defects of mapping types, and what was refused for them. */
export const faults: readonly Fault[] = [
  ...ofMatching,
  ...ofRevokes,
  {
    id: 'B-19',
    title: 'a revoke waits for the importers with dma_resv held',
    machine: 'move',
    change: anew({
      'revoke.drain.wait_fences': { on: { 'buf[b].resv.wait(BOOKKEEP)': 'put' } },
      'revoke.drain.wait_unmap': {
        on: { 'buf[b].comp.wait': { target: 'unlock', meta: { commits: 'buf[b].drained' } } },
      },
      'revoke.drain.unlock': { on: { 'buf[b].resv.unlock': 'rearm' } },
    }),
    base: '7.3',
    system: 'revoke',
    scope: { importers: 2, closers: 0 },
    expected: ['deadlock'],
    source: 'an early tree of the branch, vfio_pci_dmabuf.c@81cdc1a873f1; v7.3 lets go of it first',
  },
];
