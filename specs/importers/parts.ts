import type { AnyStateMachine } from 'xstate';
import { alphabetOf, bindObjects, type Part, procedure, resource } from 'xstate-check';
import { attach } from '../../machines/importers/attach.procedure.ts';
import { attachmentObject } from '../../machines/importers/attachment.resource.ts';
import { attachmentHandle } from '../../machines/importers/attachment-handle.resource.ts';
import { callback } from '../../machines/importers/callback.procedure.ts';
import { callbackLater } from '../../machines/importers/callback-later.procedure.ts';
import { deafCallback } from '../../machines/importers/deaf-callback.procedure.ts';
import { detach } from '../../machines/importers/detach.procedure.ts';
import { evictCallback } from '../../machines/importers/evict-callback.procedure.ts';
import { evicted } from '../../machines/importers/evicted.resource.ts';
import { importer } from '../../machines/importers/importer.procedure.ts';
import { importerHardware } from '../../machines/importers/importer-hardware.procedure.ts';
import { invalidateListed } from '../../machines/importers/invalidate-listed.procedure.ts';
import { lockingUnmapWork } from '../../machines/importers/locking-unmap-work.procedure.ts';
import { mappingHandle } from '../../machines/importers/mapping-handle.resource.ts';
import { pin } from '../../machines/importers/pin.resource.ts';
import { remapCallback } from '../../machines/importers/remap-callback.procedure.ts';
import { remapCallbackFromWork } from '../../machines/importers/remap-callback-from-work.procedure.ts';
import { remapWork } from '../../machines/importers/remap-work.procedure.ts';
import { submitWork } from '../../machines/importers/submit-work.procedure.ts';
import { unmapWork } from '../../machines/importers/unmap-work.procedure.ts';
import { accessPin } from '../../machines/iommufd/access-pin.procedure.ts';
import { ioasUnmap } from '../../machines/iommufd/ioas-unmap.procedure.ts';
import { iommuEntries } from '../../machines/iommufd/iommu-entries.resource.ts';
import { ioptPages } from '../../machines/iommufd/iopt-pages.resource.ts';
import { mapFile } from '../../machines/iommufd/map-file.procedure.ts';
import { releasePages } from '../../machines/iommufd/release-pages.procedure.ts';
import { revokeNotify } from '../../machines/iommufd/revoke-notify.procedure.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { deregister } from '../../machines/rdma/deregister.procedure.ts';
import { memoryRegion } from '../../machines/rdma/memory-region.resource.ts';
import { register } from '../../machines/rdma/register.procedure.ts';
import { umem } from '../../machines/rdma/umem.resource.ts';
import { umemMemory } from '../../machines/rdma/umem-memory.resource.ts';
import { umemRelease } from '../../machines/rdma/umem-release.procedure.ts';
import { umemRevoke } from '../../machines/rdma/umem-revoke.procedure.ts';
import { asOf, type Design } from '../revisions/index.ts';
import { rwsemPart, sgtResource } from '../shared/parts.ts';
import { type Importer, type KindName, kinds } from './kinds.ts';
import { pinnedDeregister, pinnedRegister } from './pinned-import.ts';

/** The one buffer and the one device of these systems. */
const OBJECTS = { dev: 'dev[0]', buf: 'buf[0]', mm: 'mm' };

/** The thread that revokes: the owner of the device writes PCI_COMMAND. */
export const REVOKER = 'command_write';

const attOf = ({ attachment }: Importer) => `att[${attachment}]`;
const threadOf = ({ attachment }: Importer) => `importer[${attachment}]`;

/** An operation that a thread of an importer carries out. */
interface Operation {
  /** Its name, its role in calls, and what its own steps carry as variant. */
  readonly name: string;
  readonly machine: AnyStateMachine;
  readonly thread: string;
  /** The calls by which it is called (`att.map`), and by what: operations, or nobody of the thread. */
  readonly calls: Readonly<Record<string, readonly string[]>>;
  /** What else it is to the calls that it makes. */
  readonly roles?: readonly string[];
}

function operation(i: Importer, { name, machine, thread, calls, roles = [] }: Operation): Part {
  const bind = { ...OBJECTS, att: attOf(i) };
  const part = procedure(`${name}(${attOf(i)})`, machine, {
    thread,
    roles: [name, ...roles],
    bind,
    variant: name,
  });
  const called = Object.entries(calls);
  return {
    ...part,
    rename: (label) => {
      const callers = called.find(([call]) => label.startsWith(`${call}:`))?.[1];
      if (callers === undefined) return part.rename(label);
      const from = callers.length === 0 ? [''] : callers.map((caller) => `#${caller}`);
      return from.map((variant) => `${bindObjects(label, bind)}${variant}@${thread}`);
    },
  };
}

