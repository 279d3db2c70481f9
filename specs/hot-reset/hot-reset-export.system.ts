import {
  all,
  is,
  not,
  type Part,
  type Property,
  procedure,
  resource,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { buffer } from '../../machines/buffer/buffer.contract.ts';
import { barClaim } from '../../machines/device/bar-claim.resource.ts';
import { p2pdma } from '../../machines/device/p2pdma.resource.ts';
import { pciOps } from '../../machines/device/pci-ops.resource.ts';
import {
  hotReset,
  labels as hotResetLabels,
} from '../../machines/hot-reset/hot-reset.procedure.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { exportCalls } from '../buffer/calls.ts';
import {
  exportedBufferResources,
  exportPart,
  fputParts,
  openFilePart,
  registrationPart,
} from '../buffer/parts.ts';
import { givenBackRules } from '../buffer/rules.ts';
import { asOf, type Design, designOf, NEWEST, whatIfsAt } from '../revisions/index.ts';
import { contractSystem } from '../shared/contract.ts';
import { deviceResources, invalidateParts, movePart } from '../shared/parts.ts';
import { procedureRules } from '../shared/rules.ts';
import {
  isBeingReset,
  isFree,
  isIdle,
  isListed,
  isRevoked,
  memoryOn,
  untouched,
} from '../shared/words.ts';
import { setNeedsLock } from './rules.ts';

/** A hot reset against the export of a buffer by a device of the set. */
export const hotResetExportFamily: SystemFamily = {
  name: 'hot-reset-export',
  title: 'hot reset of two devices against the export of a buffer by one of them',
  defaultScope: { fds: 1 },
  revisions: [NEWEST, ...whatIfsAt(['export', 'hotReset', 'handlers', 'move', 'memoryEnabled'])],
  build({ scope, revision }): System {
    const design = designOf(revision);
    const threads = threadsOf(design);
    const parts = [...threads, ...resourcesOf(threads, scope.fds ?? 1, design)];
    const common = procedureRules(
      parts,
      { devices: 2, buffers: 1 },
      contractOfExport(),
      exportCalls,
    );
    const set = setNeedsLock(parts, ['hot_reset']);
    return {
      name: 'hot-reset-export',
      revision,
      scope,
      parts: [...parts, ...common.monitors, ...set.monitors],
      calls: exportCalls,
      environment: ['user', 'holder'],
      unused: {
        ...untouched('command'),
        'buf.dma_buf_fd':
          'get_unused_fd_flags() reserves a number that nobody sees before fd_install()',
      },
      properties: [
        resetMeansRevoked,
        enabledMeansLive,
        hotResetReturns,
        ...givenBackRules(parts),
        set.property,
        // The system of hot reset alone tells whether vfio_pci_dma_buf_move() is called with the lock.
        ...common.properties.filter(({ id }) => id !== 'move-needs-memory-lock'),
      ],
    };
  },
};

function threadsOf(design: Design): Part[] {
  return [
    exportPart(design),
    ...fputParts('file'),
    procedure('hot_reset', asOf(design, hotReset(2)), {
      thread: 'hot_reset',
      roles: ['hot_reset'],
    }),
    movePart(0, [0], 'hot_reset', design),
    movePart(1, [], 'hot_reset', design),
    ...invalidateParts(0, [], 'hot_reset'),
  ];
}

function resourcesOf(threads: readonly Part[], fds: number, design: Design): Part[] {
  return [
    openFilePart(threads),
    registrationPart(threads),
    resource('dev_set.lock', mutex(), threads, 'mutex'),
    ...deviceResources(0, 'open', threads, design),
    ...deviceResources(1, 'open', threads, design),
    resource('dev[0].pci_ops', pciOps(), threads, 'pci_ops', 'dev[0]'),
    resource('dev[0].p2pdma', p2pdma('initialised', design.export), threads, 'p2pdma', 'dev[0]'),
    resource('dev[0].bar', barClaim(), threads, 'bar', 'dev[0]'),
    ...exportedBufferResources(threads, { fds, oPath: false }, design.export).map(withHotReset),
  ];
}

const HOT_RESET_RETURNS = hotResetLabels.flatMap((label) =>
  /^bus\.hot_reset:(?!begin)/.test(label) ? [`${label}@hot_reset`] : [],
);

/** A reference that the walk was the last to drop is dealt with as the hot reset returns. */
function withHotReset(part: Part): Part {
  if (part.name !== 'buf[0].file') return part;
  return {
    ...part,
    rename: (label) =>
      label === 'walk_returns' ? [...part.rename(label), ...HOT_RESET_RETURNS] : part.rename(label),
  };
}

/** Of a buffer that is released the device hears later, as in the system of export. */
function contractOfExport(): System {
  const running = contractSystem('hot-reset-export-contract', {
    devices: 2,
    buffers: [0],
    importers: [],
    initially: 'running',
  });
  const adapted = (part: Part): Part => {
    if (part.name === 'buf[0]') return { ...part, machine: buffer('unborn') };
    if (part.name !== 'dev[0]') return part;
    return {
      ...part,
      rename: (label) => (label === 'release#listed' ? [] : part.rename(label)),
    };
  };
  return { ...running, parts: running.parts.map(adapted) };
}

const reachable = [isListed('buf[0]'), is('buf[0].file', 'open')];

const resetMeansRevoked: Property = {
  id: 'reset-means-revoked(buf[0])',
  kind: 'invariant',
  title: 'a buffer that somebody can reach is revoked while its device is in reset',
  when: all(...reachable, isBeingReset('dev[0]')),
  then: isRevoked('buf[0]'),
  rule: 'S1',
  source: 'derived: S1, S3; vfio_pci_core_feature_dma_buf, v7.3: list_add_tail under memory_lock',
  consequence: 'an importer maps a BAR that is in reset: the revoke has gone by',
};

const enabledMeansLive: Property = {
  id: 'enabled-means-live(buf[0])',
  kind: 'invariant',
  title: 'a buffer that somebody can reach is live where nobody holds memory_lock',
  when: all(...reachable, isFree('dev[0].memory_lock'), memoryOn('dev[0]')),
  then: not(isRevoked('buf[0]')),
  rule: 'L1',
  source: 'derived: L1, S3; vfio_pci_dev_set_hot_reset, v7.3',
  consequence: 'importers get -ENODEV from a device that works',
};

const hotResetReturns: Property = {
  id: 'hot-reset-returns',
  kind: 'leads-to',
  title: 'a hot reset that has begun returns',
  when: not(isIdle('hot_reset')),
  then: isIdle('hot_reset'),
  rule: 'L2',
  source: 'derived: L2, every transition ends when importers unmap in bounded time',
  consequence: 'dev_set->lock stays held: no device of the set can be reset or closed',
};
