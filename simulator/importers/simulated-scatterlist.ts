import type { TargetScope } from '../../targets/target-scope.ts';
import { FunctionsTarget, wordsOf } from '../kernel/functions-target.ts';
import { type Kthread, step } from '../kernel/step.ts';
import { type ChunkFaultId, chunkFaults } from './chunk-faults.ts';
import { attach, detach, MAPPINGS, type Mapping, map, unmap } from './scatterlist-functions.ts';
import { ScatterlistKernel } from './scatterlist-kernel.ts';

/** The call that begins with a label, where it can be made. */
const callOf =
  (mapping: Mapping) =>
  (k: ScatterlistKernel, label: string): (() => Kthread) | undefined => {
    const { attached } = k;
    const mapped = k.mapped !== 'no';
    const calls: Readonly<Record<string, false | (() => Kthread)>> = {
      'att[0].attach:begin': !attached && (() => attach(k, mapping)),
      'att[0].map:begin': attached && !mapped && (() => map(k, mapping)),
      'att[0].unmap:begin': mapped && (() => unmap(k)),
      'att[0].detach:begin': attached && !mapped && (() => detach(k)),
    };
    return calls[label] || (k.exported ? undefined : toldAhead(k, label));
  };

/** What a user says of the buffer, or of the importer, ahead of the first attach. */
function toldAhead(k: ScatterlistKernel, label: string): (() => Kthread) | undefined {
  const [, range, length] = /^att\[0\]\.range\[(\d+)\]\.length\.export:(\d+)$/.exec(label) ?? [];
  const says = (tell: () => void) =>
    function* (): Kthread {
      yield* step(label);
      tell();
    };
  if (length !== undefined) return says(() => (k.lengths[Number(range)] = Number(length)));
  if (label === 'att[0].peer2peer.importer:not_p2p')
    return says(() => (k.allows_peer2peer = false));
  // Each chunk is mapped by its own address: in which BAR it lies, the map does not ask.
  return label === 'att[0].bars.export:two_bars' ? says(() => undefined) : undefined;
}

const WORDS = {
  performed: wordsOf(`att[0].attach:begin att[0].map:begin att[0].unmap:begin att[0].detach:begin
    att[0].range[0].length.export:2 att[0].range[0].length.export:3
    att[0].peer2peer.importer:not_p2p att[0].bars.export:two_bars`),
  forced: wordsOf(`buf[0].revoked:true att[0].dma.kzalloc:-ENOMEM att[0].range[0].map:-ENOMEM
    att[0].nents[0].sg_alloc_table:-ENOMEM att[0].provider.map_type:THRU_HOST_BRIDGE
    att[0].provider.map_type:NOT_SUPPORTED`),
  observed: wordsOf(`att[0].attach:ok att[0].attach:-EOPNOTSUPP att[0].detach:ok att[0].map:ok
    att[0].map:-EPERM att[0].map:-ENODEV att[0].map:-EINVAL att[0].map:-ENOMEM att[0].unmap:ok
    att[0].peer2peer:true att[0].peer2peer:false buf[0].revoked:false att[0].dma.kzalloc:ok
    att[0].dma.kfree att[0].provider.map_type:BUS_ADDR att[0].range[0].length.is:1
    att[0].range[0].length.is:2 att[0].range[0].length.is:3 att[0].nents[0].sg_alloc_table:ok
    att[0].range[0].bus_addr_map att[0].range[0].map:ok att[0].entry[0].set_bus att[0].entry[0].set
    att[0].entry[0].dma_len:true att[0].entry[0].dma_len:false att[0].entry[0].unmap
    att[0].sg_free_table`),
};

/** The map of a buffer into a scatterlist as a target: as released, or as in the series of 2024. */
export class SimulatedScatterlist extends FunctionsTarget<ScatterlistKernel> {
  readonly name = 'simulated map into a scatterlist';
  protected readonly words = WORDS;
  private readonly faults: ReadonlySet<ChunkFaultId>;

  constructor({ faults = [] }: { readonly faults?: Iterable<ChunkFaultId> } = {}) {
    super();
    this.faults = new Set(faults);
    for (const fault of this.faults) {
      if (!(fault in chunkFaults)) throw new Error(`unknown fault ${fault}`);
    }
  }

  protected boot({ objects = {}, design }: TargetScope): ScatterlistKernel {
    if (design !== 'scatterlist' && design !== 'scatterlist-2024') {
      throw new Error('no scatterlist is asked for');
    }
    return new ScatterlistKernel(objects.ranges ?? 1, this.faults, callOf(MAPPINGS[design]));
  }
}
