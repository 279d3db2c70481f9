import { constants } from 'node:os';
import type { TargetScope } from '../targets/target-scope.ts';
import type { CallView, Reached } from './contract-call.ts';
import { Disable } from './disable.ts';
import type { Teller } from './kept.ts';
import { RuntimePm } from './runtime-pm.ts';
import { Sriov } from './sriov.ts';
import { Flags, type Stop } from './stop.ts';

/**
 * The stops that tell the steps of procedures. Reads and writes are no functions: those of `revoked`
 * are told by its value at the next stop, others by where the thread comes to next.
 */
export const PROCEDURE_STOPS = [
  ...both('mutex_lock', 'mutex_unlock', 'resettable', 'pm_get', 'pm_put', 'owned'),
  ...both('down_write', 'down_write_trylock', 'up_write', 'zap', 'memory_enabled'),
  ...both('get_file_active', 'fput', 'resv_lock', 'resv_unlock', 'resv_wait', 'comp_wait'),
  ...both('write_config', 'set_power_state', 'reset_bus', 'reset_function', 'put_registration'),
  ...both('config_free', 'disable_device', 'phys_vec_to_sgt', 'free_sgt'),
  ...both('p2pdma_provider', 'get_registration', 'dma_buf_export', 'dma_buf_fd'),
  ...both('dma_buf_release', 'reset_by_root', 'trylock', 'reset_locked', 'restore_state'),
  ...both('write_config_word', 'runtime_suspend', 'enable_sriov', 'disable_sriov'),
  ...['-sriov_configure>', '-assign_set<'],
  ...['-move<', '-move>', '-invalidate_mappings<', '-invalidate_mappings>', 'invalidate<'],
  ...['-cleanup<', '-cleanup>', '-core_disable<', '-core_disable>'],
];

/** A thread stops in a resume only where a test has its steps: others find their device awake. */
export const RUNTIME_PM_STOPS = [...PROCEDURE_STOPS, ...both('runtime_resume')];

/** Stops before, and says so after. */
function both(...points: readonly string[]): string[] {
  return points.flatMap((point) => [`${point}<`, `-${point}>`]);
}

/** What dma_buf_phys_vec_to_sgt() answers besides -ENOMEM. */
const ERRNO: Readonly<Record<number, string>> = { 22: 'EINVAL', 98: 'EADDRINUSE' };
/** enum dma_resv_usage, include/linux/dma-resv.h. */
const USAGES = ['KERNEL', 'WRITE', 'READ', 'BOOKKEEP'];

/** Of a reference count's put a stock kernel does not show whether it was the last. */
export const EITHER_PUT = 'kref.put:*';

/** A call at the grain of the kernel's functions: a thread stops before each. */
export class ProcedureCall implements CallView {
  private readonly operation: string;
  /** For each buffer, the device on whose list it should be. */
  private readonly exporters: readonly number[];
  private moving: number | undefined;
  private visited = new Set<number>();
  /** The buffer that the walk is at, and what happened to it there. */
  private locks = 0;
  private waited = false;
  private written: string | undefined;
  /** Whether the test of memory was a call; inside vfio_pci_config.c it is inlined. */
  private tested = false;
  /** Whether the function of the device has been reset. */
  private didReset = false;
  /** The buffer whose last reference this thread drops. */
  private released = 0;
  private inSet = false;
  private unlocking: number | undefined;
  private lastDevice = 0;
  private callback: Stop | undefined;
  private mapping: 'looked' | 'mapped' | undefined;
  private attachment = 0;

  private readonly flags = new Flags();
  private readonly attachments: TargetScope['attachments'];
  /** What this kind of call has besides. */
  private readonly teller: Teller | undefined;

  constructor(
    operation: string,
    exporters: readonly number[],
    attachments: TargetScope['attachments'],
    runtimePm = false,
  ) {
    this.operation = operation;
    this.exporters = exporters;
    this.attachments = attachments;
    this.teller = tellerOf(operation, runtimePm);
  }

  at(stop: Stop): Reached {
    const changed = this.moving === undefined ? undefined : this.flags.changed(stop);
    const labels = [
      changed === undefined
        ? undefined
        : `buf[${stop.index}].revoked.${changed === 1 ? 'set' : 'clear'}`,
      ...(this.teller?.tell(stop) ?? []),
      ...(this.handlers[stop.at]?.(stop) ?? []),
    ];
    return { labels: labels.filter((label) => label !== undefined), holds: this.holdsAt(stop) };
  }

