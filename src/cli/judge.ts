import { check, type SystemResult } from '../check/check.ts';
import type { Bounds } from '../explore/explore.ts';
import { withoutVariant } from '../lts/label.ts';
import type { SystemFamily } from '../system/system.ts';
import type { Catalogue, Expectation } from './catalogue.ts';

/** A system's result beside what the manifest expects of it. */
export interface Judged {
  readonly result: SystemResult;
  readonly expectation: Expectation | undefined;
  /** What differs, as sentences; empty where everything is as expected. */
  readonly differences: readonly string[];
  readonly milliseconds: number;
}

export function judge(
  catalogue: Catalogue,
  family: SystemFamily,
  options: { readonly scope: Expectation['scope']; readonly revision: string },
  bounds: Bounds = {},
): Judged {
  const start = performance.now();
  const result = check(family.build(options), bounds);
  const expectation = catalogue.expectations.find(
    (e) =>
      e.system === family.name &&
      e.revision === options.revision &&
      JSON.stringify(e.scope) === JSON.stringify(options.scope),
  );
  const differences = expectation === undefined ? unexpected(result) : compare(result, expectation);
  return { result, expectation, differences, milliseconds: performance.now() - start };
}

/** Without an entry in the manifest every property is expected to hold. */
function unexpected(result: SystemResult): string[] {
  return result.properties.flatMap(({ property, verdict }) =>
    verdict === 'holds' ? [] : [`${property.id} is ${verdict}`],
  );
}

function compare(result: SystemResult, expected: Expectation): string[] {
  const differences: string[] = [];
  for (const key of ['states', 'transitions', 'depth'] as const) {
    if (result[key] !== expected[key]) {
      differences.push(`${key}: ${result[key]}, expected ${expected[key]}`);
    }
  }
  for (const { property, verdict } of result.properties) {
    const wanted = expected.properties[property.id];
    const ok = wanted === 'holds' ? verdict === 'holds' : verdict === 'broken';
    if (wanted === undefined) differences.push(`${property.id}: not in the manifest`);
    else if (!ok)
      differences.push(
        `${property.id}: ${verdict}, expected ${wanted === 'holds' ? 'holds' : `broken (${wanted})`}`,
      );
  }
  for (const id of Object.keys(expected.properties)) {
    if (!result.properties.some(({ property }) => property.id === id)) {
      differences.push(`${id}: in the manifest, but not a property of the system`);
    }
  }
  return differences;
}

/** The labels of a run, one a step, as tests and mails compare them. */
export function labelsOf(
  result: Pick<SystemResult, 'space'>,
  vectors: readonly number[],
): string[] {
  return vectors.map((vector) => withoutVariant(result.space.product.vectors[vector]!.label));
}
