import type { MachineEntry } from 'xstate-check';
import { calcMapType } from '../../machines/routes/calc-map-type.procedure.ts';
import { corePhys } from '../../machines/routes/core-phys.procedure.ts';
import { dmaMapping } from '../../machines/routes/dma-mapping.resource.ts';
import { guestFault } from '../../machines/routes/guest-fault.procedure.ts';
import { hostBridgeWhitelist } from '../../machines/routes/host-bridge-whitelist.procedure.ts';
import { mapType } from '../../machines/routes/map-type.procedure.ts';
import { mapTypes } from '../../machines/routes/map-types.resource.ts';
import { nvgracePhys } from '../../machines/routes/nvgrace-phys.procedure.ts';
import { pciNode } from '../../machines/routes/pci-node.resource.ts';
import { pfnOwner } from '../../machines/routes/pfn-owner.procedure.ts';
import { fact, hostBridge } from '../../machines/routes/platform.resource.ts';
import { region } from '../../machines/routes/region.resource.ts';
import { regionUser } from '../../machines/routes/region-user.procedure.ts';
import { routeImporter } from '../../machines/routes/route-importer.procedure.ts';
import { routeOwner } from '../../machines/routes/route-owner.procedure.ts';
import { decoding, secondStage, sequence } from '../../machines/routes/second-stage.resource.ts';
import { entry } from '../shared/entry.ts';

/** Who finds the way to a BAR and keeps it, and what exports a region that is one, or is not. */
export const machines: readonly MachineEntry[] = [
  entry('procedure', routeImporter()),
  entry('procedure', mapType()),
  entry('procedure', calcMapType(3, 1)),
  entry('procedure', hostBridgeWhitelist(1)),
  entry('procedure', routeOwner()),
  entry('procedure', regionUser('core_first', false)),
  entry('procedure', corePhys(false)),
  entry('procedure', nvgracePhys(false)),
  entry('procedure', guestFault()),
  entry('procedure', pfnOwner()),
  entry('resource', secondStage()),
  entry('resource', sequence()),
  entry('resource', decoding()),
  entry('resource', pciNode({ upstream: 'none', host: 0, nodes: 3, late: true })),
  entry('resource', hostBridge('any')),
  entry(
    'resource',
    fact('supports_p2pdma', true, 'cpu_supports_p2pdma, drivers/pci/p2pdma.c, v7.3'),
  ),
  entry('resource', fact('is_pci', true, 'pci_p2pdma_map_type, drivers/pci/p2pdma.c, v7.3')),
  entry('resource', mapTypes()),
  entry('resource', dmaMapping()),
  entry('resource', region({ bar: true, memory: true, first: false })),
];
