import { formatScope } from '../../catalogue/catalogue.ts';
import type { GeneratedSuites } from '../../catalogue/suites.ts';
import { infeasibleIn } from '../../generate/format-suite.ts';
import type { TestSuite } from '../../generate/test-suite.ts';
import { type Block, list, paragraph, type Section } from '../document.ts';
import type { Review } from '../review.ts';

/** What the generated tests walk, and what no test can. */
export function coverageSection({ coverage, machines }: Review): Section[] {
  if (coverage.length === 0) return [];
  const walked = new Set(coverage.flatMap(({ suites }) => suites.map(({ part }) => part?.machine)));
  const others = machines
    .filter(({ entry }) => !walked.has(entry.name))
    .map(({ entry }) => entry.name);
  return [
    {
      id: 'coverage',
      title: 'What the generated tests cover',
      blocks: [
        paragraph(
          'A criterion requires paths of a machine. Those that some run of the closed system contains are walked by a test, every one of them. The others are not possible there: the search went through all reachable states of the system; below is, for each suite, the shortest part of them that cannot happen. The simple path of no steps counts as one, and needs no test.',
        ),
        {
          kind: 'table',
          caption: 'Criteria, counted on each machine in the smallest system that closes it',
          head: ['suite', 'of', 'criterion', 'required', 'possible', 'walked', 'tests', 'steps'],
          rows: coverage.flatMap(({ source, suites }) =>
            suites.map((suite) => ({ cells: [[source.name], ...suiteCells(suite)] })),
          ),
        },
        ...omissionsOf(coverage),
        ...coverage.flatMap(impossible),
        ...(others.length === 0
          ? []
          : [
              paragraph(
                `No generated test counts on these machines, which the checks above are about: ${others.join(', ')}.`,
              ),
            ]),
      ],
    },
  ];
}

function suiteCells({ part, criterion, required, obstacles, tests }: TestSuite) {
  const possible = required - infeasibleIn(obstacles);
  const steps = tests.reduce((sum, test) => sum + test.steps.length, 0);
  return [
    [part?.machine ?? 'system'],
    [criterion],
    ...[required, possible, possible, tests.length, steps].map((n) => [n.toLocaleString('en-US')]),
  ];
}

function omissionsOf(coverage: readonly GeneratedSuites[]): Block[] {
  const left = coverage.flatMap(({ source, omissions }) =>
    omissions.map(
      ({ of, criterion, reason }) => `Left out: ${source.name}, ${of}, ${criterion}: ${reason}`,
    ),
  );
  return left.length === 0 ? [] : [list(left)];
}

function impossible({ source, suites }: GeneratedSuites): Block[] {
  const with_ = suites.filter(({ obstacles }) => obstacles.length > 0);
  if (with_.length === 0) return [];
  const paths = with_.reduce((sum, { obstacles }) => sum + infeasibleIn(obstacles), 0);
  return [
    {
      kind: 'details',
      summary: [
        `${source.name}: ${paths.toLocaleString('en-US')} required paths are not possible in ${source.system.name} at ${formatScope(source.system.scope)}, and why`,
      ],
      blocks: with_.map(({ part, criterion, obstacles }) => ({
        kind: 'code',
        title: `${part?.machine ?? 'system'}, ${criterion}: in how many required paths, and what cannot happen`,
        text: `${part?.machine ?? 'system'}, ${criterion}\n${obstacles
          .map(({ obstructs, path }) => `${String(obstructs).padStart(6)}  ${path}\n`)
          .join('')}`,
      })),
    },
  ];
}
