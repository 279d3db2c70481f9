import { assign, setup } from 'xstate';

export const labels = [
  'target.start:begin',
  'mr[i].register:begin',
  'mr[i].register:ok',
  'mr[i].register:-ENODEV',
  'mr[i].register:-EOPNOTSUPP',
  'mr[i].register:-EINVAL',
  'mr[i].register:-ENOMEM',
  'mr[i].deregister:begin',
  'mr[i].deregister:ok',
  'target.start:ok',
  'target.start:failed',
  'target.reset:begin',
  'dev[0].device_reset:begin',
  'dev[0].device_reset:ok',
  'dev[0].device_reset:failed',
  'target.reset:ok',
  'target.reset:failed',
  'dev[0].close:begin',
  'dev[0].close:ok',
] as const;

const ERRORS = ['-ENODEV', '-EOPNOTSUPP', '-EINVAL', '-ENOMEM'] as const;

/**
 * A storage target in user space that drives an NVMe controller through vfio-pci and lets RDMA reach its
 * memory buffer (CMB) and its doorbells: it registers the two, resets the controller when it has to, and
 * registers them again.
 *
 * @param again - whether it registers the regions again after a reset, or leaves that to page faults
 */
export function spdkTarget(again: boolean) {
  const machine = setup({
    types: {
      context: {} as { i: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: { first: ({ context }) => context.i === 0 },
    actions: { second: assign({ i: 1 }), firstAgain: assign({ i: 0 }) },
  });
  /** Both regions; where one is refused, the other is given up. */
  const registering = (done: string, failed: string) =>
    machine.createStateConfig({
      initial: 'register',
      states: {
        register: { on: { 'mr[i].register:begin': 'registered' } },
        registered: {
          on: {
            'mr[i].register:ok': [
              { guard: 'first', target: 'register', actions: 'second' },
              { target: 'return', actions: 'firstAgain' },
            ],
            ...Object.fromEntries(
              ERRORS.map((ret) => [
                `mr[i].register:${ret}`,
                [
                  { guard: 'first' as const, target: 'return_failed' },
                  { target: 'give_up', actions: 'firstAgain' as const },
                ],
              ]),
            ),
          },
        },
        give_up: { on: { 'mr[i].deregister:begin': 'giving_up' } },
        giving_up: { on: { 'mr[i].deregister:ok': 'return_failed' } },
        return: { on: { [done]: '#serving' } },
        return_failed: { on: { [failed]: '#down' } },
      },
    });

  return machine.createMachine({
    id: again ? 'spdk_target' : 'spdk_target_odp',
    description: again
      ? 'a storage target that registers CMB and doorbells, and registers them again after a reset'
      : 'a storage target that registers CMB and doorbells once, and leaves the rest to page faults',
    meta: {
      labels: again ? labels : labels.filter((label) => label !== 'target.reset:failed'),
      index: { i: 2 },
      source:
        'derived: SPDK as Leon Romanovsky, "vfio/pci: Allow MMIO regions to be exported through dma-buf" v1 to v9, has it: a controller memory buffer and doorbells that RDMA reaches',
    },
    context: { i: 0 },
    initial: 'down',
    states: {
      down: {
        id: 'down',
        tags: ['quiescent'],
        on: { 'target.start:begin': 'starting', 'dev[0].close:begin': 'closing' },
      },
      starting: registering('target.start:ok', 'target.start:failed'),
      serving: {
        id: 'serving',
        tags: ['quiescent', 'serving'],
        on: { 'target.reset:begin': 'reset', 'dev[0].close:begin': 'closing' },
      },
      closing: {
        description: 'its regions are still there, as where another process has them, too',
        on: { 'dev[0].close:ok': 'exited' },
      },
      exited: { tags: ['quiescent'] },
      reset: {
        initial: 'call',
        states: {
          call: { on: { 'dev[0].device_reset:begin': 'called' } },
          called: {
            on: {
              'dev[0].device_reset:ok': again ? 'deregister' : 'return',
              'dev[0].device_reset:failed': again ? 'deregister' : 'return',
            },
          },
          ...(again && {
            deregister: { on: { 'mr[i].deregister:begin': 'deregistering' } },
            deregistering: {
              on: {
                'mr[i].deregister:ok': [
                  { guard: 'first', target: 'deregister', actions: 'second' },
                  { target: '#again', actions: 'firstAgain' },
                ],
              },
            },
          }),
          ...(!again && { return: { on: { 'target.reset:ok': '#serving' } } }),
        },
      },
      ...(again && {
        registering_again: {
          id: 'again',
          ...registering('target.reset:ok', 'target.reset:failed'),
        },
      }),
    },
  });
}
