import {
  all,
  any,
  is,
  ltsOf,
  not,
  type Part,
  type Predicate,
  type Property,
  type System,
  said,
} from 'xstate-check';
import { allAreIdle, isRevoked } from '../shared/words.ts';
import { isGone } from './given-back.ts';
import { doers, type Instance, labelsOf, offers, stepOf, type Template } from './template.ts';

const SOURCE =
  'derived: dma_buf_invalidate_mappings, v7.3: mappings are destroyed; vfio_pci_zap_bars, v7.3';

/** A kind of object that goes, and how those hold it who have something of it. */
interface Kind {
  readonly name: string;
  /** The parts that are such an object. */
  readonly object: RegExp;
  readonly isGone: (object: string, system: System) => Predicate | undefined;
  /** Those who have something of it: what of their part says so. */
  readonly holders: readonly Holder[];
  readonly source: string;
}

interface Holder {
  readonly part: RegExp;
  readonly states: readonly string[];
  /** Whether it is of the object, by their names. */
  readonly isOf?: (object: string, holder: string, system: System) => boolean;
}

const sameNumber = (object: string, holder: string) =>
  /\[\d+\]/.exec(object)?.[0] === /\[\d+\]/.exec(holder)?.[0];

/** An attachment is of the buffer of which the thread that maps it speaks. */
function isAttachedTo(object: string, holder: string, system: System): boolean {
  const [buf, att] = [object, holder].map((name) => name.replace(/\..*$/, ''));
  const maps = (label: string) =>
    label.startsWith(`${att}.`) && /^(?:\w+_)?(?:map|reg)/.test(stepOf(label));
  return doers(system).some((part) => {
    const labels = part.thread === undefined ? [] : labelsOf([part]);
    return labels.some(maps) && labels.some((label) => label.startsWith(`${buf}.`));
  });
}

/** What __vfio_pci_memory_enabled() answers now: a VF has no bit for it. */
function isOff(dev: string, system: System): Predicate | undefined {
  const parts = system.parts.filter(({ name }) => name === dev);
  const labels = labelsOf(parts).filter((label) => stepOf(label) === 'memory_enabled:false');
  if (labels.length === 0) return undefined;
  const off = any(...labels.map((label) => offers(parts[0]!, label)));
  return said(off, `memory of ${dev} is not enabled`, `memory of ${dev} is enabled`);
}

const KINDS: readonly Kind[] = [
  {
    name: 'access to a buffer',
    object: /^buf\[\d+\]\.revoked$/,
    isGone: (part) => isRevoked(part.replace('.revoked', '')),
    holders: [
      { part: /^att\[\d+\]\.sgt$/, states: ['mapped'], isOf: isAttachedTo },
      { part: /^att\[\d+\]\.iommu$/, states: ['mapped'], isOf: isAttachedTo },
      { part: /^att\[\d+\]\.mr$/, states: ['valid'], isOf: isAttachedTo },
    ],
    source: 'derived: dma_buf_invalidate_mappings, v7.3: mappings are destroyed',
  },
  {
    name: 'access to a buffer',
    object: /^buf\[\d+\]\.status$/,
    isGone: (part) => is(part, 'temporarily_revoked', 'permanently_revoked'),
    holders: [
      { part: /^vma\[\d+\]\.ptes$/, states: ['present'] },
      { part: /^buf\[\d+\]\.mapping$/, states: ['mapped'], isOf: sameNumber },
      { part: /^buf\[\d+\]\.mappings$/, states: ['mapped'], isOf: sameNumber },
    ],
    source: 'derived: dma_buf_invalidate_mappings, v7.3: mappings are destroyed',
  },
  {
    name: 'memory of a device',
    object: /^dev\[\d+\]$/,
    isGone: isOff,
    holders: [
      { part: /^dev\[\d+\]\.ptes$/, states: ['present'], isOf: sameNumber },
      { part: /^buf\[\d+\]\.revoked$/, states: ['clear'], isOf: sameNumber },
      { part: /^dma\[\d+\]$/, states: ['mapped'] },
    ],
    source:
      'derived: vfio_pci_zap_and_down_write_memory_lock, v7.3: nobody reaches memory that is off',
  },
  {
    name: 'access to a buffer',
    object: /^buf\[\d+\]$/,
    isGone: (buf) => is(buf, 'revoked', 'cleaned'),
    holders: [
      { part: /^att\[\d+\]$/, states: ['mapped'], isOf: sameNumber },
      { part: /^bo\[\d+\]$/, states: ['mapped'], isOf: sameNumber },
    ],
    source: 'derived: dma_buf_invalidate_mappings, v7.3: mappings are destroyed',
  },
  {
    name: 'pages of a BAR',
    object: /^bar\[\d+\]\.pgmap$/,
    isGone: (part) => is(part, 'none'),
    holders: [
      { part: /^vma\[\d+\]$/, states: ['present'] },
      { part: /^bar\[\d+\]\.page\[\d+\]$/, states: ['used'], isOf: sameNumber },
    ],
    source: 'derived: memunmap_pages, v7.3: it waits until nobody has a page',
  },
  {
    name: 'a pool of a socket',
    object: /^pool$/,
    isGone: (pool) => is(pool, 'none'),
    holders: [
      { part: /^[rt]x\.pointer$/, states: ['set'] },
      { part: /^rx\.ring$/, states: ['xsk'] },
    ],
    source: 'derived: xp_release_deferred, v7.3: xp_destroy() comes after the driver has been told',
  },
];

/** An object that is gone for one holder is gone for all of them. */
export const goneForAll: Template = {
  id: 'gone-for-all',
  title:
    'what is gone for one holder is gone for all: where every call has returned and it is gone, nobody has it mapped',
  source: SOURCE,
  instances: (system) => KINDS.flatMap((kind) => instancesOf(system, kind)),
};

function instancesOf(system: System, kind: Kind): Instance[] {
  const objects = doers(system).filter(({ name }) => kind.object.test(name));
  return objects.flatMap(({ name: object }) =>
    kind.holders.flatMap((holder) =>
      doers(system)
        .filter(
          ({ name }) => holder.part.test(name) && (holder.isOf?.(object, name, system) ?? true),
        )
        .flatMap((part) => instanceOf(system, { kind, object, part, states: holder.states })),
    ),
  );
}

interface Held {
  readonly kind: Kind;
  readonly object: string;
  readonly part: Part;
  readonly states: readonly string[];
}

function instanceOf(system: System, { kind, object, part, states }: Held): Instance[] {
  const known = ltsOf(part.machine).states.map(({ name }) => name.replace(/ .*$/, ''));
  if (!states.every((state) => known.includes(state))) return [];
  const buf = part.name.replace(/\.revoked$/, '');
  const isLeft = part.name === buf ? [] : [not(is(`${buf}.listed`, 'on')), ...isGone(system, buf)];
  const gone = kind.isGone(object, system);
  if (gone === undefined) return [];
  const id = `gone-for-all(${object} of ${part.name})`;
  const property: Property = {
    id,
    kind: 'invariant',
    title: `${part.name} has nothing of ${object} when it is gone (${kind.name})`,
    when: all(allAreIdle(system.parts), gone),
    then: any(not(is(part.name, ...states)), ...isLeft),
    source: kind.source,
    consequence: 'one who was not told goes on with what the others have lost',
  };
  return [{ monitors: [], property }];
}
