import type { MachineEntry } from 'xstate-check';

/** A machine as it is listed: under its own id. */
export function entry(kind: MachineEntry['kind'], machine: MachineEntry['machine']): MachineEntry {
  return { name: machine.id, kind, machine };
}
