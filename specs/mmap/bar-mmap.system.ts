import type { AnyStateMachine } from 'xstate';
import { type Part, procedure, resource, type System, type SystemFamily } from 'xstate-check';
import { file } from '../../machines/buffer/file.resource.ts';
import { listed } from '../../machines/buffer/listed.resource.ts';
import { close } from '../../machines/device/close.procedure.ts';
import { openFile } from '../../machines/device/open-file.resource.ts';
import { pciCommand } from '../../machines/device/pci-command.resource.ts';
import { unregister } from '../../machines/device/unregister.procedure.ts';
import { vdev } from '../../machines/device/vdev.resource.ts';
import { dmaResv } from '../../machines/locks/dma-resv.resource.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { barMmap } from '../../machines/mmap/bar-mmap.procedure.ts';
import { barsRevoked } from '../../machines/mmap/bars-revoked.resource.ts';
import { bufferMapping } from '../../machines/mmap/buffer-mapping.resource.ts';
import { bufferStatus } from '../../machines/mmap/buffer-status.resource.ts';
import { bufferVdev } from '../../machines/mmap/buffer-vdev.resource.ts';
import { bufferVma } from '../../machines/mmap/buffer-vma.resource.ts';
import { cleanupOfSeries } from '../../machines/mmap/cleanup.procedure.ts';
import { dmaBufFault } from '../../machines/mmap/dma-buf-fault.procedure.ts';
import { nvgraceRead } from '../../machines/mmap/nvgrace-read.procedure.ts';
import { revokeAndWrite } from '../../machines/mmap/revoke-and-write.procedure.ts';
import { revokeBars } from '../../machines/mmap/revoke-bars.procedure.ts';
import { revokeDmaBuf } from '../../machines/mmap/revoke-dma-buf.procedure.ts';
import { setStatus } from '../../machines/mmap/set-status.procedure.ts';
import { vfioDevice } from '../../machines/mmap/vfio-device.resource.ts';
import { asOf, type Design, designOf, revisionsOf } from '../revisions/index.ts';
import { closingResources, disableParts, rwsemPart } from '../shared/parts.ts';
import { mmapCalls } from './calls.ts';
import { mmapRules } from './rules.ts';
import { type Shape, shapeOf } from './shape.ts';

const DEV = { dev: 'dev[0]' };

/** mmap() of a BAR and of a dma-buf, page faults and a read that faults, against what revokes. */
export const barMmapFamily: SystemFamily = {
  name: 'bar-mmap',
  title:
    'CPU mappings of dma-bufs, proposed: mmap(), page faults and a read against config writes, a revoke and a close',
  defaultScope: { faults: 1, mmaps: 1, reads: 1, writers: 1, revokers: 0, closers: 0 },
  confidence: { faults: 2, mmaps: 1, reads: 1, writers: 1, revokers: 1, closers: 0 },
  ...revisionsOf(['mmap'], { has: (name) => name.startsWith('mmap-') }),
  build({ scope, revision }): System {
    const shape = shapeOf(scope);
    const threads = threadsOf(shape, designOf(revision));
    const parts = [...threads, ...resourcesOf(shape, threads)];
    const { monitors, properties } = mmapRules(shape, parts, designOf(revision));
    return {
      name: 'bar-mmap',
      revision,
      scope,
      parts: [...parts, ...monitors],
      calls: mmapCalls,
      environment: ['user'],
      unused: {
        'buf[1].vdev':
          'only a fault in the first buffer reads it, and a close finds only that one on its list',
        'vma[0].mmap:ok': 'the first VMA is mapped from the start',
        'vma[1].touch:begin': 'nobody touches the second VMA before it is mapped',
      },
      properties,
    };
  },
};

function threadsOf(shape: Shape, design: Design): Part[] {
  return [
    ...shape.faults.map(({ buffer, thread }) =>
      procedure(thread, asOf(design, dmaBufFault()), {
        thread,
        roles: ['fault'],
        bind: { ...DEV, vma: `vma[${buffer}]`, buf: `buf[${buffer}]` },
      }),
    ),
    ...(shape.mmaps
      ? [alone('mmap', asOf(design, barMmap()), { vma: 'vma[1]', buf: 'buf[1]' })]
      : []),
    ...(shape.reads ? [alone('read', nvgraceRead())] : []),
    ...(shape.writes
      ? [
          alone('command_write', revokeAndWrite()),
          ...moveParts(shape, 'command_write', design, { revoke: [''], restore: [''] }),
        ]
      : []),
    ...(shape.revokes
      ? [
          alone('revoke', asOf(design, revokeDmaBuf()), { buf: 'buf[0]' }),
          setStatusPart(0, 'revoke'),
        ]
      : []),
    ...(shape.closes ? [...closeOfSeries(shape, design), alone('unregister', unregister())] : []),
  ];
}

/** A call on a thread of its own, by the name of which it is known. */
function alone(thread: string, machine: AnyStateMachine, bind: Record<string, string> = {}): Part {
  return procedure(thread, machine, { thread, roles: [thread], bind: { ...DEV, ...bind } });
}

/** vfio_pci_dma_buf_move(), as a thread calls it, with a part for the status of each buffer. */
function moveParts(
  { buffers }: Shape,
  thread: string,
  design: Design,
  callers: { readonly revoke: readonly string[]; readonly restore: readonly string[] },
): Part[] {
  const called = (label: string, variants: readonly string[]) => [
    label,
    variants.map((variant) => `${label.replace('dev', 'dev[0]')}${variant}@${thread}`),
  ];
  return [
    procedure(`move(dev[0])@${thread}`, asOf(design, revokeBars(buffers.length)), {
      thread,
      roles: ['move'],
      bind: DEV,
      also: Object.fromEntries([
        called('dev.move(true):begin', callers.revoke),
        called('dev.move(true):end', callers.revoke),
        called('dev.move(false):begin', callers.restore),
        called('dev.move(false):end', callers.restore),
      ]),
    }),
    ...buffers.map((b) => setStatusPart(b, thread)),
  ];
}