  /** A call stops at some functions that are no steps of it. */
  private holdsAt(stop: Stop): boolean {
    const { at, seen } = stop;
    if (!at.endsWith('<')) return false;
    if (this.teller?.holds(stop)) return true;
    if (at === 'pm_get<' || at === 'pm_put<') return this.inSet;
    if (AT_TIMES.has(at)) return false;
    if (at === 'write_config<') return seen.where === 4 && this.operation !== 'close';
    return true;
  }

  /** A reset through sysfs. */
  private get isByRoot(): boolean {
    return this.operation === 'sysfs_reset';
  }

  private get isHotReset(): boolean {
    return this.operation === 'hot_reset';
  }

  private readonly handlers: Readonly<Record<string, (stop: Stop) => (string | undefined)[]>> = {
    'mutex_lock>': ({ seen }) => {
      if (seen.vf === 1) return [];
      this.inSet = this.isHotReset;
      return ['dev_set.lock.mutex_lock'];
    },
    'mutex_unlock>': ({ seen }) => {
      if (seen.vf === 1) return [];
      this.inSet = false;
      return ['dev_set.lock.mutex_unlock'];
    },
    'resettable>': ({ seen }) => [`dev_set.resettable:${seen.result === 1}`],
    'pm_get>': ({ index, seen }) => [
      this.inSet ? `dev[${index}].pm_runtime_get:${seen.result! < 0 ? 'failed' : 'ok'}` : undefined,
      this.isByRoot ? `dev[${index}].pm_runtime_get_sync` : undefined,
    ],
    'pm_put>': ({ index }) => [
      this.inSet || this.isByRoot ? `dev[${index}].pm_runtime_put` : undefined,
    ],
    'owned>': ({ index, seen }) => [`dev[${index}].owned:${seen.result === 1}`],
    'down_write<': () => this.beforeLock(),
    'down_write>': ({ index }) => this.locked(index, 'down_write'),
    'down_write_trylock>': ({ index, seen }) =>
      this.locked(index, `down_write_trylock:${seen.result}`),
    'up_write<': (stop) => this.beforeUnlock(stop),
    'up_write>': ({ index }) => {
      this.unlocking = undefined;
      return [`dev[${index}].memory_lock.up_write`];
    },
    'zap>': () => [`dev[${this.lastDevice}].zap_bars`],
    'memory_enabled<': ({ index }) => this.beforeTest(index),
    'memory_enabled>': ({ index, seen }) => {
      this.tested = true;
      return [`dev[${index}].memory_enabled:${seen.result === 1}`];
    },
    'write_config>': (stop) => this.wroteConfig(stop),
    'set_power_state>': ({ index, seen }) => [
      `dev[${index}].set_power_state(${seen.value === 3 ? 'D3hot' : `D${seen.value}`})${
        seen.result === -constants.errno.EBUSY ? ':failed' : ''
      }`,
    ],
    'reset_bus>': ({ seen }) => [
      'bus.pci_reset_bus:begin',
      `bus.pci_reset_bus:${seen.result === 0 ? 'ok' : '-ENOTTY'}`,
    ],
    'reset_by_root>': ({ index, seen }) => [
      `dev[${index}].pci_reset_function:begin`,
      `dev[${index}].pci_reset_function:${seen.result === 0 ? 'ok' : 'failed'}`,
    ],
    'reset_function>': ({ index, seen }) => {
      this.didReset = true;
      return tryReset(`dev[${index}].pci_try_reset_function`, seen.result!);
    },
    ...this.walkHandlers(),
    ...this.exportHandlers(),
    ...this.releaseHandlers(),
    ...this.closeHandlers(),
    ...this.importerHandlers(),
  };

