import type { AnyStateMachine } from 'xstate';
import { type Part, procedure, resource, type System } from 'xstate-check';
import { alphabetOf } from 'xstate-check/engine';
import { move } from '../../machines/buffer/move.procedure.ts';
import {
  type CommandWriteVariation,
  commandWrite,
} from '../../machines/device/command-write.procedure.ts';
import { deviceCall } from '../../machines/device/device-call.procedure.ts';
import { deviceReset } from '../../machines/device/device-reset.procedure.ts';
import { functionReset } from '../../machines/device/function-reset.procedure.ts';
import { lowPower } from '../../machines/device/low-power.resource.ts';
import { lowPowerEntry } from '../../machines/device/low-power-entry.procedure.ts';
import { lowPowerExit } from '../../machines/device/low-power-exit.procedure.ts';
import { pageFault } from '../../machines/device/page-fault.procedure.ts';
import { pmCore } from '../../machines/device/pm-core.procedure.ts';
import { powerWrite } from '../../machines/device/power-write.procedure.ts';
import { ptes } from '../../machines/device/ptes.resource.ts';
import { runtimePm } from '../../machines/device/runtime-pm.resource.ts';
import { runtimeResume } from '../../machines/device/runtime-resume.procedure.ts';
import { asOf, type Design, type Point, revisionsOf, type Subject } from '../revisions/index.ts';
import { contractSystem, range } from '../shared/contract.ts';
import {
  bufferResources,
  deviceResources,
  type ImporterThread,
  importerParts,
  invalidateParts,
  movePart,
  sgtResource,
} from '../shared/parts.ts';

/** The one device and the one buffer of these systems. */
const DEV = 'dev[0]';

/**
 * The versions that a system of this folder can be drawn for, and those with a change.
 *
 * @param resets - the points of the resets that it has, which are heard of or not
 */
export function versionsOf(
  points: readonly Point[],
  also: readonly Subject[],
  resets: readonly Point[] = [],
) {
  return revisionsOf([...points, ...resets, 'memoryEnabled'], {
    also: ['deviceCall', 'notify', ...also],
    ...(resets.length > 0 && { asked: ['handlers'] }),
  });
}

/** An operation of the owner, and the calls of user space that it carries out. */
interface Operation {
  readonly machine: AnyStateMachine;
  /** Its role in calls. */
  readonly role: string;
  /** The calls as the machine has them, and as the system has them. */
  readonly calls: Readonly<Record<string, string>>;
}

export type OperationName =
  | 'command_write'
  | 'power_write'
  | 'flr'
  | 'af_flr'
  | 'device_reset'
  | 'low_power_entry'
  | 'low_power_entry_with_wakeup'
  | 'low_power_exit';

function asNamed(...calls: string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(calls.map((call) => [call, call]));
}

function operationOf(
  name: OperationName,
  design: Design,
  commandWrites: CommandWriteVariation | undefined,
): Operation {
  switch (name) {
    case 'command_write':
      return {
        machine: commandWrite(commandWrites),
        role: name,
        calls: asNamed('dev.write_command(MEM=0)', 'dev.write_command(MEM=1)'),
      };
    case 'power_write':
      return {
        machine: powerWrite(),
        role: name,
        calls: asNamed(
          'dev.write_pmcsr(D0)',
          'dev.write_pmcsr(D1)',
          'dev.write_pmcsr(D2)',
          'dev.write_pmcsr(D3hot)',
        ),
      };
    case 'flr':
    case 'af_flr':
      return {
        machine: asOf(design, functionReset()),
        role: 'function_reset',
        calls: { 'dev.function_reset': `dev.${name}` },
      };
    case 'device_reset':
      return {
        machine: asOf(design, deviceReset()),
        role: name,
        calls: asNamed('dev.device_reset'),
      };
    case 'low_power_entry':
    case 'low_power_entry_with_wakeup':
      return {
        machine: lowPowerEntry({ wakeup: name === 'low_power_entry' ? 'none' : 'eventfd' }),
        role: name,
        calls: { 'dev.low_power_entry': `dev.${name}` },
      };
    case 'low_power_exit':
      return { machine: lowPowerExit(), role: name, calls: asNamed('dev.low_power_exit') };
  }
}

/** The system labels of a call's beginning and outcomes, by the labels of the machine. */
function callLabels(
  { machine, calls }: Operation,
  thread: string,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    alphabetOf(machine).labels.flatMap((label) => {
      const colon = label.indexOf(':');
      const call = calls[label.slice(0, colon)];
      if (colon < 0 || call === undefined) return [];
      return [[label, [`${call.replace('dev', DEV)}${label.slice(colon)}@${thread}`]]];
    }),
  );
}

