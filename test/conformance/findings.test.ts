import { describe, expect, it } from 'vitest';
import {
  check,
  diagram,
  type Finding,
  findByName,
  formatScope,
  ruleBroken,
  type Scope,
  type SystemResult,
} from 'xstate-check';
import { wrap } from 'xstate-check/command';
import { specification } from '../../specs/catalogue.ts';
import { WIDTH } from './family-cases.ts';

/** Findings that are looked for in one state space. */
interface Place {
  readonly system: string;
  readonly revision: string;
  readonly scope: Scope;
  readonly findings: readonly Finding[];
}

/*
 * The run of every finding is in docs/findings; `npx vitest run test/conformance -u` writes them.
 */
describe.each(places())('$system at $revision', ({ system, revision, scope, findings }) => {
  let result: SystemResult | undefined;
  const checked = () => {
    const family = findByName('system', system, specification.families, ({ name }) => name);
    const built = family.build({ scope, revision });
    const wanted = findings.map(({ property }) => property);
    const properties = built.properties.filter(({ id }) => wanted.includes(id));
    result ??= check({ ...built, properties });
    return result;
  };

  it.each(findings)('$id: $claim', async (finding) => {
    const text = textOf(finding, scope, checked());
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(WIDTH);
    await expect(text).toMatchFileSnapshot(`../../docs/findings/${finding.id}.txt`);
  });
});

function places(): Place[] {
  const found = new Map<string, Place>();
  for (const finding of specification.findings) {
    const { system, revision } = finding;
    const { defaultScope } = findByName(
      'system',
      system,
      specification.families,
      ({ name }) => name,
    );
    const scope = finding.scope ?? defaultScope;
    const key = JSON.stringify([system, revision, scope]);
    const before = found.get(key)?.findings ?? [];
    found.set(key, { system, revision, scope, findings: [...before, finding] });
  }
  return [...found.values()];
}

/** The claim, where it is stated and where it shows; then the run. */
function textOf(finding: Finding, scope: Scope, { properties }: SystemResult): string {
  const judged = properties.find(({ property }) => property.id === finding.property);
  if (judged?.verdict !== 'broken') throw new Error(`${finding.id}: nothing breaks`);
  const { counterexample } = judged;
  const head = [
    `${finding.id}: ${finding.claim}`,
    `Source: ${finding.derived ? 'derived here; ' : ''}${finding.source}`,
    `Shown by: ${finding.system}, revision ${finding.revision}, ${formatScope(scope)}.`,
    '',
    ruleBroken(counterexample),
  ];
  const lines = head.flatMap((line) => wrap(line, WIDTH));
  return `${lines.join('\n')}\n\n${diagram(counterexample)}`;
}