  private walkHandlers(): Record<string, (stop: Stop) => (string | undefined)[]> {
    return {
      'move<': ({ index, seen }) => {
        this.moving = seen.value;
        this.visited.clear();
        return [
          ...this.wroteCopy(index),
          ...(seen.value === 0 ? this.inlinedTest({ index, seen }) : []),
          `dev[${index}].move(${seen.value === 1}):begin`,
        ];
      },
      'move>': ({ index, seen }) => {
        this.moving = undefined;
        const unlisted = this.exporters.flatMap((device, b) =>
          device === index && !this.visited.has(b) ? [`buf[${b}].listed:false`] : [],
        );
        return [...unlisted, `dev[${index}].move(${seen.value === 1}):end`];
      },
      'get_file_active<': ({ index }) => {
        this.visited.add(index);
        this.locks = 0;
        this.waited = false;
        return [`buf[${index}].listed:true`];
      },
      'get_file_active>': ({ index, seen }) => [
        `buf[${index}].get_file_active:${seen.result === 1}`,
      ],
      'resv_lock<': (stop) => this.beforeResvLock(stop),
      'resv_lock>': ({ index }) => [`buf[${index}].resv.lock`],
      'invalidate_mappings<': ({ index }) => [`buf[${index}].invalidate_mappings:begin`],
      'invalidate_mappings>': ({ index }) => [`buf[${index}].invalidate_mappings:end`],
      'invalidate<': (stop) => {
        this.callback = stop;
        this.attachment = stop.index;
        return [
          ...(this.areListed ? [`att[${stop.index}].listed:true`] : []),
          `att[${stop.index}].invalidate:begin`,
        ];
      },
      'invalidate>': (stop) => [
        ...this.lookedInCallback(),
        ...this.didInCallback(stop),
        `att[${stop.index}].invalidate:end`,
      ],
      'resv_wait>': ({ index, seen }) => [
        `buf[${index}].resv.wait(${USAGES[seen.value!] ?? seen.value})`,
      ],
      'resv_unlock<': (stop) => this.beforeResvUnlock(stop),
      'resv_unlock>': ({ index }) => [`buf[${index}].resv.unlock`],
      'comp_wait<': ({ index }) => {
        this.waited = true;
        return [`buf[${index}].${EITHER_PUT}`];
      },
      'comp_wait>': ({ index }) => [`buf[${index}].comp.wait`],
      'fput<': (stop) => this.beforeFput(stop),
      'fput>': ({ index }) => [`buf[${index}].fput`],
    };
  }

  /** What the ioctl reads of its arguments and the device shows in that it goes on. */
  private exportHandlers(): Record<string, (stop: Stop) => (string | undefined)[]> {
    const asked = ['validate_dmabuf_input:0', 'kzalloc:ok', 'kzalloc(phys_vec):ok'];
    return {
      'p2pdma_provider<': ({ index }) => [
        ...['pci_ops:true', 'get_dmabuf_phys:true'].map((word) => `dev[${index}].${word}`),
        'buf[0].vfio_check_feature:1',
        `dev[${index}].bar_claimed:true`,
        ...asked.map((word) => `buf[0].${word}`),
      ],
      'p2pdma_provider>': ({ index, seen }) => [
        `dev[${index}].pcim_p2pdma_provider:${seen.result === 1 ? 'ok' : 'NULL'}`,
      ],
      'get_registration<': () => ['buf[0].fill_phys_vec:ok'],
      'get_registration>': ({ seen }) => [
        `buf[0].try_get_registration:${seen.result === 1 ? 'ok' : '-ENODEV'}`,
      ],
      'dma_buf_export>': ({ index, seen }) => this.made(index, seen.result!),
      'dma_buf_fd<': () => [],
      'dma_buf_fd>': ({ index, seen }) =>
        seen.result! < 0
          ? [`buf[${index}].dma_buf_fd:-EMFILE`]
          : ['dma_buf_fd:ok', 'dma_buf_fd.tracepoint', 'fd_install'].map(
              (word) => `buf[${index}].${word}`,
            ),
    };
  }

  /** Nothing between the close of the last descriptor and ops->release is a call that is seen. */
  private releaseHandlers(): Record<string, (stop: Stop) => (string | undefined)[]> {
    const way = ['__fput', 'file_release', 'dput:last', 'd_fsdata:set', 'release:begin'];
    return {
      'dma_buf_release<': ({ index }) => {
        this.released = index;
        return way.map((word) => `buf[${index}].${word}`);
      },
      'dma_buf_release>': ({ index }) => [`buf[${index}].kfree(priv)`, `buf[${index}].release:end`],
    };
  }

  private closeHandlers(): Record<string, (stop: Stop) => (string | undefined)[]> {
    return {
      'cleanup<': ({ index }) => {
        this.isCleaning = true;
        return [`dev[${index}].cleanup:begin`];
      },
      'cleanup>': ({ index }) => {
        this.isCleaning = false;
        return [`dev[${index}].cleanup:end`];
      },
      'put_registration<': () => [...this.foundDevice(), ...this.unlisted()],
      'put_registration>': () =>
        (this.operation === 'close_fd' ? [this.released] : this.walked()).map(
          (b) => `buf[${b}].put_registration`,
        ),
      'core_disable<': ({ index }) => [`dev[${index}].core_disable:begin`],
      'config_free>': ({ index }) => [`dev[${index}].config_free`],
      'disable_device>': ({ index }) => [`dev[${index}].hw.disable`],
      'core_disable>': ({ index }) => [`dev[${index}].core_disable:end`],
    };
  }

