import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { mermaid, suggested } from 'xstate-check';
import { programOf, run, writeWhole } from 'xstate-check/command';
import { specification } from '../catalogue.ts';
import { devicePage } from '../device/page.ts';
import { mappingTypesPage } from '../mapping-types/page.ts';
import { pageBackedPage } from '../page-backed/page.ts';
import { routesPage } from '../routes/page.ts';
import { flowPages } from '../uses/pages.ts';
import { xskPoolPage } from '../xsk-pool/page.ts';
import { bugsPage } from './bugs-page.ts';
import { callsPage } from './calls-page.ts';
import { designsPage } from './designs-page.ts';
import { machinePages } from './machine-pages.ts';
import { mappingPage } from './mapping-page.ts';
import { operationsPage } from './operations-page.ts';
import { questionsPage } from './questions-page.ts';
import { reductionPage } from './reduction-page.ts';
import { statementsPage } from './statements.ts';
import { inDirectory, pagesOfCommands, printed, tryPage } from './try-page.ts';

const { machines } = specification;

/** The README with everything between `<!-- … -->` and `<!-- end -->` made anew. */
export async function readme(text: string): Promise<string> {
  const block = /(<!-- (diagram|output|matrix|patch) ?(.*?) -->\n)([\s\S]*?)(<!-- end -->)/g;
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(block)) {
    const [whole, begin, kind, argument, before, end] = match as unknown as string[];
    const made = await content(kind!, argument!, before!);
    parts.push(text.slice(from, match.index), begin!, made, end!);
    from = match.index + whole!.length;
  }
  return parts.join('') + text.slice(from);
}

async function content(kind: string, argument: string, before: string): Promise<string> {
  switch (kind) {
    case 'diagram': {
      const { machine } = machines.find(({ name }) => name === argument)!;
      return `\`\`\`mermaid\n${mermaid(machine, { answers: false })}\`\`\`\n`;
    }
    case 'patch': {
      const shown = await inDirectory(() => printed(argument));
      return shown === undefined ? before : firstOf(shown);
    }
    case 'matrix':
      return asTyped(argument, tablesOf(await output(argument)));
    default:
      return asTyped(argument, await output(argument));
  }
}

/** Of what `patch` prints: the first system in which a rule breaks, its run, and the answer. */
function firstOf(shown: string): string {
  const systems = [...shown.matchAll(/\n\n(?=[a-z][a-z-]+, \d)/g)];
  const second = systems[1]?.index;
  const answer = shown.indexOf('\n=> ');
  if (second === undefined || answer < 0) return shown;
  return `${shown.slice(0, second)}\n\n…\n${shown.slice(answer)}`;
}

/** The tables of a matrix, and what their symbols mean. */
function tablesOf(matrix: string): string {
  const blocks = matrix.split('\n\n');
  const legend = blocks.findIndex((block) => block.startsWith('+ holds'));
  return `${blocks.slice(0, legend + 1).join('\n\n')}\n`;
}

function asTyped(command: string, printed: string): string {
  return `\`\`\`text\n$ dmabuf-spec ${command}\n${printed}\`\`\`\n`;
}

/** What a command prints. */
async function output(args: string): Promise<string> {
  let printed = '';
  const keep = (text: string) => {
    printed += text;
  };
  const terminal = { out: keep, error: keep, progress: () => {}, colour: false };
  await run(programOf({ ...specification, targets: [] }), args.split(' '), terminal);
  return printed;
}

const [, , write, ...pages] = process.argv;
if (write === 'write') await (pages.length === 0 ? writeAll() : writePages(pages));

async function writeAll(): Promise<void> {
  rmSync('docs/machines', { recursive: true, force: true });
  mkdirSync('docs/machines');
  for (const [path, text] of machinePages()) writeWhole(`docs/${path}`, text);
  writeWhole('docs/bugs.md', bugsPage());
  writeWhole('docs/calls.md', callsPage());
  writeWhole('docs/operations.md', operationsPage());
  writeWhole('docs/questions.md', questionsPage());
  writeWhole('docs/when-may-i-map.md', mappingPage());
  writeWhole('docs/device.md', devicePage());
  writeWhole('docs/page-backed.md', pageBackedPage());
  for (const [path, text] of flowPages()) writeWhole(`docs/${path}`, text);
  writeWhole('docs/routes.md', routesPage());
  writeWhole('docs/mapping-types.md', mappingTypesPage());
  writeWhole('docs/xsk-pool.md', xskPoolPage());
  writeWhole('docs/statements.md', statementsPage());
  writeWhole('docs/designs.md', designsPage(await output('compare p2p-memory')));
  const reduction = 'docs/reduction.md';
  writeWhole(reduction, reductionPage(readFileSync(reduction, 'utf8')));
  await writePages(pagesOfCommands());
  writeWhole('README.md', await readme(readFileSync('README.md', 'utf8')));
}

/** Pages of docs/ that show what commands print. */
async function writePages(names: readonly string[]): Promise<void> {
  const known = pagesOfCommands();
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(
      `no page '${unknown}' shows what commands print; ${suggested(unknown, known)}\n`,
    );
    process.exit(2);
  }
  for (const page of names) writeWhole(page, await tryPage(readFileSync(page, 'utf8')));
}
