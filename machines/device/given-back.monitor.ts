import { setup } from 'xstate';

export const labels = ['revoke', 'enabled', 'unrevoke', 'unlock'] as const;

/**
 * A section that has revoked and finds memory enabled at its end gives access back before it lets
 * go of memory_lock.
 */
export const givenBack = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'given_back',
  meta: {
    labels,
    source:
      'Alex Williamson on v1 10/10, 2025-08-06, ' +
      '<20250806162455.350f73a4.alex.williamson@redhat.com>: "@revoked true -> true seems wrong"',
  },
  initial: 'given',
  states: {
    given: { on: { revoke: 'revoked', enabled: 'given', unrevoke: 'given', unlock: 'given' } },
    revoked: { on: { revoke: 'revoked', enabled: 'owed', unrevoke: 'given', unlock: 'given' } },
    owed: {
      description: 'memory is enabled, so what was revoked has to come back',
      on: { revoke: 'owed', enabled: 'owed', unrevoke: 'given', unlock: 'kept' },
    },
    kept: {
      tags: ['violation'],
      meta: { finding: 'is let go with memory enabled and what was revoked not given back' },
      on: { revoke: 'kept', enabled: 'kept', unrevoke: 'given', unlock: 'kept' },
    },
  },
});
