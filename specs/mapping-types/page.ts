import { isSameScope, type Scope } from 'xstate-check';
import { specification } from '../catalogue.ts';
import { table } from '../uses/page.ts';
import { MATCHED, REVOKED } from './scopes.ts';
import { revisions } from './versions.ts';

const SYSTEM = 'typed-attachment';

/** `docs/mapping-types.md`: which design keeps which rule, and what was asked in its thread. */
export function mappingTypesPage(): string {
  return `# How an importer and an exporter agree on what a mapping is

Written by \`npm run docs\` from machines; do not edit. For authors of dma-buf exporters and importers.

No kernel has mapping types: 7.3.4 has none of it, and nothing here was run on one. The machines are
those of the series of February 2026 (RFC 00/26), with vfio-pci as the exporter and an importer of one
attachment, every error, a reset and the last close of the device. Lists of one entry are asked against
what takes memory away, lists of two for what matches. All lists of at most three entries, of four kinds,
near and far, with each errno of a type's own match (43,350 searches), come to the same in a second
implementation that knows nothing of the machines (\`test/match-table.test.ts\`).

${verdicts(['types-ic-v2', 'types-branch', 'types-rfc', 'types-converters', 'types-required'])}
${legend()}

A cell is a finding (\`dmabuf-spec explain F-B06\` prints its run) or \`kept\`; \`-\` where no run comes to
what the rule is about. All was read, and of the posted text what the mails and reviews quote. Where
they say nothing of a design, it is drawn as RFC 00/26: F-B06, F-B11, F-B22 and every \`kept\` in the other
columns are that much derived. The RFC of 2025-10-14 has no column: only its title was read.

## What was asked in October 2025, answered by runs

Each is \`types-required\` with that one change, at \`lists=2,revokes=0\`; the runs are in
[\`counterexamples/\`](counterexamples).

${answers()}
What follows for who writes the next version:

- A list of one SGT entry is all that an importer of today needs: \`dma_buf_dynamic_attach()\` makes it.
  Then there is one attach, P2P is a flag of that entry, and \`map_type\` is set for everybody.
- "The core always returns a match of scatterlists" holds where the exporter offers an SGT entry that
  fits (\`sgt-pair-matches\`). An exporter of PAL alone needs a converter, or the answer is an error.
- The core has to refuse \`importer_ops = NULL\` (F-B11, F-B11-hang), or each exporter that revokes has to.
- No match is -EINVAL, where vfio-pci answers -EOPNOTSUPP today (F-B22): somebody has to decide.
- An importer stores its attachment before it lets go of dma_resv (F-B06). \`iopt_map_dmabuf()\` of 7.3.4
  stores it behind dma_resv_unlock() as well; its callback does not use it, and that of the series does.
- \`match\` may look at what the buffer has a reference to, and at nothing of the device behind it (B-05).

What is not drawn is in [\`bugs.md\`](bugs.md): ${specification
    .limits!.notModelled.filter(({ id }) => /^B-\d+$/.test(id))
    .map(({ id }) => id)
    .join(
      ', ',
    )}. Which devices are near is a choice here; several importers, importers that unmap later,
KVM and the addresses themselves are not drawn.
`;
}

const verdictsOf = (revision: string, scope: Scope) =>
  specification.expectations.find(
    (one) => one.system === SYSTEM && one.revision === revision && isSameScope(one.scope, scope),
  )?.properties ?? {};

/** What a design makes of a rule, at either scope. */
function cell(rule: string, revision: string): string {
  const said = [REVOKED, MATCHED].map((scope) => verdictsOf(revision, scope)[rule]);
  const broken = said.find((one) => one !== undefined && one !== 'holds' && one !== 'vacuous');
  if (broken !== undefined) return broken;
  return said.includes('holds') ? 'kept' : '-';
}

const propertiesOf = () =>
  specification.families
    .find(({ name }) => name === SYSTEM)!
    .build({ scope: REVOKED, revision: revisions[0]!.name }).properties;

/** Rule × design. */
function verdicts(names: readonly string[]): string {
  return table(
    ['rule', 'what it says', ...names],
    propertiesOf()
      .filter(({ id }) => !['totality', 'rest', 'deadlock'].includes(id))
      .map(({ id, title, rule }) => [
        `\`${id}\``,
        rule ? `${title} (${rule})` : title,
        ...names.map((name) => cell(id, name)),
      ]),
  );
}

function legend(): string {
  return revisions
    .slice(0, 5)
    .map(({ name, title }) => `- \`${name}\`: ${title}.`)
    .join('\n');
}

const QUESTIONS = [
  ['allow_ic: may an importer whose map fails go back to a scatterlist?', 'types-allow-ic', 'B-17'],
  ['may SGT and allow_peer2peer be left alone?', 'types-sgt-left-alone', 'sgt-left-alone'],
  ['may an importer have a third path, where nothing matches?', 'types-three-paths', 'three-paths'],
] as const;

/** The questions of both authors, the rules that would be broken, and their runs. */
function answers(): string {
  const sound = verdictsOf('types-required', MATCHED);
  return table(
    ['question', 'rules that it breaks', 'run'],
    QUESTIONS.map(([question, revision, fault]) => {
      const rules = Object.entries(verdictsOf(revision, MATCHED)).filter(
        ([rule, is]) => !['holds', 'vacuous'].includes(is) && sound[rule] !== is,
      );
      return [
        question,
        rules.map(([rule]) => `\`${rule}\``).join(', '),
        `[${fault}](counterexamples/${fault}.txt)`,
      ];
    }),
  );
}
