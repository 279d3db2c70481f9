import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { programOf, run } from 'xstate-check/command';
import { addPatchCommand } from 'xstate-check/kernel-command';
import { specification } from '../catalogue.ts';
import { modules } from '../modules.ts';
import { cSpecification } from '../source/index.ts';

/** The source of Linux 7.3.4, where there is one: without it, what is printed of it stays as it is. */
const tree = () => process.env.LINUX_TREE;

/** The pages of docs/ that show what commands print. */
export function pagesOfCommands(): string[] {
  return readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .filter((page) => readFileSync(page, 'utf8').includes('\n<!-- run '));
}

/**
 * A page, such as `docs/try-your-change.md`, with what its commands print made anew. The blocks are followed in their
 * order, in a directory of their own: `<!-- file NAME -->` writes the file
 * that it shows, `<!-- run … -->` runs the command, `<!-- first test of NAME -->` shows what a
 * command has written. `<!-- patch NAME -->` shows a patch of docs/patches, which is there, and so is
 * `linux`, the source, where a command needs it.
 */
export function tryPage(text: string): Promise<string> {
  return inDirectory(() => followed(text));
}

/** Does something in a directory in which there is what a page speaks of. */
export async function inDirectory<T>(make: () => Promise<T>): Promise<T> {
  const home = process.cwd();
  const directory = mkdtempSync(join(tmpdir(), 'try-your-change-'));
  // What a file imports is there, as it is in a clone.
  symlinkSync(join(home, 'node_modules'), join(directory, 'node_modules'));
  for (const name of readdirSync(PATCHES)) {
    symlinkSync(resolve(PATCHES, name), join(directory, name));
  }
  const linux = tree();
  if (linux !== undefined) symlinkSync(linux, join(directory, 'linux'));
  process.chdir(directory);
  try {
    return await make();
  } finally {
    process.chdir(home);
    rmSync(directory, { recursive: true });
  }
}

const PATCHES = 'docs/patches';

async function followed(text: string): Promise<string> {
  const block = /(<!-- (file|run|patch|first test of) (.*?) -->\n)([\s\S]*?)(<!-- end -->)/g;
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
    case 'patch':
      return `\`\`\`diff\n${readFileSync(argument, 'utf8')}\`\`\`\n`;
    case 'run':
      return (await printed(argument)) ?? content;
    default: {
      const [first = ''] = readFileSync(argument, 'utf8').match(/^test .*\n(?:.+\n)*/m) ?? [];
      return `\`\`\`text\n${first}\`\`\`\n`;
    }
  }
}

/** What a command prints, as a block; undefined where it needs a source that is not there. */
export async function printed(command: string): Promise<string | undefined> {
  if (command.includes('--tree linux') && tree() === undefined) return undefined;
  const text = (await output(command.split(' '))).replace(/\n+$/, '\n');
  return `\`\`\`text\n$ dmabuf-spec ${command}\n${text}\`\`\`\n`;
}

async function output(args: readonly string[]): Promise<string> {
  let printed = '';
  const keep = (text: string) => {
    printed += text;
  };
  const ofPatch = async () => ({ catalogue: specification, specification: cSpecification });
  const program = programOf({ ...specification, modules, targets: [] }, [
    (to, terminal, finished) => addPatchCommand(to, ofPatch, terminal, finished),
  ]);
  await run(program, args, { out: keep, error: keep, progress: () => {}, colour: false });
  return printed;
}
