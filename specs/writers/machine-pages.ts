import type { MachineEntry } from '../../src/catalogue/catalogue.ts';
import { mermaid } from '../../src/export/mermaid.ts';
import { specification } from '../catalogue.ts';

/** The diagrams of all machines, for people who read rather than run: a list, and a page a subject. */
export function machinePages(): Map<string, string> {
  const { machines } = specification;
  const subjects = new Map(
    machines.map(({ subject = '' }) => [subject, machines.filter((m) => m.subject === subject)]),
  );
  return new Map([
    ['machines.md', listOf(subjects)],
    ...[...subjects].map(
      ([subject, machines]) => [fileOf(subject), pageOf(subject, machines)] as const,
    ),
  ]);
}

/** What every page says of itself. */
const WRITTEN = 'Written by `npm run docs` from `machines/`; do not edit.';

function listOf(subjects: ReadonlyMap<string, readonly MachineEntry[]>): string {
  const sections = [...subjects].map(([subject, machines]) => {
    const lines = machines.map(
      (entry) =>
        `- [${entry.name}](${fileOf(subject)}#${anchorOf(entry)}): ${descriptionOf(entry)}`,
    );
    return `## [${titleOf(subject)}](${fileOf(subject)})\n\n${lines.join('\n')}\n`;
  });
  return `# The machines\n\n${WRITTEN}\n\n${sections.join('\n')}`;
}

function pageOf(subject: string, machines: readonly MachineEntry[]): string {
  const sections = machines.map(
    (entry) =>
      `## ${headingOf(entry)}\n\n${descriptionOf(entry)}\n\n\`\`\`mermaid\n${mermaid(entry.machine)}\`\`\`\n`,
  );
  return `# Machines: ${subject}\n\n${WRITTEN} [All machines](../machines.md)\n\n${sections.join('\n')}`;
}

function fileOf(subject: string): string {
  return `machines/${subject.toLowerCase().replaceAll(' ', '-')}.md`;
}

function headingOf({ name, kind }: MachineEntry): string {
  return `${name} (${kind})`;
}

/** As GitHub and GitLab make it of the heading. */
function anchorOf({ name, kind }: MachineEntry): string {
  return `${name}-${kind}`;
}

function titleOf(subject: string): string {
  return subject.replace(/^\w/, (first) => first.toUpperCase());
}

function descriptionOf({ machine }: MachineEntry): string {
  return machine.root.description ?? '';
}
