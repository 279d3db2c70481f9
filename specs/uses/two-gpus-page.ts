import {
  afterCalls,
  EXPORTED,
  type Exported,
  framebufferAnswers,
  IMPORTING,
  type Importing,
  showAnswers,
} from './framebuffer-answers.ts';
import { errno, table } from './page.ts';

const IMPORTERS: Readonly<Record<Importing, string>> = {
  translated: 'a GPU through the host bridge, behind an IOMMU that translates',
  identity: 'a GPU through the host bridge, IOMMU in passthrough (`iommu=pt`) or none',
  switch: 'a GPU below the same switch, or another function of the card, without ACS redirection',
  none: 'a GPU to which there is no route that the kernel allows',
  iommufd: 'iommufd (a VMM that gives the framebuffer to a guest)',
};

const CALLS: Readonly<Record<string, string>> = {
  'dev[0].write_command(MEM=0)': 'write of PCI_COMMAND, MEM=0',
  'dev[0].device_reset': 'VFIO_DEVICE_RESET',
  'dev[0].close': 'last close of the device fd',
};

/** `docs/two-gpus.md`: the argument about nr_ranges, answered by enumeration. */
export function twoGpusPage(): string {
  return `# One framebuffer, two GPUs: one dma-buf of several ranges, or several of one?

Written by \`npm run docs\` from the machines of 7.3; do not edit. For authors of compositors and of GPU
drivers: a VMM exports what its guest shows, which lies in the VRAM of a GPU that it was given; a GPU of
the host shows it.

On v0 10/10 (2025-07-24) Leon Romanovsky asked what several ranges are for, as "same functionality can be
achieved by multiple calls"; Vivek Kasireddy has a framebuffer that memory pressure scatters over VRAM.
Both ways, in the runs of \`dma-addresses\` and of the contract of iommufd in which no allocation fails:

${answersTable('7.3')}
Several buffers are mapped wherever there is a route. One buffer of several ranges is not: finding
map-offset, and iommufd takes one range (vfio_pci_dma_buf_iommufd_map, v7.3). Were the offset added up
(\`offset-added-up\`, a proposal), the row of the IOMMU would be ${mended()}, and that of iommufd as it is.

**An image is one dma-buf for each plane**, and the pieces here are of one plane: struct drm_mode_fb_cmd2 has
a handle for each plane, EGL_EXT_image_dma_buf_import an fd. So that several buffers are mapped does not yet
let a compositor show them: the driver below it, or a copy, has to put them side by side. One buffer of
several ranges is one image, where it can be mapped.

**Which driver can import at all** (read in v7.3): amdgpu, xe and virtio-gpu, which attach with a callback and
allow P2P. Who attaches without one is refused, -EOPNOTSUPP (vfio_pci_dma_buf_attach): i915, and whoever
leaves it to drm_gem_prime_import(), as nouveau and radeon. xe on a discrete GPU may draw from such a buffer,
and is refused to scan it out, -EINVAL, as it cannot move to VRAM (__xe_pin_fb_vma, xe_bo_can_migrate).

What several buffers cost, and one does not: they are revoked and given back one after the other, so that
a framebuffer can be there by half. The system \`two-gpus\` has a compositor that imports, shows and blanks
a framebuffer of two buffers while their owner turns memory off, resets and closes. What it takes that
\`no-half-framebuffer\` holds:

- map every piece; where one fails, give those up that are mapped (fault \`half-is-left\`);
- before the flip look whether every piece is mapped still (\`flip-untested\`), with the lock that who
  unmaps a piece takes (\`flip-unlocked\`);
- when one piece is revoked, stop the scanout, then unmap (\`unmap-before-hide\`, \`scanout-not-told\`);
- and do not keep it until the user blanks the screen: the owner's call waits for the unmap, without an
  end (\`scanout-pinned\`; ttm_bo_validate, v7.3 answers -EINVAL where xe evicts an object that is pinned,
  as one that is scanned out is: read, not run).

A run of a fault: \`dmabuf-spec explain flip-untested\`. From a framebuffer that is shown:

${afterTable()}
Nothing comes back by itself: the attachments stay, and the compositor has to show the framebuffer again.
It answers 0 only where both pieces are live. As one buffer of two ranges
${shownAsOne()}.

What is not here: the compositor and the driver below it are derived, no driver is drawn; how a compositor
hears that its image is gone (xe_dma_buf_move_notify and amdgpu_dma_buf_move_notify, v7.3, tell no user);
fences of rendering (system \`fences\`); modifiers and formats, which the other GPU has to understand.
Run, on stock 7.3.4 with our own importer: one buffer of one to three ranges by the first three routes; on a
kernel with iommufd, two ranges ([vmm-regions](vmm-regions.md)). The rest is read off the machines.
`;
}

function answersTable(revision: string): string {
  const cell = (exported: Exported, importing: Importing, pieces: number) =>
    errno(framebufferAnswers(exported, importing, pieces, revision));
  const [single, each] = EXPORTED as [Exported, Exported];
  return table(
    ['who imports', '1 buffer, 2 ranges', '1 buffer, 3 ranges', '2 buffers', '3 buffers'],
    IMPORTING.map((importing) => [
      IMPORTERS[importing],
      ...[2, 3].map((pieces) => cell(single, importing, pieces)),
      ...[2, 3].map((pieces) => cell(each, importing, pieces)),
    ]),
  );
}

function mended(): string {
  const answers = EXPORTED.flatMap((exported) =>
    [2, 3].map((pieces) => framebufferAnswers(exported, 'translated', pieces, 'offset-added-up')),
  );
  return answers.map(errno).join(', ');
}

function afterTable(): string {
  return table(
    ['when this has returned', 'on the screen', 'pieces mapped', 'the next show answers'],
    afterCalls().map(({ call, outcome, onScreen, mapped, shownAgain }) => [
      CALLS[call]! + (outcome === 'failed' ? ', where the reset fails' : ''),
      onScreen ? 'yes' : 'no',
      String(mapped.filter((is) => is).length),
      errno(shownAgain),
    ]),
  );
}

function shownAsOne(): string {
  const one = EXPORTED[0]!;
  const behind = errno(showAnswers(one, true, '7.3'));
  return `it answers ${behind} behind an IOMMU that translates, and ${errno(showAnswers(one, false, '7.3'))} otherwise`;
}
