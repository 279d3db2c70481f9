const INTRODUCTION = `# Two designs, side by side

Struct pages for the memory of a device that is bound to vfio-pci can be had in two ways: the BAR is
registered with pci-p2pdma, or a dma-buf is exported with pages. \`[RFC PATCH 0/5] vfio/pci: Support
ZONE_DEVICE-backed P2P Registration\` (2026-06-10) proposes the first and names the second. Both are
drawn step by step here ([\`p2p-registration.md\`](p2p-registration.md),
[\`page-backed.md\`](page-backed.md)), as they are stated and as they would have to be, beside what
merged code does; no kernel has either. What of the text of the RFC each rule stands for is in
[\`statements.md\`](statements.md).

Everything below is printed by \`dmabuf-spec compare p2p-memory\`, as Markdown for an answer to a mail.
\`dmabuf-spec inspect\` has it as a page, on which two of the designs take the same steps until they part.
A rule is judged at the scopes of its systems, and holds in every state that is reached there; nothing
is proven for more. Orders were searched of the steps that are named there alone: of any other cell a
broken rule says that this order of the steps breaks it, and not that no other would keep it.

`;

/**
 * `docs/designs.md`.
 *
 * @param compared - what `compare` prints
 */
export function designsPage(compared: string): string {
  return INTRODUCTION + compared;
}
