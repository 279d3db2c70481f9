import type { Listed } from '../../machines/routes/platform.resource.ts';
import { routeBetween } from '../../simulator/routes/p2pdma-route.ts';
import {
  ACS,
  type Cpu,
  devfn,
  type HostBridge,
  type PciBus,
  type PciDev,
} from '../../simulator/routes/pci-tree.ts';
import { isTree, type Shape, type Tree, upstreamOf, upwards } from '../../specs/routes/tree.ts';
import { mapTypeOf } from '../../specs/routes/walk.ts';

const INTEL = 0x8086;

/** Ways in which a host bridge is listed so. */
const BRIDGES: Readonly<Record<Listed, readonly HostBridge[]>> = {
  no: [
    {},
    // q35 of QEMU
    { first: { vendor: INTEL, device: 0x29c0, devfn: devfn(0, 0), isRootPort: false } },
    // a device of the list that is neither at 00.0 nor a root port
    { first: { vendor: INTEL, device: 0x2030, devfn: devfn(2, 0), isRootPort: false } },
  ],
  same_host_bridge: [
    { first: { vendor: INTEL, device: 0x3c00, devfn: devfn(0, 0), isRootPort: false } },
  ],
  any: [
    { first: { vendor: INTEL, device: 0x2030, devfn: devfn(2, 0), isRootPort: true } },
    { first: { vendor: 0x1ae0, device: 0x1234, devfn: devfn(0, 0), isRootPort: false } },
  ],
};

/** What a device has in its control register, by whether it redirects. */
const CONTROLS = {
  true: [ACS.RR, ACS.CR, ACS.EC, ACS.SV | ACS.RR | ACS.CR | ACS.UF],
  false: [undefined, 0, ACS.SV | ACS.UF | ACS.TB],
} as const;

/** The devices of a tree, from the root buses down. */
export function devicesOf(tree: Tree, redirects: readonly boolean[], variant: number): PciDev[] {
  const bridges = tree.listed.map((listed) => {
    const ways = BRIDGES[listed];
    return { ...ways[variant % ways.length]! };
  });
  const made = new Map<number, PciDev>();
  const dev = (n: number): PciDev => {
    const known = made.get(n);
    if (known !== undefined) return known;
    const above = tree.upstream[n]!;
    const bus: PciBus = {
      hostBridge: bridges[tree.host[n]!]!,
      ...(above !== 'none' && { self: dev(above) }),
    };
    const controls = CONTROLS[`${redirects[n]!}`];
    const acsCtrl = controls[(variant + n) % controls.length];
    const of = { vendor: 0x1af4, device: 0x1110, devfn: devfn(n, 0), isRootPort: false };
    const one: PciDev = { ...of, bus, ...(acsCtrl !== undefined && { acsCtrl }) };
    made.set(n, one);
    return one;
  };
  return tree.upstream.map((_, n) => dev(n));
}

export const CPUS: Readonly<Record<'true' | 'false', readonly Cpu[]>> = {
  true: [
    { vendor: 'AMD', family: 0x17 },
    { vendor: 'AMD', family: 0x1a },
  ],
  false: [
    { vendor: 'AMD', family: 0x15 },
    { vendor: 'Intel', family: 6 },
    { vendor: 'other', family: 0x1a },
  ],
};

/** Every shape in which neither has more devices above it, itself counted, than so many. */
export function shapesUpTo(depth: number): Shape[] {
  const each = Array.from({ length: depth }, (_, n) => n + 1);
  return each
    .flatMap((provider) =>
      each.flatMap((client) => [0, ...each].map((shared) => ({ provider, client, shared }))),
    )
    .filter(isTree);
}

/** What host bridges and processors there are: of one host bridge, or of two. */
function platformsOf({ shared }: Shape): Pick<Tree, 'listed' | 'zen'>[] {
  const listed = Object.keys(BRIDGES) as Listed[];
  const others: readonly Listed[] = shared > 0 ? ['no'] : listed;
  return listed.flatMap((one) =>
    others.flatMap((other) => [true, false].map((zen) => ({ listed: [one, other] as const, zen }))),
  );
}

export function treesOf(shape: Shape): Tree[] {
  const { upstream, client } = upstreamOf(shape);
  const below = upwards({ upstream }, client);
  const hosts = shape.shared > 0 ? [1] : [1, 2];
  return platformsOf(shape).flatMap((platform) =>
    hosts.map((count) => ({
      ...platform,
      ...{ upstream, client },
      host: upstream.map((_, n) => (count === 2 && below.includes(n) ? 1 : 0)),
    })),
  );
}

/** Every way in which so many devices redirect. */
const bitsOf = (nodes: number) =>
  Array.from({ length: 2 ** nodes }, (_, bits) =>
    Array.from({ length: nodes }, (_, n) => (bits & (1 << n)) !== 0),
  );

/**
 * Asks both about every tree of these shapes.
 *
 * @returns how many there are, by what both answered
 * @throws Error for the first of which they answer otherwise
 */
export function tried(shapes: readonly Shape[]): Record<string, number> {
  const counts: Record<string, number> = {};
  let variant = 0;
  for (const tree of shapes.flatMap(treesOf)) {
    for (const redirects of bitsOf(tree.upstream.length)) {
      const devices = devicesOf(tree, redirects, ++variant);
      const cpus = CPUS[`${tree.zen}`];
      const route = routeBetween(devices[0]!, devices[tree.client]!, cpus[variant % cpus.length]!);
      const said = mapTypeOf(tree, redirects);
      if (route !== said) {
        throw new Error(`${JSON.stringify({ tree, redirects })}: ${said}, and not ${route}`);
      }
      counts[route] = (counts[route] ?? 0) + 1;
    }
  }
  return counts;
}
