import { type Part, procedure, resource } from 'xstate-check';
import { revoked } from '../../machines/buffer/revoked.resource.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { p2pdmaPointer } from '../../machines/p2p-registration/p2pdma-pointer.resource.ts';
import { calcMapType } from '../../machines/routes/calc-map-type.procedure.ts';
import { dmaMapping } from '../../machines/routes/dma-mapping.resource.ts';
import { hostBridgeWhitelist } from '../../machines/routes/host-bridge-whitelist.procedure.ts';
import { mapType } from '../../machines/routes/map-type.procedure.ts';
import { mapTypes } from '../../machines/routes/map-types.resource.ts';
import { MAP_TYPES } from '../../machines/routes/map-types.ts';
import { pciNode } from '../../machines/routes/pci-node.resource.ts';
import { fact, hostBridge } from '../../machines/routes/platform.resource.ts';
import { routeImporter } from '../../machines/routes/route-importer.procedure.ts';
import { routeOwner } from '../../machines/routes/route-owner.procedure.ts';
import type { Tree } from './tree.ts';

export const IMPORTER = 'importer';
export const OWNER = 'owner';
const bind = { att: 'att[0]', buf: 'buf[0]', dev: 'dev[0]' };

/** What there is besides the tree. */
export interface Others {
  /** Redirect bits are written when they have been read, too. */
  readonly late: boolean;
  /** The device that maps is one of PCI. */
  readonly isPci: boolean;
}

export function partsOf(tree: Tree, others: Others): Part[] {
  const threads = threadsOf(tree);
  return [...threads, ...treeParts(tree, others, threads), ...bufferParts(threads)];
}

function threadsOf({ upstream, client }: Tree): Part[] {
  const begin = (call: string, outcomes: readonly string[]) =>
    Object.fromEntries(
      ['begin', ...outcomes].map((outcome) => [
        `${call}:${outcome}`,
        [`${call}:${outcome}@${IMPORTER}`],
      ]),
    );
  const calls = {
    map_type: begin('map_type', MAP_TYPES),
    calc: begin('calc', MAP_TYPES),
    whitelist: begin('whitelist', ['true', 'false']),
  };
  const called = (machine: Part['machine'], also: Record<string, string[]>) =>
    procedure(`${machine.id}@${IMPORTER}`, machine, {
      thread: IMPORTER,
      roles: [machine.id],
      bind,
      variant: machine.id,
      also,
    });
  return [
    procedure(IMPORTER, routeImporter(), { thread: IMPORTER, roles: ['route_importer'], bind }),
    called(mapType(), { ...calls.map_type, ...calls.calc }),
    called(calcMapType(upstream.length, client), { ...calls.calc, ...calls.whitelist }),
    called(hostBridgeWhitelist(client), calls.whitelist),
    procedure(OWNER, routeOwner(), { thread: OWNER, roles: ['route_owner'], bind }),
  ];
}

function treeParts(tree: Tree, { late, isPci }: Others, threads: readonly Part[]): Part[] {
  const { upstream, host, listed, zen } = tree;
  const cpu = 'cpu_supports_p2pdma, drivers/pci/p2pdma.c, v7.3';
  const device = 'pci_p2pdma_map_type, drivers/pci/p2pdma.c, v7.3';
  return [
    ...upstream.map((above, n) => {
      const node = { upstream: above, host: host[n]!, nodes: upstream.length, late };
      return writable(resource(`node[${n}]`, pciNode(node), threads, 'node'));
    }),
    ...listed.map((of, n) => resource(`host[${n}]`, hostBridge(of), threads, 'host')),
    resource('cpu', fact('supports_p2pdma', zen, cpu), threads, 'cpu'),
    resource('client', fact('is_pci', isPci, device), threads, 'client'),
  ];
}

/** Who writes config space is no part: whoever may. */
function writable(node: Part): Part {
  return {
    ...node,
    rename: (label) =>
      /^(acs_ctrl\(|enable_acs$)/.test(label) ? [`${node.name}.${label}`] : node.rename(label),
  };
}

function bufferParts(threads: readonly Part[]): Part[] {
  return [
    resource('dev[0].p2pdma', p2pdmaPointer(), threads, 'p2pdma', 'dev[0]'),
    resource('dev[0].types', mapTypes(), threads, 'types', 'dev[0]'),
    resource('buf[0].resv', mutex(), threads, 'mutex'),
    resource('buf[0].revoked', revoked(), threads, 'revoked', 'buf[0]'),
    resource('att[0].mapping', dmaMapping(), threads, 'mapping', 'att[0]'),
  ];
}
