import type { AnyStateMachine } from 'xstate';
import { pageExport } from '../../machines/page-backed/export.procedure.ts';
import { pageImporter } from '../../machines/page-backed/importer.procedure.ts';
import { pageMapping } from '../../machines/page-backed/mapping.procedure.ts';
import { pageODirect } from '../../machines/page-backed/o-direct.procedure.ts';
import { pageRelease } from '../../machines/page-backed/release.procedure.ts';
import { pageReset } from '../../machines/page-backed/reset.procedure.ts';
import { pageRevoke } from '../../machines/page-backed/revoke.procedure.ts';
import { pageTouch } from '../../machines/page-backed/touch.procedure.ts';
import { afterChanges, type MachineChanges } from '../written-anew.ts';
import type { PageDesign } from './design.ts';
import { admittedUnderLock, claims, givesBack, puts } from './otherwise/export.ts';
import { asksRoute } from './otherwise/importer.ts';
import { insertsInFault, insertsPage, touchesNoPage, withFlags } from './otherwise/mapping.ts';
import { waitsUnderLock, waitsWithoutLock } from './otherwise/revoke.ts';

/** What a mapping gives: pages, the PFNs of pages (through the other fd), or PFNs without pages. */
export type Kind = 'pages' | 'special' | 'without_pages';

const OTHER_FD =
  'derived: a mapping that may have no pages is VM_PFNMAP, as vfio_pci_core_mmap, v7.3, has it';
const NO_FLAGS =
  'derived from the proof of concept: vfio_pci_dma_buf_mmap sets flags for buffers with pages alone';

/** The export of a buffer of these pages, as a design has it. */
export function exportOf(design: PageDesign, pages: readonly number[]): AnyStateMachine {
  return written(pageExport(pages), [
    design.admission === 'under_memory_lock' && admittedUnderLock(pages),
    design.claim === 'reference' && claims(pages),
    design.failedExport === 'gives_back' && givesBack(pages),
  ]);
}

export function releaseOf(design: PageDesign, pages: readonly number[]): AnyStateMachine {
  return written(pageRelease(pages), [design.release === 'reference' && puts(pages)]);
}

/** @param pages - those that it maps, where the offset is heeded */
export function mappingOf(
  design: PageDesign,
  pages: readonly number[],
  kind: Kind,
): AnyStateMachine {
  const mapped = mappedPages(design, pages);
  const inFault = design.insert === 'in_fault' || kind !== 'pages';
  const flags = design.withoutPages === 'pfnmap' || kind === 'special' ? 'VM_PFNMAP' : 'none';
  return written(pageMapping(mapped), [
    inFault && insertsInFault(mapped),
    kind !== 'pages' && withFlags(flags, mapped, flags === 'none' ? NO_FLAGS : OTHER_FD),
  ]);
}

/** @param pages - those of the mapping, of which the first is touched */
export function touchOf(design: PageDesign, pages: readonly number[], kind: Kind): AnyStateMachine {
  const [page = 0] = mappedPages(design, pages);
  return written(pageTouch(page), [
    kind === 'pages' &&
      design.fault === 'page' &&
      insertsPage(page, 'page_touch.fault', 'buf.status:PERM_REVOKED'),
    kind === 'without_pages' && touchesNoPage(page),
  ]);
}

export function oDirectOf(design: PageDesign, kind: Kind): AnyStateMachine {
  const inserts = kind === 'pages' && design.fault === 'page';
  return written(pageODirect(), [
    inserts && insertsPage(0, 'page_o_direct.first.fault', 'buf.status:PERM_REVOKED'),
    inserts && insertsPage(1, 'page_o_direct.second.fault', 'page[1].pin:-EEXIST'),
  ]);
}

export function resetOf(design: PageDesign): AnyStateMachine {
  return written(pageReset(), waits(design, 'page_reset'));
}

export function revokeOf(design: PageDesign): AnyStateMachine {
  return written(pageRevoke(), waits(design, 'page_revoke'));
}

export function importerOf(design: PageDesign): AnyStateMachine {
  return written(pageImporter(), [design.route === 'asked' && asksRoute]);
}

function waits({ pins }: PageDesign, caller: 'page_reset' | 'page_revoke') {
  return [
    pins === 'awaited_under_lock' && waitsUnderLock(caller),
    pins === 'awaited_without_lock' && waitsWithoutLock(caller),
  ];
}

/** Where the offset is ignored, a mapping begins with the first page, whatever was asked. */
function mappedPages({ offset }: PageDesign, pages: readonly number[]): readonly number[] {
  return offset === 'heeded' ? pages : pages.map((_, i) => i);
}

function written(
  machine: AnyStateMachine,
  decisions: readonly (MachineChanges | false)[],
): AnyStateMachine {
  return afterChanges(
    machine,
    decisions.filter((decision) => decision !== false),
  );
}
