import { dma_buf_put, dput } from './buffer/dma-buf.ts';
import {
  VFIO_DEVICE_FEATURE_GET,
  vfio_pci_core_feature_dma_buf,
} from './buffer/vfio-pci-dmabuf-export.ts';
import {
  vfio_af_config_write,
  vfio_basic_config_write,
  vfio_exp_config_write,
  vfio_lock_and_set_power_state,
} from './device/vfio-pci-config.ts';
import {
  reset_store,
  vfio_device_fops_release,
  vfio_pci_bar_rw,
  vfio_pci_core_sriov_configure,
  vfio_pci_ioctl_reset,
  vfio_pci_open_device,
} from './device/vfio-pci-core.ts';
import {
  pm_runtime_put,
  pm_runtime_resume_and_get,
  vfio_pci_runtime_pm_entry,
  vfio_pci_runtime_pm_exit,
} from './device/vfio-pci-pm.ts';
import { vfio_pci_dev_set_hot_reset } from './hot-reset/vfio-pci-hot-reset.ts';
import {
  attach,
  detach,
  iommufd_ioas_map_file,
  iommufd_ioas_unmap,
  map,
  unmap,
} from './importers/importers.ts';
import type { Ret } from './kernel/errno.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { Attachment, FeatureDmaBuf, PowerState, VfioPciCoreDevice } from './kernel/objects.ts';
import { isErrno, PAGE_SIZE } from './kernel/objects.ts';
import type { Thread } from './kernel/scheduler.ts';
import type { Kthread, Option } from './kernel/step.ts';
import { atOnce, step } from './kernel/step.ts';
import type { ParsedLabel } from './labels.ts';
import {
  munmap,
  vfio_dma_do_map,
  vfio_dma_do_unmap,
  vfio_pci_core_mmap,
} from './type1/vfio-iommu-type1.ts';

/** A call that a test can start. */
export interface Call {
  /** `dev[0].close`, `att[1].map`. */
  readonly name: string;
  /** The caller, who makes one call at a time. */
  readonly caller: string;
  /** Beginning and return are contract labels too. */
  readonly bracketed: boolean;
  /** Nobody sees it begin and return: only what it does. */
  readonly hidden?: 'both';
  /** Why it cannot be called now; undefined if it can. */
  refused(): string | undefined;
  body(): Kthread<Ret | 'failed'>;
}

/** A call as a thread: beginning, kernel, deferred work, return. */
export function* asThread(k: Kernel, call: Call, thread: Thread): Kthread<string> {
  const detail = { boundary: call.bracketed, hidden: call.hidden };
  yield* step(`${call.name}:begin`, detail);
  const outcome = yield* call.body();
  k.checkReturn(thread);
  yield* exitToUserMode(thread);
  yield* step(`${call.name}:${outcome}`, detail);
  return outcome;
}

/** Work that was put off to the way back to user space, such as the last fput(). */
export function* exitToUserMode(thread: Thread): Kthread {
  for (let work = thread.taskWork.shift(); work; work = thread.taskWork.shift()) yield* work();
}

/** An ioctl or a config access: the device is awake while it lasts. vfio_device_fops_unl_ioctl, v7.3. */
export function* awake<T>(k: Kernel, vdev: VfioPciCoreDevice, body: Kthread<T>): Kthread<T> {
  vdev.calls += 1;
  yield* pm_runtime_resume_and_get(k, vdev);
  const outcome = yield* body;
  pm_runtime_put(k, vdev);
  vdev.calls -= 1;
  return outcome;
}

/**
 * A call on the device's fd as those see it who watch runtime PM: it holds the device awake before
 * it is known which call it is, and gives it back after that has returned.
 * Source: vfio_device_fops_unl_ioctl, vfio_pci_rw, v7.3.
 */
