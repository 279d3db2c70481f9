import { setup } from 'xstate';

export const labels = ['revoke', 'enabled', 'disabled', 'unrevoke', 'unlock'] as const;

/**
 * A section that has revoked gives access back before it lets go of memory_lock, unless it has
 * found memory disabled.
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
    given: {
      on: {
        revoke: 'owed',
        enabled: 'given',
        disabled: 'given',
        unrevoke: 'given',
        unlock: 'given',
      },
    },
    owed: {
      description: 'what was revoked has to come back, unless memory is disabled',
      on: { revoke: 'owed', enabled: 'owed', disabled: 'given', unrevoke: 'given', unlock: 'kept' },
    },
    kept: {
      tags: ['violation'],
      meta: { finding: 'is let go before what was revoked is given back' },
      on: { revoke: 'kept', enabled: 'kept', disabled: 'kept', unrevoke: 'given', unlock: 'kept' },
    },
  },
});
