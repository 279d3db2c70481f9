import { inWords } from '../check/predicate.ts';
import type { Property } from '../check/property.ts';
import { type Catalogue, formatScope } from './catalogue.ts';
import { type Terminal, table } from './terminal.ts';

/** Lists machines, systems, properties, faults and revisions. */
export function listCommand(
  catalogue: Catalogue,
  options: { json?: boolean },
  terminal: Terminal,
): number {
  const content = contentOf(catalogue);
  if (options.json) {
    terminal.out(`${JSON.stringify(content, null, 2)}\n`);
    return 0;
  }
  const section = (title: string, rows: (string | number)[][]) =>
    terminal.out(`${title}\n${table(rows).replace(/^/gm, '  ').trimEnd()}\n\n`);
  section(
    'Systems',
    content.systems.map((s) => [s.name, formatScope(s.scope), s.title]),
  );
  section(
    'Machines',
    content.machines.map((m) => [m.name, m.kind]),
  );
  section(
    'Properties',
    content.properties.map((p) => [p.system, p.id, p.kind, p.title]),
  );
  section(
    'Faults',
    content.faults.map((f) => [f.id, f.machine, f.title]),
  );
  section(
    'Revisions',
    content.revisions.map((r) => [r.system, r.revision]),
  );
  return 0;
}

function contentOf(catalogue: Catalogue) {
  const systems = catalogue.families.map((family) => ({
    family,
    system: family.build({ scope: family.defaultScope, revision: family.revisions[0]! }),
  }));
  return {
    machines: catalogue.machines.map(({ name, kind }) => ({ name, kind })),
    systems: catalogue.families.map(({ name, title, defaultScope }) => ({
      name,
      title,
      scope: defaultScope,
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
    faults: catalogue.faults.map(({ id, title, machine, system, expected, source }) => ({
      id,
      title,
      machine,
      system,
      expected,
      source,
    })),
    revisions: catalogue.families.flatMap((family) =>
      family.revisions.map((revision) => ({ system: family.name, revision })),
    ),
  };
}

function ruleOf(property: Property): string {
  return 'when' in property
    ? `whenever ${inWords(property.when)}: ${property.kind === 'leads-to' ? 'in the end ' : ''}${inWords(property.then)}`
    : property.title;
}