function* anyDeviceCall(k: Kernel, vdev: VfioPciCoreDevice): Kthread<'ok'> {
  const { label } = vdev;
  vdev.calls += 1;
  const status = () => (vdev.runtime_status === 'active' ? 'active' : 'suspended');
  yield { options: () => [{ label: `${label}.pm_runtime_resume_and_get:${status()}` }] };
  yield* pm_runtime_resume_and_get(k, vdev);
  const bodies = Object.entries(deviceBodies(k, vdev));
  const nothing = { label: `${label}.pm_runtime_put` };
  const begins = bodies.map(([operation]) => ({ label: `${label}.${operation}:begin` }));
  const chosen: Option = yield { options: () => [nothing, ...begins] };
  const called = bodies[begins.findIndex((begin) => begin.label === chosen.label)];
  if (called) {
    yield* step(`${label}.${called[0]}:${yield* called[1]()}`);
    yield* step(nothing.label);
  }
  pm_runtime_put(k, vdev);
  vdev.calls -= 1;
  return 'ok';
}

/** Opens every device but the last so many. */
export function openDevices(k: Kernel, unopened: number): void {
  const opened = k.devices.slice(0, k.devices.length - unopened);
  runAll(
    k,
    opened.map((vdev) => deviceCall(k, vdev, 'open')),
  );
}

/**
 * Exports every buffer and attaches every importer that may attach, the last first, so that
 * callbacks come in the order of their numbers.
 */
export function exportEverything(k: Kernel): void {
  runAll(k, [
    ...k.exporterOf.map((_, buffer) => bufferCall(k, buffer, 'export')),
    ...[...k.attachments].reverse().map((att) => attachmentCall(k, att, 'attach')),
  ]);
}

function runAll(k: Kernel, calls: readonly (Call | undefined)[]): void {
  for (const call of calls) if (call && !call.refused()) runAtOnce(k, call);
}

/** A call from its beginning to its return, while nothing else runs. */
function runAtOnce(k: Kernel, call: Call): void {
  const thread = k.scheduler.spawn(call.caller, call.name, (self) => asThread(k, call, self));
  while (thread.pending) k.scheduler.resume(thread, thread.pending.options()[0]!);
}

