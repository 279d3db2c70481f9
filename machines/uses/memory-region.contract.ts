import { assign, setup } from 'xstate';

/** How an RDMA driver holds the memory of a region, which decides what a revoke leaves of it. */
export type RegionKind = 'pinned' | 'revocable' | 'odp';

const ERRORS = ['-ENODEV', '-EOPNOTSUPP', '-EINVAL', '-ENOMEM'] as const;

type Return = (typeof ERRORS)[number];

const common = [
  'told',
  'register:begin',
  'register:ok',
  ...ERRORS.map((errno) => `register:${errno}` as const),
  'att.attach:ok',
  'att.attach:-ENODEV',
  'att.attach:-EOPNOTSUPP#not_revocable',
  'att.map:ok',
  'att.map:-ENODEV',
  'att.map:-EINVAL',
  'att.map:-ENOMEM',
  'att.unmap',
  'att.unmap#callback',
  'att.detach',
  'deregister:begin',
  'deregister:ok',
  'write:begin',
  'write:ok',
  'write:error',
] as const;

/** What a region of a kind never does. */
const NEVER: Readonly<Record<RegionKind, readonly string[]>> = {
  pinned: ['att.unmap#callback'],
  revocable: ['att.attach:-EOPNOTSUPP#not_revocable', 'register:-EOPNOTSUPP'],
  odp: ['att.attach:-EOPNOTSUPP#not_revocable', 'register:-EOPNOTSUPP'],
};

const SOURCES: Readonly<Record<RegionKind, string>> = {
  pinned:
    'ib_umem_dmabuf_get_pinned, reg_user_mr_dmabuf (mlx5, data direct), v7.3: no invalidate_mappings',
  revocable:
    'irdma_reg_user_mr_dmabuf, ib_umem_dmabuf_get_pinned_revocable_and_lock, ib_umem_dmabuf_revoke_locked, v7.3',
  odp: 'reg_user_mr_dmabuf, mlx5_ib_dmabuf_invalidate_cb, pagefault_dmabuf_mr (mlx5), v7.3',
};

/**
 * An RDMA memory region on a dma-buf, to the process that registers it and to the peer that writes to
 * it. Told to let go (`told`), a revocable one is dead from then on; one with page faults (ODP) maps
 * again at the next access; a pinned one cannot be told, and may not attach.
 */
