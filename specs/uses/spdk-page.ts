import type { RegionKind } from '../../machines/uses/memory-region.contract.ts';
import { errno, table } from './page.ts';
import { type AfterCall, KINDS, RegionAnswers } from './spdk-answers.ts';

const TITLES: Readonly<Record<RegionKind, string>> = {
  revocable: '**pinned and revocable**: irdma (irdma_reg_user_mr_dmabuf, v7.3)',
  odp: '**with page faults (ODP)**: mlx5 (reg_user_mr_dmabuf, v7.3)',
  pinned: '**pinned**: ib_umem_dmabuf_get_pinned (mlx5 with data direct, v7.3)',
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
and, with \`--scope others=1\`, somebody else turns memory of the controller off and on.

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
  of a controller that is being reset. The fault that lets go after the first is D-07; on the simulated
  kernel the suite \`two-buffers\` sees it, and no other does.
- **What comes back by itself**: the buffers, when memory is on again. A region with page faults maps with
  the next write, which answers ${errno(faulting(all).writes[1]!)}; nothing is mapped before that.
- **What does not**: a region that can be revoked. It is dead for good, also when nothing was wrong but
  memory off for a moment, and nothing tells the target (finding \`dead-regions\`). Deregister it and register
  it again, as the target here does after its own reset: then a write answers ${errno(again(all).writes[1]!)}. To take it for good
  because the buffer is live again is fault D-03.
- **A region that cannot be told to let go is refused**, ${errno(refused(all))}, since v7.1; v6.19 refuses it where it
  pins. Before that it was mapped, and a peer reached a controller in reset: \`only-revocable-regions\` and
  \`doorbell-dead-in-reset\` at revision \`7.3+M2\` (fault M2-spdk).
- After the last close the buffers are dead for ever, and so is every region of them: export anew.

A run: \`dmabuf-spec explain D-07\`, \`explain dead-regions\`.

What is not here: a reset of the controller by itself (CC.EN), which vfio-pci does not see and which
therefore revokes nothing (derived); what the controller does with its CMB across a reset; whether the two
share a page or a BAR with something that a peer must not reach: export no more than you mean, in pages.
The target is derived, SPDK's code was not read; the regions were read in v7.3 and not run.
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
