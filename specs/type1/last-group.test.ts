import { expect, test } from 'vitest';
import { check, type System } from 'xstate-check';
import { operations } from '../operations/index.ts';
import { withLastGroup } from './last-group.fixture.ts';

const misused = (system: System) =>
  check({
    ...system,
    properties: system.properties.filter(({ id }) => id === 'no-misuse'),
  }).properties[0]!;

/** Without the calls of the container that may be under way meanwhile. */
const alone = (system: System): System => ({
  ...system,
  parts: system.parts.filter(({ thread }) => thread !== 'map_dma' && thread !== 'unmap_dma'),
});

test('an ioctl of a container that has read iommu_data takes a lock that the last group has freed', () => {
  const found = misused(withLastGroup());
  if (found.verdict !== 'broken') throw new Error(`it is ${found.verdict}`);
  const { space, run } = found.counterexample;
  const labels = run.vectors.map((vector) => space.product.vectors[vector]!.label);
  expect(labels.filter((label) => /container|map_dma:|iommu\.lock/.test(label))).toEqual([
    'dma[0].map_dma:begin@map_dma',
    'dma[0].unset_container:begin@unset_container',
    'iommu.lock.mutex_lock@unset_container',
    'dma[0].find_dma:false@unset_container',
    'iommu.lock.mutex_unlock@unset_container',
    'iommu.lock.mutex_destroy@unset_container',
    'iommu.lock.mutex_lock@map_dma',
  ]);
});

test('and where nobody calls the container meanwhile nothing is misused', () => {
  expect(misused(alone(withLastGroup())).verdict).toBe('holds');
});

test('nothing of it is listed before somebody has reported it', () => {
  const said = Object.entries(operations.said).filter(([name]) => name.endsWith('UNSET_CONTAINER'));
  expect(said.map(([, { is }]) => is)).toEqual(['not drawn']);
});
