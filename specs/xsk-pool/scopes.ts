import type { Scope } from 'xstate-check';

/** A queue that a pool comes to and goes from. */
export const ONE_QUEUE: Scope = { queues: 1, sends: 0, unresettable: 0 };

/** The same, and polls that send frames of the pool. */
export const SENDING: Scope = { ...ONE_QUEUE, sends: 1 };

/** A virtio device without VIRTIO_F_RING_RESET, of which no swap succeeds. */
export const UNRESETTABLE: Scope = { ...ONE_QUEUE, unresettable: 1 };