/** A thread of the owner with the calls that it may make, one at a time. */
export function ownerParts(
  thread: string,
  names: readonly OperationName[],
  importers: readonly ImporterThread[],
  design: Design,
  commandWrites?: CommandWriteVariation,
): Part[] {
  const operations = names.map((name) => ({
    name,
    ...operationOf(name, design, commandWrites),
  }));
  const user = operations.flatMap((operation) => Object.values(callLabels(operation, thread)));
  const isBegin = (label: string) => label.endsWith(`:begin@${thread}`);
  const variantsWith = (label: string) =>
    operations.flatMap(({ name, machine }) =>
      alphabetOf(machine).labels.includes(label) ? [`#${name}`] : [],
    );
  return [
    procedure(thread, deviceCall(), {
      thread,
      bind: { dev: DEV },
      also: {
        call: user.flat().filter(isBegin),
        return: user.flat().filter((label) => !isBegin(label)),
      },
    }),
    runtimeResumePart(thread),
    ...operations.map((operation) =>
      procedure(`${operation.name}@${thread}`, operation.machine, {
        thread,
        roles: [operation.role],
        bind: { dev: DEV },
        variant: operation.name,
        also: callLabels(operation, thread),
      }),
    ),
    movePart(0, [0], thread, design, {
      revoke: variantsWith('dev.move(true):begin'),
      restore: variantsWith('dev.move(false):begin'),
    }),
    ...invalidateParts(0, importers, thread),
  ];
}

/** The runtime resume callback, as a thread runs it. */
function runtimeResumePart(thread: string): Part {
  const labels = ['begin', 'end'].map((end) => `runtime_resume:${end}`);
  return procedure(`runtime_resume@${thread}`, runtimeResume(), {
    thread,
    roles: ['runtime_resume'],
    bind: { dev: DEV },
    variant: 'runtime_resume',
    also: Object.fromEntries(
      labels.map((label) => [`dev.${label}`, [`${DEV}.${label}@${thread}`]]),
    ),
  });
}

/** The PM core's workqueue, and the resume callback that it runs. */
export function pmCoreParts(): Part[] {
  const own = procedure('pm_core', pmCore(), { thread: 'pm_core', bind: { dev: DEV } });
  return [own, runtimeResumePart('pm_core')];
}

/** A CPU that touches a BAR of the device. */
export function pageFaultPart(): Part {
  return procedure('cpu', pageFault(), {
    thread: 'cpu',
    roles: ['page_fault'],
    bind: { dev: DEV },
  });
}

/** How many importers there are, one that unmaps later first: it is for it that a revoke waits. */
export function importersOf(count = 0): ImporterThread[] {
  return range(count).map((a) => ({
    attachment: a,
    buffer: 0,
    unmaps: a % 2 === 0 ? 'later' : 'in_callback',
  }));
}

/** The threads of the importers, and all that the threads use. */
export function withResources(
  threads: readonly Part[],
  importers: readonly ImporterThread[],
  exporters: readonly string[],
  design: Design,
  memoryBit: 'implemented' | 'none' = 'implemented',
): Part[] {
  const users = [...threads, ...importers.flatMap((i) => importerParts(i, exporters))];
  const names = new Set(users.map(({ thread }) => thread));
  return [
    ...users,
    ...deviceResources(0, 'open', users, design, memoryBit),
    resource(`${DEV}.low_power`, lowPower(), users, 'low_power', DEV),
    resource(`${DEV}.runtime_pm`, runtimePm(names.size + 1), users, 'runtime_pm', DEV),
    resource(`${DEV}.ptes`, ptes(), users, 'mm', DEV),
    ...bufferResources(0, importers.length, users),
    ...importers.map((i) => sgtResource(i.attachment, users)),
  ];
}

/** What callers of the device may rely on. */
export function transitionContract(importers: readonly ImporterThread[]): System {
  return contractSystem('transition-contract', {
    devices: 1,
    buffers: [0],
    importers: importers.map((i) => ({
      buffer: 0,
      kind: i.unmaps === 'in_callback' ? 'unmaps_in_callback' : 'unmaps_later',
    })),
    initially: 'running',
  });
}

/** Whether a buffer that a version has revoked is drained for certain, and its kref is 1 again. */
export function armsAfterDrain(design: Pick<Design, 'anew'>): boolean {
  const drain = asOf(design, move(1)).root.states.revoke?.states.drain;
  return (
    drain?.states.rearm !== undefined &&
    drain.states.wait_unmap!.on['buf[b].comp.wait'] !== undefined
  );
}
