import type { Layout, Overlay } from '../../machines/uses/vmm-sections.ts';
import { type Answer, MappingAnswers } from '../importers/mapping-answers.ts';
import { errno, table } from './page.ts';
import {
  AddressAnswers,
  type AfterEvent,
  brokenByUnplug,
  EVENTS,
  type Event,
  type Reached,
  unplugOrders,
  VmmAnswers,
} from './vmm-answers.ts';

/** What each event is to who writes a VMM, and the call of the kernel that it comes down to. */
const WORDS: Readonly<Record<Event, { readonly event: string; readonly call: string }>> = {
  'guest.mem_off': { event: 'the guest clears MEM, and sets it', call: 'write_command(MEM=0)' },
  'guest.reset': { event: 'the guest resets its device (FLR), MEM set', call: 'device_reset' },
  'guest.sleep': { event: 'the guest writes D3hot, and D0', call: 'write_pmcsr(D3hot)' },
  'vmm.reset': { event: 'the machine is reset, and sets MEM', call: 'device_reset' },
  'bus.hot_reset': { event: 'another owner resets the slot', call: 'bus.hot_reset' },
  'vmm.unplug': { event: 'the device is unplugged', call: 'close' },
};

const LAYOUTS: readonly (readonly [layout: Layout, overlay: Overlay, where: string])[] = [
  ['whole', 'none', 'none'],
  ['whole', 'last', 'none, and page 3 the VMM has itself (MSI-X table)'],
  ['last_hidden', 'none', 'page 3 (as nvgrace has it)'],
  ['first_hidden', 'none', 'page 0'],
  ['first_hidden', 'last', 'page 0, and page 3 the VMM has itself'],
  ['middle_hidden', 'none', 'page 1'],
];

const DESIGNS = ['vmm-qemu', 'vmm-adds-up', 'vmm-remaps'];

/** `docs/vmm-regions.md`: the BARs of an assigned device for its peers, to who writes a VMM. */
export function vmmPage(): string {
  return `# The BARs of an assigned device for its peers: what a VMM has to do

Written by \`npm run docs\` from the machines of 7.3; do not edit. For authors of virtual machine monitors
that export the BARs of a vfio-pci device as dma-bufs and map them with IOMMU_IOAS_MAP_FILE. The device may
be open through its group or as a cdev; it is the IOAS of the peer that maps.

A revoke is final for what iommufd has mapped: vfio-pci gives the buffer back, and nothing is mapped
again (iopt_revoke_notify, v7.3). Which call revokes is in [when-may-i-map](when-may-i-map.md); the second
column here is its row of iommufd, the others are read off \`vmm-regions\`, of a VMM that does what follows
and of QEMU as read (hw/vfio of 2026: \`dmabuf-spec matrix vmm-regions\` has the commits):

${eventsTable()}
- **Meanwhile a peer meets IOMMU faults**, where an entry of type1 would have stayed ([type1](type1.md)): stop
  what the guest has going to the BAR if it takes a fault amiss.
- **Map when memory is on, not before.** MAP_FILE of a buffer that is revoked answers -ENODEV (D-02).
- **Unmap and map anew after every reset that leaves MEM set.** vfio-pci revokes and gives back inside one
  write of config space, and no BAR changes that a VMM would see: catch writes of FLR and AF-FLR
  ([D-03-guest-reset](findings/D-03-guest-reset.txt)). pci_reset_function() of a Linux guest hides this, as
  it clears MEM around the reset (pci_dev_save_and_disable, v7.3); pcie_flr() called by a driver does not.
- **Unmap first**: what is dead keeps its IOVAs, MAP_FILE over it answers -EEXIST (\`mapped-over-dead\`,
  \`unmap-left-out\`). IOMMU_IOAS_UNMAP answers 0 of a dead mapping, -ENOENT where none was made.
- **Wake the device before you reset the machine**: LOW_POWER_ENTRY outlives VFIO_DEVICE_RESET, and the
  next one answers -EINVAL (\`sleep-not-ended\`).
- **A hot reset by somebody else tells you nothing** ([D-03-hot-reset](findings/D-03-hot-reset.txt)): no
  call of yours returns, no eventfd. Who resets a slot has to own all of it: let that be you, or be told.
- **Unplug**: ${orders()}
  All three are done, and each fd is closed once (D-05, D-05-kept), when nothing is to be mapped anew.
  **An mmap() of a BAR holds the device open**: until the last is gone, too, a peer reads the BAR.

## Which page a peer reaches

MAP_FILE counts \`start\` from the first byte of the dma-buf, whose ranges lie one behind the other; it takes
one range. A BAR of four pages (\`vmm-addresses\`), by what of it cannot be mmapped. With vfio-pci that is nothing,
as the MSI-X table can be (msix_mmappable_cap, v7.3); variant drivers have sparse areas:

${addressTable()}
**Export a dma-buf of one range for each area that you can mmap, and count \`start\` from that area.** QEMU
puts the offset in the BAR into fd_offset (D-04): it is refused, or, where a section ends before its area
does, maps another page than the guest has there. With the right offsets one dma-buf of two areas is
refused still, -EOPNOTSUPP (D-04-several-areas). Nothing of that is an error to QEMU: it warns once. No
driver of 7.3 has a BAR of the last three rows.

The shortest runs: \`dmabuf-spec explain D-04\`, \`explain D-03-guest-reset\`, \`explain D-02\`.

What is not here: the guest's CPU, whose mapping of a BAR vfio-pci zaps and faults in again by itself; KVM;
a vIOMMU; a reset through sysfs or AER, which revokes nothing (when-may-i-map); SR-IOV; MSI-X itself.

**Run**, on 7.3.4 built with iommufd, where an emulated device reads the BAR by DMA (\`kernel/vmm/\`): each
row of the first table in its second column, but that the hot reset is by the same owner; -EEXIST, 0 and
-ENOENT, low power, the mmap() that holds the device open; of the second table which page \`start\` leads
to, -EINVAL and -EOPNOTSUPP. The tests of two regions and of iommufd pass there, too. QEMU's own use of a
kernel was read and not run.
`;
}

