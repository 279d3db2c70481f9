import { monitor, parseLabel, type System } from 'xstate-check';
import { agrees } from './agrees.monitor.ts';
import {
  callsMade,
  doers,
  type Instance,
  labelsOf,
  type Made,
  stepOf,
  type Template,
} from './template.ts';

const UAPI = 'include/uapi/linux/vfio.h, v7.3: access to mmap’d regions may be resumed after';

/** What somebody is told, by a call that ends or by an eventfd, and a call that then must not deny it. */
interface Told {
  readonly name: string;
  /** A call that somebody must make for anybody to be told. */
  readonly by?: RegExp;
  readonly told: RegExp;
  /** The call that is asked next, and what it must not answer. */
  readonly asked: RegExp;
  readonly denied: readonly string[];
  /** What makes it untrue again, before it is asked or while. */
  readonly changed: RegExp;
  readonly source: string;
}

/** Access is taken away again, or was not there for another reason. */
const TAKEN =
  /^(?:low_power_entry\w*:begin|pm_runtime_engaged\.set|close:begin|core_disable|vconfig\.command\(MEM=0\)|set_power_state\(D3hot\)|(?:revoked|status)\.set|phys_vec)/;

const TOLD: readonly Told[] = [
  {
    name: 'woken',
    by: /^low_power_entry_with_wakeup$/,
    told: /^pm_wake_eventfd\.clear$/,
    asked: /^map$|^touch_bar$/,
    denied: ['-ENODEV', 'SIGBUS'],
    changed: TAKEN,
    source: `${UAPI} the wake-up notification (LOW_POWER_ENTRY_WITH_WAKEUP)`,
  },
  {
    name: 'in low power',
    told: /^low_power_entry\w*:ok$/,
    asked: /^map$|^touch_bar$/,
    denied: ['ok'],
    changed: /^low_power_exit:begin$|^close:begin$|^pm_runtime_engaged\.clear$/,
    source: `${UAPI} LOW_POWER_EXIT`,
  },
  {
    name: 'out of low power',
    told: /^low_power_exit:ok$/,
    asked: /^low_power_entry\w*$/,
    denied: ['-EINVAL'],
    changed: /^low_power_entry\w*:ok$|^pm_runtime_engaged\.set$/,
    source: 'include/uapi/linux/vfio.h, v7.3: VFIO_DEVICE_FEATURE_LOW_POWER_EXIT',
  },
  {
    name: 'unmapped',
    // What the call says is so where it has looked: by its return a map that overtook it may be there.
    told: /^iommu_unmap$/,
    asked: /^map_dma$/,
    denied: ['-EEXIST'],
    changed: /^kzalloc:ok$/,
    source: 'include/uapi/linux/vfio.h, v7.3: VFIO_IOMMU_UNMAP_DMA',
  },
  {
    name: 'mapped',
    // An importer that holds a mapping, or could, is called before it is refused.
    told: /^wrap_sg_table:ok$/,
    asked: /^map$/,
    denied: ['-ENODEV'],
    changed: /^invalidate:begin$|^detach:begin$/,
    source:
      'derived: dma_buf_invalidate_mappings, v7.3: importers are told that a mapping is no more',
  },
];

/** What a user is told agrees with what the next call answers. */
export const toldAgrees: Template = {
  id: 'told-agrees',
  title:
    'what a user was told, by a call or an eventfd, is what the next call answers that nothing overtakes',
  source: `${UAPI} the low power exit; the rest derived`,
  instances(system) {
    const made = callsMade(system);
    const calls = made.map(({ begin }) => parseLabel(begin[0]!).operation);
    return TOLD.filter(({ by }) => by === undefined || calls.some((one) => by.test(one))).flatMap(
      (told) => made.flatMap((one) => askedNext(system, told, one)),
    );
  },
};

/** Of the next call: whether it may answer what denies what was told. */
function askedNext(system: System, told: Told, made: Made): Instance[] {
  const { object, thread, begin, ends } = made;
  const operation = parseLabel(begin[0]!).operation;
  if (!told.asked.test(operation)) return [];
  const all = labelsOf(doers(system));
  const isOfIt = (label: string) => !label.startsWith('att') || label.startsWith(`${object}.`);
  const tells = all.filter((label) => told.told.test(stepOf(label)) && isOfIt(label));
  const denied = told.denied.flatMap((outcome) => ends.get(outcome) ?? []);
  if (tells.length === 0 || denied.length === 0) return [];
  const changed = all.filter(
    (label) =>
      told.changed.test(stepOf(label)) && isOfIt(label) && ![...begin, ...tells].includes(label),
  );
  const others = [...denied, ...changed];
  const answered = [...ends.values()].flat().filter((label) => !others.includes(label));
  return [
    instance(`${told.name}: ${object}.${operation}`, thread, {
      steps: { told: tells, begin, denied, answered, changed },
      title: `${made.call.name} agrees with what was told (${told.name})`,
      source: told.source,
    }),
  ];
}

interface Asked {
  readonly steps: Readonly<
    Record<'told' | 'begin' | 'denied' | 'answered' | 'changed', readonly string[]>
  >;
  readonly title: string;
  readonly source: string;
}

function instance(name: string, thread: string, { steps, title, source }: Asked): Instance {
  const id = `told-agrees(${name})@${thread}`;
  return {
    monitors: [monitor(id, agrees, steps)],
    property: {
      id,
      kind: 'monitor',
      title,
      parts: [id],
      source,
      consequence: 'a user does what he was told that he may, and is refused, or faults',
    },
  };
}