/** dma_buf_invalidate_mappings() of the buffer and the callbacks that it runs. */
export function notifyParts(importers: readonly Importer[]): Part[] {
  if (importers.length === 0) return [];
  return [
    procedure(`invalidate_mappings@${REVOKER}`, invalidateListed(importers.length), {
      thread: REVOKER,
      roles: ['dma_buf'],
      bind: OBJECTS,
    }),
    ...importers.flatMap((i) =>
      i.kind === 'not_p2p' ? [] : [callbackPart(i, callbackOf(i.kind))],
    ),
  ];
}

function callbackPart(i: Importer, machine: AnyStateMachine): Part {
  const att = attOf(i);
  const begin = `${att}.invalidate:begin@${REVOKER}`;
  const end = `${att}.invalidate:end@${REVOKER}`;
  return procedure(`callback(${att})`, machine, {
    thread: REVOKER,
    roles: ['callback'],
    bind: { ...OBJECTS, att },
    variant: `callback${i.attachment}`,
    also: {
      'att.invalidate:begin': [begin],
      'att.invalidate:end': [end],
      'att.umem_revoke:begin': [begin],
      'att.umem_revoke:end': [end],
      'att.queue_work': [`${att}.queue_work@${REVOKER}`],
    },
  });
}

/** One that is not P2P is never attached, and a static one has none. */
function callbackOf(kind: Exclude<KindName, 'not_p2p'>): AnyStateMachine {
  switch (kind) {
    case 'in_callback':
    case 'translated':
    case 'attaching':
      return callback();
    case 'later':
      return callbackLater();
    case 'fenced':
      return evictCallback();
    case 'remapping':
      return remapCallbackFromWork();
    case 'remapping_inline':
      return remapCallback();
    case 'iommufd':
    case 'several_ranges':
      return revokeNotify();
    case 'rdma':
      return umemRevoke();
    case 'rdma_pinned':
      return deafCallback();
  }
}

/** What runs on the threads of an importer itself. */
export function threadParts(i: Importer, design: Design): Part[] {
  switch (i.kind) {
    case 'in_callback':
    case 'translated':
    case 'remapping_inline':
      return [mapper(i)];
    case 'later':
      return design.unmapWork.needs === 'memory_lock'
        ? [onlyMaps(mapper(i)), worker(i, lockingUnmapWork())]
        : [mapper(i), worker(i, unmapWork())];
    case 'fenced':
      return [mapper(i), worker(i, unmapWork()), submitter(i), hardwareOf(i)];
    case 'remapping':
      return [worker(i, remapWork())];
    case 'attaching':
      return [
        attacher(i, asOf(design, attach('revocable')), []),
        mapper(i),
        detacher(i, detach(), []),
      ];
    case 'iommufd':
    case 'several_ranges':
      return iommufdThreads(i, design);
    case 'rdma':
      return rdmaThreads(i, design);
    case 'rdma_pinned':
      return rdmaThreads(i, design);
    case 'not_p2p':
      return [attacher(i, asOf(design, attach('not_p2p')), [])];
  }
}

function mapper(i: Importer): Part {
  return operation(i, {
    name: 'importer',
    machine: importer(),
    thread: threadOf(i),
    calls: { 'att.map': [], 'att.unmap': [] },
  });
}

/** An importer that gives its mapping up in its work item alone. */
function onlyMaps(part: Part): Part {
  return { ...part, rename: (label) => (label.startsWith('att.unmap:') ? [] : part.rename(label)) };
}

function worker(i: Importer, machine: AnyStateMachine): Part {
  const att = attOf(i);
  return procedure(`work(${att})`, machine, {
    thread: `work[${i.attachment}]`,
    roles: ['work'],
    bind: { ...OBJECTS, att },
    also: { 'att.queue_work': [`${att}.queue_work@${REVOKER}`] },
  });
}

const submitThread = ({ attachment }: Importer) => `submit[${attachment}]`;

function submitter(i: Importer): Part {
  return procedure(`submit(${attOf(i)})`, submitWork(), {
    thread: submitThread(i),
    roles: ['submit'],
    bind: { ...OBJECTS, att: attOf(i) },
  });
}

