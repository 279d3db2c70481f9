import { type Block, counted, list, paragraph } from '../document.ts';
import type { Review } from '../review.ts';

/** What the report comes to, before anything else; first what is not as expected. */
export function summaryOf({ judged, runs, faults, machines, differences }: Review): Block[] {
  const verdicts = judged.flatMap(({ result }) => result.properties.map((p) => p.verdict));
  const count = (verdict: string) => verdicts.filter((each) => each === verdict).length;
  const states = judged.reduce((sum, { result }) => sum + result.states, 0);
  const caught = faults.filter(({ fault, caughtBy }) =>
    fault.expected.every((id) => caughtBy.includes(id)),
  ).length;
  const findings = runs.filter(({ kind }) => kind === 'finding').length;
  return [
    ...verdictOf(differences),
    list([
      `${counted(judged.length, 'system')}, ${counted(states, 'state')} in all, every one of them visited`,
      `${counted(verdicts.length, 'property', 'properties')} at the scopes below: ${count('holds')} hold, ${count('broken')} broken`,
      `${counted(findings, 'finding')} and ${counted(faults.length, 'fault')}, each with the shortest run that shows it; ${caught} of the faults are caught by every property that was expected to catch them`,
      `${counted(machines.length, 'machine')}, each as a diagram and as a table`,
    ]),
    paragraph(
      'A property holds at a scope: a number of objects, which is stated with it. There every state that the parts can reach together was visited, and none breaks it. That is no proof for larger scopes, and a machine is as good as the source that it cites; what nobody stated is marked ',
      { code: 'derived' },
      '. ',
      { code: 'SYSTEM/PROPERTY/REVISION' },
      ', the id of a fault or of a finding is what ',
      { code: 'dmabuf-spec explain' },
      ' and ',
      { code: 'dmabuf-spec inspect' },
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
