import {
  all,
  alphabetOf,
  always,
  any,
  is,
  monitor,
  not,
  type Part,
  type Property,
  said,
} from 'xstate-check';
import { mapFails } from '../../machines/importers/map-fails.monitor.ts';
import type { RegionKind } from '../../machines/uses/memory-region.contract.ts';
import { upWhenCut } from '../../machines/uses/up-when-cut.monitor.ts';
import { isIdle } from '../shared/words.ts';
import { flowRules, hasMapped } from './flow-rules.ts';

const serving = said(is('target', '#serving'), 'the target serves', 'the target does not serve');
const live = said(
  all(is('buf[0]', 'live'), is('buf[1]', 'live'), isIdle('owner[0]')),
  'both buffers are live',
  'a buffer is not live, or a call of the owner is under way',
);
const mapped = [hasMapped('att[0]'), hasMapped('att[1]')];

const isDead = (mr: string) =>
  said(is(mr, '#dead'), `${mr} has been revoked`, `${mr} has not been revoked`);

/**
 * What a target owes its peers, and the kernel owes the target.
 *
 * @param admitsAny - whether a region that cannot be told to let go may attach, as before v6.19
 */
export function spdkRules(
  parts: readonly Part[],
  kind: RegionKind,
  admitsAny: boolean,
): { monitors: Part[]; properties: Property[] } {
  const { reach, cut, fails } = monitorsOf(parts);
  // What is refused reaches nothing, and serves nobody.
  const reaches = kind !== 'pinned' || admitsAny;
  const ofKind: Readonly<Record<RegionKind, readonly Property[]>> = {
    pinned: [onlyRevocable],
    revocable: [onceRevoked],
    odp: [comesBack(fails)],
  };
  return {
    monitors: [...(reaches ? [reach] : []), cut, ...(kind === 'odp' ? fails : [])],
    properties: [
      ...(reaches ? [deadInReset(reach), servingMeansReachable, reachMeansMapped] : []),
      {
        id: 'both-cut-together',
        kind: 'monitor',
        title: 'CMB and doorbells are both revoked before a reset, and come back after it',
        parts: [cut.name],
        rule: 'S1',
        source: 'derived: vfio_pci_dma_buf_move, v7.3: list_for_each_entry_safe(vdev->dmabufs)',
        consequence: 'a peer uses the half of a controller that is there still',
      },
      ...ofKind[kind],
      {
        id: 'target-returns',
        kind: 'leads-to',
        title: 'a start or a reset of the target returns',
        when: not(isIdle('target')),
        then: isIdle('target'),
        rule: 'L2',
        source: 'derived: L2',
        consequence: 'the target hangs, and all that its peers have asked it',
      },
      ...flowRules,
    ],
  };
}

function monitorsOf(parts: readonly Part[]): { reach: Part; cut: Part; fails: Part[] } {
  const labels = [...new Set(parts.flatMap((part) => alphabetOf(part).flatMap(part.rename)))];
  const matching = (pattern: RegExp) => labels.filter((label) => pattern.test(label));
  const off = matching(/^dev\[0\]\.(reset:|memory\(off\)|disable)/);
  return {
    reach: monitor('reaches_when_cut', upWhenCut(2, 0), {
      up: matching(/^att\[\d\]\.map:ok/),
      down: matching(/^att\[\d\]\.unmap/),
      cut: off,
    }),
    cut: monitor('live_when_cut', upWhenCut(2, 2), {
      up: matching(/^buf\[\d\]\.unrevoke/),
      down: matching(/^buf\[\d\]\.revoke/),
      cut: off,
    }),
    fails: [0, 1].map((n) =>
      monitor(`write_fails[${n}]`, mapFails, {
        begin: [`mr[${n}].write:begin`],
        ok: [`mr[${n}].write:ok`],
        fails: [`mr[${n}].write:error`],
        missing: matching(new RegExp(`^(att\\[${n}\\]\\.map:-|mr\\[${n}\\]\\.deregister:begin)`)),
      }),
    ),
  };
}

const deadInReset = (reach: Part): Property => ({
  id: 'doorbell-dead-in-reset',
  kind: 'monitor',
  title: 'no region reaches the controller when it is reset, or closed',
  parts: [reach.name],
  rule: 'S1',
  source: 'derived: S1; vfio_pci_ioctl_reset, vfio_pci_dma_buf_move, v7.3',
  consequence: 'a peer rings the doorbell of a controller that is being reset',
});

const reachMeansMapped: Property = {
  id: 'reach-means-mapped',
  kind: 'invariant',
  title: 'the hardware of a region reaches memory only while the region is mapped',
  when: any(is('mr[0]', '#reaches'), is('mr[1]', '#reaches')),
  then: all(...mapped.map((has, n) => any(not(is(`mr[${n}]`, '#reaches')), has))),
  source: 'irdma_umem_dmabuf_revoke, mlx5_ib_dmabuf_invalidate_cb, v7.3: stop, then unmap',
  consequence: 'the hardware uses DMA addresses that belong to somebody else by now',
};

const servingMeansReachable: Property = {
  id: 'serving-means-reachable',
  kind: 'invariant',
  title: 'while the target serves and both buffers are live, a peer can reach both regions',
  when: all(serving, live),
  then: said(
    all(is('mr[0]', '#usable'), is('mr[1]', '#usable')),
    'both regions can be used',
    'a region is dead',
  ),
  source: 'derived: what an import is for; ib_umem_dmabuf_revoke_locked, pagefault_dmabuf_mr, v7.3',
  consequence: 'the target goes on, and every write of its peers fails',
};

const onlyRevocable: Property = {
  id: 'only-revocable-regions',
  kind: 'invariant',
  title: 'no region that cannot be told to let go is mapped',
  when: always,
  then: not(any(...mapped)),
  rule: 'S10',
  source: 'dma_buf_attach_revocable, vfio_pci_dma_buf_attach, v7.3; 61ceaf236115',
  consequence: 'the hardware goes on writing to a controller that is reset, closed, or of another',
};

const onceRevoked: Property = {
  id: 'revoked-needs-new-region',
  kind: 'invariant',
  title: 'a region that was revoked has no mapping, until it is deregistered and registered again',
  when: any(isDead('mr[0]'), isDead('mr[1]')),
  then: all(...[0, 1].map((n) => any(not(isDead(`mr[${n}]`)), not(mapped[n]!)))),
  source: 'ib_umem_dmabuf_map_pages, v7.3: -EINVAL once umem_dmabuf->revoked is set',
  consequence: 'a peer whose key was taken away reaches the controller again',
};

function comesBack(fails: readonly Part[]): Property {
  return {
    id: 'odp-comes-back',
    kind: 'monitor',
    title: 'a write fails for a reason: the buffer is revoked, no route, no memory, deregistered',
    parts: fails.map(({ name }) => name),
    source: 'pagefault_dmabuf_mr, v7.3: maps again at the next access',
    consequence: 'a peer gets an error from a controller that works',
  };
}
