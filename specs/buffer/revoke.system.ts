import {
  any,
  is,
  not,
  type Part,
  type Property,
  procedure,
  resource,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { commandWrite } from '../../machines/device/command-write.procedure.ts';
import { deviceFile } from '../../machines/device/device-file.resource.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { designOf, revisionsOf } from '../revisions/index.ts';
import { procedureCalls } from '../shared/calls.ts';
import { atMostOne, contractSystem, range } from '../shared/contract.ts';
import {
  bufferResources,
  type CloseDesign,
  closeParts,
  closingResources,
  deviceResources,
  type ImporterThread,
  importerParts,
  invalidateParts,
  movePart,
  sgtResource,
} from '../shared/parts.ts';
import { procedureRules } from '../shared/rules.ts';
import { decodes, isIdle, isRevoked } from '../shared/words.ts';

const POINTS = ['move', 'cleanup', 'close'] as const;

/** Config writes and the close of a device against importers that map and unmap its buffer. */
export const revokeFamily: SystemFamily = {
  name: 'revoke',
  title: 'config writes and the close of one device against importers of its buffer',
  defaultScope: { importers: 2, closers: 1 },
  ...revisionsOf(POINTS, { also: ['commandWrite', 'notify', 'mapping'] }),
  build({ scope, revision }): System {
    const design = designOf(revision);
    atMostOne(scope, 'closers');
    const importers = range(scope.importers ?? 0).map(
      (a): ImporterThread => ({
        attachment: a,
        buffer: 0,
        unmaps: a % 2 === 0 ? 'in_callback' : 'later',
      }),
    );
    const closes = scope.closers !== 0;
    const threads = threadsOf(importers, closes, design);
    const parts = [...threads, ...resourcesOf(importers, threads, closes)];
    const { monitors, properties } = procedureRules(
      parts,
      { devices: 1, buffers: 1 },
      contractSystem('revoke-contract', {
        devices: 1,
        buffers: [0],
        importers: importers.map((i) => ({
          buffer: 0,
          kind: i.unmaps === 'in_callback' ? 'unmaps_in_callback' : 'unmaps_later',
        })),
        initially: 'running',
      }),
    );
    return {
      name: 'revoke',
      revision,
      scope,
      parts: [...parts, ...monitors],
      calls: procedureCalls,
      environment: ['user'],
      properties: [...ownRules(importers, closes), ...properties],
    };
  },
};

function threadsOf(
  importers: readonly ImporterThread[],
  closes: boolean,
  design: CloseDesign,
): Part[] {
  return [
    procedure('command_write', commandWrite(), {
      thread: 'command_write',
      roles: ['command_write'],
      bind: { dev: 'dev[0]' },
    }),
    movePart(0, [0], 'command_write', design),
    ...invalidateParts(0, importers, 'command_write'),
    ...(closes ? closeParts({ device: 0, of: 1 }, [0], importers, design) : []),
    ...importers.flatMap((i) => importerParts(i, ['command_write', ...(closes ? ['close'] : [])])),
  ];
}

function resourcesOf(
  importers: readonly ImporterThread[],
  threads: readonly Part[],
  closes: boolean,
): Part[] {
  return [
    deviceFilePart(),
    resource('dev_set.lock', mutex(), threads, 'mutex'),
    ...deviceResources(0, 'open', threads),
    ...(closes ? closingResources({ of: 1 }, 1, threads) : []),
    ...bufferResources(0, importers.length, threads),
    ...importers.map((i) => sgtResource(i.attachment, threads)),
  ];
}

/** Config writes and the close go through one open file. */
function deviceFilePart(): Part {
  const writes = ['dev[0].write_command(MEM=0)', 'dev[0].write_command(MEM=1)'];
  const labels: Readonly<Record<string, readonly string[]>> = {
    call: writes.map((write) => `${write}:begin@command_write`),
    return: writes.map((write) => `${write}:ok@command_write`),
    close: ['dev[0].close:begin@close'],
  };
  return {
    name: 'dev[0].file',
    machine: deviceFile(),
    kind: 'resource',
    roles: ['file'],
    rename: (label) => labels[label] ?? [],
    renameCommit: (label) => label,
  };
}

function ownRules(importers: readonly ImporterThread[], closes: boolean): Property[] {
  const mapped = importers.map((i) => is(`att[${i.attachment}].sgt`, 'mapped'));
  const closeReturns: Property = {
    id: 'close-returns',
    kind: 'leads-to',
    title: 'a close that has begun returns',
    when: not(isIdle('close')),
    then: is('close', '#closed'),
    source: 'derived: L2, every transition ends when importers unmap in bounded time',
    consequence: 'close() hangs in D state, and so does the exit of the process',
  };
  return [
    ...(closes ? [closeReturns] : []),
    {
      id: 'disabled-means-unmapped',
      kind: 'invariant',
      title: 'no buffer is live or mapped while the device does not answer',
      when: not(decodes('dev[0]')),
      then: not(any(...mapped, not(isRevoked('buf[0]')))),
      rule: 'S1',
      source: 'derived: S1; vfio_pci_dma_buf_move, v7.3 waits for every mapping',
      consequence: 'DMA reaches a BAR that is off, or that belongs to the next driver',
    },
  ];
}
