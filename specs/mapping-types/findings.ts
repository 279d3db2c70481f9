import type { Finding } from 'xstate-check';
import { MATCHED } from './scopes.ts';
import { CHRISTIAN, IC_V2, JASON, rfc } from './sources.ts';

interface Read extends Pick<Finding, 'id' | 'property' | 'claim' | 'scope'> {
  readonly of: string;
}

/** What follows from what was posted: no kernel has it, so nothing was run. */
const said =
  (revision: string) =>
  ({ of, ...rest }: Read): Finding => ({
    ...rest,
    system: 'typed-attachment',
    revision,
    source: `${of}; read, not run`,
    derived: true,
  });

const series = said('types-rfc');
const interconnects = said('types-ic-v2');

/** The designs as they were posted, against the rules that were asked for in their threads. */
export const findings: readonly Finding[] = [
  series({
    id: 'F-B06',
    property: 'stored-before-told',
    claim:
      'an importer as iopt_map_dmabuf() of the series stores its attachment behind dma_resv_unlock(): a revoke that comes in between unmaps by NULL',
    of: rfc(23),
  }),
  series({
    id: 'F-B11',
    property: 'dynamic-for-new-types',
    claim:
      'dma_buf_mapping_attach() refuses importer_ops without move_notify, and not importer_ops = NULL: such an importer gets a type that the discussion keeps for dynamic ones',
    of: `${rfc(3)}; ${JASON}`,
  }),
  series({
    id: 'F-B11-hang',
    property: 'returns(exporter)',
    claim:
      'where the attach of the exporter does not look either, a revoke waits without end for an importer that nobody can tell; with memory_lock held',
    of: `${rfc(3)}; vfio_pci_dma_buf_move, v7.3`,
  }),
  series({
    id: 'F-B22',
    property: 'errno-as-today',
    claim:
      'no match is -EINVAL, so that an importer that is no P2P peer gets another errno than vfio-pci gives it today',
    of: `${rfc(1)}; vfio_pci_dma_buf_attach, v7.3`,
  }),
  series({
    id: 'F-I7',
    property: 'addresses-stay-in-core',
    claim:
      'map of PAL gives the importer physical addresses. The series exports it to iommufd alone; what was asked for is that no importer has them',
    of: `${rfc(21)}; ${CHRISTIAN}`,
  }),
  interconnects({
    id: 'F-B17',
    property: 'own-operation',
    claim:
      'where the map of an interconnect fails the importer maps a scatterlist: of an attachment that has no type, or another',
    of: IC_V2,
  }),
  interconnects({
    id: 'F-B17-path',
    property: 'one-path',
    claim: 'that fallback is a second way to a mapping, and it is in each importer',
    of: `${IC_V2}; ${JASON}`,
  }),
  interconnects({
    id: 'F-B17-untyped',
    property: 'type-when-listed',
    claim: 'attach matches nothing, so that an attachment has no type until it is mapped',
    of: IC_V2,
  }),
  interconnects({
    id: 'F-B17-changed',
    property: 'one-type',
    claim: 'the type is found when the attachment is listed, and again by each map',
    of: IC_V2,
  }),
  interconnects({
    id: 'F-B17-contract',
    property: 'refinement',
    claim: 'a mapping of an attachment that has no type is none that the contract knows',
    of: IC_V2,
  }),
  said('types-allow-ic')({
    id: 'F-allow-ic',
    property: 'own-operation',
    claim:
      'with a match at attach the fallback is type confusion: the attachment has the new type, and the importer calls the map of scatterlists',
    of: `derived: ${IC_V2}`,
    scope: MATCHED,
  }),
  said('types-allow-ic')({
    id: 'F-allow-ic-path',
    property: 'one-path',
    claim: 'an importer whose map of the new type fails tries that of another',
    of: `derived: ${IC_V2}`,
    scope: MATCHED,
  }),
];
