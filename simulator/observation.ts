import { memory_enabled_now } from './device/vfio-pci-config.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { Attachment } from './kernel/objects.ts';
import type { Thread } from './kernel/scheduler.ts';

/**
 * What can be seen of a kernel between two steps, as strings: of a device whether it is open, its
 * memory, lock, power and references; of a buffer its place on the list, `revoked` and kref; of an
 * attachment how far it has got, and whether it was told to let go; of a container what it has mapped.
 */
export function observation(kernel: Kernel): Record<string, string> {
  const seen: Record<string, string> = {};
  for (const vdev of kernel.devices) {
    seen[`${vdev.label}.open`] = String(vdev.open_count > 0);
    seen[`${vdev.label}.memory_enabled`] = String(memory_enabled_now(vdev));
    seen[`${vdev.label}.memory_lock`] = vdev.memory_lock.state;
    seen[`${vdev.label}.power`] = vdev.current_state;
    seen[`${vdev.label}.low_power`] = String(vdev.pm_runtime_engaged);
    seen[`${vdev.label}.suspended`] = String(vdev.runtime_status === 'suspended');
    seen[`${vdev.label}.registrations`] = String(vdev.registrations);
  }
  for (const buffer of kernel.live) {
    seen[`${buffer.label}.listed`] = String(buffer.listed);
    seen[`${buffer.label}.revoked`] = String(buffer.revoked);
    seen[`${buffer.label}.kref`] = buffer.kref.state;
  }
  for (const attachment of kernel.attachments) {
    seen[`${attachment.label}.state`] = stateOf(attachment);
    seen[`${attachment.label}.must_unmap`] = String(attachment.must_unmap);
  }
  for (const { label, mapped } of kernel.dmas) seen[`${label}.state`] = mapped ? 'mapped' : 'none';
  return seen;
}

/** iommufd's attachment is its own business until there is a mapping behind it. */
function stateOf({ kind, attached, pages, sgt }: Attachment): string {
  if (!attached || (kind === 'iommufd' && !pages)) return 'detached';
  return sgt || pages?.mapped ? 'mapped' : 'attached';
}

/** What a thread is about to do, with what that decides, or what it sleeps for. */
export function about(thread: Thread): string {
  const step = thread.pending!;
  if (!thread.ready) return `blocked: ${step.waitsFor?.()} @${thread.name}`;
  const options = step.options().map(({ label, commits }) => {
    return commits ? `${label} (${commits})` : label;
  });
  return `${options.join(' | ')} @${thread.name}`;
}
