import { monitor, parseLabel, type System } from 'xstate-check';
import { failedCall } from '../../machines/device/failed-call.monitor.ts';
import { callsMade, type Instance, type Made, stepOf, type Template } from './template.ts';

/** Steps that take away what others rely on: access to a buffer, mappings, page table entries of pages. */
const TAKES = [
  ...['revoked.set', 'status.set(TEMP_REVOKED)', 'status.set(PERM_REVOKED)'],
  ...['iommu_unmap', 'iommu.unmap', 'page.zap', 'allocate.remove'],
];

/**
 * Steps after which it is the device that refuses, and nobody could have known before. To be powered up
 * (D0) is none, nor is a reset that finds the lock of the device taken (-EAGAIN).
 */
const ASKS_DEVICE =
  /^(?:pci_try_reset_function|pci_reset_bus|pci_reset_function|__pci_reset_function_locked|reset)(?!:-EAGAIN)\b|^(?:bus\.)?pci_reset_bus\b|^hw\.command\b|^set_power_state\((?!D0)|^pci_enable_sriov\b/;

/** A call that fails, or that finds nothing to do, leaves what others rely on as it was. */
export const failedCallLeaves: Template = {
  id: 'failed-call-leaves',
  title:
    'a call that fails before it has asked the device for anything has taken nothing away from others',
  source: 'derived: what a caller takes from an errno, as vfio_pci_runtime_pm_entry has it, v7.3',
  instances: (system: System) => callsMade(system).flatMap(instanceOf),
};

function instanceOf(made: Made): Instance[] {
  const { call, thread, object, begin, ends, labels } = made;
  const errors = [...ends].filter(([outcome]) => isError(outcome)).flatMap(([, all]) => all);
  const others = [...ends].filter(([outcome]) => !isError(outcome)).flatMap(([, all]) => all);
  // Of what the call makes itself, nobody has anything yet.
  const change = labels.filter(
    (label) => TAKES.includes(stepOf(label)) && parseLabel(label).object.split('.')[0] !== object,
  );
  if (errors.length === 0 || change.length === 0) return [];
  const id = `failed-call-leaves(${object}.${parseLabel(begin[0]!).operation})@${thread}`;
  return [
    {
      monitors: [
        monitor(id, failedCall, {
          begin,
          change,
          ok: others,
          error: errors,
          left: labels.filter((label) => ASKS_DEVICE.test(stepOf(label))),
        }),
      ],
      property: {
        id,
        kind: 'monitor',
        title: `${call.name} that fails has taken nothing away from others`,
        parts: [id],
        source: failedCallLeaves.source,
        consequence: 'the call answers an error, and mappings of others are gone',
      },
    },
  ];
}

const isError = (outcome: string) => /^-|^failed$|^refused$/.test(outcome);
