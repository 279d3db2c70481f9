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

export interface AttachVariation {
  /**
   * Who may attach: importers that can be `revocable` (7.1 and later), or `any_p2p` (6.19 and 7.0,
   * which ask for peer2peer and `revoked` only).
   */
  readonly admits: 'revocable' | 'any_p2p';
}

/**
 * `dma_buf_dynamic_attach()`: the exporter is asked without any lock, and the attachment goes on
 * the list under dma_resv after that. A revoke may come in between, so that only the test in map
 * is authoritative.
 *
 * @param call - whose contract label the answer decides: an importer's `attach`, or iommufd's
 * `map_file`, of which attaching is a part and which is decided here only when it is refused
 */
export function attach(
  importer: AttachingImporter,
  variation: AttachVariation,
  call: 'attach' | 'map_file' = 'attach',
) {
  const refused = importer === 'no_callback' && variation.admits === 'revocable';
  const isAsked = importer !== 'not_p2p' && variation.admits === 'revocable';
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'attach',
    description: 'dma_buf_dynamic_attach(), and vfio_pci_dma_buf_attach() in it',
    meta: {
      labels,
      c: attachInC(importer),
      source: 'vfio_pci_dma_buf_attach, dma_buf_dynamic_attach, v7.3',
      unused: unusedLabels(importer, isAsked, refused),
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.attach:begin': 'alloc' } },
      alloc: {
        on: { 'att.kzalloc:ok': 'peer2peer', 'att.kzalloc:-ENOMEM': 'return_no_memory' },
      },
      return_no_memory: { on: { 'att.attach:-ENOMEM': 'idle' } },
      peer2peer: {
        on:
          importer === 'not_p2p'
            ? {
                'att.peer2peer:false': {
                  target: 'free_refused',
                  ...(call === 'attach' && {
                    meta: { commits: 'att.attach:-EOPNOTSUPP#not_p2p' },
                  }),
                },
              }
            : { 'att.peer2peer:true': 'revoked' },
      },
      ...(importer !== 'not_p2p' && {
        revoked: {
          description: 'read without a lock',
          on: {
            'buf.revoked:true': {
              target: 'free_revoked',
              meta: { commits: `att.${call}:-ENODEV` },
            },
            'buf.revoked:false': {
              target: isAsked ? 'revocable' : 'lock',
              ...(call === 'attach' && {
                meta: {
                  commits: refused ? 'att.attach:-EOPNOTSUPP#not_revocable' : 'att.attach:ok',
                },
              }),
            },
          },
        },
        ...(isAsked && {
          revocable: {
            description: 'dma_buf_attach_revocable(): is there a callback',
            on: refused
              ? { 'att.revocable:false': 'free_refused' }
              : { 'att.revocable:true': 'lock' },
          },
        }),
        ...(!refused && {
          lock: {
            description: 'attached by now, and not on the list: no revoke tells it',
            on: { 'buf.resv.lock': 'list' },
          },
          list: { on: { 'att.list_add': 'unlock' } },
          unlock: { on: { 'buf.resv.unlock': 'return' } },
          return: { on: { 'att.attach:ok': 'idle' } },
        }),
        free_revoked: {
          meta: { source: 'dma_buf_dynamic_attach, v7.3: err_attach' },
          on: { 'att.kfree': 'return_revoked' },
        },
        return_revoked: { on: { 'att.attach:-ENODEV': 'idle' } },
      }),
      ...((importer === 'not_p2p' || refused) && {
        free_refused: {
          meta: { source: 'dma_buf_dynamic_attach, v7.3: err_attach' },
          on: { 'att.kfree': 'return_refused' },
        },
        return_refused: { on: { 'att.attach:-EOPNOTSUPP': 'idle' } },
      }),
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

function unusedLabels(importer: AttachingImporter, isAsked: boolean, refused: boolean): string[] {
  const listed = ['buf.resv.lock', 'att.list_add', 'buf.resv.unlock', 'att.attach:ok'];
  const tests = ['buf.revoked:true', 'buf.revoked:false', 'att.attach:-ENODEV'];
  if (importer === 'not_p2p') {
    return ['att.peer2peer:true', ...tests, 'att.revocable:true', 'att.revocable:false', ...listed];
  }
  return [
    'att.peer2peer:false',
    ...(isAsked && !refused ? [] : ['att.revocable:true']),
    ...(refused ? listed : ['att.revocable:false', 'att.attach:-EOPNOTSUPP']),
  ];
}