/** The hardware takes the work when the fence is added, and signals the fence by itself. */
function hardwareOf(i: Importer): Part {
  const att = attOf(i);
  const part = procedure(`hardware(${att})`, importerHardware(), {
    thread: `hardware[${i.attachment}]`,
    bind: OBJECTS,
    also: Object.fromEntries(
      ['att.submit:begin', 'att.submit:-EAGAIN', 'buf.resv.fence.add(BOOKKEEP)'].map((label) => [
        label,
        [`${bindObjects(label, { ...OBJECTS, att })}@${submitThread(i)}`],
      ]),
    ),
  });
  return { ...part, roles: ['hardware_of_importer'] };
}

function attacher(i: Importer, machine: AnyStateMachine, callers: readonly string[]): Part {
  return operation(i, {
    name: 'attach',
    machine,
    thread: threadOf(i),
    calls: { 'att.attach': callers },
  });
}

function detacher(i: Importer, machine: AnyStateMachine, callers: readonly string[]): Part {
  return operation(i, {
    name: 'detach',
    machine,
    thread: threadOf(i),
    calls: { 'att.detach': callers },
  });
}

/**
 * Attaching and detaching as a part of iommufd's map and release: the contract knows those alone, and
 * hears of an attach only where it is refused.
 */
function ofMapFile(part: Part): Part {
  const { renameCommit } = part;
  return {
    ...part,
    renameCommit: (label) =>
      label === 'att.attach:-ENODEV' ? renameCommit('att.map_file:-ENODEV') : undefined,
  };
}

function iommufdThreads(i: Importer, design: Design): Part[] {
  const thread = threadOf(i);
  const ranges = i.kind === 'iommufd' ? 'one' : 'several';
  const importing = [
    operation(i, {
      name: 'map_file',
      machine: asOf(design, mapFile(ranges)),
      thread,
      calls: { 'att.map_file': [] },
      roles: ['attacher'],
    }),
    ofMapFile(attacher(i, asOf(design, attach('revocable')), ['map_file'])),
  ];
  if (ranges === 'several') {
    return [...importing, ofMapFile(detacher(i, detach(), ['map_file']))];
  }
  return [
    ...importing,
    ofMapFile(detacher(i, detach(), ['map_file', 'release_pages'])),
    operation(i, {
      name: 'ioas_unmap',
      machine: ioasUnmap(),
      thread,
      calls: { 'att.ioas_unmap': [] },
    }),
    operation(i, {
      name: 'release_pages',
      machine: asOf(design, releasePages()),
      thread,
      calls: { 'att.release_pages': ['ioas_unmap'] },
      roles: ['attacher'],
    }),
    operation(i, {
      name: 'access_pin',
      machine: asOf(design, accessPin()),
      thread: `access[${i.attachment}]`,
      calls: { 'att.access_pin': [] },
    }),
  ];
}

function rdmaThreads(i: Importer, design: Design): Part[] {
  const thread = threadOf(i);
  const revocable = i.kind === 'rdma';
  return [
    operation(i, {
      name: 'register',
      machine: revocable ? asOf(design, register()) : pinnedRegister(design),
      thread,
      calls: { 'att.reg_mr': [] },
      roles: ['attacher', 'umem_owner'],
    }),
    attacher(i, asOf(design, attach(revocable ? 'revocable' : 'no_callback')), ['register']),
    operation(i, {
      name: 'deregister',
      machine: revocable ? deregister() : pinnedDeregister(),
      thread,
      calls: { 'att.dereg_mr': [] },
      roles: ['umem_owner'],
    }),
    operation(i, {
      name: 'umem_release',
      machine: umemRelease(),
      thread,
      calls: { 'att.umem_release': ['register', 'deregister'] },
      roles: ['attacher'],
    }),
    operation(i, {
      name: 'umem_revoke',
      machine: umemRevoke(),
      thread,
      calls: { 'att.umem_revoke': ['umem_release'] },
    }),
    detacher(i, detach(), ['umem_release']),
  ];
}

