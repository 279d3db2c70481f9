import type { MachineEntry } from 'xstate-check';
import { pageAllocate } from '../../machines/page-backed/allocate.procedure.ts';
import { backedBar } from '../../machines/page-backed/backed-bars.resource.ts';
import { backedPage } from '../../machines/page-backed/backed-page.resource.ts';
import { pageExport } from '../../machines/page-backed/export.procedure.ts';
import { pageImporter } from '../../machines/page-backed/importer.procedure.ts';
import { pageMapping } from '../../machines/page-backed/mapping.procedure.ts';
import { pageODirect } from '../../machines/page-backed/o-direct.procedure.ts';
import { p2pRoute } from '../../machines/page-backed/p2p-route.resource.ts';
import { pageFile } from '../../machines/page-backed/page-file.resource.ts';
import { pageMap } from '../../machines/page-backed/page-map.resource.ts';
import { pageMappings } from '../../machines/page-backed/page-mappings.resource.ts';
import { pagePool } from '../../machines/page-backed/page-pool.resource.ts';
import { pageVma } from '../../machines/page-backed/page-vma.resource.ts';
import { pagedBuffer } from '../../machines/page-backed/paged-buffer.contract.ts';
import { pagedPage } from '../../machines/page-backed/paged-page.contract.ts';
import { pageRelease } from '../../machines/page-backed/release.procedure.ts';
import { pageReset } from '../../machines/page-backed/reset.procedure.ts';
import { pageRevoke } from '../../machines/page-backed/revoke.procedure.ts';
import { pageTouch } from '../../machines/page-backed/touch.procedure.ts';

function entry(kind: MachineEntry['kind'], machine: MachineEntry['machine']): MachineEntry {
  return { name: machine.id, kind, machine };
}

/** The machines of page-backed buffers, as the proof of concept has them. */
export const pageMachines: readonly MachineEntry[] = [
  entry('contract', pagedBuffer()),
  entry('contract', pagedPage()),
  entry('procedure', pageExport([0, 1])),
  entry('procedure', pageMapping([0, 1])),
  entry('procedure', pageTouch(0)),
  entry('procedure', pageODirect()),
  entry('procedure', pageReset()),
  entry('procedure', pageRevoke()),
  entry('procedure', pageRelease([0, 1])),
  entry('procedure', pageAllocate()),
  entry('procedure', pageImporter()),
  entry('resource', backedPage(2)),
  entry('resource', pageMap()),
  entry('resource', pagePool()),
  entry('resource', backedBar()),
  entry('resource', pageVma()),
  entry('resource', pageFile()),
  entry('resource', pageMappings()),
  entry('resource', p2pRoute()),
];