function setStatusPart(buffer: number, thread: string): Part {
  const buf = `buf[${buffer}]`;
  const called = ['OK', 'TEMP_REVOKED', 'PERM_REVOKED'].flatMap((status) =>
    ['begin', 'end'].map((end) => `set_status(${status}):${end}`),
  );
  return procedure(`set_status(${buf})@${thread}`, setStatus(), {
    thread,
    roles: ['set_status'],
    bind: { buf },
    variant: 'set_status',
    also: Object.fromEntries(
      called.map((label) => [`buf.${label}`, [`${buf}.${label}@${thread}`]]),
    ),
  });
}

/** vfio_pci_core_close_device(), with the cleanup of the series. */
function closeOfSeries(shape: Shape, design: Design): Part[] {
  const thread = 'close';
  const called = (name: string, machine: AnyStateMachine) =>
    procedure(`${name}(dev[0])@${thread}`, machine, {
      thread,
      roles: [name],
      bind: DEV,
      variant: name,
      also: Object.fromEntries(
        ['begin', 'end'].map((end) => [`dev.${name}:${end}`, [`dev[0].${name}:${end}@${thread}`]]),
      ),
    });
  return [
    alone(thread, close()),
    called('cleanup', asOf(design, cleanupOfSeries(shape.buffers.length))),
    ...disableParts({ device: 0, of: 1 }, thread),
    ...moveParts(shape, thread, design, { revoke: ['#cleanup'], restore: ['#core_disable'] }),
  ];
}

function resourcesOf(shape: Shape, threads: readonly Part[]): Part[] {
  return [
    ...(shape.closes ? [resource('dev_set.lock', mutex(), threads, 'mutex')] : []),
    ...['mm.mmap_lock', 'dev[0].memory_lock', 'dev[0].dmabuf_lock'].map((lock) =>
      rwsemPart(lock, threads),
    ),
    resource('dev[0]', vdev('open'), threads, 'vdev'),
    resource('dev[0].command', pciCommand('on'), threads, 'hardware', 'dev[0]'),
    ...(shape.closes ? closingResources({ of: 1 }, 1, threads) : []),
    resource('dev[0].bars_revoked', barsRevoked(), threads, 'bars_revoked', 'dev[0]'),
    vfioDevicePart(shape, threads),
    devFilePart(shape),
    ...shape.buffers.flatMap((b) => bufferParts(b, threads)),
  ];
}

/** Buffer 0 is on the list at the beginning, and has a mapping. */
function bufferParts(b: number, threads: readonly Part[]): Part[] {
  const buf = `buf[${b}]`;
  const ownVma = resource(`vma[${b}]`, bufferVma(b === 0 ? 'mapped' : 'unmapped'), threads, 'vma');
  return [
    resource(`${buf}.listed`, listed(b === 0 ? 'on' : 'off'), threads, 'list', buf),
    resource(`${buf}.file`, file(), threads, 'file', buf),
    resource(`${buf}.resv`, dmaResv(), threads, 'dma_resv'),
    resource(`${buf}.status`, bufferStatus(), threads, 'status', buf),
    resource(`${buf}.vdev`, bufferVdev(), threads, 'buffer_vdev', buf),
    resource(`${buf}.mapping`, bufferMapping(), threads, 'mapping', buf),
    ownVma,
  ];
}

/** All but a page fault hold the file of the device open while they use it. */
function vfioDevicePart({ faults, closes }: Shape, threads: readonly Part[]): Part {
  const own = resource(
    'dev[0].registration',
    vfioDevice(2, faults.length + 2),
    threads,
    'vfio_device',
    'dev[0]',
  );
  const closed = closes ? ['dev[0].close:ok@close'] : [];
  const faulting = faults.map(({ thread }) => `dev[0].memory_lock.down_read@${thread}`);
  return {
    ...own,
    rename: (label) => {
      if (label === 'put_registration') return [...own.rename(label), ...closed];
      return label === 'memory_lock.down_read' ? faulting : own.rename(label);
    },
  };
}

/** Calls on the file of the device; a mapping of a BAR holds it open for good. */
function devFilePart({ reads, writes, revokes, closes }: Shape): Part {
  const write = (outcome: string) =>
    ['write_command(MEM=0)', 'write_command(MEM=1)'].map(
      (call) => `dev[0].${call}:${outcome}@command_write`,
    );
  const labels: Readonly<Record<string, readonly string[]>> = {
    call: [
      ...(writes ? write('begin') : []),
      ...(reads ? ['dev[0].read:begin@read'] : []),
      ...(revokes ? ['buf[0].revoke_dma_buf:begin@revoke'] : []),
    ],
    return: [
      ...(writes ? write('ok') : []),
      ...(reads ? ['dev[0].read:ok@read'] : []),
      ...(revokes
        ? ['buf[0].revoke_dma_buf:ok@revoke', 'buf[0].revoke_dma_buf:-EBADFD@revoke']
        : []),
    ],
    close: closes ? ['dev[0].close:begin@close'] : [],
  };
  return {
    name: 'dev[0].file',
    machine: openFile(3),
    kind: 'resource',
    roles: ['file'],
    rename: (label) => labels[label] ?? [],
    renameCommit: (label) => label,
  };
}
