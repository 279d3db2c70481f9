import {
  type Part,
  plainLabel,
  procedure,
  resource,
  type Scope,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { CHUNKS, mapChunks } from '../../machines/importers/map-chunks.procedure.ts';
import { mappingHandle } from '../../machines/importers/mapping-handle.resource.ts';
import { peer2peer } from '../../machines/importers/peer2peer.resource.ts';
import { rangeBars } from '../../machines/importers/range-bars.resource.ts';
import { rangeLength } from '../../machines/importers/range-length.resource.ts';
import { routeAsked } from '../../machines/importers/route-asked.resource.ts';
import { sgEntry } from '../../machines/importers/sg-entry.resource.ts';
import { asOf, type Design, designOf, revisionsOf } from '../revisions/index.ts';
import { range } from '../shared/contract.ts';
import { chunkCalls } from './chunk-calls.ts';
import { CHUNK_PARTS, chunkProperties } from './chunk-rules.ts';
import { labelsOf } from './parts.ts';

const THREAD = CHUNK_PARTS.importer;

/** One importer, P2P or not, and what its map makes of ranges of unlike lengths. */
export const chunkFamily: SystemFamily = {
  name: 'map-chunks',
  title: 'what attach and map ask, and whether each chunk of a range has an entry of its own',
  defaultScope: { ranges: 2 },
  confidence: { ranges: 3 },
  ...revisionsOf(['chunks']),
  build: ({ scope, revision }) => chunkSystem(designOf(revision), scope, revision),
};

/** The same of a design, by the name that it goes by. */
export function chunkSystem(design: Design, scope: Scope, revision: string): System {
  const ranges = Math.max(1, scope.ranges ?? 0);
  const importer = procedure(THREAD, asOf(design, mapChunks(ranges)), {
    thread: THREAD,
    roles: ['importer'],
    bind: { att: 'att[0]', buf: 'buf[0]' },
  });
  const { handle, peer, bars, route, entry, length } = CHUNK_PARTS;
  const { indexes } = design.chunks;
  return {
    name: 'map-chunks',
    revision,
    scope,
    parts: [
      importer,
      handlePart(handle, importer),
      alsoHears(resource(peer, peer2peer(), [importer], 'peer2peer', 'att[0]'), importer),
      alsoHears(resource(bars, rangeBars(indexes), [importer], 'bars'), importer),
      alsoHears(resource(route, routeAsked(), [importer], 'provider'), importer),
      ...range(ranges).map((i) =>
        alsoHears(resource(length(i), rangeLength(), [importer], 'length'), importer),
      ),
      ...range(CHUNKS * ranges).map((k) =>
        inTable(
          k,
          alsoHears(resource(entry(k), sgEntry(), [importer], 'entry'), importer),
          importer,
        ),
      ),
    ],
    calls: chunkCalls(design),
    environment: ['user'],
    properties: chunkProperties(ranges),
  };
}

/** What happens to the whole happens to its parts; what a user says of one ahead of attach is its own. */
function alsoHears(part: Part, importer: Part): Part {
  const whole = (label: string) =>
    labelsOf([importer]).filter((one) => plainLabel(one) === `att[0].${label}`);
  const shared = ['attach:begin', 'map:begin', 'sg_free_table'];
  const said = /^(export|importer):/;
  return {
    ...part,
    rename: (label) => {
      if (said.test(label)) return [`${part.name}.${label}`];
      return shared.includes(label) ? whole(label) : part.rename(label);
    },
  };
}

/** The k-th entry is there where the table is allocated with more than k. */
function inTable(k: number, part: Part, importer: Part): Part {
  const allocated = (isThere: boolean) =>
    labelsOf([importer]).filter((label) => {
      const [, nents] = /nents\[(\d+)\]\.sg_alloc_table:ok/.exec(label) ?? [];
      return nents !== undefined && Number(nents) > k === isThere;
    });
  return {
    ...part,
    rename: (label) =>
      label === 'there' || label === 'absent' ? allocated(label === 'there') : part.rename(label),
  };
}

/** What the importer has by its own reckoning. */
function handlePart(name: string, importer: Part): Part {
  const all = labelsOf([importer]);
  const calls: Readonly<Record<string, readonly string[]>> = {
    attach: ['attach:begin'],
    attached: ['attach:ok'],
    refused: ['attach:-EOPNOTSUPP'],
    map: ['map:begin'],
    mapped: ['map:ok'],
    not_mapped: ['map:-EPERM', 'map:-ENODEV', 'map:-EINVAL', 'map:-ENOMEM'],
    unmap: ['unmap:begin'],
    unmapped: ['unmap:ok'],
    detach: ['detach:begin'],
    detached: ['detach:ok'],
  };
  return {
    name,
    machine: mappingHandle(),
    kind: 'resource',
    roles: ['handle'],
    rename: (label) =>
      (calls[label] ?? []).map((l) => `att[0].${l}@${THREAD}`).filter((l) => all.includes(l)),
    renameCommit: (label) => label,
  };
}
