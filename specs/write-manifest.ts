import { writeFileSync } from 'node:fs';
import { check } from '../src/check/check.ts';
import type { Expectation } from '../src/cli/catalogue.ts';
import { families, specification } from './catalogue.ts';

/**
 * Writes the manifest anew from what the systems are now: every revision at its default scope.
 * A broken property is entered under the finding that claims it, else under the faults of that
 * revision, else as `broken`; read the
 * difference before you commit it, because it is what the specification says.
 */
const entries = families.flatMap((family) =>
  family.revisions.map((revision): Expectation => {
    const result = check(family.build({ scope: family.defaultScope, revision }));
    const known = specification.faults.filter(
      (f) => f.system === family.name && 'revision' in f.change && f.change.revision === revision,
    );
    const nameOf = (property: string) =>
      specification.findings.find(
        (f) => f.system === family.name && f.revision === revision && f.property === property,
      )?.id ??
      (known.map(({ id }) => id).join(', ') || 'broken');
    return {
      system: family.name,
      revision,
      scope: family.defaultScope,
      states: result.states,
      transitions: result.transitions,
      depth: result.depth,
      properties: Object.fromEntries(
        result.properties.map(({ property, verdict }) => [
          property.id,
          verdict === 'holds' ? 'holds' : nameOf(property.id),
        ]),
      ),
    };
  }),
);
writeFileSync(process.argv[2]!, `${JSON.stringify(entries, null, 2)}\n`);
