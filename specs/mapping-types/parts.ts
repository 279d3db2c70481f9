import type { AnyStateMachine } from 'xstate';
import { alphabetOf, type Part, plainLabel, procedure, resource } from 'xstate-check';
import { attachmentObject } from '../../machines/importers/attachment.resource.ts';
import { exporterDevice } from '../../machines/mapping-types/exporter-device.procedure.ts';
import { exporterPdev } from '../../machines/mapping-types/exporter-pdev.resource.ts';
import { importerOps } from '../../machines/mapping-types/importer-ops.resource.ts';
import { mapType } from '../../machines/mapping-types/map-type.resource.ts';
import { mappingAttach } from '../../machines/mapping-types/mapping-attach.procedure.ts';
import { matchLists } from '../../machines/mapping-types/match-lists.resource.ts';
import { matchMapping } from '../../machines/mapping-types/match-mapping.procedure.ts';
import { storedAttachment } from '../../machines/mapping-types/stored-attachment.resource.ts';
import { typedCallback } from '../../machines/mapping-types/typed-callback.procedure.ts';
import { typedImporter } from '../../machines/mapping-types/typed-importer.procedure.ts';
import { typedInvalidate } from '../../machines/mapping-types/typed-invalidate.procedure.ts';
import { typedMapping } from '../../machines/mapping-types/typed-mapping.resource.ts';
import { changedParts } from '../change-machines.ts';
import { base } from '../revisions/index.ts';
import { bufferResources, movePart, rwsemPart } from '../shared/parts.ts';
import { boundsOf } from './scopes.ts';
import type { MappingDesign } from './versions.ts';

export const IMPORTER = 'importer';
export const EXPORTER = 'exporter';
const ATT = 'att[0]';
const BUF = 'buf[0]';
const BOUND = { att: ATT, buf: BUF, dev: 'dev[0]' };

/** An importer of one attachment and, where memory is taken away, the device of its exporter. */
export function partsOf(design: MappingDesign, lists: number, revokes: boolean): Part[] {
  const threads = threadsOf(design, revokes);
  const calls = threads.flatMap((part) => alphabetOf(part).flatMap(part.rename));
  const used = (...operations: readonly string[]) => [
    ...new Set(calls.filter((label) => operations.includes(plainLabel(label)))),
  ];
  const alsoOf = (part: Part, also: (label: string) => string | undefined): Part => ({
    ...part,
    rename: (label) => {
      const other = also(label);
      return other === undefined ? part.rename(label) : used(other);
    },
  });
  const finished = (label: string) =>
    label.startsWith('finish_match:') ? `lists.${label}` : undefined;
  const offered = matchLists({
    ...boundsOf(lists, design.newType),
    converts: design.converts === true,
  });
  return [
    ...threads,
    listsPart(alsoOf(resource('lists', offered, threads, 'match_lists'), begun)),
    alsoOf(resource(`${ATT}.map_type`, mapType(), threads, 'map_type', ATT), finished),
    resource(ATT, attachmentObject(), threads, 'attachment'),
    resource('imp.importer_ops', importerOps(), threads, 'importer_ops', 'imp'),
    resource('imp.mapping', typedMapping(), threads, 'typed_mapping', 'imp'),
    resource('imp.attach', storedAttachment(), threads, 'stored_attachment', 'imp'),
    resource('exp', exporterPdev(), threads, 'exporter_pdev'),
    ...(revokes ? [rwsemPart('dev[0].memory_lock', threads)] : []),
    ...bufferResources(0, 1, threads).filter(
      ({ name }) => revokes || !/\.(listed|file|comp)$/.test(name),
    ),
  ];
}

const begun = (label: string) => (label === 'begin' ? `${ATT}.match:begin` : undefined);

/** What either side offers is the doing of whoever wrote the drivers. */
function listsPart(part: Part): Part {
  return {
    ...part,
    rename: (label) =>
      /^(offer\(|want\(|far$)/.test(label) ? [`lists.${label}`] : part.rename(label),
  };
}

function threadsOf({ changes }: MappingDesign, revokes: boolean): Part[] {
  const own = changes.reduce<Part[]>(
    (parts, change) => changedParts('design', parts, change),
    importerThread(),
  );
  return [...own.map((part) => calledByThose(part, own)), ...(revokes ? exporterThread() : [])];
}

/** A part that is called has the labels of those of its thread that call it. */
function calledByThose(part: Part, others: readonly Part[]): Part {
  const callers = others.filter((one) => one !== part);
  const labels = new Set(callers.flatMap((one) => alphabetOf(one).flatMap(one.rename)));
  const isCall = CALLED[part.name];
  if (isCall === undefined) return part;
  return {
    ...part,
    rename: (label) =>
      isCall.test(label)
        ? [...labels].filter((one) => plainLabel(one) === `${ATT}.${label.slice('att.'.length)}`)
        : part.rename(label),
  };
}

const CALLED: Readonly<Record<string, RegExp>> = {
  mapping_attach: /^att\.(mapping|legacy)_attach:/,
  match_mapping: /^att\.match:/,
};

function importerThread(): Part[] {
  const called = (name: string, machine: AnyStateMachine) =>
    procedure(name, machine, { thread: IMPORTER, roles: [name], variant: name, bind: BOUND });
  return [
    procedure(IMPORTER, typedImporter(), { thread: IMPORTER, roles: ['importer'], bind: BOUND }),
    called('mapping_attach', mappingAttach()),
    called('match_mapping', matchMapping()),
  ];
}

function exporterThread(): Part[] {
  const thread = EXPORTER;
  const called = (name: string, role: string, machine: AnyStateMachine, calls: readonly string[]) =>
    procedure(`${name}@${thread}`, machine, {
      thread,
      roles: [role],
      bind: BOUND,
      variant: name,
      also: Object.fromEntries(
        calls.map((label) => [
          label,
          [`${label.replace('att.', `${ATT}.`).replace('buf.', `${BUF}.`)}@${thread}`],
        ]),
      ),
    });
  return [
    procedure(thread, exporterDevice(), { thread, roles: ['exporter'], bind: BOUND }),
    movePart(0, [0], thread, base),
    called('invalidate', 'dma_buf', typedInvalidate(), [
      'buf.invalidate_mappings:begin',
      'buf.invalidate_mappings:end',
      'att.invalidate:begin',
      'att.invalidate:end',
    ]),
    called('callback', 'callback', typedCallback(), ['att.invalidate:begin', 'att.invalidate:end']),
  ];
}
