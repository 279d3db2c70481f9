// Truth: the C of v7.3.
import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';
import { MAP_TYPES, type MapType } from './map-types.ts';

/** Where the two walks are: on the side of the provider, and on that of the client. */
interface Walk {
  readonly a: number;
  readonly b: number;
  /** `acs_cnt`, of which only whether it is 0 is asked. */
  readonly redirected: boolean;
}

/** The numbers of so many devices. */
const numbers = (nodes: number) => Array.from({ length: nodes }, (_, n) => n);

function labelsOf(nodes: number): string[] {
  const ofNode = (n: number) => [
    `node[${n}].acs_redir:0`,
    `node[${n}].acs_redir:1`,
    ...numbers(nodes).map((k) => `node[${n}].upstream:${k}`),
    `node[${n}].upstream:none`,
  ];
  return [
    'calc:begin',
    ...numbers(nodes).flatMap(ofNode),
    'cpu.supports_p2pdma:true',
    'cpu.supports_p2pdma:false',
    'whitelist:begin',
    'whitelist:true',
    'whitelist:false',
    'dev.p2pdma:set',
    'dev.p2pdma:NULL',
    ...MAP_TYPES.flatMap((type) => [
      `dev.types.store(${type}):ok`,
      `dev.types.store(${type}):-ENOMEM`,
      `calc:${type}`,
    ]),
  ];
}

/**
 * `calc_map_type_and_dist()`: from the provider upwards, and for each device there from the client
 * upwards, until both are at the same one. A redirect bit of any device that was asked on the way makes
 * it a way through the host bridge: of the two themselves as well, and of the port in which they meet.
 * The distance, which only the choice among pools of p2pmem is made by, is not drawn.
 *
 * @param nodes - how many devices the tree has: the provider is 0
 * @param client - the number of the client, 0 where it is the same function
 */
export const calcMapType = madeOnce(function calcMapType(nodes: number, client: 0 | 1) {
  const machine = setup({
    types: { context: {} as Walk, events: {} as { type: string } },
    guards: {
      same: ({ context }) => context.a === context.b,
      redirected: ({ context }) => context.redirected,
      'a is': ({ context }, n: number) => context.a === n,
      'b is': ({ context }, n: number) => context.b === n,
    },
    actions: {
      'a = ': assign((_, a: number) => ({ a })),
      'b = ': assign((_, b: number) => ({ b })),
      'b = client': assign({ b: client }),
      'acs_cnt++': assign({ redirected: true }),
      forget: assign({ a: 0, b: client, redirected: false }),
    },
  });
  /** What is asked of the device at which a walk is. */
  const of = (side: 'a' | 'b', asked: (node: string) => Record<string, object>) =>
    Object.assign(
      {},
      ...numbers(nodes).map((n) =>
        Object.fromEntries(
          Object.entries(asked(`node[${n}]`)).map(([label, step]) => [
            label,
            { guard: { type: `${side} is` as const, params: n }, ...step },
          ]),
        ),
      ),
    );
  /** pci_upstream_bridge() of one side: on to the bridge, or beyond the top. */
  const up = (side: 'a' | 'b', to: string, beyond: string) =>
    of(side, (node) =>
      side === 'b' || node !== `node[${client}]` ? above(side, node, to, beyond) : {},
    );
  // Where `a` is the client, the search has found it.
  const above = (side: 'a' | 'b', node: string, to: string, beyond: string) => ({
    ...Object.fromEntries(
      numbers(nodes).map((k) => [
        `${node}.upstream:${k}`,
        { target: to, actions: { type: `${side} = `, params: k } },
      ]),
    ),
    [`${node}.upstream:none`]: { target: beyond },
  });
  /** xa_store(), whose failure nobody looks at. */
  const stored = (type: MapType) =>
    machine.createStateConfig({
      initial: 'p2pdma',
      states: {
        p2pdma: { on: { 'dev.p2pdma:set': 'store', 'dev.p2pdma:NULL': 'return' } },
        store: {
          on: {
            [`dev.types.store(${type}):ok`]: 'return',
            [`dev.types.store(${type}):-ENOMEM`]: 'return',
          },
        },
        return: { on: { [`calc:${type}`]: { target: '#calc_map_type.idle', actions: 'forget' } } },
      },
    });
  return machine.createMachine({
    id: 'calc_map_type',
    description: 'calc_map_type_and_dist(), drivers/pci/p2pdma.c',
    meta: {
      labels: labelsOf(nodes),
      source: 'calc_map_type_and_dist, v7.3',
    },
    context: { a: 0, b: client, redirected: false },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'calc:begin': 'provider_side' } },
      provider_side: {
        description: 'while (a): is one of those above the client the same?',
        initial: 'acs',
        states: {
          acs: {
            description: 'pci_bridge_has_acs_redir(a), of the provider itself first',
            on: of('a', (node) => ({
              [`${node}.acs_redir:1`]: { target: 'search', actions: ['acs_cnt++', 'b = client'] },
              [`${node}.acs_redir:0`]: { target: 'search', actions: 'b = client' },
            })),
          },
          search: {
            always: [
              { guard: 'same', target: '#calc_map_type.client_side', actions: 'b = client' },
              { target: 'next_b' },
            ],
          },
          next_b: { on: up('b', 'search', 'next_a') },
          next_a: { on: up('a', 'acs', '#calc_map_type.host_bridge') },
        },
      },
      client_side: {
        description: 'check_b_path_acs: from the client to where they meet',
        initial: 'compare',
        states: {
          compare: {
            always: [{ guard: 'same', target: '#calc_map_type.decide' }, { target: 'acs' }],
          },
          acs: {
            on: of('b', (node) => ({
              [`${node}.acs_redir:1`]: { target: 'next', actions: 'acs_cnt++' },
              [`${node}.acs_redir:0`]: { target: 'next' },
            })),
          },
          next: { on: up('b', 'compare', '#calc_map_type.decide') },
        },
      },
      decide: {
        always: [{ guard: 'redirected', target: 'host_bridge' }, { target: 'store_BUS_ADDR' }],
      },
      host_bridge: {
        description: 'map_through_host_bridge: is it known to carry such traffic?',
        initial: 'cpu',
        states: {
          cpu: {
            on: {
              'cpu.supports_p2pdma:true': '#calc_map_type.store_THRU_HOST_BRIDGE',
              'cpu.supports_p2pdma:false': 'ask',
            },
          },
          ask: { on: { 'whitelist:begin': 'asked' } },
          asked: {
            on: {
              'whitelist:true': '#calc_map_type.store_THRU_HOST_BRIDGE',
              'whitelist:false': '#calc_map_type.store_NOT_SUPPORTED',
            },
          },
        },
      },
      store_BUS_ADDR: stored('BUS_ADDR'),
      store_THRU_HOST_BRIDGE: stored('THRU_HOST_BRIDGE'),
      store_NOT_SUPPORTED: stored('NOT_SUPPORTED'),
    },
  });
});
