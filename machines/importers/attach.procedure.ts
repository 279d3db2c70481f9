import { setup } from 'xstate';

export const labels = [
  'att.attach:begin',
  'att.kzalloc:ok',
  'att.kzalloc:-ENOMEM',
  'att.peer2peer:true',
  'att.peer2peer:false',
  'buf.revoked:true',
  'buf.revoked:false',
  'att.revocable:true',
  'att.revocable:false',
  'buf.resv.lock',
  'att.list_add',
  'buf.resv.unlock',
  'att.attach:ok',
  'att.attach:-ENODEV',
  'att.kfree',
  'att.attach:-EOPNOTSUPP',
  'att.attach:-ENOMEM',
] as const;

/**
 * What attach sees of an importer:
 * - `revocable`: peer2peer, and an invalidate_mappings callback;
 * - `no_callback`: peer2peer, and none;
 * - `not_p2p`: it does not set allow_peer2peer, or is static (`importer_ops` is NULL).
 */
export type AttachingImporter = 'revocable' | 'no_callback' | 'not_p2p';

/** What an importer of a kind never comes to. */
const NEVER = {
  revocable: {
    unused: ['att.peer2peer:false', 'att.revocable:false', 'att.attach:-EOPNOTSUPP'],
    unreachable: ['free_refused', 'return_refused'],
  },
  no_callback: {
    unused: [
      'att.peer2peer:false',
      'att.revocable:true',
      'buf.resv.lock',
      'att.list_add',
      'buf.resv.unlock',
      'att.attach:ok',
    ],
    unreachable: ['lock', 'list', 'unlock', 'return'],
  },
  not_p2p: {
    unused: [
      'att.peer2peer:true',
      'buf.revoked:true',
      'buf.revoked:false',
      'att.revocable:true',
      'att.revocable:false',
      'buf.resv.lock',
      'att.list_add',
      'buf.resv.unlock',
      'att.attach:ok',
      'att.attach:-ENODEV',
    ],
    unreachable: [
      'revoked',
      'free_revoked',
      'return_revoked',
      'revocable',
      'lock',
      'list',
      'unlock',
      'return',
    ],
  },
};

/**
 * `dma_buf_dynamic_attach()`: the exporter is asked without any lock, and the attachment goes on
 * the list under dma_resv after that. A revoke may come in between, so that only the test in map
 * is authoritative.
 */
export function attach(importer: AttachingImporter) {
  const p2p = importer !== 'not_p2p';
  const callback = importer === 'revocable';
  return setup({
    types: { events: {} as { type: (typeof labels)[number] } },
    guards: {
      allow_peer2peer: () => p2p,
      '!allow_peer2peer': () => !p2p,
      invalidate_mappings: () => callback,
      '!invalidate_mappings': () => !callback,
    },
  }).createMachine({
    id: 'attach',
    description: 'dma_buf_dynamic_attach(), and vfio_pci_dma_buf_attach() in it',
    meta: {
      labels,
      c: attachInC(importer),
      source: 'vfio_pci_dma_buf_attach, dma_buf_dynamic_attach, v7.3',
      ...NEVER[importer],
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.attach:begin': 'alloc' } },
      alloc: {
        on: { 'att.kzalloc:ok': 'peer2peer', 'att.kzalloc:-ENOMEM': 'return_no_memory' },
      },
      return_no_memory: { on: { 'att.attach:-ENOMEM': 'idle' } },
      peer2peer: {
        on: {
          'att.peer2peer:true': {
            guard: 'allow_peer2peer',
            target: 'revoked',
            meta: { unused: !p2p },
          },
          'att.peer2peer:false': {
            guard: '!allow_peer2peer',
            target: 'free_refused',
            meta: { commits: 'att.attach:-EOPNOTSUPP#not_p2p', unused: p2p },
          },
        },
      },
      revoked: {
        description: 'read without a lock',
        on: {
          'buf.revoked:true': { target: 'free_revoked', meta: { commits: 'att.attach:-ENODEV' } },
          'buf.revoked:false': {
            target: 'revocable',
            meta: { commits: callback ? 'att.attach:ok' : 'att.attach:-EOPNOTSUPP#not_revocable' },
          },
        },
      },
      revocable: {
        description: 'dma_buf_attach_revocable(): is there a callback',
        on: {
          'att.revocable:true': {
            guard: 'invalidate_mappings',
            target: 'lock',
            meta: { unused: !callback },
          },
          'att.revocable:false': {
            guard: '!invalidate_mappings',
            target: 'free_refused',
            meta: { unused: callback },
          },
        },
      },
      lock: {
        description: 'attached by now, and not on the list: no revoke tells it',
        on: { 'buf.resv.lock': 'list' },
      },
      list: { on: { 'att.list_add': 'unlock' } },
      unlock: { on: { 'buf.resv.unlock': 'return' } },
      return: { on: { 'att.attach:ok': 'idle' } },
      free_revoked: {
        meta: { source: 'dma_buf_dynamic_attach, v7.3: err_attach' },
        on: { 'att.kfree': 'return_revoked' },
      },
      return_revoked: { on: { 'att.attach:-ENODEV': 'idle' } },
      free_refused: {
        meta: { source: 'dma_buf_dynamic_attach, v7.3: err_attach' },
        on: { 'att.kfree': 'return_refused' },
      },
      return_refused: { on: { 'att.attach:-EOPNOTSUPP': 'idle' } },
    },
  });
}

/** What an importer gives in its `dma_buf_attach_ops`, and what follows from it. */
function attachInC(importer: AttachingImporter) {
  const isP2p = importer !== 'not_p2p';
  const only = (holds: boolean) => (holds ? { true: '1' } : { false: '0' });
  return {
    function: 'dma_buf_dynamic_attach',
    file: 'drivers/dma-buf/dma-buf.c',
    also: ['drivers/vfio/pci/vfio_pci_dmabuf.c'],
    entries: [
      {
        begins: 'att.attach:begin',
        parameters: {
          dmabuf: '@buf',
          dev: 'some',
          importer_ops: isP2p ? 'some' : ['some', 'NULL'],
        },
        returns: {
          'att.attach:ok': '@att',
          'att.attach:-ENODEV': 'ERR_PTR(-ENODEV)',
          'att.attach:-EOPNOTSUPP': 'ERR_PTR(-EOPNOTSUPP)',
          'att.attach:-ENOMEM': 'ERR_PTR(-ENOMEM)',
        },
      },
    ],
    rows: [
      {
        c: 'kzalloc_obj($_)',
        label: '{att}.kzalloc',
        returns: { ok: '@att', '-ENOMEM': 'NULL' },
      },
      {
        c: '$att->peer2peer',
        label: '{att}.peer2peer',
        returns: only(isP2p),
        because: 'each kind of importer is compared by itself',
      },
      {
        c: 'dma_buf_attach_revocable($att)',
        label: '{att}.revocable',
        returns: only(importer === 'revocable'),
        because: 'each kind of importer is compared by itself',
      },
    ],
  };
}
