import type { MachineEntry } from 'xstate-check';
import { exporterDevice } from '../../machines/mapping-types/exporter-device.procedure.ts';
import { exporterPdev } from '../../machines/mapping-types/exporter-pdev.resource.ts';
import { importerOps } from '../../machines/mapping-types/importer-ops.resource.ts';
import { mapType } from '../../machines/mapping-types/map-type.resource.ts';
import { mappingAttach } from '../../machines/mapping-types/mapping-attach.procedure.ts';
import { matchLists } from '../../machines/mapping-types/match-lists.resource.ts';
import { matchMapping } from '../../machines/mapping-types/match-mapping.procedure.ts';
import { storedAttachment } from '../../machines/mapping-types/stored-attachment.resource.ts';
import { typedAttachment } from '../../machines/mapping-types/typed-attachment.contract.ts';
import { typedCallback } from '../../machines/mapping-types/typed-callback.procedure.ts';
import { typedImporter } from '../../machines/mapping-types/typed-importer.procedure.ts';
import { typedInvalidate } from '../../machines/mapping-types/typed-invalidate.procedure.ts';
import { typedMapping } from '../../machines/mapping-types/typed-mapping.resource.ts';
import { entry } from '../shared/entry.ts';
import { boundsOf } from './scopes.ts';

/** A typed attachment, the functions of both sides, and what they use. */
export const machines: readonly MachineEntry[] = [
  entry('contract', typedAttachment()),
  entry('procedure', matchMapping()),
  entry('procedure', mappingAttach()),
  entry('procedure', typedImporter()),
  entry('procedure', typedCallback()),
  entry('procedure', typedInvalidate()),
  entry('procedure', exporterDevice()),
  entry('resource', matchLists(boundsOf(1))),
  entry('resource', mapType()),
  entry('resource', importerOps()),
  entry('resource', typedMapping()),
  entry('resource', storedAttachment()),
  entry('resource', exporterPdev()),
];