  private importerHandlers(): Record<string, (stop: Stop) => (string | undefined)[]> {
    return {
      'sgt>': ({ index, seen }) => {
        this.attachment = index;
        this.mapping = this.operation === 'map' && seen.sgt === 0 ? 'looked' : undefined;
        return [`att[${index}].sgt:${seen.sgt === 1}`];
      },
      'evicted>': ({ index, seen }) => [`att[${index}].evicted:${seen.evicted === 1}`],
      'fence_add>': (stop) => [this.fence(stop, 'add')],
      'fence_signal>': (stop) => [this.fence(stop, 'signal')],
      'phys_vec_to_sgt<': () => [...this.lookedInCallback(), `buf[${this.mapped}].revoked:false`],
      'phys_vec_to_sgt>': ({ seen }) => {
        this.mapping = seen.result! < 0 || this.operation !== 'map' ? undefined : 'mapped';
        const outcome = seen.result! < 0 ? `-${ERRNO[-seen.result!] ?? 'ENOMEM'}` : 'ok';
        return [`att[${this.attachment}].phys_vec_to_sgt:${outcome}`];
      },
      'free_sgt<': () => this.lookedInCallback(),
      'free_sgt>': () => [`att[${this.attachment}].free_sgt`, `buf[${this.mapped}].${EITHER_PUT}`],
    };
  }

  private fence({ index, seen }: Stop, what: 'add' | 'signal'): string {
    const buffer = this.attachments[index]?.buffer ?? 0;
    return `buf[${buffer}].resv.fence.${what}(${USAGES[seen.value!] ?? seen.value})`;
  }

  /** An export has armed the count of a buffer, a release has found its device. */
  private beforeLock(): string[] {
    return this.operation === 'close_fd' ? this.foundDevice() : this.armed();
  }

  private hasDevice = false;

  /** A release that goes on to the device of its buffer has found one: told once. */
  private foundDevice(): string[] {
    if (this.operation !== 'close_fd' || this.hasDevice) return [];
    this.hasDevice = true;
    return [`buf[${this.released}].vdev:set`];
  }

  private readonly gone = new Set<number>();

  /** The buffer that a cleanup is at is off the list where the thread comes to next: told once. */
  private unlisted(): string[] {
    const now = this.walked().filter((b) => !this.gone.has(b));
    for (const b of now) this.gone.add(b);
    return now.map((b) => `buf[${b}].list_del`);
  }

  /** The buffer that this thread has made and not yet counted. */
  private exported: number | undefined;

  private made(buffer: number, result: number): string[] {
    if (result < 0) return [`buf[${buffer}].dma_buf_export:-ENOMEM`];
    this.exported = buffer;
    return [`buf[${buffer}].dma_buf_getfile:ok`, `buf[${buffer}].dma_buf_export:ok`];
  }

  private armed(): string[] {
    const { exported } = this;
    this.exported = undefined;
    if (exported === undefined) return [];
    return ['kref.init', 'comp.init', 'init_list_head'].map((word) => `buf[${exported}].${word}`);
  }

  private locked(device: number, how: string): string[] {
    this.lastDevice = device;
    return [`dev[${device}].memory_lock.${how}`];
  }

  /** In the unwinding of a hot reset `open_count` is read, and then perhaps nothing else. */
  private beforeUnlock(stop: Stop): (string | undefined)[] {
    const { index: device } = stop;
    const closed = this.isHotReset && this.unlocking !== device;
    return [
      ...this.wroteCopy(device),
      ...this.inlinedTest(stop),
      closed ? `dev[${device}].open_count:false` : undefined,
      this.operation === 'close_fd' ? `buf[${this.released}].list_del` : undefined,
    ];
  }

  private beforeTest(device: number): (string | undefined)[] {
    const first = this.isHotReset && this.unlocking !== device;
    this.unlocking = device;
    return [
      ...this.armed(),
      ...this.wroteCopy(device),
      first ? `dev[${device}].open_count:true` : undefined,
    ];
  }

