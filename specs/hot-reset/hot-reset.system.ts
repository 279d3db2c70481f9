import { commandWrite } from '../../machines/device/command-write.procedure.ts';
import { hotReset } from '../../machines/hot-reset/hot-reset.procedure.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { all, is, not } from '../../src/check/predicate.ts';
import type { Property } from '../../src/check/property.ts';
import { type Part, procedure, resource } from '../../src/system/part.ts';
import type { System, SystemFamily } from '../../src/system/system.ts';
import { atMostOne, contractSystem, range } from '../dma-buf/contract.ts';
import {
  bufferResources,
  deviceResources,
  type ImporterThread,
  importerParts,
  invalidateParts,
  movePart,
  sgtResource,
} from '../procedures/parts.ts';
import { procedureRules } from '../procedures/rules.ts';
import { type Design, designOf, revisionsOf } from '../revisions.ts';
import { procedureCalls } from '../vfio/calls.ts';

/** Hot reset of a set of devices against a config write and importers that map and unmap. */
export const hotResetFamily: SystemFamily = {
  name: 'hot-reset',
  title: 'hot reset of a set of devices against a config write of one and their importers',
  defaultScope: { devices: 2, unopened: 0, buffers: 1, importers: 1 },
  ...revisionsOf(['move', 'hotReset']),
  build({ scope, revision }): System {
    const shape = shapeOf(scope);
    const threads = threadsOf(shape, designOf(revision));
    const resources = resourcesOf(shape, threads);
    const parts = [...threads, ...resources];
    const { monitors, properties } = procedureRules(
      parts,
      {
        devices: shape.devices,
        buffers: shape.exporters.length,
      },
      contractOf(shape),
    );
    return {
      name: 'hot-reset',
      revision,
      scope,
      parts: [...parts, ...monitors],
      calls: procedureCalls,
      environment: ['user'],
      properties: [writeReturns, ...shape.exporters.map(enabledMeansLive), ...properties],
    };
  },
};

const writeReturns: Property = {
  id: 'write-returns',
  kind: 'leads-to',
  title: 'a config write that has begun returns',
  when: is('command_write', 'disable', 'enable'),
  then: is('command_write', 'idle'),
  source: 'derived: L2, every transition ends when importers unmap in bounded time',
  consequence: 'every access that needs memory_lock blocks for ever, and so does close()',
};

/** Buffer b is that of device d. */
function enabledMeansLive(d: number, b: number): Property {
  return {
    id: `enabled-means-live(buf[${b}])`,
    kind: 'invariant',
    title: `buf[${b}] is live whenever memory of its device is enabled and nobody holds memory_lock`,
    when: all(is(`dev[${d}].memory_lock`, 'free'), is(`dev[${d}]`, 'memory_on')),
    then: not(is(`buf[${b}].revoked`, 'set')),
    source: 'derived: L1; vfio_pci_dev_set_hot_reset, v7.3 un-revokes on success and failure',
    consequence: 'importers get -ENODEV from a device that works, until somebody resets it again',
  };
}

interface Shape {
  readonly devices: number;
  readonly unopened: number;
  /** The device of each buffer; a device that is not open has none. */
  readonly exporters: readonly number[];
  readonly importers: readonly ImporterThread[];
}

function shapeOf(scope: System['scope']): Shape {
  atMostOne(scope, 'buffers');
  const { devices = 2, unopened = 0, buffers = 0, importers = 0 } = scope;
  const open = range(devices - unopened);
  const exporters = buffers === 0 ? [] : open;
  return {
    devices,
    unopened,
    exporters,
    importers: range(exporters.length === 0 ? 0 : importers).map((a) => ({
      attachment: a,
      buffer: a % exporters.length,
      unmaps: a % 2 === 0 ? 'in_callback' : 'later',
    })),
  };
}

function threadsOf(shape: Shape, design: Design): Part[] {
  const buffersOf = (d: number) =>
    shape.exporters.flatMap((device, b) => (device === d ? [b] : []));
  const moveOf = (d: number, thread: string) => [
    movePart(d, buffersOf(d), thread, design.move),
    ...buffersOf(d).flatMap((b) => invalidateParts(b, shape.importers, thread)),
  ];
  return [
    procedure('hot_reset', hotReset(shape.devices, design.hotReset), {
      thread: 'hot_reset',
      roles: ['hot_reset'],
    }),
    procedure('command_write', commandWrite(), {
      thread: 'command_write',
      roles: ['command_write'],
      bind: { dev: 'dev[0]' },
    }),
    ...range(shape.devices).flatMap((d) => moveOf(d, 'hot_reset')),
    ...moveOf(0, 'command_write'),
    ...shape.importers.flatMap((i) =>
      importerParts(i, ['hot_reset', ...(i.buffer === 0 ? ['command_write'] : [])]),
    ),
  ];
}

function resourcesOf(shape: Shape, threads: readonly Part[]): Part[] {
  const isOpen = (d: number) => d < shape.devices - shape.unopened;
  return [
    resource('dev_set.lock', mutex(), threads, 'mutex'),
    ...range(shape.devices).flatMap((d) =>
      deviceResources(d, isOpen(d) ? 'open' : 'closed', threads),
    ),
    ...shape.exporters.flatMap((_, b) =>
      bufferResources(b, shape.importers.filter((i) => i.buffer === b).length, threads),
    ),
    ...shape.importers.map((i) => sgtResource(i.attachment, threads)),
  ];
}

function contractOf(shape: Shape): System {
  return contractSystem('hot-reset-contract', {
    devices: shape.devices,
    buffers: shape.exporters,
    importers: shape.importers.map((i) => ({
      buffer: i.buffer,
      kind: i.unmaps === 'in_callback' ? 'unmaps_in_callback' : 'unmaps_later',
    })),
    initially: 'running',
    closed: range(shape.unopened).map((u) => shape.devices - 1 - u),
  });
}