/** The call that a label begins, if it is one of the environment's. */
export function callOf(k: Kernel, label: ParsedLabel): Call | undefined {
  const { object, operation, index } = label;
  if (object === 'bus' && operation === 'hot_reset') return hotReset(k);
  const device = k.devices[index];
  if (object.startsWith('dev[') && device) return deviceCall(k, device, operation);
  if (object.startsWith('buf[')) return bufferCall(k, index, operation);
  if (/^(vma|dma)\[/.test(object) && device) return type1Call(k, device, label);
  const attachment = k.attachments[index];
  if (object.startsWith('att[') && attachment) return attachmentCall(k, attachment, operation);
  return undefined;
}

function hotReset(k: Kernel): Call {
  return {
    name: 'bus.hot_reset',
    caller: 'bus.owner',
    bracketed: true,
    refused: () => undefined,
    body: () => vfio_pci_dev_set_hot_reset(k),
  };
}

/** Calls through the device's fd, and what they run. */
function deviceBodies(
  k: Kernel,
  vdev: VfioPciCoreDevice,
): Record<string, () => Kthread<Ret | 'failed'>> {
  const power = (['D0', 'D1', 'D2', 'D3hot'] satisfies PowerState[]).map((state) => [
    `write_pmcsr(${state})`,
    () => vfio_lock_and_set_power_state(k, vdev, state),
  ]);
  return {
    'write_command(MEM=0)': () => vfio_basic_config_write(k, vdev, false),
    'write_command(MEM=1)': () => vfio_basic_config_write(k, vdev, true),
    ...Object.fromEntries(power),
    low_power_entry: () => vfio_pci_runtime_pm_entry(k, vdev, false),
    low_power_entry_with_wakeup: () => vfio_pci_runtime_pm_entry(k, vdev, true),
    low_power_exit: () => vfio_pci_runtime_pm_exit(k, vdev),
    device_reset: () => vfio_pci_ioctl_reset(k, vdev),
    flr: () => vfio_exp_config_write(k, vdev),
    af_flr: () => vfio_af_config_write(k, vdev),
    read_bar: () => vfio_pci_bar_rw(vdev),
  };
}

/** Calls whose first step begins them: nobody sees the call itself begin. */
export const BEGUN_BY: Readonly<Record<string, string>> = {
  'memory_lock.down_read': 'read_bar',
  pm_runtime_resume_and_get: 'any',
};

/** Who calls, where it is not the owner of the device's fd. */
const CALLERS: Readonly<Record<string, string>> = {
  read_bar: 'reader',
  sriov_configure: 'root',
  sysfs_reset: 'root',
};

function deviceCall(k: Kernel, vdev: VfioPciCoreDevice, operation: string): Call | undefined {
  const name = `${vdev.label}.${operation}`;
  const caller = `${vdev.label}.${CALLERS[operation] ?? 'owner'}`;
  const isOpen = () => (vdev.has_fd ? undefined : `${vdev.label} is not open`);
  const isIdle = () => (vdev.calls === 0 ? undefined : `a call through ${vdev.label} goes on`);
  const isMapped = () => (vdev.vma.mapped ? 'its VMA holds the file of the device' : undefined);
  const base = { name, caller, bracketed: true, refused: isOpen };
  switch (operation) {
    case 'open':
      return {
        ...base,
        bracketed: false,
        refused: () => (vdev.open_count > 0 ? `${vdev.label} is open already` : undefined),
        body: () => vfio_pci_open_device(k, vdev),
      };
    case 'close':
      return {
        ...base,
        refused: () => isOpen() ?? isIdle() ?? isMapped(),
        body: () => vfio_device_fops_release(k, vdev),
      };
    case 'sriov_configure':
      return { ...base, body: () => vfio_pci_core_sriov_configure(k, vdev) };
    case 'sysfs_reset':
      return { ...base, refused: () => undefined, body: () => reset_store(k, vdev) };
    case 'any':
      return { ...base, bracketed: false, hidden: 'both', body: () => anyDeviceCall(k, vdev) };
  }
  const body = deviceBodies(k, vdev)[operation];
  return body && { ...base, body: () => awake(k, vdev, body()) };
}

/** What a process does with the BARs of its device, and what the user of a container of type1. */
function type1Call(k: Kernel, vdev: VfioPciCoreDevice, label: ParsedLabel): Call | undefined {
  const { object, operation } = label;
  const dma = k.dmas[vdev.index]!;
  const base = { name: `${object}.${operation}`, caller: object, bracketed: false };
  const none = () => undefined;
  const hasFile = () => (vdev.has_fd && !vdev.vma.mapped ? undefined : 'there is nothing to map');
  const hasVma = () => (vdev.vma.mapped ? undefined : 'there is no mapping');
  switch (operation) {
    case 'mmap':
      return { ...base, refused: hasFile, body: () => vfio_pci_core_mmap(vdev) };
    case 'munmap':
      return { ...base, refused: hasVma, body: () => munmap(vdev) };
    case 'map_dma':
      return { ...base, refused: none, body: () => vfio_dma_do_map(k, dma, vdev) };
    case 'unmap_dma':
      return { ...base, refused: none, body: () => vfio_dma_do_unmap(k, dma) };
  }
  return undefined;
}

/** Pages of BAR 0, one range each, readable and writable. */
function pages(nr_ranges: number): FeatureDmaBuf {
  const dma_ranges = Array.from({ length: nr_ranges }, (_, page) => {
    return { offset: BigInt(page) * PAGE_SIZE, length: PAGE_SIZE };
  });
  return { region_index: 0, open_flags: 2, flags: 0, nr_ranges, dma_ranges };
}

/** Whether user space has an fd for the buffer. */
function hasFd(k: Kernel, index: number): boolean {
  return [...k.fds.values()].some((priv) => priv.index === index);
}

function bufferCall(k: Kernel, index: number, operation: string): Call | undefined {
  const label = `buf[${index}]`;
  const vdev = k.devices[k.exporterOf[index] ?? -1];
  if (!vdev) return undefined;
  const buffer = () => k.buffers.get(index);
  const exists = () => (buffer()?.freed === false ? undefined : `${label} is not exported`);
  const base = { name: `${label}.${operation}`, caller: label, bracketed: false, refused: exists };
  switch (operation) {
    case 'export':
      return {
        ...base,
        refused: () => {
          if (exists() === undefined) return `${label} is exported already`;
          return vdev.has_fd ? undefined : `${vdev.label} is not open`;
        },
        body: () => awake(k, vdev, exportPages(k, vdev, index)),
      };
    case 'release':
      return {
        ...base,
        caller: `${label}.closer`,
        refused: () => exists() ?? (hasFd(k, index) ? undefined : `${label} has no fd`),
        body: () => closeFd(k, index),
      };
    case 'open_o_path':
      return { ...base, body: () => openPath(k, index) };
    case 'close_o_path':
      return { ...base, body: () => closePath(k, index) };
  }
  return undefined;
}

function* exportPages(k: Kernel, vdev: VfioPciCoreDevice, index: number): Kthread<Ret> {
  const arg = pages(k.ranges.get(index) ?? 1);
  const argsz = 16 + 16 * arg.nr_ranges;
  const fd = yield* vfio_pci_core_feature_dma_buf(
    k,
    vdev,
    index,
    VFIO_DEVICE_FEATURE_GET,
    argsz,
    arg,
  );
  return isErrno(fd) ? fd : 'ok';
}

/** close() of the dma-buf fd: the number is gone at once, the file with its last reference. */
function* closeFd(k: Kernel, index: number): Kthread<Ret> {
  for (const [fd, priv] of k.fds) if (priv.index === index) k.fds.delete(fd);
  yield* dma_buf_put(k, k.buffers.get(index)!.dmabuf);
  return 'ok';
}

function openPath(k: Kernel, index: number): Kthread<Ret> {
  return atOnce(() => {
    k.buffers.get(index)!.dmabuf.dentry_refs += 1;
    return 'ok';
  });
}

function* closePath(k: Kernel, index: number): Kthread<Ret> {
  yield* dput(k, k.buffers.get(index)!.dmabuf);
  return 'ok';
}

type Base = Pick<Call, 'name' | 'caller' | 'bracketed'>;

function attachmentCall(k: Kernel, att: Attachment, operation: string): Call | undefined {
  const base: Base = { name: `${att.label}.${operation}`, caller: att.label, bracketed: false };
  const iommufd = iommufdCall(k, att, operation, base);
  const call = iommufd ?? importerCall(k, att, operation, base);
  if (!call || (iommufd !== undefined) === (att.kind === 'iommufd')) return call;
  const why = iommufd ? "is not iommufd's" : "is iommufd's and never maps";
  return { ...call, refused: () => `${att.label} ${why}` };
}

/** Whether an attachment can be made, or is there. */
function attachmentState(k: Kernel, att: Attachment) {
  const reachable = () => {
    return hasFd(k, att.buffer) ? undefined : `buf[${att.buffer}] has no fd`;
  };
  return {
    isFree: () => (att.attached ? `${att.label} is attached already` : reachable()),
    isAttached: () => (att.attached ? undefined : `${att.label} is not attached`),
  };
}

/** What importers do that map; where a test speaks for them, it maps and unmaps in turns. */
function importerCall(k: Kernel, att: Attachment, operation: string, base: Base): Call | undefined {
  const { isFree, isAttached } = attachmentState(k, att);
  const inTurn = (due: boolean, why: string) => {
    return due || k.workqueue === 'on' ? undefined : `${att.label} ${why}`;
  };
  const mapped = () => (att.sgt || att.work ? `${att.label} still maps` : undefined);
  switch (operation) {
    case 'attach':
      return { ...base, refused: isFree, body: () => attach(k, att, k.buffers.get(att.buffer)!) };
    case 'map':
      return {
        ...base,
        refused: () => isAttached() ?? inTurn(!att.sgt, 'maps already'),
        body: () => map(k, att),
      };
    case 'unmap':
      return {
        ...base,
        refused: () => isAttached() ?? inTurn(att.sgt, 'has no mapping'),
        body: () => unmap(k, att),
      };
    case 'detach':
      return { ...base, refused: () => isAttached() ?? mapped(), body: () => detach(k, att) };
  }
  return undefined;
}

function iommufdCall(k: Kernel, att: Attachment, operation: string, base: Base): Call | undefined {
  const { isFree, isAttached } = attachmentState(k, att);
  switch (operation) {
    case 'map_file':
      return {
        ...base,
        refused: isFree,
        body: () => iommufd_ioas_map_file(k, att, k.buffers.get(att.buffer)!),
      };
    case 'ioas_unmap':
      return { ...base, refused: isAttached, body: () => iommufd_ioas_unmap(k, att) };
  }
  return undefined;
}
