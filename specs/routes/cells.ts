import type { MapType } from '../../machines/routes/map-types.ts';
import { type AnyWay, mapAnswers } from '../importers/map-answers.ts';
import { type Shape, type Tree, upstreamOf, upwards } from './tree.ts';
import { mapTypeOf } from './walk.ts';

/** What the IOMMU of an importer makes of an address of the DMA API. */
export type Iommu = 'none' | 'identity' | 'translated';

/** The way of a map type behind an IOMMU, as `dma-addresses` has it. */
export function wayOf(type: MapType, iommu: Iommu): AnyWay['route'] {
  if (type === 'BUS_ADDR') return 'switch';
  if (type === 'NOT_SUPPORTED') return 'none';
  return iommu === 'translated' ? 'translated' : 'identity';
}

/** What dma_buf_map_attachment() answers where no allocation fails. */
export function answerOf(type: MapType, iommu: Iommu, ranges: number): string {
  return mapAnswers({ route: wayOf(type, iommu), ranges }).join(', ');
}

/** Two devices of the virtual machine in which maps were tried. */
export interface Place {
  readonly id: string;
  readonly what: string;
  readonly shape: Shape;
  readonly hosts: 1 | 2;
  /** The ports on either side that have ACS, whose bits an IOMMU driver has set. */
  readonly withAcs: readonly number[];
}

/** Root ports of QEMU have ACS (unless `disable-acs`), ports of its switch and its devices have none. */
export const PLACES: readonly Place[] = [
  {
    id: 'self',
    what: 'a function and itself',
    shape: { provider: 2, client: 2, shared: 2 },
    hosts: 1,
    withAcs: [1],
  },
  {
    id: 'siblings',
    what: 'two functions below a root port with ACS',
    shape: { provider: 2, client: 2, shared: 1 },
    hosts: 1,
    withAcs: [2],
  },
  {
    id: 'siblings-without-acs',
    what: 'two functions below a root port without ACS',
    shape: { provider: 2, client: 2, shared: 1 },
    hosts: 1,
    withAcs: [],
  },
  {
    id: 'switch',
    what: 'below two ports of one switch, without ACS',
    shape: { provider: 4, client: 4, shared: 2 },
    hosts: 1,
    withAcs: [5],
  },
  {
    id: 'root-ports',
    what: 'below two root ports',
    shape: { provider: 2, client: 2, shared: 0 },
    hosts: 1,
    withAcs: [2],
  },
  {
    id: 'root-bus',
    what: 'below a root port, and on the root bus',
    shape: { provider: 2, client: 1, shared: 0 },
    hosts: 1,
    withAcs: [2],
  },
  {
    id: 'host-bridges',
    what: 'below two host bridges (pxb-pcie)',
    shape: { provider: 2, client: 2, shared: 0 },
    hosts: 2,
    withAcs: [2, 3],
  },
];

/** How the virtual machine was booted. */
export interface Boot {
  readonly id: string;
  readonly what: string;
  /** What QEMU calls the processor. */
  readonly cpu: string;
  readonly zen: boolean;
  readonly iommu: Iommu;
  /** What the kernel is told besides. */
  readonly append?: string;
  /** Whether the redirect bits of every root port are taken away again. */
  readonly direct: boolean;
}

export const BOOTS: readonly Boot[] = [
  {
    id: 'zen',
    what: 'AMD Zen, VT-d translates',
    cpu: 'EPYC',
    zen: true,
    iommu: 'translated',
    direct: false,
  },
  {
    id: 'other',
    what: 'another processor, VT-d translates',
    cpu: 'max',
    zen: false,
    iommu: 'translated',
    direct: false,
  },
  {
    id: 'direct',
    what: 'Zen, `pci=disable_acs_redir=pci:1b36:000c`',
    cpu: 'EPYC',
    zen: true,
    iommu: 'translated',
    append: 'pci=disable_acs_redir=pci:1b36:000c',
    direct: true,
  },
  {
    id: 'identity',
    what: 'Zen, `iommu=pt`',
    cpu: 'EPYC',
    zen: true,
    iommu: 'identity',
    append: 'iommu=pt',
    direct: false,
  },
];

/** The map type of a place, as the machine has it: no host bridge of QEMU is in the whitelist. */
export function typeAt({ shape, hosts, withAcs }: Place, { zen, direct }: Boot): MapType {
  const { upstream, client } = upstreamOf(shape);
  const below = upwards({ upstream }, client);
  const tree: Tree = {
    ...{ upstream, client, zen },
    host: upstream.map((_, n) => (hosts === 2 && below.includes(n) ? 1 : 0)),
    listed: ['no', 'no'],
  };
  return mapTypeOf(
    tree,
    upstream.map((_, n) => !direct && withAcs.includes(n)),
  );
}

/** What a map of a buffer of so many ranges answers there. */
export function expectedAt(place: Place, boot: Boot, ranges: number): string {
  return answerOf(typeAt(place, boot), boot.iommu, ranges);
}
