import type { SuiteSource } from '../src/cli/suites.ts';
import { parseLabel } from '../src/lts/label.ts';
import type { Product } from '../src/system/product.ts';
import type { TargetScope } from '../src/target/target.ts';
import { type ContractScope, type ImporterSpec, range } from './dma-buf/contract.ts';
import { lifeSystem } from './dma-buf/life.system.ts';
import { rangesSystem, WAYS, type Way } from './dma-buf/ranges.system.ts';
import { hotResetFamily } from './hot-reset/hot-reset.system.ts';
import { registrationSuites } from './p2p-registration/suites.ts';
import { revokeFamily } from './revoke/revoke.system.ts';

const REVISION = '7.3';

/** One device, one buffer, and these importers of it. */
function life(
  name: string,
  importers: readonly ImporterSpec['kind'][],
  parts: readonly string[],
  whole = false,
): SuiteSource {
  const scope: ContractScope = {
    devices: 1,
    buffers: [0],
    importers: importers.map((kind) => ({ buffer: 0, kind })),
    initially: 'fresh',
  };
  return {
    name,
    system: lifeSystem(scope, REVISION, { devices: 1, buffers: 1, importers: importers.length }),
    parts,
    whole,
    targetScope: {
      devices: 1,
      buffers: [0],
      attachments: importers.map((importer) => ({ buffer: 0, importer })),
      initially: 'fresh',
      grain: 'contract',
    },
    performed: byUserOrImporter,
  };
}

/** Attach and map of a buffer of so many ranges by one route. */
function mapping(way: Way): SuiteSource {
  return {
    name: `ranges-${way.route}-${way.ranges}`,
    system: rangesSystem(way),
    parts: [],
    whole: true,
    targetScope: {
      devices: 1,
      buffers: [0],
      ranges: [way.ranges],
      route: way.route,
      attachments: [{ buffer: 0, importer: 'unmaps_later' }],
      initially: 'fresh',
      grain: 'contract',
    },
    performed: byUserOrImporter,
  };
}

/** A test makes the calls of users and importers; what happens inside them it observes. */
function byUserOrImporter(product: Product, vector: number): boolean {
  const { label, initiator } = product.vectors[vector]!;
  if (initiator < 0) return true;
  const role = product.calls.rolesOf(label)!.initiator;
  return ['user', 'importer'].includes(role) && parseLabel(label).variant !== 'callback';
}

/** At the grain of the kernel's functions, only the calls from outside are the test's. */
function fromOutside(product: Product, vector: number): boolean {
  return product.vectors[vector]!.initiator < 0;
}

function procedures(
  name: string,
  system: SuiteSource['system'],
  parts: readonly string[],
  targetScope: Omit<TargetScope, 'grain' | 'initially'>,
): SuiteSource {
  return {
    name,
    system,
    parts,
    whole: false,
    targetScope: { ...targetScope, initially: 'running', grain: 'procedure' },
    performed: fromOutside,
  };
}

/** Every machine in the smallest closed system that has it, and the smallest systems whole. */
export const suites: readonly SuiteSource[] = [
  life('device', [], ['dev[0]', 'dev[0].memory', 'owner[0]'], true),
  life('buffer', ['unmaps_later', 'iommufd', 'no_callback', 'not_p2p'], ['buf[0]']),
  life('attachment-unmaps-in-callback', ['unmaps_in_callback'], ['att[0]']),
  life('attachment-unmaps-later', ['unmaps_later'], ['att[0]'], true),
  life('attachment-no-callback', ['no_callback'], ['att[0]']),
  life('attachment-not-p2p', ['not_p2p'], ['att[0]']),
  life('iommufd', ['iommufd'], ['att[0]']),
  ...WAYS.map(mapping),
  procedures(
    'hot-reset',
    hotResetFamily.build({
      scope: { devices: 2, unopened: 0, buffers: 0, importers: 0 },
      revision: REVISION,
    }),
    ['hot_reset'],
    { devices: 2, buffers: [], attachments: [] },
  ),
  procedures(
    'revoke',
    revokeFamily.build({ scope: { importers: 2, closers: 0 }, revision: REVISION }),
    [
      'command_write',
      'move(dev[0])@command_write',
      'importer[0]',
      'callback(att[0])@command_write',
      'callback(att[1])@command_write',
      'work(att[1])',
    ],
    {
      devices: 1,
      buffers: [0],
      attachments: range(2).map((a) => ({
        buffer: 0,
        importer: a % 2 === 0 ? 'unmaps_in_callback' : 'unmaps_later',
      })),
    },
  ),
  procedures(
    'close',
    revokeFamily.build({ scope: { importers: 0, closers: 1 }, revision: REVISION }),
    ['close', 'cleanup(dev[0])@close', 'core_disable(dev[0])@close', 'try_reset@close'],
    { devices: 1, buffers: [0], attachments: [] },
  ),
  ...registrationSuites,
];
