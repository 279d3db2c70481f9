import type { MapType } from '../../machines/routes/map-types.ts';
import type { Listed } from '../../machines/routes/platform.resource.ts';
import { errno, table } from '../uses/page.ts';
import { answerOf, BOOTS, expectedAt, type Iommu, PLACES, wayOf } from './cells.ts';
import { type Shape, type Tree, upstreamOf, upwards } from './tree.ts';
import { mapTypeOf } from './walk.ts';

const IOMMUS: readonly Iommu[] = ['none', 'identity', 'translated'];

/** What an importer is given on a way. */
const ADDRESSES: Readonly<Record<ReturnType<typeof wayOf>, string>> = {
  switch: 'bus address',
  identity: 'CPU address',
  translated: 'IOVA',
  none: '',
};

/** Where two devices are. */
interface Where {
  readonly what: string;
  readonly shape: Shape;
  readonly hosts: 1 | 2;
  /** The devices that are asked for redirect bits, in words; none where no bit matters. */
  readonly asked: string;
}

const WHERE: readonly Where[] = [
  {
    what: 'one function',
    shape: { provider: 2, client: 2, shared: 2 },
    hosts: 1,
    asked: 'the function itself',
  },
  {
    what: 'two functions of a device, or two devices on one bus',
    shape: { provider: 2, client: 2, shared: 1 },
    hosts: 1,
    asked: 'both, and the port above',
  },
  {
    what: 'below two ports of one switch',
    shape: { provider: 4, client: 4, shared: 2 },
    hosts: 1,
    asked: 'both, their ports, the upstream port; not the root port',
  },
  {
    what: 'below two root ports, or one of them on the root bus',
    shape: { provider: 2, client: 2, shared: 0 },
    hosts: 1,
    asked: '',
  },
  {
    what: 'below two host bridges',
    shape: { provider: 2, client: 2, shared: 0 },
    hosts: 2,
    asked: '',
  },
];

/** The map type of two devices, where any or none of those on the way redirects. */
function typeOf({ shape, hosts }: Where, listed: Listed, redirects: boolean): MapType {
  const { upstream, client } = upstreamOf(shape);
  const below = upwards({ upstream }, client);
  const tree: Tree = {
    ...{ upstream, client, zen: false },
    host: upstream.map((_, n) => (hosts === 2 && below.includes(n) ? 1 : 0)),
    listed: [listed, listed],
  };
  return mapTypeOf(
    tree,
    upstream.map((_, n) => redirects && n === 0),
  );
}

function cellsOf(type: MapType): string[] {
  return IOMMUS.map((iommu) => {
    const answers = [1, 2].map((ranges) => errno(answerOf(type, iommu, ranges)));
    const address = ADDRESSES[wayOf(type, iommu)];
    const [one, several] = answers;
    if (one !== '0') return one!;
    return several === '0' ? address : `${address}; ${several} of several ranges`;
  });
}

/** Who carries what comes up to the host bridge. */
const CARRIES: readonly (readonly [Listed, string])[] = [
  ['any', 'listed, or AMD Zen'],
  ['same_host_bridge', 'listed for one host bridge'],
  ['no', 'not listed'],
];

function rowsOf(where: Where): string[][] {
  const bits = where.asked === '' ? [true] : [false, true];
  return bits.flatMap((redirects) => {
    const path = where.asked === '' ? 'does not matter' : redirects ? 'any is set' : 'none is set';
    const types = CARRIES.map(([listed]) => typeOf(where, listed, redirects));
    const groups = types.map((type, i) => ({
      type,
      of: CARRIES.filter((_, j) => types[j] === type).map(([, words]) => words),
      first: types.indexOf(type) === i,
    }));
    return groups
      .filter(({ first }) => first)
      .map(({ type, of }) => [
        where.what,
        path,
        of.length === CARRIES.length ? 'does not matter' : of.join('; '),
        type,
        ...cellsOf(type),
      ]);
  });
}

