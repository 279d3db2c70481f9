import type { Fault } from 'xstate-check';
import { knownBugs, notModelled } from '../bugs.ts';
import { specification } from '../catalogue.ts';
import { mappingNotModelled } from '../mapping-types/defects.ts';
import { registrationNotModelled } from '../p2p-registration/defects.ts';
import { leftOut } from '../readings.ts';
import { defectsOf, revisions } from '../revisions/index.ts';
import { poolNotModelled } from '../xsk-pool/defects.ts';

const { faults, findings } = specification;

/** Every known defect: which rule catches it, in which system, and which versions had it. */
export function bugsPage(): string {
  const known = knownBugs.filter((id) => notModelled.every((bug) => bug.id !== id));
  const defects = known.filter((id) => !isObservation(id));
  const others = faults.filter((fault) => !knownBugs.includes(defectOf(fault)));
  return [
    '# Known defects, and what became of them here\n',
    'Written by `npm run docs`; do not edit. `P`: found before it was merged, `M`: after, `O`: observed on',
    'v7.1 to v7.3, `D`: of users. P8 is M3, D-06 is M2. The run of each is in',
    '[`counterexamples/`](counterexamples) or [`findings/`](findings), and `dmabuf-spec explain ID` prints it.\n',
    '## Modelled\n',
    table(['id', 'defect', 'caught by', 'in versions', 'source'], defects.flatMap(rowsOf)),
    '## Not modelled\n',
    table(
      ['id', 'defect', 'why not', 'source'],
      notModelled.map(({ id, title, reason, source }) => [id, title, reason, source]),
    ),
    '## Left out of functions that are drawn\n',
    'What a function of 7.3.4 does and the machine that stands for it does not show. A procedure machine',
    'that is not named here shows every branch of its function, or was never code (a proposal, an',
    'importer that nobody wrote).\n',
    table(
      ['function', 'machine', 'left out', 'why'],
      leftOut.map(({ function: name, machine, what, why }) => [name, machine, what, why]),
    ),
    '## Observed, and no defect of a kernel\n',
    'What these observations mean is a rule here; the fault is what would break it.\n',
    table(
      ['id', 'fault', 'caught by', 'in versions', 'source'],
      known.filter(isObservation).flatMap(rowsOf),
    ),
    '## Faults that nobody made yet\n',
    'What a change could get wrong, derived here or from the P2P registration RFC.\n',
    table(
      ['id', 'fault', 'caught by', 'source'],
      others.map((fault) => [fault.id, fault.title, caughtBy(fault), fault.source]),
    ),
    ...(
      [
        ['a registration', registrationNotModelled],
        ['mapping types', mappingNotModelled],
        ["a pool's swap", poolNotModelled],
      ] as const
    ).flatMap(([of, list]) => [
      `## Faults of ${of} that are none here\n`,
      table(
        ['id', 'fault', 'why not', 'source'],
        list.map(({ id, title, reason, source }) => [id, title, reason, source]),
      ),
    ]),
  ].join('\n');
}

/** An observation that is true of the kernel and breaks nothing. */
function isObservation(id: string): boolean {
  const found = findings.some((f) => f.id === id || f.id.startsWith(`${id}-`));
  // a fault that nobody made is derived; one of a kernel says of which
  const made = faults.some((f) => defectOf(f) === id && !f.source.startsWith('derived'));
  return id.startsWith('O') && !found && !made;
}

const defectOf = (fault: Fault) => fault.defect ?? fault.id;

function rowsOf(id: string): string[][] {
  const versions = revisions.filter(({ name }) => defectsOf(name).includes(id));
  const had = versions.map(({ name }) => name).join(', ');
  const found = findings.filter((finding) => finding.id === id || finding.id.startsWith(`${id}-`));
  return [
    ...faults
      .filter((fault) => defectOf(fault) === id)
      .map((fault) => [fault.id, fault.title, caughtBy(fault), had, fault.source]),
    ...found.map(({ id: finding, claim, system, property, revision, source }) => [
      finding,
      claim,
      `\`${system}\`: ${property}`,
      `open in ${revision}`,
      source,
    ]),
  ];
}

function caughtBy({ system, expected }: Fault): string {
  return `\`${system}\`: ${expected.join(', ')}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
