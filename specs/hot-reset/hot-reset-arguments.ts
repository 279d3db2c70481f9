import { type ArgumentTable, type Cause, when } from '../shared/argument-table.ts';

/** A file descriptor in the array of groups. */
export type GroupFd = 'of both' | 'of the first' | 'foreign' | 'not a group' | 'not an fd';

/** One call of VFIO_DEVICE_PCI_HOT_RESET for a set of two devices. */
export interface HotResetSituation {
  readonly readable: boolean;
  readonly argsz: number;
  readonly flags: number;
  /** How the device was opened: through its group, or as a cdev bound to an iommufd. */
  readonly opened: 'group' | 'cdev';
  readonly count: number | 'all';
  /** The slot or the bus can be reset. */
  readonly busReset: boolean;
  readonly fdsReadable: boolean;
  readonly fds: readonly GroupFd[];
  /** Every function on the slot or bus is bound to vfio-pci. */
  readonly wholeSet: boolean;
  readonly resumes: boolean;
  /** The number of the first device whose memory_lock somebody else holds. */
  readonly contended: 'none' | 0 | 1;
  readonly resetWorks: boolean;
  /** Whether somebody else has locked the slot, the bus or a device of it. */
  readonly resetLocked: boolean;
}

const MINSZ = 12;
const FRONT = 'vfio_pci_ioctl_pci_hot_reset, v7.3';
const GROUPS = 'vfio_pci_ioctl_pci_hot_reset_groups, v7.3';
const SET = 'vfio_pci_dev_set_hot_reset, v7.3';
const MEASURED = 'measured on Debian 7.2.13 / 7.3.4 in a virtual machine';
const LAB = 'measured on an own build of 7.2.13 in a virtual machine';
const FUNCTIONS = 2;
/** Older than this feature; its history was not read. */
const FIRST = 'unknown';

export function countOf({ count, fds, opened }: HotResetSituation): number {
  return count === 'all' ? (opened === 'cdev' ? 0 : fds.length) : count;
}

/** The group fds that are looked at. */
function looked(situation: HotResetSituation): readonly GroupFd[] {
  const { readable, opened, fdsReadable, fds } = situation;
  return !readable || opened === 'cdev' || !fdsReadable ? [] : fds.slice(0, countOf(situation));
}

/** The first device that the caller does not own. */
function firstForeign(situation: HotResetSituation): number {
  if (situation.opened === 'cdev') return -1;
  const fds = looked(situation);
  if (fds.length === 0 || fds.includes('of both')) return -1;
  return fds.includes('of the first') ? 1 : 0;
}

