import { describe, expect, test } from 'vitest';
import { flatten, lint } from 'xstate-check';
import { vdev } from '../../machines/device/vdev.resource.ts';
import { fillSgEntry } from '../../machines/importers/fill-sg-entry.procedure.ts';
import { mapChunks } from '../../machines/importers/map-chunks.procedure.ts';
import { pin } from '../../machines/importers/pin.resource.ts';
import { machines as mmapMachines } from '../mmap/machines.ts';
import { cSpecification } from '../source/index.ts';
import { machinesOf } from '../written-anew.ts';
import { asOf, base, designOf, revisions, whatIfs } from './index.ts';

/** A set of one device leaves much of a loop undone. */
const newest = [
  ...cSpecification.machines,
  ...mmapMachines.map(({ machine }) => machine),
  fillSgEntry(),
  mapChunks(2),
  pin(),
  vdev('open'),
].filter((machine) => lint(machine).length === 0);
const versions = [...revisions.map(({ name }) => name), ...Object.keys(whatIfs)];
/** Of each version, the machines that it writes states of anew. */
const written = versions.flatMap((version) => {
  const { anew } = designOf(version);
  const ids = new Set(anew.flatMap((changes) => machinesOf(changes)));
  return [...ids].map((id) => ({ version, id, machines: newest.filter((one) => one.id === id) }));
});

const table = (machine: (typeof newest)[number]) => {
  const { labels, next } = flatten(machine);
  return `${labels}\n${next}`;
};

test('the newest release writes nothing anew', () => {
  expect(base.anew).toEqual([]);
  expect(newest.every((machine) => asOf(base, machine) === machine)).toBe(true);
});

describe('states written anew', () => {
  test('name machines that there are', () => {
    const known = newest.map(({ id }) => id);
    for (const version of versions) {
      for (const changes of designOf(version).anew) {
        for (const id of machinesOf(changes)) expect(known).toContain(id);
      }
    }
  });

  test.each(written)('$version: $id is a machine, and another one', ({ version, machines }) => {
    const pairs = machines.map((machine) => ({ machine, older: asOf(designOf(version), machine) }));
    // A state under a name that is misspelt would never be entered, and one that is left over neither.
    // (What a set of so many leaves undone is a matter of the scope.)
    const found = pairs
      .flatMap(({ older }) => lint(older))
      .filter(({ rule }) => rule !== 'stale-declaration');
    expect(found).toEqual([]);
    // One for another number of things, or another importer, may not come to what is written anew.
    expect(pairs.some(({ machine, older }) => table(older) !== table(machine))).toBe(true);
  });
});
