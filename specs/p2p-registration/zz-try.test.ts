import { it } from 'vitest';
import { check } from '../../src/check/check.ts';
import { diagram } from '../../src/explain/diagram.ts';
import { lint } from '../../src/lts/lint.ts';
import { machineGraph } from '../../src/paths/labelled-graph.ts';
import { primePaths } from '../../src/paths/prime-paths.ts';
import { ltsOf } from '../../src/system/product.ts';
import { registrationFamily } from './p2p-registration.system.ts';

it('tries', () => {
  for (const revision of registrationFamily.revisions)
    for (const scope of [
      registrationFamily.defaultScope,
      { devices: 1, bars: 2, vmas: 0, buffers: 0 },
      { devices: 2, bars: 2, vmas: 1, buffers: 1 },
    ]) {
      const system = registrationFamily.build({ scope, revision });
      const seen = new Set<string>();
      for (const p of system.parts) {
        if (seen.has(p.machine.id)) continue;
        seen.add(p.machine.id);
        const f = lint(p.machine);
        const lts = ltsOf(p.machine);
        let n = -1;
        try {
          n = primePaths(machineGraph(lts)).length;
        } catch {
          n = -2;
        }
        console.log(
          revision,
          p.machine.id,
          lts.states.length,
          'states',
          [...lts.edges].length,
          'edges',
          n,
          'primes',
          f.map((x) => `${x.rule} ${x.state}: ${x.message}`).join('\n'),
        );
      }
      const r = check(system);
      console.log(
        revision,
        JSON.stringify(scope),
        r.states,
        r.transitions,
        r.depth,
        r.space.product.uninitiated,
      );
      for (const p of r.properties) {
        console.log(p.verdict, p.property.id, p.verdict === 'vacuous' ? p.reason : '');
        if (p.verdict === 'broken' && scope === registrationFamily.defaultScope)
          console.log(diagram(p.counterexample));
      }
    }
});
