import { withoutInstance } from 'xstate-check';
import type { SearchedOrders } from '../shared/searched-orders.ts';
import { questions } from './orders.ts';
import { searchedOrders } from './searched-orders.ts';

const INTRODUCTION = `# Page-backed dma-bufs

\`[RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration\` (2026-06-10) names an
alternative: \`VFIO_DMA_BUF_FLAG_ALLOC_STRUCT_PAGES\`, pages for the buffers that are exported with it.
Its proof of concept was read (\`pages-read\`) and not run; \`pages-sound\` is what of it can be mended,
\`pages-vfio-fd\` the same with the pages through the fd of the device alone. No kernel has any of them.

Which rule each of them keeps, beside registration, is in [\`designs.md\`](designs.md); a run of a broken
one is printed by \`dmabuf-spec explain page-backed/reset-after-last-pin/pages-read\`, that of a finding is
in [\`findings/\`](findings).
`;

/** `docs/page-backed.md`: the designs, and what no order of their steps can keep. */
export function pageBackedPage(): string {
  return `${INTRODUCTION}
What no order of the steps can keep was searched: every order that the steps of the call allow, with
every place of \`memory_lock\` in it, against one O_DIRECT of two pages (or one reset).

| the steps | orders | keep every rule | and what the others break |
| --- | --- | --- | --- |
${questions.map((question) => searchLine(question.title, searchedOrders[question.id]!)).join('')}
GUP pins the first page before it faults for the second, and the fault needs \`memory_lock\`: so who
waits for pins with that lock waits for ever. Who waits without it may find the device given back by
another. What was found to keep the rules is to look again, as \`dax_break_layout()\` does for files: zap,
look for pins under the lock, let go of it, wait, and begin anew, which is \`pages-sound\`. A call that is
refused while a page is pinned was not drawn; nor were a hot reset, a write of COMMAND.MEM and the close of
the device, where a wait for pins would be one with \`dev_set->lock\` held.
`;
}

function searchLine(title: string, { searched, kept, broken }: SearchedOrders): string {
  const rules = broken.map(({ rule, orders }) => `\`${withoutInstance(rule)}\` ${orders}`);
  return `| ${title} | ${searched} | ${kept.length === 0 ? 'none' : kept.length} | ${rules.join(', ')} |\n`;
}
