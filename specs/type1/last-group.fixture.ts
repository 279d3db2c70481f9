import { setup } from 'xstate';
import { type Call, call, type Part, procedure, resource, type System } from 'xstate-check';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { vfioDma } from '../../machines/type1/vfio-dma.resource.ts';
import { mapFamily } from './map.system.ts';

const THREAD = 'unset_container';
const SOURCE = 'vfio_group_detach_container, container.c:467-503, v7.3';

const calls: readonly Call[] = [
  call('dma.unset_container', THREAD, {
    caller: 'user',
    spans: true,
    written: 'VFIO_GROUP_UNSET_CONTAINER',
    source: SOURCE,
  }),
  call('iommu.lock.mutex_destroy', 'mutex', { written: 'kfree(iommu)', source: SOURCE }),
];

/** Ioctls of the container, which vfio_fops_unl_ioctl() passes on where there is a driver: it takes no lock for that. */
const IOCTLS = ['dma.map_dma:begin', 'dma.unmap_dma:begin'];

const LABELS: readonly string[] = [
  ...IOCTLS,
  ...['dma.unset_container:begin', 'dma.unset_container:ok', 'dma.find_dma:true'],
  ...['dma.find_dma:false', 'dma.iommu_unmap', 'dma.kfree'],
  ...['iommu.lock.mutex_lock', 'iommu.lock.mutex_unlock', 'iommu.lock.mutex_destroy'],
];

/**
 * VFIO_GROUP_UNSET_CONTAINER of the last group, or its close: all that is mapped is unmapped under
 * iommu->lock, then the struct vfio_iommu with its lock is freed.
 */
function lastGroup() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'last_group_leaves',
    description: 'vfio_group_detach_container(): ops->detach_group(), ops->release()',
    meta: {
      labels: LABELS,
      source:
        'vfio_group_detach_container, container.c:467-503; vfio_iommu_type1_detach_group, vfio_iommu_type1_release, v7.3',
    },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { ...passedOn('idle'), 'dma.unset_container:begin': 'lock' },
      },
      lock: { on: { ...passedOn('lock'), 'iommu.lock.mutex_lock': 'find' } },
      find: {
        on: { ...passedOn('find'), 'dma.find_dma:true': 'unmap', 'dma.find_dma:false': 'unlock' },
      },
      unmap: { on: { ...passedOn('unmap'), 'dma.iommu_unmap': 'free_dma' } },
      free_dma: { on: { ...passedOn('free_dma'), 'dma.kfree': 'unlock' } },
      unlock: { on: { ...passedOn('unlock'), 'iommu.lock.mutex_unlock': 'free' } },
      free: {
        description: 'kfree(iommu), with the lock in it',
        on: { ...passedOn('free'), 'iommu.lock.mutex_destroy': 'return' },
      },
      return: { on: { 'dma.unset_container:ok': 'left' } },
      left: { description: 'there is no driver: -EINVAL', tags: ['quiescent'] },
    },
  });
}

function passedOn(state: string): Record<string, string> {
  return Object.fromEntries(IOCTLS.map((label) => [label, state]));
}

/** `type1-map` with a thread that takes the last group out of the container, and nothing that keeps the two apart. */
export function withLastGroup(): System {
  const built = mapFamily.build({ scope: mapFamily.defaultScope, revision: '7.3' });
  const leaves = procedure(THREAD, lastGroup(), {
    thread: THREAD,
    roles: [THREAD],
    bind: { dma: 'dma[0]' },
    also: {
      'dma.map_dma:begin': ['dma[0].map_dma:begin@map_dma'],
      'dma.unmap_dma:begin': ['dma[0].unmap_dma:begin@unmap_dma'],
    },
  });
  const procedures = [...built.parts.filter(({ kind }) => kind === 'procedure'), leaves];
  const anew: Readonly<Record<string, Part>> = {
    'iommu.lock': resource('iommu.lock', mutex(), procedures, 'mutex'),
    'dma[0]': resource('dma[0]', vfioDma(), procedures, 'vfio_dma'),
  };
  return {
    ...built,
    calls: [...built.calls, ...calls],
    parts: [leaves, ...built.parts.map((part) => anew[part.name] ?? part)],
  };
}
