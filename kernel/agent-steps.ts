import type { TargetScope } from '../targets/target-scope.ts';
import { BRACKETED, type Label } from './labels.ts';
import type { Machine } from './machine.ts';

/** Why no device of the machine will do for a path, if so. */
export function obstacleIn(labels: readonly string[]): string | undefined {
  const has = (label: string) => labels.some((one) => one.startsWith(label));
  if (has('bus.pci_reset_bus:-ENOTTY') && has('bus.pci_reset_bus:ok')) {
    return 'no device has a bus reset that fails at times';
  }
  if (has('dev_set.resettable:false') && has('bus.hot_reset:')) {
    return 'a hot reset of a device whose bus cannot be reset ends before it takes a lock';
  }
  if (has('dev_set.resettable:false') && has('dev[0].reset_works:true')) {
    return 'no device that resets its function has a bus that cannot be reset';
  }
  if (has('dev[1].owned:false')) return 'no two devices of one set are in different groups';
  if (has('dev[0].owned:false') && has('dev[0].owned:true')) {
    return 'a test brings the same group to every hot reset';
  }
  return routesOf(labels) === undefined
    ? 'a P2P route that comes and goes while attached'
    : undefined;
}

/**
 * A path's calls as steps of the agent, on devices that let happen what the path says: those whose
 * bus can be reset, or those where that fails.
 */
export class AgentSteps {
  private readonly machine: Machine;
  /** The device of the machine that a test calls `dev[0]`. */
  readonly first: number;
  /** Whether a function reset of it works, which vfio finds out as it is opened. */
  private readonly resetWorks: boolean;
  /** The device of the machine whose group a hot reset brings. */
  private readonly owned: number;
  /** For each attachment, for each time it is attached, whether its device has a P2P route. */
  private readonly routes: boolean[][];
  /** For each buffer, for each time it is exported, whether it has two ranges. */
  private readonly twoRanges: boolean[][];

  constructor(machine: Machine, labels: readonly string[]) {
    const has = (label: string) => labels.some((one) => one.startsWith(label));
    const { powered, resettable, functionReset, busReset, rootBus } = machine;
    this.machine = machine;
    const pair = has('bus.') && !has('bus.pci_reset_bus:-ENOTTY') ? resettable : powered;
    const resets = has('dev[0].flr:') || has('dev[0].sysfs_reset:');
    const closes = has('dev[0].reset_works:');
    const alone = has('bus.pci_reset_bus:-ENOTTY') ? functionReset : busReset;
    const closing = has('dev_set.resettable:false') ? rootBus : alone;
    this.first = resets ? functionReset : closes ? closing : pair;
    this.resetWorks = !has('dev[0].reset_works:false');
    const other = this.first === powered ? resettable : powered;
    this.owned = has('dev[0].owned:false') ? other : this.first;
    this.routes = routesOf(labels) ?? [];
    this.twoRanges = rangesOf(labels);
  }

  /** Without a method nothing but its bus resets the device: reset_method in sysfs. */
  resetMethod(): string {
    return `reset_method ${this.first} ${this.resetWorks ? 'default' : 'none'}`;
  }

  open(device: number): string {
    return `open ${this.first + device}`;
  }

  export(buffer: number, exporter: number, wanted?: number): string {
    const ranges = this.twoRanges[buffer]?.shift() ? 2 : (wanted ?? 1);
    const device = this.first + exporter;
    return `export ${buffer} ${device} ${this.machine.bars[device]} ${ranges}`;
  }

  importer(
    operation: string,
    attachment: number,
    { buffer, importer, usage }: TargetScope['attachments'][number],
  ): string {
    if (operation === 'submit') return `submit ${attachment} ${usage}`;
    if (operation === 'map_file') return `map_file ${attachment} ${buffer}`;
    if (operation !== 'attach') return `${operation} ${attachment}`;
    const device = this.routes[attachment]?.shift() === false ? 'none' : this.machine.importer;
    return `attach ${attachment} ${buffer} ${device} ${importer}`;
  }

  /** What the PM core does by itself, and the call of an owner that changes nothing. */
  byItself(
    operation: 'runtime_suspend' | 'runtime_resume' | 'read_config',
    device: number,
  ): string {
    return `${operation} ${this.first + device}`;
  }

  /** A call of a device's owner, which has a beginning and an end. */
  bracketed({ kind, index, operation }: Label): string | undefined {
    if (kind === 'dev') return BRACKETED[operation]?.(this.first + index);
    return kind === 'bus' ? `hot_reset ${this.first} ${this.owned}` : undefined;
  }
}

/**
 * Whether there must be a P2P route, for each attachment each time it is attached: a device that is
 * none of PCI's has none. Undefined where a path wants both of one attachment.
 */
function routesOf(labels: readonly string[]): boolean[][] | undefined {
  const routes: { ok: boolean; none: boolean }[][] = [];
  /** Those whose path begins with an attach: the others are attached from the start. */
  const attaching = new Set<number>();
  for (const label of labels) {
    const [, index, operation] = /^att\[(\d+)\]\.([^#@]+)/.exec(label) ?? [];
    if (operation === undefined) continue;
    if (routes[Number(index)] === undefined && operation.startsWith('attach:')) {
      attaching.add(Number(index));
    }
    routes[Number(index)] ??= [{ ok: false, none: false }];
    const times = routes[Number(index)]!;
    if (operation.startsWith('attach:')) times.push({ ok: false, none: false });
    if (/^(map|phys_vec_to_sgt):(ok|-EADDRINUSE)$/.test(operation)) times.at(-1)!.ok = true;
    if (operation.endsWith(':-EINVAL')) times.at(-1)!.none = true;
  }
  if (routes.some((times) => times.some(({ ok, none }) => ok && none))) return undefined;
  return routes.map((times, i) => times.slice(attaching.has(i) ? 1 : 0).map(({ none }) => !none));
}

/**
 * Whether a buffer must have two ranges, each time it is exported: iommufd refuses those. Where a
 * path has one buffer only, which is where iommufd maps.
 */
function rangesOf(labels: readonly string[]): boolean[][] {
  const ranges: boolean[] = [];
  for (const label of labels) {
    if (/^buf\[0\]\.export:ok/.test(label)) ranges.push(false);
    if (/\.map_file:-EOPNOTSUPP/.test(label)) ranges[ranges.length - 1] = true;
  }
  return [ranges];
}
