import { describe, expect, test } from 'vitest';
import { brokenIn, defaultRevision, isSameScope, untestedProperties } from 'xstate-check';
import { families, specification } from '../specs/catalogue.ts';

/**
 * Every property is broken by a fault, or by leaving out one step of a machine that it names; what
 * nothing breaks is listed here, with the reason.
 */
const UNTESTED: Readonly<Record<string, readonly string[]>> = {
  // An importer without P2P has one answer and no other state; leaving its answer out is no attach.
  'dma-buf-life': ['refused(att[4])'],
  // M9 breaks it where the path that unlocks too early is (iommufd); here every step is under resv.
  'rdma-pinned': ['resv-held'],
  // An importer that is refused does nothing for which dma_resv is needed.
  'attach-not-p2p': ['resv-held'],
  // The one call with an answer reads a length, and may wait where it has none.
  'sg-entries': ['totality'],
  // Owner, container and process go on without each other, whatever step one of them lacks.
  'type1-lifetime': ['deadlock'],
  // One range is mapped alike by every route; of two the finding one-framebuffer breaks it.
  'two-gpus': ['routes-agree'],
};

describe.each(families.map((family) => ({ name: family.name, family })))('$name', ({ family }) => {
  test('every property can break', () => {
    const broken = specification.faults
      .filter(({ system }) => system === family.name)
      .flatMap(({ expected }) => expected);
    const revision = defaultRevision(specification, family);
    const { untested, notHolding } = untestedProperties(family, {
      scope: family.defaultScope,
      revision,
      broken,
    });
    expect(untested).toEqual(UNTESTED[family.name] ?? []);
    const entered = brokenIn(specification, family, revision)
      .filter(({ scope }) => isSameScope(scope, family.defaultScope))
      .map(({ property }) => property);
    expect(notHolding.toSorted()).toEqual(entered.toSorted());
  });
});
