import type { AnyStateMachine } from 'xstate';
import { deregister } from '../../machines/rdma/deregister.procedure.ts';
import { register } from '../../machines/rdma/register.procedure.ts';
import { asOf, type Design } from '../revisions/index.ts';
import { afterChanges, type MachineChanges } from '../written-anew.ts';

/**
 * ib_umem_dmabuf_get_pinned(), for hardware that cannot stop: what it imports cannot be revoked, so
 * that it drops dma_resv as soon as the mapping is made, and the driver sets no callback. Its own
 * callback, up to 7.0, only warns.
 */
const pinnedImport: MachineChanges = {
  steps: {
    register_mr: {
      description: 'registration of a memory region on a dma-buf, pinned',
      meta: { c: undefined },
    },
    'register_mr.driver': { initial: 'unlock' },
    'register_mr.driver.register': { on: { 'att.mr.register': 'return' } },
    'register_mr.driver.lock': null,
    'register_mr.driver.set': null,
    'register_mr.driver.unlock_set': null,
    'register_mr.driver.not_registered': { initial: 'release' },
    'register_mr.driver.not_registered.unlock': null,
  },
  states: { 'register_mr.driver.unlock': { on: { 'buf.resv.unlock': 'alloc' } } },
};

/** The driver takes the region out of the hardware before it releases what was imported. */
const pinnedRelease: MachineChanges = {
  labels: { deregister_mr: ['att.dereg_mr:begin', 'att.mr.deregister'] },
  steps: {
    deregister_mr: {
      description: 'deregistration of a pinned memory region on a dma-buf',
      meta: { c: undefined },
    },
    'deregister_mr.idle': { on: { 'att.dereg_mr:begin': 'stop' } },
  },
  states: { 'deregister_mr.stop': { on: { 'att.mr.deregister': 'release' } } },
};

export function pinnedRegister(design: Design): AnyStateMachine {
  return afterChanges(asOf(design, register()), [pinnedImport]);
}

export function pinnedDeregister(): AnyStateMachine {
  return afterChanges(deregister(), [pinnedRelease]);
}
