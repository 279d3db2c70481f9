import {
  type Product,
  type Scope,
  type SuiteSource,
  type SystemFamily,
  suiteOf,
} from 'xstate-check';
import type { TargetScope } from '../../targets/target-scope.ts';
import { raceFamily } from './p2p-register-race.system.ts';
import { registrationFamily } from './p2p-registration.system.ts';

const REVISION = 'completed';

/** One device, and these objects on it; a name says what the system is the smallest one for. */
function registration(
  name: string,
  objects: Scope,
  parts: readonly string[],
  whole = false,
): SuiteSource<TargetScope> {
  const scope = { devices: 1, bars: 1, vmas: 0, buffers: 0, type1: 0, ...objects };
  const suite = {
    name: `p2p-${name}`,
    parts,
    whole,
    targetScope: targetScopeOf(scope, { initially: 'running', grain: 'contract' }),
    performed: byUser,
  };
  return suiteOf(suite, () => built(registrationFamily, scope));
}

/** The threads of the race that these are, at the grain of the kernel's functions. */
function race(name: string, threads: Scope, parts: readonly string[]): SuiteSource<TargetScope> {
  const { exporters = 0, mappers = 0 } = threads;
  const objects = { devices: 1, bars: 1, vmas: mappers, buffers: exporters };
  const suite = {
    name: `p2p-${name}`,
    parts,
    whole: false,
    targetScope: targetScopeOf(objects, { initially: 'running', grain: 'procedure' }),
    performed: fromOutside,
  };
  return suiteOf(suite, () => built(raceFamily, threads));
}

function built(family: SystemFamily, scope: Scope) {
  return family.build({ scope, revision: REVISION });
}

/** Buffers are dealt out to the BARs, and these to the devices, in turn. */
function targetScopeOf(
  { devices = 0, buffers = 0, ...objects }: Scope,
  how: Pick<TargetScope, 'initially' | 'grain'>,
): TargetScope {
  const { bars = 1 } = objects;
  const exporters = Array.from({ length: buffers }, (_, b) => (b % bars) % devices);
  return { devices, buffers: exporters, attachments: [], objects, ...how };
}

const CALLERS = ['user', 'process', 'holder', 'type1'];

/** A test makes the calls of processes; what the kernel does about them it observes. */
function byUser(product: Product, vector: number): boolean {
  const { label, initiator } = product.vectors[vector]!;
  return initiator < 0 || CALLERS.includes(product.calls.rolesOf(label)!.initiator);
}

function fromOutside(product: Product, vector: number): boolean {
  return product.vectors[vector]!.initiator < 0;
}

/** Every machine of the subject in the smallest closed system that has it. */
export const registrationSuites: readonly SuiteSource<TargetScope>[] = [
  registration('device', { vmas: 1, buffers: 1 }, ['dev[0]', 'dev_set']),
  registration('bar', { vmas: 1, buffers: 1 }, ['bar[0]']),
  registration('buffer', { buffers: 1 }, ['buf[0]']),
  registration('mapping', { vmas: 1 }, ['vma[0]']),
  registration('type1', { vmas: 1, type1: 1 }, ['type1[0]']),
  registration('pages', {}, ['bar[0].pages']),
  registration('pool', { bars: 2 }, ['dev[0].p2pmem']),
  registration('two-bars', { bars: 2, buffers: 1 }, ['bar[1]'], true),
  registration('hot-reset', { devices: 2, bars: 2 }, ['dev_set']),
  race('register', { registrars: 1, exporters: 1, mappers: 1 }, [
    'register[0]',
    'export[0]',
    'mmap[0]',
  ]),
];
