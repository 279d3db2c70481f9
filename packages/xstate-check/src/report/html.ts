import { createHash } from 'node:crypto';
import {
  type Block,
  counted,
  type Document,
  type Inline,
  type Row,
  type Section,
  type Table,
  type Text,
} from './document.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from './page-style.ts';

/** A document as one page that loads nothing: it opens from a mail as well as from a server. */
export function htmlOf(document: Document): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escaped(document.title)}</title>`,
    `<style>${PAGE_STYLE}</style>`,
    '</head>',
    '<body>',
    `<header><h1>${escaped(document.title)}</h1>`,
    ...document.summary.map(blockHtml),
    '</header>',
    contentsOf(document),
    '<main>',
    ...document.sections.map((section) => sectionHtml(section, 2)),
    '</main>',
    `<script>${PAGE_SCRIPT}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** Nothing but the style and the script that are in the page, known by what they are. */
const POLICY = `default-src 'none'; style-src '${digest(PAGE_STYLE)}'; script-src '${digest(PAGE_SCRIPT)}'; base-uri 'none'; form-action 'none'`;

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function contentsOf({ sections }: Document): string {
  const link = ({ id, title, short = title }: Section) => `<a href="#${id}">${escaped(short)}</a>`;
  const items = sections.map((section) => {
    const below = section.sections ?? [];
    if (below.length === 0) return `<li>${link(section)}</li>`;
    const inner = below.map((one) => `<li>${link(one)}</li>`);
    return `<li>${link(section)}<details><summary>${counted(below.length, 'entry', 'entries')}</summary><ul>${inner.join('')}</ul></details></li>`;
  });
  return `<nav class="contents" aria-label="Contents"><ul>${items.join('\n')}</ul></nav>`;
}

function sectionHtml({ id, title, blocks, sections = [] }: Section, level: 2 | 3): string {
  return [
    `<section id="${id}">`,
    `<h${level}>${escaped(title)}</h${level}>`,
    ...blocks.map(blockHtml),
    ...sections.map((section) => sectionHtml(section, 3)),
    '</section>',
  ].join('\n');
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${textHtml(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${textHtml(item)}</li>`).join('\n')}</ul>`;
    case 'table':
      return tableHtml(block);
    case 'code':
      return scrolling(block.title, `<pre>${escaped(block.text)}</pre>`);
    case 'figure':
      return `<figure><figcaption>${escaped(block.caption)}</figcaption>${scrolling(block.caption, block.svg)}</figure>`;
    case 'details': {
      const id = block.id === undefined ? '' : ` id="${block.id}"`;
      return `<details${id}><summary>${textHtml(block.summary)}</summary>\n${block.blocks.map(blockHtml).join('\n')}</details>`;
    }
  }
}

/** What may be wider than the page moves by itself, by keyboard too. */
function scrolling(title: string, content: string, kind = 'scroll'): string {
  return `<div class="${kind}" role="group" tabindex="0" aria-label="${escaped(title)}">${content}</div>`;
}

function tableHtml({ caption, head, rows, narrow }: Table): string {
  const heads = head.map((text) => `<th scope="col"><span>${escaped(text)}</span></th>`).join('');
  const table = [
    `<table${narrow ? ' class="narrow"' : ''} aria-label="${escaped(caption)}">`,
    `<thead><tr>${heads}</tr></thead>`,
    `<tbody>${rows.map(rowHtml).join('\n')}</tbody>`,
    '</table>',
  ];
  return `<p class="caption">${escaped(caption)}</p>${scrolling(caption, table.join('\n'), narrow ? 'scroll columns' : 'scroll')}`;
}

function rowHtml({ id, cells }: Row): string {
  const row = cells.map((cell) => {
    const text = textHtml(cell);
    return `<td${/^[\d,]+$/.test(text) ? ' class="number"' : ''}>${text}</td>`;
  });
  return `<tr${id === undefined ? '' : ` id="${id}"`}>${row.join('')}</tr>`;
}

function textHtml(text: Text): string {
  return text.map(inlineHtml).join('');
}

function inlineHtml(inline: Inline): string {
  if (typeof inline === 'string') return escaped(inline).replaceAll('\n', '<br>');
  if ('code' in inline) return `<code>${escaped(inline.code)}</code>`;
  if ('to' in inline) return `<a href="#${inline.to}">${escaped(inline.text)}</a>`;
  return `<span class="${inline.mark}">${escaped(inline.text)}</span>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
