import {
  all,
  alphabetOf,
  any,
  is,
  monitor,
  not,
  type Part,
  type Property,
  said,
} from 'xstate-check';
import { mapFails } from '../../machines/importers/map-fails.monitor.ts';
import { range } from '../shared/contract.ts';
import { isIdle } from '../shared/words.ts';
import { flowRules, hasMapped, outOfReach } from './flow-rules.ts';

const shown = said(
  is('screen', 'shown'),
  'the framebuffer is scanned out',
  'the framebuffer is not scanned out',
);

/** What a compositor and the GPU below it owe, and are owed. */
export function screenRules(
  parts: readonly Part[],
  pieces: number,
): { monitors: Part[]; properties: Property[] } {
  const mapped = range(pieces).map((n) => hasMapped(`att[${n}]`));
  const fails = failsMonitor(parts);
  return {
    monitors: [fails],
    properties: [
      {
        id: 'no-half-framebuffer',
        kind: 'invariant',
        title: 'what is scanned out is mapped, every piece of it',
        when: shown,
        then: all(...mapped),
        source: 'derived: S1; dma_buf_invalidate_mappings, v7.3: an importer stops, then unmaps',
        consequence: 'the display engine reads addresses that are those of somebody else by now',
      },
      {
        id: 'off-means-dark',
        kind: 'invariant',
        title: 'nothing is scanned out of a device that does not answer',
        when: outOfReach,
        then: not(shown),
        source: 'derived: S1; vfio_pci_dma_buf_move, v7.3 waits for every mapping',
        consequence: 'the screen shows all ones, or the bridge reports an error',
      },
      {
        id: 'failed-show-keeps-nothing',
        kind: 'invariant',
        title: 'a show that failed has no piece mapped',
        when: said(is('compositor', '#refused'), 'the last show failed', 'no show has failed'),
        then: not(any(...mapped)),
        source: 'derived: all or nothing; drm_atomic_commit, v7.3: what fails changes nothing',
        consequence: 'memory of the other GPU stays mapped for a framebuffer that nobody sees',
      },
      {
        id: 'routes-agree',
        kind: 'monitor',
        title: 'a framebuffer that is live can be shown, however many ranges a piece has',
        parts: [fails.name],
        source: 'derived: mail of Vivek Kasireddy, 2025-07-24; dma_buf_phys_vec_to_sgt, v7.3',
        consequence: 'the same framebuffer is shown by one GPU and refused by another',
      },
      {
        id: 'no-misuse',
        kind: 'monitor',
        title: 'no piece is mapped or unmapped twice, no lock released that is not held',
        parts: ['screen.lock', ...range(pieces).map((n) => `bo[${n}]`)],
        source: 'dma_buf_unmap_attachment, v7.3; DEBUG_MUTEXES of the kernel',
      },
      {
        id: 'show-returns',
        kind: 'leads-to',
        title: 'a call of the compositor returns',
        when: not(isIdle('compositor')),
        then: isIdle('compositor'),
        rule: 'L2',
        source: 'derived: L2',
        consequence: 'the desktop hangs',
      },
      ...flowRules,
    ],
  };
}

/** A map that fails although there is a route and memory. */
function failsMonitor(parts: readonly Part[]): Part {
  const labels = new Set(parts.flatMap((part) => alphabetOf(part).flatMap(part.rename)));
  const matching = (pattern: RegExp) => [...labels].filter((label) => pattern.test(label));
  return monitor('map_fails', mapFails, {
    begin: matching(/^screen\.show:begin/),
    ok: matching(/^screen\.show:ok/),
    fails: matching(/^att\[\d+\]\.map:-EADDRINUSE/),
    missing: matching(/^att\[\d+\]\.map:-(EINVAL|ENOMEM|ENODEV)/),
  });
}
