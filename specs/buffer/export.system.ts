import {
  type Part,
  type Property,
  procedure,
  resource,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { barClaim } from '../../machines/device/bar-claim.resource.ts';
import { commandWrite } from '../../machines/device/command-write.procedure.ts';
import { p2pdma } from '../../machines/device/p2pdma.resource.ts';
import { pciOps } from '../../machines/device/pci-ops.resource.ts';
import { unregister } from '../../machines/device/unregister.procedure.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { designOf, revisionsOf } from '../revisions/index.ts';
import { atMostOne } from '../shared/contract.ts';
import {
  closeParts,
  closingResources,
  deviceResources,
  invalidateParts,
  movePart,
} from '../shared/parts.ts';
import { procedureRules } from '../shared/rules.ts';
import { exportCalls } from './calls.ts';
import { exportContract } from './export-contract.ts';
import {
  exportedBufferResources,
  exportPart,
  fputParts,
  openFilePart,
  registrationPart,
} from './parts.ts';
import { exportRules, listLockMonitors } from './rules.ts';

/** Export of a buffer and the closing of its descriptors against what becomes of the device. */
export const exportFamily: SystemFamily = {
  name: 'export',
  title: 'export of a buffer and close of its fd against config writes and the close of the device',
  defaultScope: { writers: 1, closers: 1, unbinders: 0, fds: 1, o_path: 0 },
  confidence: { writers: 1, closers: 1, unbinders: 1, fds: 3, o_path: 0 },
  ...revisionsOf(['export', 'move', 'cleanup', 'close'], {
    also: ['commandWrite', 'notify', 'registration'],
  }),
  build({ scope, revision }): System {
    for (const name of ['writers', 'closers', 'unbinders', 'o_path']) atMostOne(scope, name);
    const threads = threadsOf(scope, revision);
    const parts = [...threads, ...resourcesOf(scope, revision, threads)];
    const rules = procedureRules(parts, { devices: 1, buffers: 1 }, exportContract(), exportCalls);
    const listLock = listLockMonitors(parts);
    return {
      name: 'export',
      revision,
      scope,
      parts: [...parts, ...rules.monitors, ...listLock],
      calls: exportCalls,
      environment: ['user', 'holder'],
      unused: {
        'buf.dma_buf_fd':
          'get_unused_fd_flags() reserves a number that nobody sees before fd_install()',
      },
      properties: [
        ...exportRules(scope, parts, listLock),
        ...rules.properties.filter(isAbout(scope)),
      ],
    };
  },
};

/** Nobody walks the list where there is neither a writer nor a close. */
function isAbout({ writers, closers }: System['scope']): (property: Property) => boolean {
  return ({ id }) => id !== 'move-needs-memory-lock' || writers === 1 || closers === 1;
}

function threadsOf(scope: System['scope'], revision: string): Part[] {
  const design = designOf(revision);
  return [
    exportPart(design),
    ...fputParts('file'),
    ...(scope.o_path === 1 ? fputParts('o_path') : []),
    ...(scope.writers === 1
      ? [
          procedure('command_write', commandWrite(), {
            thread: 'command_write',
            roles: ['command_write'],
            bind: { dev: 'dev[0]' },
          }),
          movePart(0, [0], 'command_write', design),
          ...invalidateParts(0, [], 'command_write'),
        ]
      : []),
    ...(scope.closers === 1 ? closeParts({ device: 0, of: 1 }, [0], [], design) : []),
    ...(scope.unbinders === 1
      ? [
          procedure('unregister', unregister(), {
            thread: 'unregister',
            roles: ['unregister'],
            bind: { dev: 'dev[0]' },
          }),
        ]
      : []),
  ];
}

function resourcesOf(scope: System['scope'], revision: string, threads: readonly Part[]): Part[] {
  const variation = designOf(revision).export;
  return [
    openFilePart(threads),
    registrationPart(threads),
    resource('dev_set.lock', mutex(), threads, 'mutex'),
    ...deviceResources(0, 'open', threads),
    ...(scope.closers === 1 ? closingResources({ of: 1 }, 1, threads) : []),
    resource('dev[0].pci_ops', pciOps(), threads, 'pci_ops', 'dev[0]'),
    resource('dev[0].p2pdma', p2pdma('initialised', variation), threads, 'p2pdma', 'dev[0]'),
    resource('dev[0].bar', barClaim(), threads, 'bar', 'dev[0]'),
    ...exportedBufferResources(
      threads,
      { fds: scope.fds ?? 1, oPath: scope.o_path === 1 },
      variation,
    ),
  ];
}
