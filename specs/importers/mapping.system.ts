import { alphabetOf, BEGIN, type Call, type Part, procedure, type System } from 'xstate-check';
import { hotReset } from '../../machines/hot-reset/hot-reset.procedure.ts';
import { lifeSystem } from '../buffer/life.system.ts';
import { procedureCalls } from '../shared/calls.ts';
import type { ImporterSpec } from '../shared/contract.ts';

/** The thread of the hot reset, which may run beside the owner of a device. */
const HOT_RESET = 'hot_reset';

/**
 * One device with one buffer and two importers of a kind, its owner, and a hot reset of a set in
 * which a device that nobody has open comes second. The hot reset is the procedure itself, and
 * what it does to device and buffer are the steps that its contract knows.
 */
export function mappingSystem(kind: ImporterSpec['kind']): System {
  const importer = { buffer: 0, kind };
  const life = lifeSystem(
    { devices: 2, buffers: [0], importers: [importer, importer], initially: 'fresh' },
    '7.3',
    {},
  );
  const reset = hotResetPart();
  const ofReset = new Set(alphabetOf(reset).flatMap((label) => reset.rename(label)));
  return {
    ...life,
    name: 'mapping',
    parts: [
      ...life.parts.filter(({ name }) => name !== 'owner[1]').map((part) => joined(part, ofReset)),
      reset,
    ],
    calls: [...life.calls, ...callsOf(reset, life)],
    properties: [],
  };
}

/** `vfio_pci_dev_set_hot_reset()`, its steps named as the contract names them. */
function hotResetPart(): Part {
  const on = (label: string) => `${label}@${HOT_RESET}`;
  const also: Record<string, readonly string[]> = {
    'dev[0].move(true):begin': [on('buf[0].revoke'), NOTHING_LIVE],
    'dev[0].move(true):end': [on('buf[0].drained'), NOTHING_DRAINS],
    'dev[0].move(false):begin': [on('buf[0].unrevoke'), on('dev[0].move(false):begin')],
    'bus.pci_reset_bus:ok': [on('bus.reset:ok')],
    'bus.pci_reset_bus:-ENOTTY': [on('bus.reset:-ENOTTY')],
  };
  for (const d of [0, 1]) {
    also[`dev[${d}].memory_lock.down_write_trylock:1`] = [on(`dev[${d}].begin`)];
    also[`dev[${d}].set_power_state(D0)`] = [on(`dev[${d}].power(D0)`)];
    also[`dev[${d}].memory_lock.up_write`] = ['end#live', 'end#revoked', 'end#cleaned'].map((end) =>
      on(`dev[${d}].${end}`),
    );
  }
  const machine = hotReset(2);
  return procedure(HOT_RESET, machine, { thread: HOT_RESET, roles: ['owner', HOT_RESET], also });
}

/** `move(true)` finds no live buffer, and so has none to drain. */
const NOTHING_LIVE = `dev[0].move(true):begin@${HOT_RESET}`;
const NOTHING_DRAINS = `dev[0].move(true):end@${HOT_RESET}`;

/** The part takes its steps also with the hot reset, where that has them. */
function joined(part: Part, ofReset: ReadonlySet<string>): Part {
  if (part.name.startsWith('owner')) return part;
  const withReset = (label: string) => {
    const same = `${label}@${HOT_RESET}`;
    return ofReset.has(same) ? [label, same] : [label];
  };
  return {
    ...part,
    rename: (label) => [
      ...part.rename(label).flatMap(withReset),
      // A buffer allows a cut exactly where nothing is left to revoke.
      ...(part.name === 'buf[0]' && label === 'cut' ? [NOTHING_LIVE, NOTHING_DRAINS] : []),
    ],
  };
}

/** The calls of the hot reset's own steps, which nobody here answers: it takes them alone. */
function callsOf(reset: Part, life: System): Call[] {
  const known = new Set(life.calls.map(({ name }) => name));
  const used = alphabetOf(reset).map((label) => label.replace(/\[\d+\]|:.*/g, ''));
  return procedureCalls
    .filter(({ name }) => !known.has(name))
    .filter(({ name }) => used.some((label) => label === name || label.endsWith(`.${name}`)))
    .map((call) =>
      call.callee === HOT_RESET
        ? call
        : { ...call, callee: '', spans: false, outcomes: [BEGIN, ...call.outcomes] },
    );
}