/** `docs/routes.md`: which way there is between two devices, and how to see one's own. */
export function routesPage(): string {
  return `# Which way there is from one device to the BAR of another

Written by \`npm run docs\` from the machines of 7.3; do not edit. For who has two devices and wants to
know what a map of a dma-buf answers, and why.

\`pci_p2pdma_map_type()\` decides when the first importer of a device maps: by the tree, by redirect bits,
and where requests go up to a host bridge, by a list of those that are known to carry them. What comes of
it, by the IOMMU of the importer (\`map-type\`, \`dma-addresses\`):

${table(
  [
    'where the two are',
    'redirect bits on the way',
    'host bridge',
    'map type',
    'no IOMMU',
    'passthrough',
    'translates',
  ],
  WHERE.flatMap(rowsOf),
)}
Of these the bits are asked, RR, CR and EC of the ACS control register:

${WHERE.filter(({ asked }) => asked !== '')
  .map(({ what, asked }) => `- ${what}: ${asked};\n`)
  .join('')}
With an IOMMU, also one that passes addresses on, the kernel sets RR and CR of every
port that has ACS (\`pci_enable_acs()\`), and then the rows with a bit that is set are yours;
\`pci=disable_acs_redir=\` takes them away again. A device that maps and is none of PCI is refused.

## To see your own

- \`lspci -t\`: where the two are; \`lspci -vvv -s PORT\`, line \`ACSCtl\`: \`ReqRedir+\`, \`CmpltRedir+\` or
  \`EgressCtrl+\` of any on the way is a bit that is set. A port without that line redirects nothing.
- \`lspci -nn\`: what is first on the root bus decides, if it is at 00.0 or a root port: it is looked up in
  \`pci_p2pdma_whitelist\` (drivers/pci/p2pdma.c). With an AMD processor of family 17h or later nothing is
  looked up.
- \`/sys/bus/pci/devices/BDF/iommu_group/type\` of the importer: \`DMA\` and \`DMA-FQ\` translate, \`identity\`
  passes on; without that file there is no IOMMU.
- \`dmesg\`: "ACS redirect is set between the client and provider" names the ports and what to give
  \`disable_acs_redir\`; "cannot be used for peer-to-peer DMA" is said of what is refused. Both are said
  once for a pair, as the answer is kept; that the host bridge is in no list is said only where a bit
  redirects (the argument \`warn\` of host_bridge_whitelist() is \`acs_redirects\`).

## What follows

- What is found is kept until the driver of the exporter is unbound: bits that are set or taken away later
  change no answer and no mapping (\`R-kept\`, \`R-mapped\`).
- Two functions of one device are no exception, whatever the comment above the function says: a root port
  with ACS above them makes it a way through the host bridge (\`R-siblings\`, measured; \`R-self\`, read).
- Which provider answers is that of the BAR: two BARs may be in windows with unlike offsets
  (\`region-export\`). It is there as long as the driver is, and a mapping by it has to be gone before
  (\`provider-outlives-mapping\`); \`map_types\` have no reader then because a map asks under dma_resv whether
  the buffer is revoked (A-44).
- nvgrace-gpu exports memory of the GPU as regions 2 and 4, which need be no BARs. Since v7.1 one without a
  BAR is refused with -ENODEV before the driver is asked (\`O11\`), which mail 003 shows working with v6: a
  possible regression, that only a Grace Hopper can show. Below one switch with a peer it would give out an
  address that no port routes (\`R-no-bar\`), with the same reservation.

## What was run

The trees that QEMU can make, on a stock Debian 7.3.4: what a map of a buffer of one range and of two
answers, which tells the three ways apart where an IOMMU translates (\`npm run test:kernel\`). No host bridge of QEMU
is in the list.

${runTable()}
The list itself, ports of a switch with ACS, ACS in a function, host bridges with unlike offsets and a
machine without an IOMMU were read and not run. Machine and simulator, which does not know it, agree in
all 35,988 trees of up to four devices on either side, by bits, host bridges and processor. Not drawn: the
distance, by which p2pmem is chosen; hot plug; \`pci_p2pdma_distance()\`, which takes for a device that is
none of PCI the one above it.
`;
}

function runTable(): string {
  return table(
    ['one range, two ranges', ...BOOTS.map(({ what }) => what)],
    PLACES.map((place) => [
      place.what,
      ...BOOTS.map((boot) =>
        [1, 2].map((ranges) => errno(expectedAt(place, boot, ranges))).join(', '),
      ),
    ]),
  );
}
