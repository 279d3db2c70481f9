import { setup } from 'xstate';
import { MAPPING_TYPES } from './match-lists.resource.ts';

const ERRNOS = ['-EINVAL', '-ENOMEM', '-ENODEV', '-EOPNOTSUPP'] as const;

export const labels = [
  'imp.import:begin',
  'att.mapping_attach:begin',
  'att.mapping_attach:ok',
  ...ERRNOS.map((errno) => `att.mapping_attach:${errno}`),
  'buf.resv.lock',
  'buf.resv.unlock',
  ...MAPPING_TYPES.map((type) => `att.map_type:${type}`),
  ...MAPPING_TYPES.map((type) => `att.op(${type})`),
  'buf.revoked:true',
  'buf.revoked:false',
  'imp.map_alloc:ok',
  'imp.map_alloc:-ENOMEM',
  'buf.kref.get',
  'imp.mapping.set',
  'imp.mapping.read',
  'imp.mapping.clear',
  'imp.mapping:true',
  'imp.mapping:false',
  'imp.attach.set',
  'imp.attach.clear',
  'buf.kref.put:more',
  'buf.kref.put:last',
  'att.list_del',
  'att.kfree',
  'imp.import:ok',
  ...ERRNOS.map((errno) => `imp.import:${errno}`),
  'imp.release:begin',
  'imp.release:end',
];

const from = <K extends string, V>(keys: readonly K[], value: (key: K) => V) =>
  Object.fromEntries(keys.map((key) => [key, value(key)]));

/** Errors of an import whose attachment is there already: unlock, off the list, freed. */
function undone(errno: string) {
  return {
    [`unlock_${errno}`]: { on: { 'buf.resv.unlock': `lock_${errno}` } },
    [`lock_${errno}`]: { on: { 'buf.resv.lock': `del_${errno}` } },
    [`del_${errno}`]: {
      on: { 'att.list_del': { target: `deleted_${errno}`, meta: { commits: 'att.unlisted' } } },
    },
    [`deleted_${errno}`]: { on: { 'buf.resv.unlock': `free_${errno}` } },
    [`free_${errno}`]: {
      on: { 'att.kfree': { target: `return_${errno}`, meta: { commits: 'att.gone' } } },
    },
  };
}

/**
 * An importer that takes what matches: it attaches, and under dma_resv calls the operation of the type
 * that it has got, which looks at `revoked` again. As iopt_map_dmabuf() of the series it stores the
 * attachment when it has let go of the lock. Its release finds out whether a revoke was faster.
 */
export function typedImporter() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'typed_importer',
    description: 'iopt_map_dmabuf(), iopt_release_pages() of the series, for every type',
    meta: {
      labels,
      source:
        'Jason Gunthorpe, "[PATCH RFC 00/26] Add DMA-buf mapping types", 2026-02-17: 23, 24; iopt_map_dmabuf, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'imp.import:begin': 'attach' } },
      attach: { on: { 'att.mapping_attach:begin': 'attaching' } },
      attaching: {
        on: {
          'att.mapping_attach:ok': 'lock',
          ...from(
            ERRNOS.map((errno) => `att.mapping_attach:${errno}`),
            (label) => `return_${label.split(':-')[1]}`,
          ),
        },
      },
      lock: { on: { 'buf.resv.lock': 'type' } },
      type: {
        description: 'the importer calls the operations of attach->map_type',
        on: from(
          MAPPING_TYPES.map((type) => `att.map_type:${type}`),
          (label) => label.split(':')[1]!,
        ),
      },
      ...from(MAPPING_TYPES, (type) => ({ on: { [`att.op(${type})`]: 'revoked' } })),
      revoked: {
        meta: { source: 'vfio_pci_dma_buf_map, v7.3' },
        on: { 'buf.revoked:false': 'make', 'buf.revoked:true': 'unlock_ENODEV' },
      },
      make: { on: { 'imp.map_alloc:ok': 'count', 'imp.map_alloc:-ENOMEM': 'unlock_ENOMEM' } },
      count: { on: { 'buf.kref.get': { target: 'set', meta: { commits: 'att.map' } } } },
      set: { on: { 'imp.mapping.set': 'read' } },
      read: { on: { 'imp.mapping.read': 'unlock' } },
      unlock: { on: { 'buf.resv.unlock': 'store' } },
      store: {
        description: 'pages->dmabuf.attach = attach, with no lock held',
        on: { 'imp.attach.set': 'return' },
      },
      return: { on: { 'imp.import:ok': 'imported' } },
      imported: { tags: ['quiescent'], on: { 'imp.release:begin': 'release' } },
      release: { on: { 'buf.resv.lock': 'mapped' } },
      mapped: { on: { 'imp.mapping:true': 'clear', 'imp.mapping:false': 'forget' } },
      clear: { on: { 'imp.mapping.clear': 'put' } },
      put: {
        on: {
          'buf.kref.put:more': { target: 'forget', meta: { commits: 'att.unmap' } },
          'buf.kref.put:last': { target: 'forget', meta: { commits: 'att.unmap' } },
        },
      },
      forget: { on: { 'imp.attach.clear': 'del' } },
      del: { on: { 'att.list_del': { target: 'deleted', meta: { commits: 'att.unlisted' } } } },
      deleted: { on: { 'buf.resv.unlock': 'free' } },
      free: { on: { 'att.kfree': { target: 'released', meta: { commits: 'att.gone' } } } },
      released: { on: { 'imp.release:end': 'idle' } },
      ...undone('ENODEV'),
      ...undone('ENOMEM'),
      ...from(
        ERRNOS.map((errno) => `return_${errno.slice(1)}`),
        (state) => {
          const errno = state.slice('return_'.length);
          return { tags: [`answers_${errno}`], on: { [`imp.import:-${errno}`]: 'idle' } };
        },
      ),
    },
  });
}