export function memoryRegion(kind: RegionKind) {
  const machine = setup({
    types: {
      context: {} as { ret: Return | 'ok' },
      events: {} as { type: (typeof common)[number] },
    },
    guards: { returns: ({ context }, ret: Return) => context.ret === ret },
    actions: {
      fail: assign((_, ret: Return) => ({ ret })),
      forget: assign({ ret: 'ok' }),
    },
  });
  const failing = (target: string, ret: Return) => ({
    target,
    actions: { type: 'fail' as const, params: ret },
  });
  const mapFails = Object.fromEntries(
    (['-ENODEV', '-EINVAL', '-ENOMEM'] as const).map((ret) => [
      `att.map:${ret}`,
      failing('detach', ret),
    ]),
  );
  const returned = Object.fromEntries(
    ERRORS.filter((ret) => !NEVER[kind].includes(`register:${ret}`)).map((ret) => [
      `register:${ret}`,
      {
        guard: { type: 'returns' as const, params: ret },
        target: '#none',
        actions: 'forget' as const,
      },
    ]),
  );
  /** Where the region goes that has given its mapping up. */
  const left = kind === 'odp' ? '#faulted' : '#revoked';

  const registering = machine.createStateConfig({
    initial: 'attach',
    states: {
      attach: {
        on: {
          told: 'attach',
          'att.attach:ok': 'map',
          'att.attach:-ENODEV': failing('return_error', '-ENODEV'),
          ...(kind === 'pinned' && {
            'att.attach:-EOPNOTSUPP#not_revocable': failing('return_error', '-EOPNOTSUPP'),
          }),
        },
      },
      map: {
        on: {
          told:
            kind === 'revocable'
              ? {
                  ...failing('detach', '-EINVAL'),
                  meta: { source: 'ib_umem_dmabuf_map_pages, v7.3: umem_dmabuf->revoked' },
                }
              : 'map',
          'att.map:ok': 'return',
          ...mapFails,
        },
      },
      return: {
        on: { told: kind === 'pinned' ? 'return' : 'callback', 'register:ok': '#valid' },
      },
      ...(kind !== 'pinned' && {
        callback: { on: { told: 'callback', 'att.unmap#callback': 'return_unmapped' } },
        return_unmapped: { on: { told: 'return_unmapped', 'register:ok': left } },
      }),
      detach: { on: { told: 'detach', 'att.detach': 'return_error' } },
      return_error: { on: { told: 'return_error', ...returned } },
    },
  });

  const deregistering = machine.createStateConfig({
    initial: 'unmap',
    states: {
      unmap: {
        on: { told: kind === 'pinned' ? 'unmap' : 'callback', 'att.unmap': 'detach' },
      },
      ...(kind !== 'pinned' && {
        callback: { on: { told: 'callback', 'att.unmap#callback': 'detach' } },
      }),
      detach: { on: { told: 'detach', 'att.detach': 'return' } },
      return: { on: { told: 'return', 'deregister:ok': '#none' } },
    },
  });

  /** It is deregistered under a peer's access, which fails. */
  const flushing = machine.createStateConfig({
    initial: 'mapped',
    states: {
      mapped: {
        tags: ['reaches'],
        on: {
          told: kind === 'pinned' ? 'mapped' : 'callback',
          'write:error': '#deregistering.unmap',
        },
      },
      ...(kind !== 'pinned' && {
        callback: {
          tags: ['reaches'],
          on: { told: 'callback', 'att.unmap#callback': 'unmapped' },
        },
        unmapped: { on: { told: 'unmapped', 'write:error': '#deregistering.detach' } },
      }),
    },
  });

  /** The peer's access finds the region mapped, and is still on its way when it is told. */
  const written = machine.createStateConfig({
    initial: 'reaches',
    states: {
      reaches: {
        tags: ['reaches'],
        on: {
          told: kind === 'pinned' ? 'reaches' : 'callback',
          'write:ok': '#valid',
          'deregister:begin': '#flushing.mapped',
        },
      },
      ...(kind !== 'pinned' && {
        callback: {
          tags: ['reaches'],
          on: {
            told: 'callback',
            'att.unmap#callback': kind === 'odp' ? 'fault' : 'refused',
            'deregister:begin': '#flushing.callback',
          },
        },
        refused: {
          on: { told: 'refused', 'write:error': left, 'deregister:begin': '#flushing.unmapped' },
        },
      }),
      ...(kind === 'odp' && {
        fault: {
          meta: { source: 'pagefault_dmabuf_mr, v7.3: it maps again, or the access fails' },
          on: {
            told: 'fault',
            'att.map:ok': 'reaches',
            'att.map:-ENODEV': 'refused',
            'att.map:-EINVAL': 'refused',
            'att.map:-ENOMEM': 'refused',
            'deregister:begin': '#flushing.unmapped',
          },
        },
      }),
    },
  });

  return machine.createMachine({
    id: `region_${kind}`,
    description: `an RDMA memory region on a dma-buf, ${TITLES[kind]}`,
    meta: {
      labels: common.filter((label) => !NEVER[kind].includes(label)),
      source: SOURCES[kind],
    },
    context: { ret: 'ok' },
    initial: 'none',
    states: {
      none: {
        id: 'none',
        tags: ['quiescent'],
        on: { told: 'none', 'register:begin': 'registering' },
      },
      registering,
      valid: {
        id: 'valid',
        tags: ['quiescent', 'reaches', 'usable'],
        on: {
          told: kind === 'pinned' ? 'valid' : 'callback',
          'write:begin': 'written',
          'deregister:begin': 'deregistering',
        },
      },
      written: { ...written, tags: ['usable'] },
      ...(kind !== 'pinned' && {
        callback: {
          description: 'the hardware is stopped, then the mapping given up, inside the callback',
          tags: ['reaches'],
          on: {
            told: 'callback',
            'att.unmap#callback': left.slice(1),
            'deregister:begin': 'deregistering.callback',
          },
        },
      }),
      ...(kind === 'revocable' && {
        revoked: {
          id: 'revoked',
          description: 'dead: it can be deregistered, and nothing else',
          tags: ['quiescent', 'dead'],
          meta: { source: 'umem_dmabuf->revoked, v7.3: nothing clears it' },
          on: {
            told: 'revoked',
            'write:begin': 'written.refused',
            'deregister:begin': 'deregistering.detach',
          },
        },
      }),
      ...(kind === 'odp' && {
        faulted: {
          id: 'faulted',
          description: 'nothing is mapped; the next access maps',
          tags: ['quiescent', 'usable'],
          on: {
            told: 'faulted',
            'write:begin': 'written.fault',
            'deregister:begin': 'deregistering.detach',
          },
        },
      }),
      deregistering: { ...deregistering, id: 'deregistering' },
      flushing: { ...flushing, id: 'flushing' },
    },
  });
}

const TITLES: Readonly<Record<RegionKind, string>> = {
  pinned: 'pinned: it cannot be told to let go, and is refused',
  revocable: 'pinned and revocable: dead once it was told to let go',
  odp: 'with page faults (ODP): it maps again when it is used',
};
