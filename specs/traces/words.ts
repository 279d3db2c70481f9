import type { TraceEvent } from 'xstate-check/traces';
import { returnOf } from './lines.ts';

/** A line in the words of the kernel's source. */
export function say(event: TraceEvent, device: number | undefined): string {
  if (event.kind === 'marker') return `"${event.fields.text}"`;
  const vdev = device === undefined ? 'vdev' : `vdev${device}`;
  const text = callOf(event.name, vdev, event.fields.revoked);
  if (event.kind !== 'return') return text;
  const returned = returnOf(event);
  const value = returned === 'other' || returned === undefined ? event.fields.ret : returned;
  return `${text} = ${value ?? '?'}`;
}

function callOf(name: string, vdev: string, revoked: string | undefined): string {
  switch (name) {
    case 'down_write':
    case 'down_write_trylock':
    case 'up_write':
      return `${name}(&${vdev}->memory_lock)`;
    case 'vfio_pci_dma_buf_move': {
      const how = { '0': ', false', '1': ', true' }[revoked ?? ''] ?? '';
      return `${name}(${vdev}${how})`;
    }
    case 'ww_mutex_lock':
      return 'dma_resv_lock()';
    case 'ww_mutex_unlock':
      return 'dma_resv_unlock()';
    default:
      return `${name}()`;
  }
}

const STEPS: readonly (readonly [RegExp, string])[] = [
  [/^dev\[(\d+)\]\.(down_write|down_write_trylock|up_write)(#.*)?$/, '$2(&vdev$1->memory_lock)'],
  [/^dev\[(\d+)\]\.begin#trylock$/, 'down_write_trylock(&vdev$1->memory_lock) = 1'],
  [/^dev\[(\d+)\]\.down_write_trylock:0$/, 'down_write_trylock(&vdev$1->memory_lock) = 0'],
  [/^dev\[(\d+)\]\.move\((true|false)\)$/, 'vfio_pci_dma_buf_move(vdev$1, $2)'],
  [
    /^dev\[(\d+)\]\.memory_enabled:([01])(?:#hot_reset)?$/,
    '__vfio_pci_memory_enabled(vdev$1) = $2',
  ],
  [/^dev\[(\d+)\]\.reset$/, 'pci_try_reset_function(vdev$1)'],
  [/^dev\[(\d+)\]\.core_disable$/, 'vfio_pci_core_disable(vdev$1)'],
  [/^dev\[(\d+)\]\.open:ok$/, 'vfio_pci_core_enable(vdev$1)'],
  [/^dev\[\d+\]\.resv\.lock$/, 'dma_resv_lock()'],
  [/^dev\[\d+\]\.resv\.unlock$/, 'dma_resv_unlock()'],
  [/^dev\[\d+\]\.resv\.wait$/, 'dma_resv_wait_timeout()'],
  [/^dev\[\d+\]\.invalidate_mappings$/, 'dma_buf_invalidate_mappings()'],
  [/^buf\[[\d.]+\]\.cleanup$/, 'vfio_device_put_registration()'],
  [/^(?:bus\{.*\}\.reset|others\{.*\}\.closed)$/, 'pci_reset_bus()'],
  [/^task\.put_registration$/, 'vfio_device_put_registration()'],
  [/^task\.enters$/, 'the return to user space'],
];

/** A label as one may look for it in a trace; nothing where it is of no help. */
export function sayLabel(label: string): string | undefined {
  const plain = label.replace(/@.*$/, '');
  for (const [pattern, text] of STEPS) if (pattern.test(plain)) return plain.replace(pattern, text);
  return undefined;
}

const RULES: readonly (readonly [RegExp, string])[] = [
  [
    /^bus|\.reset$/,
    'Every buffer of a device that is reset has to be revoked before, with memory_lock held from ' +
      'then until after the reset.',
  ],
  [
    /^others/,
    'The last close of a set resets the bus, while its task holds no memory_lock and no other ' +
      'device of the set is open.',
  ],
  [
    /put_registration|down_write#release/,
    'Only the release of a buffer that is on the list takes memory_lock and puts the ' +
      'registration, once.',
  ],
  [/map:checked/, 'Only a buffer that is not revoked is mapped.'],
  [
    /\.memory_read/,
    'An access is told what the last section left, while no writer holds memory_lock.',
  ],
  [/^task\.(enters|holds_nothing)/, 'The task still holds a memory_lock, or a call is not done.'],
  [/\.core_disable/, 'vfio_pci_dma_buf_cleanup() has to be done before the device is disabled.'],
  [
    /\.up_write/,
    'The lock has to be held, and to be left with the buffers as __vfio_pci_memory_enabled() says ' +
      'and, where they are revoked, with every mapping given up.',
  ],
  [/\.move\(/, 'vfio_pci_dma_buf_move() needs memory_lock for writing.'],
  [
    /\.(resv|invalidate_mappings)/,
    'vfio_pci_dma_buf_move() locks the reservation, sets `revoked`, notifies, waits and unlocks.',
  ],
  [/\.(attach|map|map_file)_return:ok/, 'Only a buffer that is not revoked gives access.'],
  [
    /\.(attach|map|map_file)_return:-ENODEV/,
    'A buffer that is not revoked does not answer -ENODEV.',
  ],
  [/\.(down_write|begin)/, 'The task holds this memory_lock already, or another one does.'],
  [
    /\.memory_enabled/,
    'COMMAND.MEM, the power state and memory_lock do not allow this answer, unless a write of the ' +
      'configuration space failed before, which no line shows; nor may a closed device be asked.',
  ],
  [/\.unmap/, 'No mapping is left to give up.'],
  [/vfio_pci_dma_buf_release/, 'There is no buffer left to release.'],
  [/\.open:/, 'The device is open already.'],
  [/\.cleanup/, 'A buffer is taken off the list once, when it is revoked.'],
];

/** The rule that speaks against a line, in one sentence. */
export function whyNot(labels: readonly string[]): string | undefined {
  return RULES.find(([pattern]) => labels.some((label) => pattern.test(label)))?.[1];
}