/** The objects of an importer: attachment, mapping, pin and what its kind adds. */
export function objectParts(i: Importer, design: Design, users: readonly Part[]): Part[] {
  const att = attOf(i);
  const own = (suffix: string, machine: AnyStateMachine, role: string) =>
    resource(`${att}.${suffix}`, machine, users, role, att);
  const { starts } = kinds[i.kind];
  const attached = own(
    'attachment',
    attachmentObject(starts === 'attached' ? 'on' : 'off'),
    'attachment',
  );
  switch (i.kind) {
    case 'iommufd':
    case 'several_ranges':
      return [
        attached,
        own('pin', asOf(design, pin()), 'pin'),
        own('iopt', ioptPages(), 'iopt_pages'),
        {
          ...resource(`${att}.pages`, mutex('uninitialised'), users, 'pages_mutex'),
          name: `${att}.mutex`,
        },
        own('iommu', iommuEntries(), 'iommu'),
        handle(i, HANDLES.iommufd, users),
      ];
    case 'rdma':
    case 'rdma_pinned':
      return [
        attached,
        own('pin', asOf(design, pin()), 'pin'),
        sgtResource(i.attachment, users),
        own('umem', umem(), 'umem'),
        own('umem_memory', umemMemory(), 'memory'),
        own('mr', memoryRegion(), 'mr'),
        handle(i, HANDLES.rdma, users),
      ];
    case 'fenced':
      return [attached, sgtResource(i.attachment, users), own('evicted', evicted(), 'evicted')];
    case 'attaching':
      return [attached, sgtResource(i.attachment, users), handle(i, HANDLES.attaching, users)];
    case 'not_p2p':
      return [attached, handle(i, HANDLES.not_p2p, users)];
    case 'translated':
      return [attached, sgtResource(i.attachment, users, '-EADDRINUSE')];
    default:
      return [attached, sgtResource(i.attachment, users)];
  }
}

/** mmap_lock of the process that pins pages through an access. */
export function mmapLock(users: readonly Part[]): Part {
  return rwsemPart('mm.mmap_lock', users);
}

type HandleLabels = Readonly<Record<string, readonly string[]>>;

/** What begins, ends and lies between, for each kind that attaches. */
const HANDLES: Readonly<Record<'attaching' | 'iommufd' | 'rdma' | 'not_p2p', HandleLabels>> = {
  attaching: {
    attach: ['attach:begin'],
    attached: ['attach:ok'],
    refused: ['attach:-ENODEV', 'attach:-EOPNOTSUPP', 'attach:-ENOMEM'],
    map: ['map:begin'],
    mapped: ['map:ok'],
    not_mapped: ['map:-ENODEV', 'map:-EINVAL', 'map:-EADDRINUSE', 'map:-ENOMEM'],
    unmap: ['unmap:begin'],
    unmapped: ['unmap:ok'],
    detach: ['detach:begin'],
    detached: ['detach:ok'],
  },
  iommufd: {
    attach: ['map_file:begin'],
    attached: ['map_file:ok'],
    refused: ['map_file:-ENODEV', 'map_file:-EOPNOTSUPP', 'map_file:-ENOMEM'],
    call: ['access_pin:begin'],
    return: ['access_pin:ok', 'access_pin:-EINVAL', 'access_pin:-EFAULT'],
    detach: ['ioas_unmap:begin'],
    detached: ['ioas_unmap:ok'],
  },
  rdma: {
    attach: ['reg_mr:begin'],
    attached: ['reg_mr:ok'],
    refused: ['-ENODEV', '-EINVAL', '-EADDRINUSE', '-ENOMEM', '-EOPNOTSUPP'].map(
      (errno) => `reg_mr:${errno}`,
    ),
    call: [],
    return: [],
    detach: ['dereg_mr:begin'],
    detached: ['dereg_mr:ok'],
  },
  not_p2p: {
    attach: ['attach:begin'],
    attached: ['attach:ok'],
    refused: ['attach:-EOPNOTSUPP', 'attach:-ENOMEM'],
  },
};

/** The order in which an importer calls, on whichever thread. */
function handle(i: Importer, labels: HandleLabels, users: readonly Part[]): Part {
  const existing = labelsOf(users);
  const thread = (label: string) =>
    label.startsWith('access_pin') ? `access[${i.attachment}]` : threadOf(i);
  return {
    name: `${attOf(i)}.handle`,
    machine: i.kind === 'attaching' ? mappingHandle() : attachmentHandle(),
    kind: 'resource',
    roles: ['handle'],
    rename: (label) =>
      (labels[label] ?? [])
        .map((l) => `${attOf(i)}.${l}@${thread(l)}`)
        .filter((l) => existing.includes(l)),
    renameCommit: (label) => label,
  };
}

/** Every label of some parts, for those who watch. */
export function labelsOf(parts: readonly Part[]): string[] {
  return [...new Set(parts.flatMap((part) => alphabetOf(part).flatMap((l) => part.rename(l))))];
}
