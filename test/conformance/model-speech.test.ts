import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { specification } from '../../specs/catalogue.ts';

/*
 * What is said of a finding is read by people who know C and mail, and none of the machines: no name
 * of a state (`open.free`, `memory_on`), and none of a part that is not the name of an object.
 */
const SPEECH =
  /\bis (?:not )?[a-z_]+\.[a-z_]+|\bis (?:memory_on|memory_off|outside|out|engaged|idle)\b|\.section\b|\bleft_pinned\b/g;

describe.each(readdirSync('docs/findings'))('%s', (name) => {
  it('concludes in words', () => {
    const [conclusion = ''] = readFileSync(`docs/findings/${name}`, 'utf8')
      .trimEnd()
      .split('\n\n')
      .slice(-1);
    expect(conclusion.match(SPEECH) ?? []).toEqual([]);
  });
});

it.each(specification.findings)('the claim of $id', ({ claim }) => {
  expect(claim.match(SPEECH) ?? []).toEqual([]);
});

it('would tell a sentence of machines', () => {
  const was = 'vdev0 is open.free or closed.free and vdev0.memory is low_power.engaged, and yet';
  expect(was.match(SPEECH)).toEqual(['is open.free', 'is low_power.engaged']);
});
