import {
  monitor,
  type Part,
  plainLabel,
  procedure,
  resource,
  type SystemFamily,
} from 'xstate-check';
import { attachedIova } from '../../machines/importers/attached-iova.procedure.ts';
import { dmaAddress } from '../../machines/importers/dma-address.resource.ts';
import { dmaState } from '../../machines/importers/dma-state.resource.ts';
import { freeSgt } from '../../machines/importers/free-sgt.procedure.ts';
import { iova } from '../../machines/importers/iova.resource.ts';
import { iovaSlot } from '../../machines/importers/iova-slot.resource.ts';
import { mapAttachment } from '../../machines/importers/map-attachment.procedure.ts';
import { mapFails } from '../../machines/importers/map-fails.monitor.ts';
import { mappingHandle } from '../../machines/importers/mapping-handle.resource.ts';
import { physVec } from '../../machines/importers/phys-vec.resource.ts';
import { physVecToSgt } from '../../machines/importers/phys-vec-to-sgt.procedure.ts';
import { sgTable } from '../../machines/importers/sg-table.resource.ts';
import { asOf, type Design, designOf, revisionsOf } from '../revisions/index.ts';
import { range } from '../shared/contract.ts';
import { addressCalls, MAP_ANSWERS } from './address-calls.ts';
import { ADDRESS_PARTS, addressProperties } from './address-rules.ts';
import { labelsOf } from './parts.ts';

const THREAD = 'importer[0]';
const bind = { att: 'att[0]' };

/** One importer that attaches, maps, unmaps and detaches, down to the DMA API. */
export const addressFamily: SystemFamily = {
  name: 'dma-addresses',
  title: 'the DMA addresses of one attachment: map, unmap, and every way in which a map fails',
  defaultScope: { ranges: 2 },
  confidence: { ranges: 4 },
  ...revisionsOf(['addresses']),
  build({ scope, revision }) {
    const ranges = Math.max(1, scope.ranges ?? 0);
    const design = designOf(revision);
    const inAttach = design.addresses.iova === 'in_attach';
    const threads = inAttach ? [importerPart(attachedIova())] : threadsOf(ranges, design);
    return {
      name: 'dma-addresses',
      revision,
      scope,
      parts: [
        ...threads,
        resource('att[0].iova', iova(), threads, 'iova', 'att[0]'),
        resource('att[0].state', dmaState(), threads, 'dma_state', 'att[0]'),
        ...(inAttach ? [] : mappingParts(ranges, threads)),
      ],
      calls: addressCalls(!inAttach),
      environment: ['user'],
      properties: addressProperties(inAttach ? 0 : ranges),
    };
  },
};

function importerPart(machine: ReturnType<typeof mapAttachment> | ReturnType<typeof attachedIova>) {
  return procedure(THREAD, machine, { thread: THREAD, roles: ['importer'], bind });
}

function threadsOf(ranges: number, design: Design): Part[] {
  const called = (name: string, machine: Part['machine'], outcomes: readonly string[]) =>
    procedure(name, machine, {
      thread: THREAD,
      roles: [name],
      bind,
      variant: name,
      also: Object.fromEntries(
        outcomes.map((outcome) => [
          `att.${name}:${outcome}`,
          [`att[0].${name}:${outcome}@${THREAD}`],
        ]),
      ),
    });
  return [
    importerPart(mapAttachment()),
    called('phys_vec_to_sgt', asOf(design, physVecToSgt(ranges)), ['begin', ...MAP_ANSWERS]),
    called('free_sgt', asOf(design, freeSgt(ranges)), ['begin', 'end']),
  ];
}

/** The table, its entries or the slots of the IOVA range, and what the ranges are. */
function mappingParts(ranges: number, users: readonly Part[]): Part[] {
  const { entry, length, slot, table, handle, fails } = ADDRESS_PARTS;
  return [
    resource(table, sgTable(), users, 'sg_table', 'att[0]'),
    ...range(ranges).map((i) => lengthPart(length(i), users)),
    ...range(ranges).map((i) => alsoHears(resource(entry(i), dmaAddress(), users, 'entry'), users)),
    ...range(2 * ranges).map((n) =>
      alsoHears(resource(slot(n), iovaSlot(ranges), users, 'slot'), users),
    ),
    handlePart(handle, users),
    failsMonitor(fails, users),
  ];
}

/** The length of a range, which whoever exports the buffer chooses before anybody attaches. */
function lengthPart(name: string, users: readonly Part[]): Part {
  const part = alsoHears(resource(name, physVec(), users, 'phys_vec'), users);
  return {
    ...part,
    rename: (label) => (label === 'export:two' ? [`${name}.${label}`] : part.rename(label)),
  };
}

/** What happens to the whole happens to its parts: it is attached, freed, destroyed. */
function alsoHears(part: Part, users: readonly Part[]): Part {
  const whole = (label: string) =>
    labelsOf(users).filter((one) => plainLabel(one) === `att[0].${label}`);
  const shared = ['attach:begin', 'sg_free_table', 'iova.destroy'];
  return {
    ...part,
    rename: (label) => (shared.includes(label) ? whole(label) : part.rename(label)),
  };
}

/** What the importer has by its own reckoning. */
function handlePart(name: string, users: readonly Part[]): Part {
  const all = labelsOf(users);
  const calls: Readonly<Record<string, readonly string[]>> = {
    attach: ['attach:begin'],
    attached: ['attach:ok'],
    map: ['map:begin'],
    mapped: ['map:ok'],
    not_mapped: ['map:-EINVAL', 'map:-EADDRINUSE', 'map:-ENOMEM'],
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

/** What the environment refuses is a reason to fail; what a resource refuses by itself is none. */
function failsMonitor(name: string, users: readonly Part[]): Part {
  const matching = (pattern: RegExp) => labelsOf(users).filter((label) => pattern.test(label));
  return monitor(name, mapFails, {
    begin: matching(/^att\[0\]\.phys_vec_to_sgt:begin/),
    ok: matching(/^att\[0\]\.phys_vec_to_sgt:ok/),
    fails: matching(/^att\[0\]\.(slot\S*|iova|phys_vec_to_sgt)[.:]\S*(-EADDRINUSE|-EINVAL)\b/),
    missing: matching(/^att\[0\]\.(?!phys_vec_to_sgt)\S*:(-ENOMEM|NOT_SUPPORTED)\b/),
  });
}
