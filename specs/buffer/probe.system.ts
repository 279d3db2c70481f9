import {
  is,
  not,
  type Part,
  type Property,
  procedure,
  resource,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { barClaim } from '../../machines/device/bar-claim.resource.ts';
import { p2pdma } from '../../machines/device/p2pdma.resource.ts';
import { pciOps } from '../../machines/device/pci-ops.resource.ts';
import { probe } from '../../machines/device/probe.procedure.ts';
import { designOf, type ExportVariation, revisionsOf } from '../revisions/index.ts';
import { oneAnswer, somethingMoves } from '../shared/every-system.ts';
import { deviceResources, rwsemPart } from '../shared/parts.ts';
import { untouched } from '../shared/words.ts';
import { exportCalls } from './calls.ts';
import { exportedBufferResources, exportPart, fputParts, registrationPart } from './parts.ts';
import { givenBackRules } from './rules.ts';

/** Which devices export at all: what the driver offers, its probe and the open of the device. */
export const probeFamily: SystemFamily = {
  name: 'export-probe',
  title: 'export from whatever device a driver has probed and somebody has opened',
  defaultScope: { fds: 1 },
  ...revisionsOf(['export'], { also: ['probe'] }),
  build({ scope, revision }): System {
    const design = designOf(revision);
    const variation = design.export;
    const threads = [
      procedure('probe', probe(variation), {
        thread: 'probe',
        roles: ['probe'],
        bind: { dev: 'dev[0]' },
      }),
      exportPart(design),
      ...fputParts('file'),
    ];
    const parts = [
      ...threads,
      registrationPart(threads),
      memoryLock(threads),
      ...deviceResources(0, 'open', threads).filter(({ name }) => name !== 'dev[0].memory_lock'),
      resource('dev[0].pci_ops', pciOps('unset'), threads, 'pci_ops', 'dev[0]'),
      resource('dev[0].p2pdma', p2pdma('none', variation), threads, 'p2pdma', 'dev[0]'),
      barPart(threads, variation),
      ...exportedBufferResources(threads, { fds: scope.fds ?? 1, oPath: false }, variation),
    ];
    return {
      name: 'export-probe',
      revision,
      scope,
      parts,
      calls: exportCalls,
      environment: ['user', 'holder'],
      unused: {
        ...untouched('command', 'power', 'reset'),
        'buf.dma_buf_fd':
          'get_unused_fd_flags() reserves a number that nobody sees before fd_install()',
      },
      properties: [...rules, ...givenBackRules(parts)],
    };
  },
};

/** memory_lock from before it is made: zeroed memory until the probe has come to init_rwsem(). */
function memoryLock(threads: readonly Part[]): Part {
  const own = rwsemPart('dev[0].memory_lock', threads, 'uninitialised');
  return {
    ...own,
    rename: (label) =>
      label === 'init_rwsem' ? ['dev[0].init_rwsem(memory_lock)@probe'] : own.rename(label),
  };
}

/** An ioctl needs a file, and so an open device. */
function barPart(threads: readonly Part[], variation: ExportVariation): Part {
  const machine = barClaim('not_open', variation);
  const own = resource('dev[0].bar', machine, threads, 'bar', 'dev[0]');
  return {
    ...own,
    rename: (label) => (label === 'ioctl' ? ['buf[0].export:begin@export'] : own.rename(label)),
  };
}

const exported = is('buf[0].listed', 'on');

const rules: readonly Property[] = [
  {
    id: 'exported-means-claimed',
    kind: 'invariant',
    title: 'the BAR of a buffer is one that the driver has claimed',
    when: exported,
    then: not(is('dev[0].bar', 'not_claimed')),
    rule: 'S10',
    source: '702809dabdec: -ENODEV where the resources of the BAR are not claimed',
    consequence: 'importers map what belongs to another driver',
  },
  {
    id: 'exported-means-mappable',
    kind: 'invariant',
    title: 'the BAR of a buffer is one that a CPU can map',
    when: exported,
    then: not(is('dev[0].bar', 'non_mappable')),
    rule: 'S10',
    source: '951ebc18d181: pcim_p2pdma_provider() answers NULL for non_mappable_bars',
    consequence: 'importers get an address that nothing can be reached at',
  },
  {
    id: 'pci_ops-are-tested',
    kind: 'monitor',
    title: 'pci_ops are dereferenced only where a driver has set them',
    parts: ['dev[0].pci_ops'],
    source: 'vfio_pci_core_feature_dma_buf, v7.3: !vdev->pci_ops',
    consequence: 'an ioctl of a user is an oops',
  },
  {
    id: 'provider-is-there',
    kind: 'monitor',
    title: 'a provider is part of what pcim_p2pdma_init() made',
    parts: ['dev[0].p2pdma'],
    source: 'pcim_p2pdma_provider, v7.3: WARN_ON(!p2p), NULL',
    consequence: 'the first map of an importer is an oops',
  },
  {
    id: 'locks-are-made',
    kind: 'monitor',
    title: 'memory_lock is taken only after init_rwsem()',
    parts: ['dev[0].memory_lock'],
    source: 'vfio_pci_core_init_dev, v7.3',
    consequence: 'lockdep: trying to register non-static key; the lock is zeroed memory',
  },
  {
    id: 'memory-safe',
    kind: 'monitor',
    title: 'priv, the dma-buf and its file are there whenever they are used, and freed once',
    parts: ['buf[0].priv', 'buf[0].dma_buf', 'buf[0].file'],
    rule: 'S5',
    source: 'derived: KASAN; vfio_pci_core_feature_dma_buf, v7.3',
    consequence: 'the kernel reads or writes memory that belongs to somebody else, or to nobody',
  },
  { id: 'rest', kind: 'rest', title: 'every thread can return', source: 'derived' },
  somethingMoves(),
  oneAnswer,
];