  /** In a config write the test is no call: what it finds is asked where the thread comes to next. */
  private inlinedTest({ index, seen }: Pick<Stop, 'index' | 'seen'>): string[] {
    const written = /^write_(command|pmcsr)\(/.test(this.operation) || this.didReset;
    if (!written || this.tested || seen.enabled === undefined) return [];
    this.tested = true;
    return [`dev[${index}].memory_enabled:${seen.enabled === 1}`];
  }

  private wroteConfig({ index, seen }: Stop): (string | undefined)[] {
    if (seen.where !== 4 || this.operation === 'close') return [];
    this.written = `MEM=${(seen.value! >> 1) & 1}`;
    return [`dev[${index}].hw.command(${this.written}):ok`];
  }

  /** The kernel's own copy is written right after the device's. */
  private wroteCopy(device: number): string[] {
    const { written } = this;
    this.written = undefined;
    return written === undefined ? [] : [`dev[${device}].vconfig.command(${written})`];
  }

  /** The buffer of the attachment that the thread is at. */
  private get mapped(): number {
    return this.attachments[this.attachment]?.buffer ?? 0;
  }

  private beforeResvLock(stop: Stop): (string | undefined)[] {
    if (this.moving === undefined) return this.armed();
    this.locks++;
    return this.locks > 1 ? [] : [readFlag(stop)];
  }

  private beforeResvUnlock({ index: buffer, seen }: Stop): (string | undefined)[] {
    if (this.operation === 'export') {
      const born = seen.revoked === 1 ? 'set' : 'clear';
      return [`buf[${buffer}].revoked.${born}`, `buf[${buffer}].list_add`];
    }
    const { mapping } = this;
    this.mapping = undefined;
    if (mapping === 'looked') return [`buf[${buffer}].revoked:true`];
    return mapping === 'mapped'
      ? [`buf[${buffer}].kref.get`, `att[${this.attachment}].wrap_sg_table:ok`]
      : [];
  }

  private beforeFput(stop: Stop): (string | undefined)[] {
    if (this.waited) {
      this.waited = false;
      return [`buf[${stop.index}].kref.init`, `buf[${stop.index}].comp.reinit`];
    }
    if (this.moving === undefined) return this.operation === 'close' ? this.unlisted() : [];
    return this.locks > 0 ? [] : [readFlag(stop)];
  }

  /** What the callback saw, told once. */
  private lookedInCallback(): (string | undefined)[] {
    const { callback } = this;
    this.callback = undefined;
    if (!callback) return [];
    const { index, seen } = callback;
    const later = seen.sgt === 1 && this.attachments[index]?.importer === 'unmaps_later';
    this.hadMapping = seen.sgt === 1;
    return [`att[${index}].sgt:${seen.sgt === 1}`, later ? `att[${index}].queue_work` : undefined];
  }

  private hadMapping = false;

  /** What other importers have done besides in their callback, as it returns. */
  private didInCallback({ index, seen }: Stop): string[] {
    const att = `att[${index}]`;
    switch (this.attachments[index]?.importer) {
      case 'fenced':
        if (!this.hadMapping) return [];
        return [...(seen.evicted === 1 ? [`${att}.evicted.set`] : []), `${att}.queue_work`];
      case 'remaps_from_work':
        return [`${att}.queue_work`];
      case 'remaps_in_callback':
        if (seen.mapped === -constants.errno.ENODEV) return [`buf[${this.mapped}].revoked:true`];
        return seen.sgt === 1 ? [`buf[${this.mapped}].kref.get`, `${att}.wrap_sg_table:ok`] : [];
      default:
        return [];
    }
  }

  /** The list of attachments is a part of the tests of such importers. */
  private get areListed(): boolean {
    return this.attachments.some(({ importer }) => /^(fenced$|remaps_)/.test(importer));
  }

  /** The buffer that a cleanup is at: the last that its walk came to. */
  private walked(): number[] {
    return this.isCleaning ? [...this.visited].slice(-1) : [];
  }

  /** The close of the file puts a registration of its own, later. */
  private isCleaning = false;
}

/** Stops at which only some calls wait, as their tellers say. */
const AT_TIMES: ReadonlySet<string> = new Set(
  ['trylock', 'reset_locked', 'restore_state', 'write_config_word', 'runtime_suspend']
    .concat('runtime_resume', 'enable_sriov', 'disable_sriov', 'assign_set')
    .map((point) => `${point}<`),
);

function tellerOf(operation: string, runtimePm: boolean): Teller | undefined {
  if (operation === 'close') return new Disable();
  if (operation.startsWith('sriov_')) return new Sriov(operation);
  return runtimePm ? new RuntimePm(operation) : undefined;
}

/** What move() has read as it comes to its first call after. */
function readFlag({ index, seen }: Stop): string | undefined {
  return seen.revoked === undefined ? undefined : `buf[${index}].revoked:${seen.revoked === 1}`;
}

/** It only tries for the lock of the device: where that is taken, no reset has begun. */
function tryReset(call: string, result: number): string[] {
  if (result === -constants.errno.EAGAIN) return [`${call}:-EAGAIN`];
  return [`${call}:begin`, `${call}:${result === 0 ? 'ok' : 'failed'}`];
}
