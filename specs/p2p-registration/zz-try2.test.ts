import { it } from 'vitest';
import { check } from '../../src/check/check.ts';
import { diagram } from '../../src/explain/diagram.ts';
import { checkFault } from '../../src/faults/fault.ts';
import { lint } from '../../src/lts/lint.ts';
import { families, faults, machines } from './index.ts';

it('tries', () => {
  for (const m of machines)
    for (const f of lint(m.machine)) console.log('LINT', m.name, f.rule, f.state, f.message);
  const race = families[1]!;
  const r = check(race.build({ scope: race.defaultScope, revision: 'completed' }));
  console.log(r.states, r.transitions, r.depth, r.space.product.uninitiated);
  for (const p of r.properties) {
    console.log(p.verdict, p.property.id, p.verdict === 'vacuous' ? p.reason : '');
    if (p.verdict === 'broken') console.log(diagram(p.counterexample));
  }
  for (const f of faults) {
    const family = families.find((x) => x.name === f.system)!;
    const res = checkFault(family, f);
    console.log(
      'FAULT',
      f.id,
      res.caughtBy.join(),
      'anyway',
      res.brokenAnyway.join(),
      res.caughtBy.length === f.expected.length ? '' : 'MISSED',
    );
    for (const c of res.counterexamples.slice(0, 1)) console.log(diagram(c));
  }
});
