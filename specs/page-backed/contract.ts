import type { Part, System } from 'xstate-check';
import { pagedBuffer } from '../../machines/page-backed/paged-buffer.contract.ts';
import { pagedPage } from '../../machines/page-backed/paged-page.contract.ts';

const PAGES = [0, 1];

/** The labels of the contract that a label of one of its machines stands for. */
const shared: Readonly<Record<string, readonly string[]>> = {
  insert: PAGES.map((page) => `page[${page}].insert`),
  cut: ['dev[0].cut'],
  settled: ['buf[0].settled'],
};

function part(
  name: string,
  machine: Part['machine'],
  own: Readonly<Record<string, string[]>>,
): Part {
  return {
    name,
    machine,
    kind: 'contract',
    roles: [name],
    rename: (label) => own[label] ?? shared[label] ?? [`${name}.${label}`],
    renameCommit: (label) => label,
  };
}

function contractFrom(initially: 'none' | 'live'): System {
  return {
    name: 'page-backed-contract',
    revision: 'contract',
    scope: {},
    parts: [
      part('buf[0]', pagedBuffer(initially), {}),
      ...PAGES.map((page) =>
        part(`page[${page}]`, pagedPage(), { insert: [`page[${page}].insert`] }),
      ),
    ],
    calls: [],
    environment: [],
    properties: [],
  };
}

/** A buffer and the two pages that it is made of, as their users know them: exported, or not yet. */
export const pageContracts = { exported: contractFrom('live'), before: contractFrom('none') };
