// Truth: the C of v7.3.
import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

const ANSWERS = ['true', 'false'] as const;

function labelsOf(client: 0 | 1): string[] {
  return [
    'whitelist:begin',
    ...['node[0]', ...(client === 1 ? ['node[1]'] : [])].flatMap((node) => [
      `${node}.host:0`,
      `${node}.host:1`,
    ]),
    ...ANSWERS.flatMap((answer) => [
      ...[0, 1].flatMap((n) => [
        `host[${n}].listed(same):${answer}`,
        `host[${n}].listed(other):${answer}`,
      ]),
      `whitelist:${answer}`,
    ]),
  ];
}

/**
 * `host_bridge_whitelist()`: of one host bridge its entry is enough, of two each has to have one that
 * does not ask for the same host bridge (REQ_SAME_HOST_BRIDGE).
 *
 * @param client - the number of the client, 0 where it is the same function as the provider
 */
export const hostBridgeWhitelist = madeOnce(function hostBridgeWhitelist(client: 0 | 1) {
  /** Whether the host bridge of one of the two is listed: on where it is, false else. */
  const listed = (of: 'p' | 'c', which: 'same' | 'other', then: string) =>
    Object.fromEntries(
      [0, 1].flatMap((n) =>
        ANSWERS.map((answer) => [
          `host[${n}].listed(${which}):${answer}`,
          {
            guard: { type: `${of} is` as const, params: n },
            target: answer === 'true' ? then : 'return_false',
          },
        ]),
      ),
    );
  return setup({
    types: {
      context: {} as { p: number; c: number },
      events: {} as { type: string },
    },
    guards: {
      same: ({ context }) => context.p === context.c,
      'p is': ({ context }, n: number) => context.p === n,
      'c is': ({ context }, n: number) => context.c === n,
    },
    actions: {
      'host_a = ': assign((_, p: number) => ({ p })),
      'host_b = ': assign((_, c: number) => ({ c })),
      forget: assign({ p: 0, c: 0 }),
    },
  }).createMachine({
    id: 'host_bridge_whitelist',
    description: 'host_bridge_whitelist(), drivers/pci/p2pdma.c',
    meta: {
      labels: labelsOf(client),
      c: inC(client),
      source: 'host_bridge_whitelist, __host_bridge_whitelist, v7.3',
    },
    context: { p: 0, c: 0 },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'whitelist:begin': 'host_a' } },
      host_a: {
        on: {
          'node[0].host:0': { target: 'host_b', actions: { type: 'host_a = ', params: 0 } },
          'node[0].host:1': { target: 'host_b', actions: { type: 'host_a = ', params: 1 } },
        },
      },
      host_b: {
        on: {
          [`node[${client}].host:0`]: {
            target: 'compare',
            actions: { type: 'host_b = ', params: 0 },
          },
          [`node[${client}].host:1`]: {
            target: 'compare',
            actions: { type: 'host_b = ', params: 1 },
          },
        },
      },
      compare: { always: [{ guard: 'same', target: 'one' }, { target: 'first' }] },
      one: { on: listed('p', 'same', 'return_true') },
      first: { on: listed('p', 'other', 'second') },
      second: { on: listed('c', 'other', 'return_true') },
      return_true: { on: { 'whitelist:true': { target: 'idle', actions: 'forget' } } },
      return_false: { on: { 'whitelist:false': { target: 'idle', actions: 'forget' } } },
    },
  });
});

/** What its C is, for the comparison. */
const inC = (client: 0 | 1) => ({
  function: 'host_bridge_whitelist',
  file: 'drivers/pci/p2pdma.c',
  entries: [
    {
      begins: 'whitelist:begin',
      parameters: { a: '@node[0]', b: `@node[${client}]` },
      returns: { 'whitelist:true': '1', 'whitelist:false': '0' },
    },
  ],
  rows: [
    {
      c: 'pci_find_host_bridge($node->bus)',
      label: '{node}.host',
      returns: { 0: '@host[0]', 1: '@host[1]' },
    },
    ...(['same', 'other'] as const).map((which) => ({
      c: `__host_bridge_whitelist($host, ${which === 'same'}, $_)`,
      label: `{host}.listed(${which})`,
      returns: { true: '1', false: '0' },
    })),
  ],
});
