import { own } from '../../base/own.ts';
import { identity } from '../../base/program.ts';
import { type Block, counted, list, paragraph } from '../document.ts';
import type { Review } from '../review.ts';

/** What the report comes to, before anything else; first what is not as expected. */
export function summaryOf(review: Review): Block[] {
  const { families, judged, runs, faults, machines, differences } = review;
  const more = judged.length - families.length;
  const scopes = more === 0 ? '' : ` and ${counted(more, 'further scope')} of them`;
  const verdicts = judged.flatMap(({ result }) => result.properties.map((p) => p.verdict));
  const count = (verdict: string) => verdicts.filter((each) => each === verdict).length;
  const states = judged.reduce((sum, { result }) => sum + result.states, 0);
  const caught = faults.filter(({ fault, caughtBy }) =>
    fault.expected.every((id) => caughtBy.includes(id)),
  ).length;
  const findings = runs.filter(({ kind }) => kind === 'finding').length;
  return [
    paragraph(
      'Written by ',
      { code: `${identity().name} report` },
      `, version ${identity().version}.`,
    ),
    ...verdictOf(differences),
    list([
      `${counted(families.length, 'system')}${scopes}, ${counted(states, 'state')} in all, every one of them visited`,
      `${counted(verdicts.length, 'property', 'properties')} at the scopes below: ${count('holds')} hold, ${count('broken')} broken`,
      `${counted(findings, 'finding')} and ${counted(faults.length, 'fault')}, each with the shortest run that shows it; ${caught} of the faults are caught by every property that was expected to catch them`,
      `${counted(machines.length, 'machine')}, each as a diagram and as a table`,
    ]),
    ...relationOf(review, count('broken')),
    paragraph(
      'A property holds at a scope: a number of objects, which is stated with it. There every state that the parts can reach together was visited, and none breaks it. That is no proof for larger scopes, and a machine is as good as the source that it cites; what nobody stated is marked ',
      { code: 'derived' },
      '. ',
      { code: 'SYSTEM/PROPERTY/REVISION' },
      ', the id of a fault or of a finding is what ',
      { code: `${identity().name} explain` },
      ' and ',
      { code: `${identity().name} inspect` },
      ' take.',
    ),
  ];
}

function verdictOf(differences: readonly string[]): Block[] {
  if (differences.length === 0) {
    return [
      paragraph(
        { mark: 'good', text: 'As expected:' },
        ' every verdict is the one that the specification states, known defects included.',
      ),
    ];
  }
  return [
    paragraph(
      { mark: 'bad', text: 'Not as expected' },
      ` in ${counted(differences.length, 'point')}:`,
    ),
    list(differences),
  ];
}

/** How broken properties, findings and faults go together: three counts of three things. */
function relationOf({ judged, runs, faults }: Review, broken: number): Block[] {
  const expected = judged.flatMap(({ result, expectation }) =>
    result.properties.flatMap(({ property, verdict }) =>
      verdict === 'broken' ? (own(expectation?.properties, property.id)?.split(', ') ?? []) : [],
    ),
  );
  const findings = runs.filter(({ kind }) => kind === 'finding');
  const here = findings.filter(({ id }) => expected.includes(id)).length;
  const elsewhere = findings.length - here;
  const items = [
    ...(findings.length > 0
      ? ['A finding is what is broken in a version that was released or posted, as it is.']
      : []),
    ...(faults.length > 0
      ? [
          'A fault is a defect that was put in, one that the design had once or that a change could bring in; it shows that the rules can fail, and says nothing against the design as it is.',
        ]
      : []),
    ...(broken > 0 || findings.length > 0
      ? [
          `Broken counts properties of the systems without any fault, at the revisions and scopes of the table below: ${counted(broken, 'property is', 'properties are')}, by ${counted(here, 'finding')}${elsewhere === 0 ? '' : `; the other ${counted(elsewhere, 'finding')} ${elsewhere === 1 ? 'shows' : 'show'} at another revision or scope`}.`,
        ]
      : []),
  ];
  return items.length === 0 ? [] : [list(items)];
}
