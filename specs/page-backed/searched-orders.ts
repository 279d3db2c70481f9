/** How the orders of a question fare, as `searched()` finds it; a test of minutes finds it anew. */
export interface SearchedOrders {
  readonly searched: number;
  /** The orders that keep every rule. */
  readonly kept: readonly (readonly string[])[];
  readonly broken: readonly {
    readonly rule: string;
    /** How many orders break it. */
    readonly orders: number;
    /** The one with the shortest run, and how many steps that has. */
    readonly order: readonly string[];
    readonly steps: number;
    /** The two steps that none of these orders repairs: one of the call, one of the others. */
    readonly between: readonly [string | undefined, string | undefined];
  }[];
}

/** By question. */
export const searchedOrders: Readonly<Record<string, SearchedOrders>> = {
  'as-read': {
    searched: 60,
    kept: [],
    broken: [
      {
        rule: 'reset-needs-memory-lock',
        orders: 36,
        order: ['revoke', 'reset', 'lock', 'zap', 'restore', 'unlock'],
        steps: 3,
        between: ['dev[0].pci_try_reset_function:begin', undefined],
      },
      {
        rule: 'reset-after-last-pte',
        orders: 49,
        order: ['revoke', 'reset', 'lock', 'zap', 'restore', 'unlock'],
        steps: 11,
        between: ['dev[0].pci_try_reset_function:begin', 'page[0].insert_page:ok'],
      },
      {
        rule: 'reset-after-last-pin',
        orders: 60,
        order: ['revoke', 'reset', 'lock', 'zap', 'restore', 'unlock'],
        steps: 13,
        between: ['dev[0].pci_try_reset_function:begin', 'page[0].pin:ok'],
      },
    ],
  },
  waits: {
    searched: 420,
    kept: [],
    broken: [
      {
        rule: 'deadlock',
        orders: 140,
        order: ['lock', 'wait', 'revoke', 'zap', 'reset', 'restore', 'unlock'],
        steps: 13,
        between: ['dev[0].memory_lock.down_write', 'page[1].pin:none'],
      },
      {
        rule: 'reset-needs-memory-lock',
        orders: 252,
        order: ['revoke', 'reset', 'lock', 'zap', 'wait', 'restore', 'unlock'],
        steps: 3,
        between: ['dev[0].pci_try_reset_function:begin', undefined],
      },
      {
        rule: 'reset-after-last-pte',
        orders: 343,
        order: ['revoke', 'reset', 'lock', 'zap', 'wait', 'restore', 'unlock'],
        steps: 11,
        between: ['dev[0].pci_try_reset_function:begin', 'page[0].insert_page:ok'],
      },
      {
        rule: 'reset-after-last-pin',
        orders: 403,
        order: ['revoke', 'reset', 'lock', 'zap', 'wait', 'restore', 'unlock'],
        steps: 13,
        between: ['dev[0].pci_try_reset_function:begin', 'page[0].pin:ok'],
      },
    ],
  },
  'waits-outside': {
    searched: 504,
    kept: [
      ['lock', 'revoke', 'zap', 'unlock', 'wait', 'lock again', 'reset', 'restore', 'unlock again'],
      ['lock', 'revoke', 'zap', 'unlock', 'wait', 'lock again', 'reset', 'unlock again', 'restore'],
      ['lock', 'revoke', 'unlock', 'zap', 'wait', 'lock again', 'reset', 'restore', 'unlock again'],
      ['lock', 'revoke', 'unlock', 'zap', 'wait', 'lock again', 'reset', 'unlock again', 'restore'],
      ['lock', 'zap', 'revoke', 'unlock', 'wait', 'lock again', 'reset', 'restore', 'unlock again'],
      ['lock', 'zap', 'revoke', 'unlock', 'wait', 'lock again', 'reset', 'unlock again', 'restore'],
      ['revoke', 'lock', 'zap', 'unlock', 'wait', 'lock again', 'reset', 'restore', 'unlock again'],
      ['revoke', 'lock', 'zap', 'unlock', 'wait', 'lock again', 'reset', 'unlock again', 'restore'],
      ['revoke', 'lock', 'unlock', 'zap', 'wait', 'lock again', 'reset', 'restore', 'unlock again'],
      ['revoke', 'lock', 'unlock', 'zap', 'wait', 'lock again', 'reset', 'unlock again', 'restore'],
    ],
    broken: [
      {
        rule: 'reset-needs-memory-lock',
        orders: 324,
        order: [
          'revoke',
          'reset',
          'lock',
          'zap',
          'unlock',
          'wait',
          'lock again',
          'restore',
          'unlock again',
        ],
        steps: 3,
        between: ['dev[0].pci_try_reset_function:begin', undefined],
      },
      {
        rule: 'reset-after-last-pte',
        orders: 404,
        order: [
          'revoke',
          'reset',
          'lock',
          'zap',
          'unlock',
          'wait',
          'lock again',
          'restore',
          'unlock again',
        ],
        steps: 11,
        between: ['dev[0].pci_try_reset_function:begin', 'page[0].insert_page:ok'],
      },
      {
        rule: 'reset-after-last-pin',
        orders: 474,
        order: [
          'revoke',
          'reset',
          'lock',
          'zap',
          'unlock',
          'wait',
          'lock again',
          'restore',
          'unlock again',
        ],
        steps: 13,
        between: ['dev[0].pci_try_reset_function:begin', 'page[0].pin:ok'],
      },
    ],
  },
  'waits-outside-twice': {
    searched: 504,
    kept: [],
    broken: [
      {
        rule: 'reset-needs-memory-lock',
        orders: 324,
        order: [
          'revoke',
          'reset',
          'lock',
          'zap',
          'unlock',
          'wait',
          'lock again',
          'restore',
          'unlock again',
        ],
        steps: 3,
        between: ['dev[0].pci_try_reset_function:begin', undefined],
      },
      {
        rule: 'reset-after-last-pte',
        orders: 477,
        order: [
          'revoke',
          'reset',
          'lock',
          'zap',
          'unlock',
          'wait',
          'lock again',
          'restore',
          'unlock again',
        ],
        steps: 11,
        between: ['dev[0].pci_try_reset_function:begin', 'page[0].insert_page:ok'],
      },
      {
        rule: 'reset-after-last-pin',
        orders: 504,
        order: [
          'revoke',
          'reset',
          'lock',
          'zap',
          'unlock',
          'wait',
          'lock again',
          'restore',
          'unlock again',
        ],
        steps: 13,
        between: ['dev[0].pci_try_reset_function:begin', 'page[0].pin:ok'],
      },
    ],
  },
  'dma-buf-fd': {
    searched: 12,
    kept: [],
    broken: [
      {
        rule: 'reset-after-last-pte',
        orders: 8,
        order: ['insert', 'lock to read', 'test', 'unlock to read'],
        steps: 15,
        between: ['page[0].insert_page:ok', 'dev[0].pci_try_reset_function:begin'],
      },
      {
        rule: 'no-pages-through-dmabuf-fd',
        orders: 12,
        order: ['insert', 'lock to read', 'test', 'unlock to read'],
        steps: 2,
        between: ['page[0].insert_page:ok', undefined],
      },
    ],
  },
};
