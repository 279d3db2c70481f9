import type { Block, Document, Inline, Section, Text } from './document.ts';

/** A document as Markdown, for a repository or a mail: no HTML, nothing hidden. */
export function markdownOf({ title, summary, sections }: Document): string {
  const parts = [
    `# ${escaped(title)}`,
    ...summary.map(blockMarkdown),
    ...sections.flatMap((section) => sectionMarkdown(section, 2)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function sectionMarkdown({ title, blocks, sections = [] }: Section, level: 2 | 3): string[] {
  return [
    `${'#'.repeat(level)} ${escaped(title)}`,
    ...blocks.map(blockMarkdown),
    ...sections.flatMap((section) => sectionMarkdown(section, 3)),
  ].filter((part) => part !== '');
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return textMarkdown(block.text, '\n');
    case 'list':
      return block.items.map((item) => `- ${textMarkdown(item, ' ')}`).join('\n');
    case 'table':
      return [
        `${escaped(block.caption)}:`,
        '',
        line(block.head.map(escaped)),
        line(block.head.map(() => '---')),
        ...block.rows.map(({ cells }) => line(cells.map((cell) => textMarkdown(cell, '; ')))),
      ].join('\n');
    case 'code':
      return fenced('text', block.text);
    case 'figure':
      return block.mermaid === undefined ? '' : fenced('mermaid', block.mermaid);
    case 'details': {
      const inside = block.blocks.map(blockMarkdown).filter((part) => part !== '');
      return inside.length === 0
        ? ''
        : [`${textMarkdown(block.summary, ' ')}:`, ...inside].join('\n\n');
    }
  }
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** @param newline - what stands for the end of a line within a text */
function textMarkdown(text: Text, newline: string): string {
  return text.map((inline) => inlineMarkdown(inline, newline)).join('');
}

function inlineMarkdown(inline: Inline, newline: string): string {
  if (typeof inline === 'string') return escaped(inline).replaceAll('\n', newline);
  if ('code' in inline) return `\`${inline.code}\``;
  if ('to' in inline) return escaped(inline.text);
  return inline.mark === 'bad' ? `**${escaped(inline.text)}**` : escaped(inline.text);
}

/** An address in angle brackets would be taken for HTML. */
function escaped(text: string): string {
  return text.replace(/[<>*_[\]`]/g, (character) => `\\${character}`);
}
