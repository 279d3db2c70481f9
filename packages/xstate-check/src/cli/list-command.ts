import { InputError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { exampleOfScope, identity } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import { bySubject } from '../catalogue/by-subject.ts';
import {
  AS_LOADED,
  type Catalogue,
  defaultRevision,
  formatScope,
  type MachineEntry,
  parseScope,
} from '../catalogue/catalogue.ts';
import { familiesNamed, withRefused } from '../load/file.ts';
import { inWords } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';

export interface ListOptions {
  readonly scope?: string;
  readonly json?: boolean;
}

/** Lists machines, systems, properties, faults and revisions. */
export async function listCommand(
  catalogue: Catalogue,
  name: string | undefined,
  options: ListOptions,
  terminal: Terminal,
): Promise<number> {
  const { refused, ...content } = await contentOf(catalogue, name, options);
  if (options.json) {
    terminal.out(`${JSON.stringify(content, null, 2)}\n`);
    return withRefused(EXIT.ok, refused, terminal);
  }
  const section = (title: string, entries: readonly (readonly [string, string])[]) => {
    if (entries.length === 0) return;
    terminal.out(`${title}\n`);
    for (const [head, text] of entries) {
      for (const [i, line] of wrap(head, 76).entries()) {
        terminal.out(`${i === 0 ? '  ' : '    '}${line}\n`);
      }
      for (const line of text === '' ? [] : wrap(text, 74)) terminal.out(`      ${line}\n`);
    }
    terminal.out('\n');
  };
  for (const [title, systems] of headed('Systems', content.systems)) {
    section(
      title,
      systems.map((s) => [[s.name, formatScope(s.scope)].filter(Boolean).join(': '), s.title]),
    );
  }
  for (const [title, machines] of headed('Machines', content.machines)) {
    section(
      title,
      machines.map((m) => [`${m.name} (${m.kind})`, '']),
    );
  }
  section(
    'Properties',
    content.properties.map((p) => [`${p.system}: ${p.id} (${p.kind})`, p.title]),
  );
  section(
    'Faults',
    content.faults.map((f) => [`${f.id} (${f.system}, ${f.machine})`, f.title]),
  );
  section(
    'Revisions',
    content.revisions
      .filter((r) => r.revision !== AS_LOADED)
      .map((r) => [`${r.system}: ${r.revision}`, '']),
  );
  return withRefused(EXIT.ok, refused, terminal);
}

async function contentOf(catalogue: Catalogue, name: string | undefined, options: ListOptions) {
  if (name === undefined && options.scope !== undefined) {
    throw new InputError(
      `--scope is for one system: ${identity().name} list SYSTEM --scope ${exampleOfScope(1)}`,
    );
  }
  const { families, refused } =
    name === undefined
      ? { families: catalogue.families, refused: [] }
      : await familiesNamed(catalogue, name);
  const systems = families.map((family) => ({
    family,
    system: family.build({
      scope: parseScope(options.scope, family),
      revision: defaultRevision(catalogue, family),
    }),
  }));
  const known = families.filter((family) => catalogue.families.includes(family));
  const isOfThem = ({ system }: { system: string }) => known.some((f) => f.name === system);
  const machines =
    name === undefined
      ? catalogue.machines
      : machinesOf(systems.flatMap(({ system }) => system.parts));
  return {
    refused,
    machines: machines.map(({ name, kind, subject }) => ({
      ...{ name, kind },
      ...(subject !== undefined && { subject }),
    })),
    systems: systems.map(({ family, system }) => ({
      ...{ name: family.name, title: family.title },
      ...(family.subject !== undefined && { subject: family.subject }),
      scope: system.scope,
    })),
    properties: systems.flatMap(({ family, system }) =>
      system.properties.map((property) => ({
        id: property.id,
        system: family.name,
        kind: property.kind,
        title: property.title,
        rule: ruleOf(property),
        source: property.source,
      })),
    ),
    faults: catalogue.faults
      .filter(isOfThem)
      .map(({ id, title, machine, system, expected, source }) => ({
        id,
        title,
        machine,
        system,
        expected,
        source,
      })),
    revisions: families.flatMap((family) =>
      family.revisions.map((revision) => ({ system: family.name, revision })),
    ),
  };
}

/** What is listed, each subject under its own heading. */
function headed<T extends { readonly subject?: string }>(title: string, all: readonly T[]) {
  return bySubject(all, ({ subject }) => subject).map(
    ([subject, ones]) => [subject === undefined ? title : `${title}, ${subject}`, ones] as const,
  );
}

/** The machines of parts, each once. */
function machinesOf(parts: System['parts']): Omit<MachineEntry, 'machine'>[] {
  const kinds = new Map(
    parts.flatMap(({ machine, kind }) => (kind === 'monitor' ? [] : [[machine.id, kind] as const])),
  );
  return [...kinds].map(([name, kind]) => ({ name, kind }));
}

function ruleOf(property: Property): string {
  return 'when' in property
    ? `whenever ${inWords(property.when)}: ${property.kind === 'leads-to' ? 'in the end ' : ''}${inWords(property.then)}`
    : property.title;
}
