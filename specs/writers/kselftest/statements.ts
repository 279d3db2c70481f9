import { plainLabel } from 'xstate-check';
import type { WholeCall } from './sequential.ts';

/** What a device must have for a test, as the C condition under which it is skipped. */
export interface Need {
  readonly unless: string;
  readonly reason: string;
}

/** One call of user space in C. */
export interface Statement {
  /** For the name of a test: `memory_off`. */
  readonly word: string;
  /** What the caller does. */
  readonly says: string;
  /** The lines, for each answer that the call may give. */
  readonly lines: Readonly<Record<string, readonly string[]>>;
  readonly needs?: Need;
}

const PM: Need = { unless: '!self->pm_cap', reason: 'Device has no PM capability' };
const RESET: Need = {
  unless: '!(self->device->info.flags & VFIO_DEVICE_FLAGS_RESET)',
  reason: 'Device does not support reset',
};
const IOMMUFD: Need = { unless: '!self->iommu->iommufd', reason: 'Only iommufd maps dma-bufs' };
const HOT_RESET: Need = {
  unless: '!hot_reset_owned(self)',
  reason: 'Device has no hot reset, or shares it with other groups',
};

const LOW_POWER = (which: string) => `low_power(self, VFIO_DEVICE_FEATURE_LOW_POWER_${which})`;
const asserts = (answer: string, call: string) => [`ASSERT_EQ(${answer}, ${call});`];

/** Every call that user space makes in the suites, by its label. */
export const statements: Readonly<Record<string, Statement>> = {
  'dev[0].open': {
    word: 'open',
    says: 'Open the device',
    lines: { ok: ['open_device(self);'] },
  },
  'buf[0].export': {
    word: 'export',
    says: 'Export a page of the BAR',
    lines: { ok: ['self->dmabuf = export_page(self);', 'ASSERT_LE(0, self->dmabuf);'] },
  },
  'dev[0].write_command(MEM=0)': {
    word: 'memory_off',
    says: 'Disable memory in PCI_COMMAND',
    lines: { ok: ['vfio_pci_cmd_clear(self->device, PCI_COMMAND_MEMORY);'] },
  },
  'dev[0].write_command(MEM=1)': {
    word: 'memory_on',
    says: 'Enable memory in PCI_COMMAND',
    lines: { ok: ['vfio_pci_cmd_set(self->device, PCI_COMMAND_MEMORY);'] },
  },
  'dev[0].write_pmcsr(D3hot)': {
    word: 'd3hot',
    says: 'Write D3hot to PCI_PM_CTRL',
    lines: { ok: ['set_power_state(self, PM_D3HOT);'] },
    needs: PM,
  },
  'dev[0].write_pmcsr(D0)': {
    word: 'd0',
    says: 'Write D0 to PCI_PM_CTRL',
    lines: { ok: ['set_power_state(self, PM_D0);'] },
    needs: PM,
  },
  'dev[0].low_power_entry': {
    word: 'low_power',
    says: 'Enter low power',
    lines: {
      ok: asserts('0', LOW_POWER('ENTRY')),
      '-EINVAL': asserts('-EINVAL', LOW_POWER('ENTRY')),
    },
  },
  'dev[0].low_power_exit': {
    word: 'low_power_exit',
    says: 'Exit low power',
    lines: { ok: asserts('0', LOW_POWER('EXIT')) },
  },
  'dev[0].device_reset': {
    word: 'reset',
    says: 'Reset the device',
    lines: { ok: ['vfio_pci_device_reset(self->device);'] },
    needs: RESET,
  },
  'dev[0].close': {
    word: 'close',
    says: 'Close the device',
    lines: { ok: ['close_device(self);'] },
  },
  'buf[0].release': {
    word: 'release',
    says: 'Close the dma-buf',
    lines: { ok: ['ASSERT_EQ(0, close(self->dmabuf));', 'self->dmabuf = -1;'] },
  },
  'att[0].map_file': {
    word: 'map',
    says: 'Map the dma-buf in the IOAS',
    lines: {
      ok: asserts('0', 'map_dma_buf(self, self->dmabuf, 0, self->page, &self->iova)'),
      '-ENODEV': asserts('-ENODEV', 'map_dma_buf(self, self->dmabuf, 0, self->page, &self->iova)'),
    },
    needs: IOMMUFD,
  },
  'att[0].ioas_unmap': {
    word: 'unmap',
    says: 'Unmap it',
    lines: { ok: asserts('0', 'ioas_unmap(self, self->iova, self->page)') },
    needs: IOMMUFD,
  },
  'bus.hot_reset': {
    word: 'hot_reset',
    says: 'Reset the bus',
    lines: {
      ok: [
        'ret = hot_reset(self);',
        'if (ret == -ENOTTY)',
        '\tSKIP(return, "The bus reset of this device fails\\n");',
        'ASSERT_EQ(0, ret);',
      ],
      '-ENOTTY': [
        'ret = hot_reset(self);',
        'if (!ret)',
        '\tSKIP(return, "The bus reset of this device works\\n");',
        'ASSERT_EQ(-ENOTTY, ret);',
      ],
    },
    needs: HOT_RESET,
  },
};

/**
 * What user space cannot bring about, though a path may begin with it: a function or a driver has
 * to fail, or another thread to hold a lock at the right moment.
 */
export function isProvoked(label: string): boolean {
  return PROVOKED.some((pattern) => pattern.test(plainLabel(label)));
}

const PROVOKED = [
  /^dev\[\d+\]\.reset:failed$/,
  /^dev\[\d+\]\.pm_runtime_get:failed$/,
  /^dev\[\d+\]\.memory_lock\.down_write_trylock:0$/,
  /^dev\[\d+\]\.owned:false$/,
  /^dev_set\.resettable:false$/,
];

/** What a call does to the buffer, told by what happens in it. */
export function effectOf({ labels }: WholeCall): string {
  const plain = labels.map((label) => label.replace(/[@].*$/, ''));
  const has = (pattern: RegExp) => plain.some((label) => pattern.test(label));
  const revokes = has(/^buf\[0\]\.(revoke|revoked\.set)$/);
  const restores = has(/^buf\[0\]\.(unrevoke|revoked\.clear)$/);
  if (has(/^buf\[0\]\.export:ok#revoked$/)) return 'it is born revoked';
  if (has(/^buf\[0\]\.cleanup$/)) return 'the buffer is dead for good';
  if (revokes && restores) return 'mappings are lost, new ones are possible';
  if (revokes) return 'the buffer is revoked';
  return restores ? 'the buffer is given back' : '';
}
