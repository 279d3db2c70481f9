import type { TargetScope } from '../../targets/target-scope.ts';
import { FunctionsTarget, wordsOf } from '../kernel/functions-target.ts';
import { type Kthread, step } from '../kernel/step.ts';
import { last_close, revoking_reset } from './exporter-functions.ts';
import { type MappingFaultId, mappingFaults } from './faults.ts';
import { importBuffer, release } from './importer-functions.ts';
import { MappingKernel } from './mapping-kernel.ts';
import type { MatchEntry } from './match.ts';

const ENTRIES: Readonly<Record<string, MatchEntry>> = {
  SGT: { type: 'SGT' },
  SGT_P2P: { type: 'SGT', p2p: true },
  PAL: { type: 'PAL' },
  IOV: { type: 'IOV' },
};

/** The list of vfio-pci in the series: raw addresses, and scatterlists for peers. */
const VFIO = [ENTRIES.PAL!, ENTRIES.SGT_P2P!];

/** The call that begins with a label, where it can be made. */
function callOf(k: MappingKernel, label: string): (() => Kthread) | undefined {
  const calls: Readonly<Record<string, false | (() => Kthread)>> = {
    'imp.import:begin': !k.imported && (() => importBuffer(k)),
    'imp.release:begin': k.imported && (() => release(k)),
    'dev[0].revoking_reset:begin': !k.closed && (() => revoking_reset(k)),
    'dev[0].last_close:begin': !k.closed && (() => last_close(k)),
  };
  return calls[label] || (k.searched ? undefined : given(k, label));
}

/** What whoever wrote the drivers has put into a list. */
function given(k: MappingKernel, label: string): (() => Kthread) | undefined {
  const [, side, name] = /^lists\.(offer|want)\((\w+)\)$/.exec(label) ?? [];
  const entry = name === undefined ? undefined : ENTRIES[name];
  if (entry === undefined && label !== 'lists.far') return undefined;
  return function* () {
    yield* step(label);
    if (entry === undefined) k.far = true;
    else (side === 'offer' ? k.exp : k.imp).push(entry);
  };
}

const WORDS = {
  performed: wordsOf(`imp.import:begin imp.release:begin dev[0].revoking_reset:begin
    dev[0].last_close:begin lists.far lists.offer(SGT) lists.offer(SGT_P2P) lists.offer(IOV)
    lists.want(SGT) lists.want(SGT_P2P) lists.want(IOV)`),
  forced: wordsOf(`imp.importer_ops:NULL att[0].kzalloc:-ENOMEM imp.map_alloc:-ENOMEM
    lists.iov_match:-EOPNOTSUPP lists.iov_match:-ENOMEM`),
  observed: wordsOf(`imp.import:ok imp.import:-ENOMEM imp.import:-ENODEV imp.import:-EOPNOTSUPP
    imp.release:end dev[0].revoking_reset:ok dev[0].last_close:ok
    imp.importer_ops:move_notify imp.notify:some imp.notify:none att[0].kzalloc:ok imp.map_alloc:ok
    att[0].mapping_attach:begin att[0].mapping_attach:ok att[0].mapping_attach:-ENOMEM
    att[0].mapping_attach:-ENODEV att[0].mapping_attach:-EOPNOTSUPP
    att[0].match:begin att[0].match:ok att[0].match:-EINVAL att[0].match:-ENOMEM
    lists.next_exp:entry lists.next_exp:end lists.next_imp:entry lists.next_imp:end
    lists.same_type:true lists.same_type:false lists.match_op:sgt lists.match_op:iov
    lists.sgt_match:0 lists.sgt_match:-EOPNOTSUPP lists.iov_match:0 lists.converter:some
    lists.converter:none lists.finish_match:SGT lists.finish_match:IOV
    att[0].map_type:SGT att[0].map_type:IOV att[0].op(SGT) att[0].op(IOV)
    exp.pdev.use exp.vdev.clear buf[0].resv.lock buf[0].resv.unlock buf[0].resv.wait(BOOKKEEP)
    buf[0].revoked:true buf[0].revoked:false buf[0].revoked.set buf[0].revoked.clear
    buf[0].kref.get buf[0].kref.put:more buf[0].kref.put:last buf[0].kref.init buf[0].comp.wait
    buf[0].comp.reinit buf[0].listed:true buf[0].get_file_active:true buf[0].fput
    buf[0].invalidate_mappings:begin buf[0].invalidate_mappings:end
    att[0].listed:true att[0].listed:false att[0].invalidate:begin att[0].invalidate:end
    att[0].list_add att[0].list_del att[0].kfree imp.mapping:true imp.mapping:false imp.mapping.set
    imp.mapping.read imp.mapping.clear imp.attach.set imp.attach.clear imp.attach.use
    dev[0].memory_lock.down_write dev[0].memory_lock.up_write dev[0].move(true):begin
    dev[0].move(true):end dev[0].move(false):begin dev[0].move(false):end`),
};

/** Mapping types as a target. */
export class SimulatedMapping extends FunctionsTarget<MappingKernel> {
  readonly name = 'simulated mapping types';
  protected readonly words = WORDS;
  private readonly faults: ReadonlySet<MappingFaultId>;

  constructor({ faults = [] }: { readonly faults?: Iterable<MappingFaultId> } = {}) {
    super();
    this.faults = new Set(faults);
    for (const fault of this.faults) {
      if (!(fault in mappingFaults)) throw new Error(`unknown fault ${fault}`);
    }
  }

  protected boot({ objects = {} }: TargetScope): MappingKernel {
    const offered = objects.lists === 1 ? VFIO : [];
    return new MappingKernel({ offered }, this.faults, callOf);
  }
}