const causes: readonly Cause<HotResetSituation>[] = [
  {
    id: 'unreadable',
    cause: 'the argument cannot be read',
    errno: '-EFAULT',
    since: FIRST,
    source: FRONT,
    at: when((s) => !s.readable),
    example: { readable: false },
  },
  {
    id: 'short',
    cause: 'argsz is too short',
    errno: '-EINVAL',
    since: FIRST,
    source: FRONT,
    at: when((s) => s.readable && s.argsz < MINSZ),
    example: { argsz: 8 },
  },
  {
    id: 'flags',
    cause: 'flags is not 0',
    errno: '-EINVAL',
    since: FIRST,
    source: FRONT,
    at: when((s) => s.readable && s.flags !== 0),
    example: { flags: 1 },
  },
  {
    id: 'no-groups',
    cause: 'no group is passed, and the device was opened through its group',
    errno: '-EINVAL',
    since: FIRST,
    source: `${FRONT}; ${MEASURED}`,
    at: when((s) => s.readable && s.opened === 'group' && countOf(s) === 0),
    example: { count: 0 },
  },
  {
    id: 'groups-of-cdev',
    cause: 'a group is passed, and the device was opened as a cdev',
    errno: '-EINVAL',
    since: FIRST,
    source: `${FRONT}; ${LAB}`,
    at: when((s) => s.readable && s.opened === 'cdev' && countOf(s) > 0),
    example: { opened: 'cdev', count: 1 },
  },
  {
    id: 'no-bus-reset',
    cause: 'neither slot nor bus can be reset: a root bus',
    errno: '-ENODEV',
    since: FIRST,
    source: `${FRONT}; ${MEASURED}`,
    at: when((s) => !s.busReset),
    example: { busReset: false },
  },
  {
    id: 'too-many-groups',
    cause: 'more groups than functions on the slot or bus',
    errno: '-EINVAL',
    since: FIRST,
    source: `${GROUPS}; ${MEASURED}`,
    at: when((s) => s.readable && s.opened === 'group' && countOf(s) > FUNCTIONS),
    example: { count: 3, fds: ['of both', 'of both', 'of both'] },
    also: [{ count: 3 }],
  },
  {
    id: 'no-memory',
    cause: 'there is no memory for the array',
    errno: '-ENOMEM',
    since: FIRST,
    source: GROUPS,
    at: () => -1,
    untried: 'small allocations do not fail in the simulator, nor in practice',
  },
  {
    id: 'fds-unreadable',
    cause: 'the array of groups cannot be read',
    errno: '-EFAULT',
    since: FIRST,
    source: GROUPS,
    at: when((s) => s.readable && s.opened === 'group' && countOf(s) > 0 && !s.fdsReadable),
    example: { fdsReadable: false, count: 1 },
    also: [{ fdsReadable: false, count: 3 }],
  },
  {
    id: 'not-an-fd',
    cause: 'a number is no file descriptor',
    errno: '-EBADF',
    since: FIRST,
    source: GROUPS,
    loop: 'groups',
    at: (s) => looked(s).indexOf('not an fd'),
    example: { fds: ['of both', 'not an fd'] },
    also: [{ fds: ['not an fd'] }],
  },
  {
    id: 'not-a-group',
    cause: 'a file is no VFIO group',
    errno: '-EINVAL',
    since: FIRST,
    source: `${GROUPS}; ${MEASURED}`,
    loop: 'groups',
    at: (s) => looked(s).indexOf('not a group'),
    example: { fds: ['of both', 'not a group'] },
    also: [{ fds: ['not a group'] }],
  },
  {
    id: 'not-whole',
    cause: 'a function on the slot or bus is not in the set: it has no driver, or another',
    errno: '-EINVAL',
    since: FIRST,
    source: `vfio_pci_dev_set_resettable, v7.3; ${LAB}`,
    at: when((s) => !s.wholeSet),
    example: { wholeSet: false },
  },
  {
    id: 'does-not-resume',
    cause: 'a device cannot be resumed; those before it are put back',
    errno: 'failed',
    since: FIRST,
    source: 'vfio_pci_dev_set_pm_runtime_get, v7.3: the errno of pm_runtime_resume_and_get()',
    at: when((s) => !s.resumes),
    example: { resumes: false },
  },
  {
    id: 'not-owned',
    cause: 'a device is owned by no group that was passed, and not by the iommufd',
    errno: '-EINVAL',
    since: FIRST,
    source: `${SET}; ${MEASURED}`,
    loop: 'devices',
    at: firstForeign,
    example: { fds: ['foreign'] },
    also: [{ fds: ['of the first'] }],
  },
  {
    id: 'contended',
    cause: 'somebody holds the memory_lock of a device',
    errno: '-EBUSY',
    since: FIRST,
    source: `${SET}; ${MEASURED}`,
    loop: 'devices',
    at: ({ contended }) => (contended === 'none' ? -1 : contended),
    example: { contended: 0 },
    also: [{ contended: 1 }],
  },
  {
    id: 'reset-fails',
    cause: 'the bus has no reset that works',
    errno: '-ENOTTY',
    since: FIRST,
    source: `pci_reset_bus; ${MEASURED}`,
    at: when((s) => !s.resetWorks),
    example: { resetWorks: false },
  },
  {
    id: 'reset-locked',
    cause: 'the slot, the bus or a device of it is locked by somebody else, and nothing is reset',
    errno: '-EAGAIN',
    since: FIRST,
    source: 'pci_try_reset_slot, pci_try_reset_bus, drivers/pci/pci.c, v7.3',
    at: when((s) => s.resetLocked),
    example: { resetLocked: true },
  },
];

const OF_ARGUMENT = ['short', 'flags', 'no-groups', 'groups-of-cdev', 'too-many-groups'];
const OF_FDS = ['fds-unreadable', 'not-an-fd', 'not-a-group', 'not-owned'];

/** VFIO_DEVICE_PCI_HOT_RESET: its front end, then the set. */
export const hotResetArguments: ArgumentTable<HotResetSituation> = {
  call: 'VFIO_DEVICE_PCI_HOT_RESET',
  answers: 'ok',
  sound: {
    readable: true,
    argsz: MINSZ,
    flags: 0,
    opened: 'group',
    count: 'all',
    busReset: true,
    fdsReadable: true,
    fds: ['of both'],
    wholeSet: true,
    resumes: true,
    contended: 'none',
    resetWorks: true,
    resetLocked: false,
  },
  causes,
  accepted: [
    {
      what: 'two groups of which one is not of the set',
      example: { fds: ['foreign', 'of both'] },
      source: SET,
    },
    {
      what: 'no group of a device that was opened as a cdev and is owned by its iommufd',
      example: { opened: 'cdev' },
      source: LAB,
    },
  ],
  exclusive: [
    ...[...OF_ARGUMENT, ...OF_FDS].map((id) => ({
      causes: ['unreadable', id],
      reason: 'what cannot be read has no value',
    })),
    {
      causes: ['no-groups', 'groups-of-cdev', 'too-many-groups'],
      reason: 'each says how many groups there are and how the device was opened, and they differ',
    },
    ...OF_FDS.flatMap((id) =>
      ['no-groups', 'groups-of-cdev'].map((none) => ({
        causes: [none, id],
        reason: 'no group is looked at',
      })),
    ),
    ...OF_FDS.slice(1).map((id) => ({
      causes: ['fds-unreadable', id],
      reason: 'what cannot be read has no value',
    })),
  ],
};