/** What iommufd has of a region after an event, and what MAP_FILE answers then. */
export function afterEvent(event: Event): Answer {
  const { call } = WORDS[event];
  const name = call.startsWith('bus') ? call : `dev[0].${call}`;
  return new MappingAnswers('iommufd').answer({ call: name, outcome: 'ok' });
}

function eventsTable(): string {
  const remaps = new VmmAnswers('vmm-remaps');
  const qemu = new VmmAnswers('vmm-qemu');
  return table(
    ['what happens', 'your mapping; MAP_FILE then', 'a VMM that remaps', 'QEMU as read'],
    EVENTS.map((event) => [
      WORDS[event].event,
      inWords(afterEvent(event)),
      endsAs(remaps.after(event)),
      endsAs(qemu.after(event)),
    ]),
  );
}

const inWords = ({ goneBy, mapAnew }: Answer) =>
  `${goneBy === undefined ? 'there' : 'gone'}; ${errno(mapAnew)}`;

function endsAs({ region, again, fd }: AfterEvent): string {
  const ends = again ?? region;
  if (ends === 'none') return fd === 'closed' ? 'nothing is left' : 'unmapped, the fd stays open';
  return ends === 'dead' ? '**dead, for good**' : ends;
}

function orders(): string {
  const broken = unplugOrders.flatMap(brokenByUnplug);
  if (broken.length > 0) throw new Error(`an order of an unplug breaks ${broken}; say which`);
  return (
    'unmap, close the fds, close the device, in whichever order: each of the six keeps every\n' +
    '  rule, as the kernel takes the mapping away before the close of the device returns.'
  );
}

function addressTable(): string {
  const answers = DESIGNS.map((design) => new AddressAnswers(design));
  return table(
    [
      'what cannot be mmapped',
      'QEMU: one dma-buf, offset in the BAR',
      'one dma-buf, lengths added up',
      'a dma-buf for each area',
    ],
    LAYOUTS.map(([layout, overlay, where]) => [
      where,
      ...answers.map((one) => reachedInWords(one.reached(layout, overlay))),
    ]),
  );
}

function reachedInWords({ pages, refused }: Reached): string {
  const led = pages.flatMap((to, page) => (to === 'fault' ? [] : [{ page, to }]));
  const wrong = led.filter(({ page, to }) => page !== to);
  if (wrong.length > 0) {
    return `**${wrong.map(({ page, to }) => `${page} leads to ${to}`).join(', ')}**`;
  }
  const reached = led.length > 0 ? `reached: ${led.map(({ page }) => page).join(', ')}` : '';
  return [reached, ...new Set(refused)].filter((text) => text !== '').join('; ');
}
