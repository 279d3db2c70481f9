import { alphabetOf, type Part, type Scope, type System, type SystemFamily } from 'xstate-check';
import { pageAllocate } from '../../machines/page-backed/allocate.procedure.ts';
import { pageCalls } from './calls.ts';
import { pageContracts } from './contract.ts';
import { type PageDesign, pageDesignOf } from './design.ts';
import {
  exportOf,
  importerOf,
  mappingOf,
  oDirectOf,
  releaseOf,
  resetOf,
  revokeOf,
  touchOf,
} from './machines-of.ts';
import { resourcesOf, threadOf } from './parts.ts';
import { revisionsOf } from './revisions.ts';
import { pageRules } from './rules.ts';
import { CLOSED, ONE_BUFFER, TWO_BUFFERS } from './scopes.ts';
import { pagesOf, type Shape, shapeOf } from './shape.ts';

/** One buffer with pages: mapped, touched, pinned for an I/O, revoked, and given back. */
export const pageBackedFamily: SystemFamily = {
  name: 'page-backed',
  title:
    'a page-backed dma-buf: mmap(), touch and O_DIRECT against reset, revoke and the close of its fd',
  defaultScope: ONE_BUFFER,
  confidence: { ...CLOSED, touches: 1, revokes: 1 },
  revisions: revisionsOf('page-backed'),
  build: ({ scope, revision }) => systemOf('page-backed', scope, revision),
};

/** Buffers that share a page of a BAR, and another process that takes memory of it through sysfs. */
export const pageOwnersFamily: SystemFamily = {
  name: 'page-owners',
  title: 'two page-backed dma-bufs of one BAR, an I/O on one of them, and p2pmem/allocate in sysfs',
  defaultScope: TWO_BUFFERS,
  confidence: { ...TWO_BUFFERS, pins: 1 },
  revisions: revisionsOf('page-owners'),
  build: ({ scope, revision }) => systemOf('page-owners', scope, revision),
};

function systemOf(name: string, scope: Scope, revision: string): System {
  const shape = shapeOf(scope);
  const design = pageDesignOf(revision);
  const threads = threadsOf(shape, design);
  const there = {
    buffers: shape.buffers,
    exported: shape.exports.length === 0,
    closed: shape.closes,
    revoked: shape.touches || shape.pins || shape.resets || shape.revokes || shape.importers,
    waits: shape.resets || shape.revokes || shape.importers,
    pages: shape.kind !== 'without_pages',
    mixed: shape.kind === 'pages',
    vma: shape.touches || shape.pins,
    reset: shape.resets,
    importer: shape.importers,
    pool: shape.allocators,
  };
  const resources = resourcesOf(there, design, threads).filter(isUsed);
  const parts = [...threads, ...resources];
  const contract = isRefined(shape)
    ? pageContracts[shape.exports.length > 0 ? 'before' : 'exported']
    : undefined;
  const { monitors, properties } = pageRules(shape, design, parts, contract);
  return {
    name,
    revision,
    scope,
    parts: [...parts, ...monitors],
    calls: pageCalls,
    environment: ['user'],
    properties,
  };
}

/** What nobody of a scope has a use for is not there. */
const isUsed = (part: Part) => alphabetOf(part).some((label) => part.rename(label).length > 0);

/** The contract is that of one buffer, whose pages a process gets. */
const isRefined = ({ buffers, kind, pages }: Shape) =>
  buffers.length === 1 && kind === 'pages' && pages.length === 2;

function threadsOf(shape: Shape, design: PageDesign): Part[] {
  const {
    buffers,
    exports,
    closes,
    touches,
    pins,
    resets,
    revokes,
    importers,
    allocators,
    kind,
    pages,
  } = shape;
  const owned = (b: number) => (kind === 'without_pages' ? [] : pagesOf(b));
  return [
    ...exports.map((b) => threadOf(`export[${b}]`, exportOf(design, owned(b)), 'export', b)),
    ...(closes ? buffers : []).map((b) =>
      threadOf(`release[${b}]`, releaseOf(design, owned(b)), 'release', b),
    ),
    ...(touches || pins ? [threadOf('mapping', mappingOf(design, pages, kind), 'mapping')] : []),
    ...(touches ? [threadOf('touch', touchOf(design, pages, kind), 'touch')] : []),
    ...(pins ? [threadOf('o_direct', oDirectOf(design, kind), 'o_direct')] : []),
    ...(resets ? [threadOf('reset', resetOf(design), 'reset')] : []),
    ...(revokes ? [threadOf('revoke', revokeOf(design), 'revoke')] : []),
    ...(importers ? [threadOf('importer', importerOf(design), 'importer')] : []),
    ...(allocators ? [threadOf('allocate', pageAllocate(), 'allocate')] : []),
  ];
}
