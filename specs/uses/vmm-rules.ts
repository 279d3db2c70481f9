import { all, any, is, not, type Predicate, type Property, said } from 'xstate-check';
import { range } from '../shared/contract.ts';
import { isIdle } from '../shared/words.ts';
import { flowRules } from './flow-rules.ts';

const mapped = (n: number) =>
  said(is(`att[${n}]`, 'mapped'), `region ${n} is mapped`, `region ${n} is not mapped`);

const enabled = said(
  is('vmm', '#enabled'),
  'the guest has its BARs enabled',
  'the guest has not enabled its BARs',
);

/** Whether memory of the device is off, or it sleeps, or nobody has it open. */
const silent = said(
  any(
    is('dev[0].memory', 'command.memory_off'),
    is('dev[0].memory', 'power.d3hot'),
    is('dev[0]', 'closed'),
  ),
  'memory of dev[0] is off, or it sleeps, or is closed',
  'dev[0] answers',
);

/** What a VMM owes the peers of its guest, and the kernel owes the VMM. */
export function vmmRules(regions: number, others: boolean): readonly Property[] {
  const every = range(regions);
  const atRest: Predicate[] = others ? [isIdle('other')] : [];
  const left = every.flatMap((n) => [
    said(is(`att[${n}]`, 'none'), `region ${n} is unmapped`, `region ${n} keeps its IOVAs`),
    said(is(`fd[${n}]`, 'closed'), `fd ${n} is closed`, `fd ${n} is not closed, or twice`),
  ]);
  return [
    {
      id: 'mapped-when-decoding',
      kind: 'invariant',
      title: 'while the guest has its BARs enabled, every region of them is mapped for its peers',
      when: all(enabled, isIdle('vmm'), ...atRest),
      then: all(...every.map(mapped)),
      source: 'derived: what MAP_FILE is for; iopt_revoke_notify, v7.3: nothing is mapped again',
      consequence: 'DMA of a peer to the BAR ends in an IOMMU fault, for ever, and nobody is told',
    },
    {
      id: 'off-means-unreachable',
      kind: 'invariant',
      title: 'nothing is mapped of a device that does not answer',
      when: silent,
      then: not(any(...every.map(mapped))),
      rule: 'S1',
      source: 'derived: S1; vfio_pci_dma_buf_move, iopt_revoke_notify, v7.3',
      consequence: 'a peer writes to a BAR that is off, or is that of another owner by now',
    },
    {
      id: 'range-given-back',
      kind: 'monitor',
      title: 'nothing is mapped over what was mapped there and is dead',
      parts: every.map((n) => `range[${n}]`),
      source: 'iopt_check_iova, v7.3: an area that was revoked keeps its IOVAs',
      consequence: 'MAP_FILE answers -EEXIST, and the region is not mapped any more',
    },
    {
      id: 'fd-closed-once',
      kind: 'monitor',
      title: 'the fd of a dma-buf is closed once',
      parts: every.map((n) => `fd[${n}]`),
      source: 'derived: D-05; close(2): the number may be in use again',
      consequence: 'the VMM closes a file that somebody else has opened since',
    },
    {
      id: 'unplug-leaves-nothing',
      kind: 'invariant',
      title: 'what was unplugged has no IOVAs and no fd any more',
      when: said(is('vmm', '#gone'), 'the device is unplugged', 'the device is plugged in'),
      then: all(...left),
      source: 'derived: vfio_pci_dma_buf_release, v7.3 needs the last fput()',
      consequence: 'the buffer is never freed; the next device at these IOVAs is refused',
    },
    {
      id: 'vmm-returns',
      kind: 'leads-to',
      title: 'what the guest asks for is done',
      when: not(isIdle('vmm')),
      then: isIdle('vmm'),
      rule: 'L2',
      source: 'derived: L2; iopt_revoke_notify, v7.3 unmaps in the callback',
      consequence: 'the guest stands still in a write to config space',
    },
    ...flowRules,
  ];
}
