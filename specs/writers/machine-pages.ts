import { type MachineEntry, mermaid } from 'xstate-check';
import { type Subject, subjects } from '../subjects.ts';

/** The diagrams of all machines, for people who read rather than run: a list, and a page a subject. */
export function machinePages(): Map<string, string> {
  return new Map([
    ['machines.md', list()],
    ...subjects.map((subject) => [fileOf(subject), pageOf(subject)] as const),
  ]);
}

/** What every page says of itself. */
const WRITTEN = 'Written by `npm run docs` from `machines/`; do not edit.';

function list(): string {
  const sections = subjects.map((subject) => {
    const file = fileOf(subject);
    const lines = subject.machines.map(
      (entry) => `- [${entry.name}](${file}#${anchorOf(entry)}): ${descriptionOf(entry)}`,
    );
    return `## [${titleOf(subject)}](${file})\n\n${lines.join('\n')}\n`;
  });
  return `# The machines\n\n${WRITTEN}\n\n${sections.join('\n')}`;
}

function pageOf({ title, machines }: Subject): string {
  const sections = machines.map(
    (entry) =>
      `## ${headingOf(entry)}\n\n${descriptionOf(entry)}\n\n\`\`\`mermaid\n${mermaid(entry.machine)}\`\`\`\n`,
  );
  return `# Machines: ${title}\n\n${WRITTEN} [All machines](../machines.md)\n\n${sections.join('\n')}`;
}

function fileOf({ folder }: Subject): string {
  return `machines/${folder}.md`;
}

function headingOf({ name, kind }: MachineEntry): string {
  return `${name} (${kind})`;
}

/** As GitHub and GitLab make it of the heading. */
function anchorOf({ name, kind }: MachineEntry): string {
  return `${name}-${kind}`;
}

function titleOf({ title }: Subject): string {
  return title.replace(/^\w/, (first) => first.toUpperCase());
}

function descriptionOf({ machine }: MachineEntry): string {
  return machine.root.description ?? '';
}
