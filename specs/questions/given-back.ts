import {
  all,
  any,
  is,
  not,
  type Part,
  type Predicate,
  type Property,
  plainLabel,
  type System,
} from 'xstate-check';
import { allAreIdle, isOutOfLowPower, isRevoked, memoryOn } from '../shared/words.ts';
import { doers, type Instance, labelsOf, offers, type Template } from './template.ts';

/** What a call takes away it gives back when the reason is gone, on every path. */
export const givenBack: Template = {
  id: 'given-back',
  title:
    'where every call has returned, memory is enabled and the device awake, no buffer of it is revoked',
  source: 'derived: L1; the callers of vfio_pci_dma_buf_move(), v7.3',
  instances(system) {
    const names = new Set(system.parts.map(({ name }) => name));
    const devices = [...names].filter((name) => /^dev\[\d+\]$/.test(name));
    return devices.flatMap((dev) => {
      const buffers = [...names].filter((name) => /^buf\[\d+\]\.revoked$/.test(name));
      return buffers.flatMap((part) => instanceOf(system, dev, part.replace('.revoked', '')));
    });
  },
};

function instanceOf(system: System, dev: string, buf: string): Instance[] {
  // Of whom a buffer is, its list says where there are two devices; its number is that of its device.
  if (buf.replace('buf', 'dev') !== dev) return [];
  const hasLowPower = system.parts.some(({ name }) => name === `${dev}.low_power`);
  const property: Property = {
    id: `given-back(${buf})`,
    kind: 'invariant',
    title: `${buf} is live when every call has returned, memory is enabled and the device awake`,
    when: all(
      allAreIdle(system.parts),
      memoryOn(dev),
      ...(hasLowPower ? [isOutOfLowPower(dev)] : []),
      is(`${buf}.listed`, 'on'),
    ),
    then: any(not(isRevoked(buf)), ...isGone(system, buf)),
    source: givenBack.source,
    consequence: 'importers get -ENODEV from a device that works, and nobody tells them more',
  };
  return [{ monitors: [], property }];
}

/** Nobody has a file of the buffer any more: what is left of it is about to be released. */
export function isGone(system: System, buf: string): Predicate[] {
  const step = `${buf}.get_file_active:true`;
  const isFile = (part: Part) =>
    part.thread === undefined && labelsOf([part]).some((label) => plainLabel(label) === step);
  return doers(system)
    .filter(isFile)
    .map((part) => {
      const labels = labelsOf([part]).filter((label) => plainLabel(label) === step);
      return not(any(...labels.map((label) => offers(part, label))));
    });
}
