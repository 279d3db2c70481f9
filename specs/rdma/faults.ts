import type { Fault } from 'xstate-check';
import { scopeOf } from '../importers/importers.system.ts';
import { withDefect } from '../shared/with-defect.ts';

/** Defects that RDMA memory regions, or the exporter towards them, had or could have. */
export const faults: readonly Fault[] = [
  withDefect('7.3+M2', {
    id: 'M2-importers',
    defect: 'M2',
    title: 'an importer that cannot be revoked may attach',
    machine: 'attach',
    system: 'rdma-pinned',
    scope: scopeOf({ rdma_pinned: 1 }),
    expected: ['only-revocable-map', 'revoke-returns'],
  }),
  withDefect('7.3+M2+M13', {
    id: 'M13',
    title: 'a failed map unpins twice',
    machine: 'register_mr',
    base: '7.3+M2',
    system: 'rdma-pinned',
    scope: scopeOf({ rdma_pinned: 1 }),
    expected: ['unpinned-once-0'],
  }),
  withDefect('7.3+early-unlock', {
    id: 'early-unlock',
    title: 'dma_resv is dropped before the revoke callback of the driver is set',
    machine: 'register_mr',
    system: 'rdma',
    scope: scopeOf({ rdma: 1 }),
    expected: ['hardware-stops-first-0', 'disabled-means-unreachable'],
  }),
];
