import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../src/cli/main.ts';
import { specification } from './catalogue.ts';
import { modules } from './modules.ts';

/**
 * `docs/try-your-change.md` with what its commands print made anew. The blocks are followed in their
 * order, in a directory of their own: `<!-- file NAME -->` writes the file
 * that it shows, `<!-- run … -->` runs the command, `<!-- first test of NAME -->` shows what a
 * command has written.
 */
export async function tryPage(text: string): Promise<string> {
  const home = process.cwd();
  const directory = mkdtempSync(join(tmpdir(), 'try-your-change-'));
  // What a file imports is there, as it is in a clone.
  symlinkSync(join(home, 'node_modules'), join(directory, 'node_modules'));
  process.chdir(directory);
  try {
    return await followed(text);
  } finally {
    process.chdir(home);
    rmSync(directory, { recursive: true });
  }
}

async function followed(text: string): Promise<string> {
  const block = /(<!-- (file|run|first test of) (.*?) -->\n)([\s\S]*?)(<!-- end -->)/g;
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(block)) {
    const [whole, begin, kind, argument, content, end] = match as unknown as string[];
    const made = await contentOf(kind!, argument!, content!);
    parts.push(text.slice(from, match.index), begin!, made, end!);
    from = match.index + whole!.length;
  }
  return parts.join('') + text.slice(from);
}

async function contentOf(kind: string, argument: string, content: string): Promise<string> {
  switch (kind) {
    case 'file':
      writeFileSync(argument, content.replace(/^```ts\n|```\n$/g, ''));
      return content;
    case 'run':
      return `\`\`\`text\n$ dmabuf-spec ${argument}\n${await output(argument.split(' '))}\`\`\`\n`;
    default: {
      const [first = ''] = readFileSync(argument, 'utf8').match(/^test .*\n(?:.+\n)*/m) ?? [];
      return `\`\`\`text\n${first}\`\`\`\n`;
    }
  }
}

async function output(args: readonly string[]): Promise<string> {
  let printed = '';
  const keep = (text: string) => {
    printed += text;
  };
  const catalogue = { ...specification, modules, targets: [] };
  await run(catalogue, args, { out: keep, error: keep, progress: () => {}, colour: false });
  return printed;
}
