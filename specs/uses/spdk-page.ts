import type { RegionKind } from '../../machines/uses/memory-region.contract.ts';
import { errno, table } from './page.ts';
import { type AfterCall, KINDS, RegionAnswers } from './spdk-answers.ts';

const TITLES: Readonly<Record<RegionKind, string>> = {
  revocable: '**pinned and revocable**: irdma (irdma_reg_user_mr_dmabuf, v7.3)',
  odp: '**with page faults (ODP)**: mlx5 (reg_user_mr_dmabuf, v7.3)',
  pinned:
    '**pinned**: bnxt_re, efa, ionic, mana, mlx5 with data direct or devx (ib_umem_dmabuf_get_pinned, v7.3)',
};

/** `docs/spdk.md`: CMB and doorbells of an NVMe controller for RDMA, by how the driver holds them. */
export function spdkPage(): string {
  const all = KINDS.map((kind) => ({ kind, answers: new RegionAnswers(kind) }));
  return `# RDMA to the memory buffer and the doorbells of an NVMe controller

Written by \`npm run docs\` from the machines of 7.3; do not edit. For authors of storage targets in user
space, as SPDK is one.

The controller is bound to vfio-pci; its memory buffer (CMB) and its doorbells are two dma-bufs of one
device, each an RDMA memory region to which peers write. In the systems \`spdk\`, \`spdk-odp\` and
\`spdk-pinned\` the target starts, resets its controller with VFIO_DEVICE_RESET and exits, while peers write
and, with \`--scope others=1\`, somebody else who has the fd of the device, as a second process of the
target, turns its memory off and on. **SPDK's own reset is not that one**: see below.

${table(
  ['the driver holds the memory', 'ibv_reg_dmabuf_mr()', 'while memory is off', 'on again'],
  all.map(({ kind, answers }) => [
    TITLES[kind],
    errno(answers.registers),
    ...(kind === 'pinned' ? ['', ''] : [answers.whileOff, answers.afterToggle].map(inWords)),
  ]),
)}
- **Both are cut together.** A reset, memory off and the last close revoke every buffer of the device and
  wait for it before they go on (\`both-cut-together\`, \`doorbell-dead-in-reset\`): no peer rings the doorbell
  of a controller that is being reset. The fault that lets go after the first is D-07: the suites
  \`two-buffers\` and \`two-regions\` see it, and no other does. Stock 7.3.4 passes the first.
- **What comes back by itself**: the buffers, when memory is on again. A region with page faults maps with
  the next write, which answers ${errno(faulting(all).writes[1]!)}; nothing is mapped before that.
- **What does not**: a region that can be revoked. It is dead for good, also when nothing was wrong but
  memory off for a moment, and nothing tells the target (finding \`dead-regions\`). Deregister it and register
  it again, as the target here does after its own reset: then a write answers ${errno(again(all).writes[1]!)}. To take it for good
  because the buffer is live again is fault D-03.
- **A region that cannot be told to let go is refused**, ${errno(refused(all))}, since v7.1; v6.19 refuses it where it
  pins. Before that it was mapped, and a peer reached a controller in reset: \`only-revocable-regions\` and
  \`doorbell-dead-in-reset\` at revision \`7.3+M2\` (fault M2-spdk).
- After the last close the buffers are dead for ever, and so is every region of them: export anew. The last
  is that of the fd and of every mmap() of a BAR (run: [vmm-regions](vmm-regions.md)).
- **Where the answer is not in the table**: -EINVAL where no P2P route leads from the NIC to the controller,
  -ENODEV while memory is off, -ENOMEM. Each buffer has one range; one of several is refused behind an
  IOMMU that translates ([two-gpus](two-gpus.md)).

A run: \`dmabuf-spec explain D-07\`, \`explain dead-regions\`.

## In the calls of SPDK

Read in public copies of SPDK (nvme_ctrlr_disable, nvme_pcie_ctrlr_map_io_cmb, rdma_utils_mem_notify;
vtophys_notify in lib/env_dpdk/memory.c@b8c99a3aadc8) and DPDK (pci_vfio.c, where a device is set up), and
not run:

- **spdk_nvme_ctrlr_reset() clears CC.EN, and revokes nothing** (derived: vfio-pci does not see a write of a
  BAR that is mmapped). Both regions stay mapped, and peers go on ringing doorbells of a controller in
  reset: stop them yourself. VFIO_DEVICE_RESET comes from DPDK, once, when it opens the device, and so ahead
  of any export.
- **spdk_nvme_ctrlr_map_cmb() is another way**: it registers the BAR's mmap() with spdk_mem_register(), so
  VFIO_IOMMU_MAP_DMA of a PFN, which no revoke takes back ([type1](type1.md)). With an RDMA transport open it
  calls ibv_reg_mr() on it as well, and pages of a BAR cannot be pinned: -EFAULT (check_vma_flags, v7.3). The
  rkey of a dma-buf gets in by get_rkey() of struct spdk_nvme_rdma_hooks.
- **The first page of the doorbells has those of the admin queue** (NVMe: from 1000h of BAR 0, queue 0
  first). A dma-buf is of whole pages: with the usual stride of 4 bytes, who may ring one queue of the first
  512 may ring the admin queue.

What is not here: what the controller does with its CMB across a reset; the order of a write to the CMB and
one to the doorbell; what becomes of a queue pair whose write failed; hot removal, AER and a reset through
sysfs, of which the last two revoke nothing ([when-may-i-map](when-may-i-map.md)).
The target is derived; the regions were read in v7.3 and not run, as no emulated NIC imports a dma-buf.
`;
}

type Answered = readonly { readonly kind: RegionKind; readonly answers: RegionAnswers }[];

const of = (all: Answered, kind: RegionKind) => all.find((one) => one.kind === kind)!.answers;
const faulting = (all: Answered) => of(all, 'odp').afterToggle;
const again = (all: Answered) => of(all, 'revocable').afterReset;
const refused = (all: Answered) => of(all, 'pinned').registers;

/** Both regions, which always go the same way. */
function inWords({ mapped, writes }: AfterCall): string {
  const [first, second] = mapped.map((is, n) => {
    const write = writes[n] === 'ok' ? 'a write succeeds' : 'a write fails';
    return `${is ? 'mapped' : 'not mapped'}, ${write}`;
  });
  return first === second ? `both ${first}` : `CMB ${first}; doorbells ${second}`;
}
