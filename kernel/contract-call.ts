import { Flags, type Stop } from './stop.ts';

/** What reaching a stop means for a test. */
export interface Reached {
  /** What has been committed since the stop before. */
  readonly labels: readonly string[];
  /** Whether the thread waits here: what comes next is a label. */
  readonly holds: boolean;
}

/** A call of the kernel as a test sees it, told by the stops of the thread that makes it. */
export interface CallView {
  at(stop: Stop): Reached;
}

/** What a call must know of the objects around it. */
export interface Surroundings {
  /** The buffers that are listed at a device, in their order. */
  listed(device: number): readonly number[];
  /** The kind of importer behind an attachment. */
  importer(attachment: number): string;
  /** Whether low power has been entered already, as the call began. */
  readonly engaged: boolean;
}

/** The stops that tell the labels of contracts; where a thread never waits it only says so. */
export const CONTRACT_STOPS = [
  ...[
    'down_write<',
    'down_write>',
    'up_write<',
    'up_write>',
    '-memory_enabled<',
    '-move<',
    'move>',
  ],
  ...['resv_lock<', '-resv_unlock<', '-invalidate_mappings<', 'invalidate<'],
  ...['comp_wait<', '-comp_wait>', 'write_config<', '-write_config>'],
  ...['set_power_state<', '-set_power_state>', 'reset_function<', '-reset_function>'],
  ...['reset_bus<', '-reset_bus>', 'put_registration<', '-core_disable>'],
];

const PCI_COMMAND = 4;
const PCI_COMMAND_MEMORY = 2;

/**
 * A bracketed call at the grain of contracts. A commit lies between two stops; the thread waits at
 * the last stop before each, with no lock that the commit does not need.
 */
export class ContractCall implements CallView {
  private readonly operation: string;
  private readonly around: Surroundings;
  /** How often memory_lock was taken: a close takes it twice. */
  private sections = 0;
  /** The argument of the move() that the thread is in. */
  private moving: number | undefined;
  private readonly flags = new Flags();
  private exiting = false;
  private uncleaned: number[] | undefined;

  constructor(operation: string, around: Surroundings) {
    this.operation = operation;
    this.around = around;
  }

  at(stop: Stop): Reached {
    const { labels, holds } = this.handlers[stop.at]?.(stop) ?? SILENT;
    const changed = this.flags.changed(stop);
    if (changed === undefined || this.moving === undefined) return { labels, holds };
    return { labels: [`buf[${stop.index}].${changed ? 'revoke' : 'unrevoke'}`, ...labels], holds };
  }

  private readonly handlers: Readonly<Record<string, (stop: Stop) => Reached>> = {
    'down_write<': () => HOLDS,
    'down_write>': ({ index }) => this.begun(index),
    'memory_enabled<': ({ index }) => ({ labels: this.exit(index), holds: false }),
    'move<': (stop) => this.moves(stop),
    'move>': (stop) => this.moved(stop),
    'resv_lock<': () => (this.moving === undefined ? SILENT : HOLDS),
    'invalidate<': (stop) => (this.unmapsNow(stop) ? HOLDS : SILENT),
    'invalidate>': ({ index }) => this.calledBack(index),
    'comp_wait<': () => HOLDS,
    'comp_wait>': ({ index }) => passed(`buf[${index}].drained`),
    'write_config<': ({ seen }) => (seen.where === PCI_COMMAND ? HOLDS : SILENT),
    'write_config>': (stop) => this.wroteConfig(stop),
    'set_power_state<': () => (this.operation === 'close' ? SILENT : HOLDS),
    'set_power_state>': (stop) => this.setPower(stop),
    'reset_function<': () => HOLDS,
    'reset_function>': ({ index, seen }) =>
      passed(`dev[${index}].reset:${seen.result === 0 ? 'ok' : 'failed'}`),
    'reset_bus<': () => HOLDS,
    'reset_bus>': ({ seen }) => passed(`bus.reset:${seen.result === 0 ? 'ok' : '-ENOTTY'}`),
    'put_registration<': () => this.cleaned(),
    'up_write<': ({ index }) => this.ends(index),
    'up_write>': ({ index }) => ({
      labels: [`dev[${index}].end`],
      // a close has turned decode off when vfio_pci_core_disable() returns
      holds: this.operation === 'close' && this.sections === 2,
    }),
    'core_disable>': ({ index }) => passed(`dev[${index}].disable`),
  };

  private begun(device: number): Reached {
    this.sections++;
    this.exiting =
      this.operation === 'low_power_exit' || (this.operation === 'close' && this.sections === 2);
    return { labels: [`dev[${device}].begin`], holds: this.exiting };
  }

  /** Low power has ended where the thread comes to after it has cleared the flag. */
  private exit(device: number): string[] {
    if (!this.exiting) return [];
    this.exiting = false;
    return [`dev[${device}].low_power(exit)`];
  }

  private moves({ index, seen }: Stop): Reached {
    this.moving = seen.value;
    return { labels: this.exit(index), holds: false };
  }

  private moved({ index, seen }: Stop): Reached {
    this.moving = undefined;
    const entering = this.operation === 'low_power_entry' && seen.value === 1;
    if (this.operation === 'close' && this.sections === 1) {
      this.uncleaned = [...this.around.listed(index)];
    }
    return { labels: [], holds: entering || (this.uncleaned?.length ?? 0) > 0 };
  }

  private unmapping: number | undefined;

  private unmapsNow({ index, seen }: Stop): boolean {
    const unmaps = seen.sgt === 1 && this.around.importer(index) === 'unmaps_in_callback';
    this.unmapping = unmaps ? index : undefined;
    return unmaps;
  }

  private calledBack(attachment: number): Reached {
    const unmapped = this.unmapping === attachment;
    this.unmapping = undefined;
    return passed(unmapped ? `att[${attachment}].unmap` : undefined);
  }

  private wroteConfig({ index, seen }: Stop): Reached {
    if (seen.where !== PCI_COMMAND) return SILENT;
    const on = (seen.value! & PCI_COMMAND_MEMORY) !== 0;
    return passed(`dev[${index}].memory(${on ? 'on' : 'off'})`);
  }

  private setPower({ index, seen }: Stop): Reached {
    if (this.operation === 'close') return SILENT;
    return passed(`dev[${index}].power(${seen.value === 3 ? 'D3hot' : `D${seen.value}`})`);
  }

  private cleaned(): Reached {
    const buffer = this.uncleaned?.shift();
    if (buffer === undefined) return SILENT;
    return { labels: [`buf[${buffer}].cleanup`], holds: this.uncleaned!.length > 0 };
  }

  private ends(device: number): Reached {
    const enters = this.operation === 'low_power_entry' && !this.around.engaged;
    const labels = enters ? [`dev[${device}].low_power(enter)`] : this.exit(device);
    return { labels, holds: true };
  }
}

/** The last close of a buffer's fd: committed where ops->release waits for memory_lock. */
export class ReleaseCall implements CallView {
  at({ at }: Stop): Reached {
    return at === 'down_write<' ? HOLDS : SILENT;
  }
}

const SILENT: Reached = { labels: [], holds: false };
const HOLDS: Reached = { labels: [], holds: true };

function passed(label: string | undefined): Reached {
  return label === undefined ? SILENT : { labels: [label], holds: false };
}
