import type { AnyStateMachine } from 'xstate';
import { alphabetOf, type Part, procedure, resource } from 'xstate-check';
import { dmaBuf } from '../../machines/buffer/dma-buf.resource.ts';
import { dmaBufFile } from '../../machines/buffer/dma-buf-file.resource.ts';
import { exportBuffer } from '../../machines/buffer/export.procedure.ts';
import { fd } from '../../machines/buffer/fd.resource.ts';
import { fput } from '../../machines/buffer/fput.procedure.ts';
import { listed } from '../../machines/buffer/listed.resource.ts';
import { oPathFile } from '../../machines/buffer/o-path-file.resource.ts';
import { priv } from '../../machines/buffer/priv.resource.ts';
import { release } from '../../machines/buffer/release.procedure.ts';
import { revoked } from '../../machines/buffer/revoked.resource.ts';
import { openFile } from '../../machines/device/open-file.resource.ts';
import { registration } from '../../machines/device/registration.resource.ts';
import { completion } from '../../machines/locks/completion.resource.ts';
import { dmaResv } from '../../machines/locks/dma-resv.resource.ts';
import { kref } from '../../machines/locks/kref.resource.ts';
import { asOf, type Design, type ExportVariation } from '../revisions/index.ts';

const BIND = { dev: 'dev[0]', buf: 'buf[0]' };

/** The calls of the user that go through the device file. */
const CALLS = {
  export: /^buf\[0\]\.export:/,
  write: /^dev\[0\]\.write_command\(/,
  close: /^dev\[0\]\.close:/,
};

/** The system labels of some parts. */
function labelsOf(users: readonly Part[]): string[] {
  const all = users.flatMap((user) => alphabetOf(user).flatMap((label) => user.rename(label)));
  return [...new Set(all)];
}

/** The labels by which a call begins, or returns. */
function endsOf(users: readonly Part[], call: keyof typeof CALLS, end: 'begin' | 'return') {
  return labelsOf(users).filter(
    (label) => CALLS[call].test(label) && /:begin@/.test(label) === (end === 'begin'),
  );
}

/** The ioctl, on a thread of its own. */
export function exportPart(design: Design): Part {
  return procedure('export', asOf(design, exportBuffer), {
    thread: 'export',
    roles: ['export'],
    bind: BIND,
  });
}

/** What the last reference leads to: for the file of the dma-buf, and for one opened with O_PATH. */
export function fputParts(of: 'file' | 'o_path'): Part[] {
  const thread = of === 'file' ? 'fput' : 'fput_o_path';
  return [
    procedure(thread, fput(of), {
      thread,
      bind: BIND,
      ...(of === 'o_path' && { also: { 'buf.__fput': [`buf[0].o_path.__fput@${thread}`] } }),
    }),
    procedure(`release@${thread}`, release(), { thread, roles: ['release'], bind: BIND }),
  ];
}

/** What one buffer is made of, from before its export. */
export function exportedBufferResources(
  users: readonly Part[],
  scope: { readonly fds: number; readonly oPath: boolean },
  variation: ExportVariation,
): Part[] {
  const { fds, oPath } = scope;
  /** Those who hold a descriptor, and one who walks the list. */
  const references = fds + 1;
  const own = (name: string, machine: AnyStateMachine, role: string) =>
    resource(`buf[0].${name}`, machine, users, role, 'buf[0]');
  return [
    resvPart(users),
    own('revoked', revoked(), 'revoked'),
    own('kref', kref(1, 'uninitialised'), 'kref'),
    own('comp', completion('uninitialised'), 'completion'),
    own('listed', listed('uninitialised'), 'list'),
    filePart(users, references, variation),
    held(resource('buf[0].dma_buf', dmaBuf(oPath ? 2 : 1, variation), users, 'dma_buf', 'buf[0]')),
    held(resource('buf[0].fd', fd(fds, oPath ? 'opened' : 'never_opened'), users, 'fd', 'buf[0]')),
    ...(oPath ? [held(oPathPart(users))] : []),
    privPart(users),
  ];
}

/** What the holders of a descriptor do, whom no part stands for. */
const HOLDER = ['dup', 'close_fd', 'open_o_path', 'close_o_path'];

/** A part that takes part in what the holders of a descriptor do. */
function held(part: Part): Part {
  return {
    ...part,
    rename: (label) => (HOLDER.includes(label) ? [`buf[0].${label}@holder`] : part.rename(label)),
  };
}

function filePart(users: readonly Part[], most: number, variation: ExportVariation): Part {
  const own = held(resource('buf[0].file', dmaBufFile(most, variation), users, 'file', 'buf[0]'));
  const returns: Readonly<Record<string, readonly string[]>> = {
    export_returns: endsOf(users, 'export', 'return'),
    walk_returns: [...endsOf(users, 'write', 'return'), ...endsOf(users, 'close', 'return')],
  };
  return {
    ...own,
    rename: (label) => returns[label] ?? own.rename(label),
    renameCommit: (label) => `buf[0].${label}`,
  };
}

function oPathPart(users: readonly Part[]): Part {
  return resource('buf[0].o_path', oPathFile(), users, 'file');
}

/** The reservation object comes with the dma-buf, and goes with it. */
function resvPart(users: readonly Part[]): Part {
  const own = resource('buf[0].resv', dmaResv(0, 'none'), users, 'dma_resv');
  const ofDmaBuf = (label: string) =>
    labelsOf(users).filter((candidate) => candidate.startsWith(`buf[0].${label}@`));
  return {
    ...own,
    rename: (label) => {
      if (label === 'dma_resv_init') return ofDmaBuf('dma_buf_export:ok');
      return label === 'dma_resv_fini' ? ofDmaBuf('kfree(dmabuf)') : own.rename(label);
    },
  };
}

/** With the list_del of the cleanup goes `priv->vdev = NULL`. */
function privPart(users: readonly Part[]): Part {
  const own = resource('buf[0].priv', priv(), users, 'priv', 'buf[0]');
  const ofCleanup = (label: string) => label.includes('#cleanup@');
  return {
    ...own,
    rename: (label) => {
      if (label === 'cleanup.list_del') return own.rename('list_del').filter(ofCleanup);
      return label === 'list_del'
        ? own.rename(label).filter((candidate) => !ofCleanup(candidate))
        : own.rename(label);
    },
  };
}

/** The references to the device: of its buffers, of the open file, of itself. */
export function registrationPart(users: readonly Part[]): Part {
  const own = resource('dev[0].registration', registration(1), users, 'registration', 'buf[0]');
  const ofDevice = (label: string) =>
    labelsOf(users).filter((candidate) => candidate.startsWith(`dev[0].${label}@`));
  return {
    ...own,
    rename: (label) => {
      if (label === 'file.put_registration') return endsOf(users, 'close', 'return');
      return label.startsWith('unregister:') ? ofDevice(label) : own.rename(label);
    },
  };
}

/** Export, config writes and the close, as far as there are any, go through one open file. */
export function openFilePart(users: readonly Part[]): Part {
  const calls = (end: 'begin' | 'return') => [
    ...endsOf(users, 'export', end),
    ...endsOf(users, 'write', end),
  ];
  const labels: Readonly<Record<string, readonly string[]>> = {
    call: calls('begin'),
    return: calls('return'),
    close: endsOf(users, 'close', 'begin'),
  };
  return {
    name: 'dev[0].file',
    machine: openFile(2),
    kind: 'resource',
    roles: ['file'],
    rename: (label) => labels[label] ?? [],
    renameCommit: (label) => label,
  };
}
