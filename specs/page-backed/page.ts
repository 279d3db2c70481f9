import { type Expectation, withoutInstance } from 'xstate-check';
import { designs } from './design.ts';
import { questions } from './orders.ts';
import { type SearchedOrders, searchedOrders } from './searched-orders.ts';
import { type Cell, rulesByDesign } from './table.ts';

/** Rules that every system has, and that no design of these breaks. */
const EVERYWHERE = ['lock-balance', 'lock-order', 'no-misuse', 'rest', 'deadlock', 'totality'];

const INTRODUCTION = `# Page-backed dma-bufs

\`[RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration\` (2026-06-10) names an
alternative: \`VFIO_DMA_BUF_FLAG_ALLOC_STRUCT_PAGES\`, pages for the buffers that are exported with it.
Its proof of concept was read (\`pages-read\`) and not run; \`pages-sound\` is what of it can be mended,
\`pages-vfio-fd\` the same with the pages through the fd of the device alone. No kernel has any of them.

| rule | ${designs.map(({ name }) => `\`${name}\``).join(' | ')} |
| --- | ${designs.map(() => '---').join(' | ')} |
`;

/** \`docs/page-backed.md\`: which rule each design keeps, and what no order of its steps can keep. */
export function pageBackedPage(expectations: readonly Expectation[]): string {
  const names = designs.map(({ name }) => name);
  const rows = rulesByDesign(expectations, names).filter(({ rule }) => !EVERYWHERE.includes(rule));
  const lines = rows.map(
    ({ rule, cells }) =>
      `| \`${rule}\` | ${names.map((name) => inWords(cells[name]!)).join(' | ')} |\n`,
  );
  return `${INTRODUCTION}${lines.join('')}
A run of a broken rule: \`dmabuf-spec explain page-backed/reset-after-last-pin/pages-read\`; of a
finding, [\`findings/\`](findings).

What no order of the steps can keep was searched: every order that the steps of the call allow, with
every place of \`memory_lock\` in it, against one O_DIRECT of two pages (or one reset).

| the steps | orders | keep every rule | and what the others break |
| --- | --- | --- | --- |
${questions.map((question) => searchLine(question.title, searchedOrders[question.id]!)).join('')}
GUP pins the first page before it faults for the second, and the fault needs \`memory_lock\`: so who
waits for pins with that lock waits for ever. Who waits without it may find the device given back by
another. What is left is to look again, as \`dax_break_layout()\` does for files: zap, look for pins
under the lock, let go of it, wait, and begin anew, which is \`pages-sound\`.
`;
}

function inWords(cell: Cell): string {
  switch (cell.verdict) {
    case 'kept':
      return 'kept';
    case 'not-asked':
      return 'not asked';
    case 'broken':
      return `broken: ${cell.findings}`;
    default:
      return `cannot be kept (${cell.orders} orders): ${cell.findings}`;
  }
}

function searchLine(title: string, { searched, kept, broken }: SearchedOrders): string {
  const rules = broken.map(({ rule, orders }) => `\`${withoutInstance(rule)}\` ${orders}`);
  return `| ${title} | ${searched} | ${kept.length === 0 ? 'none' : kept.length} | ${rules.join(', ')} |\n`;
}
