import {
  type Call,
  call,
  is,
  not,
  type Part,
  type Property,
  procedure,
  type Revision,
  resource,
  type System,
  type SystemFamily,
  said,
} from 'xstate-check';
import { corePhys, type ProviderOf } from '../../machines/routes/core-phys.procedure.ts';
import { nvgracePhys, type Until } from '../../machines/routes/nvgrace-phys.procedure.ts';
import { type Behind, region } from '../../machines/routes/region.resource.ts';
import { type Looks, regionUser } from '../../machines/routes/region-user.procedure.ts';
import { oneAnswer } from '../shared/every-system.ts';
import { isIdle } from '../shared/words.ts';

const EXPORT = 'vfio_pci_core_feature_dma_buf, drivers/vfio/pci/vfio_pci_dmabuf.c, v7.3';
const NVGRACE = 'nvgrace_get_dmabuf_phys, drivers/vfio/pci/nvgrace-gpu/main.c, v7.3';
const MAPPING = 'dma_buf_phys_vec_to_sgt, drivers/dma-buf/dma-buf-mapping.c, v7.3';

/** A driver, and who looks whether there is a BAR. */
interface Driver {
  readonly hasMemory: boolean;
  readonly looks: Looks;
  /** Whether the core looks itself when the driver asks it. */
  readonly coreLooks: boolean;
  readonly provider?: ProviderOf;
  readonly until?: Until;
}

const DRIVERS: Readonly<Record<string, Driver>> = {
  'vfio-pci-7.3': { hasMemory: false, looks: 'core_first', coreLooks: false },
  'provider-of-device': {
    hasMemory: false,
    looks: 'core_first',
    coreLooks: false,
    provider: 'device',
  },
  'nvgrace-7.3': { hasMemory: true, looks: 'core_first', coreLooks: false },
  'nvgrace-v9': { hasMemory: true, looks: 'driver', coreLooks: false },
  'nvgrace-asked-first': { hasMemory: true, looks: 'driver', coreLooks: true },
  'nvgrace-region-size': { hasMemory: true, looks: 'driver', coreLooks: true, until: 'region' },
};

/** The columns beside the newest release. */
export const regionRevisions: readonly Revision[] = [
  {
    name: 'vfio-pci-7.3',
    title: 'vfio-pci of 7.3: every region that is exported is a BAR',
    kind: 'series',
    source: EXPORT,
    words: ['vfio-pci'],
  },
  {
    name: 'provider-of-device',
    title: 'the same, with one provider for all BARs of a device: v1 of the export series',
    kind: 'series',
    source: 'v2 of the export series: each BAR has a provider, not each device',
  },
  {
    name: 'nvgrace-7.3',
    title: 'nvgrace-gpu of 7.3: two regions of memory that no BAR has',
    kind: 'series',
    source: NVGRACE,
    words: ['nvgrace-gpu'],
  },
  {
    name: 'nvgrace-v9',
    title: 'nvgrace-gpu as in v6 to v9 of the export series: no BAR is asked for',
    kind: 'series',
    source: 'Leon Romanovsky, "vfio/pci: Allow MMIO regions to be exported through dma-buf", v9',
    words: ['nvgrace'],
  },
  {
    name: 'nvgrace-asked-first',
    title: 'nvgrace-gpu, where the driver is asked before the core looks for a BAR',
    kind: 'what-if',
    source: 'derived: a way to export what 7.3 refuses; nobody has posted it',
  },
  {
    name: 'nvgrace-region-size',
    title: 'the same, where a buffer may reach to the end of the region, and not of the memory',
    kind: 'what-if',
    source: 'derived: what v5 of the export series mends, of drivers whose region is no BAR',
  },
];

/** What is behind regions 0, 2 and 4: a BAR; memory where there is a BAR, too; memory where there is none. */
function regionsOf({ hasMemory }: Driver): Behind[] {
  return [
    { bar: true, memory: false, first: true },
    { bar: true, memory: hasMemory, first: false },
    { bar: false, memory: hasMemory, first: false },
  ];
}

const userCall = (name: string, outcomes: readonly string[], written: string, source: string) =>
  call(name, 'region_user', { caller: 'user', outcomes, spans: true, written, source });

const regionCalls: readonly Call[] = [
  userCall(
    'region.export',
    ['ok', '-ENODEV', '-EINVAL'],
    'VFIO_DEVICE_FEATURE_DMA_BUF(region {region})',
    EXPORT,
  ),
  userCall('region.map', ['ok', '-EINVAL'], 'dma_buf_map_attachment(region {region})', MAPPING),
  userCall('region.release', ['ok'], 'close(fd of region {region})', EXPORT),
  call('region.phys', 'phys', {
    outcomes: ['ok', '-EINVAL', '-ENODEV'],
    spans: true,
    written: 'pci_ops->get_dmabuf_phys(region {region})',
    source: EXPORT,
  }),
  call('region.core_phys', 'core_phys', {
    outcomes: ['ok', '-EINVAL', '-ENODEV'],
    spans: true,
    written: 'vfio_pci_core_get_dmabuf_phys(region {region})',
    source: NVGRACE,
  }),
  call('region.iomap', 'region', {
    outcomes: ['claimed', 'absent'],
    written: {
      claimed: 'vfio_pci_core_get_iomap(region {region})',
      absent: 'vfio_pci_core_get_iomap(region {region}): an error',
    },
    source: EXPORT,
  }),
  call('region.memory', 'region', {
    outcomes: ['true', 'false'],
    written: {
      true: 'nvgrace_gpu_memregion({region})',
      false: 'nvgrace_gpu_memregion({region}): NULL',
    },
    source: NVGRACE,
  }),
  call('region.provider(own)', 'region', {
    outcomes: ['ok', 'NULL'],
    written: 'pcim_p2pdma_provider(pdev, {region})',
    source: EXPORT,
  }),
  call('region.provider(bar0)', 'region', {
    outcomes: ['ok'],
    written: 'pcim_p2pdma_provider(pdev, 0)',
    source: NVGRACE,
  }),
  ...(
    [
      ['bar', 'pci_resource_start(), pci_resource_len()'],
      ['memory', 'memphys, memlength'],
      ['region', 'memphys, the size of the region'],
    ] as const
  ).map(([which, of]) =>
    call(`region.fill(${which})`, 'region', {
      outcomes: ['ok', '-EINVAL'],
      environment: ['-EINVAL'],
      written: `vfio_pci_core_fill_phys_vec(${of})`,
      source: 'vfio_pci_core_fill_phys_vec, v7.3',
    }),
  ),
  call('region.map_type', 'p2pdma', {
    outcomes: ['BUS_ADDR', 'THRU_HOST_BRIDGE', 'NOT_SUPPORTED'],
    environment: ['THRU_HOST_BRIDGE', 'NOT_SUPPORTED'],
    written: 'pci_p2pdma_map_type(provider, dev)',
    source: MAPPING,
  }),
  call('region.bus_addr_map', 'region', {
    written: 'pci_p2pdma_bus_addr_map(provider, paddr)',
    source: MAPPING,
  }),
  call('region.dma_map', 'region', {
    written: 'dma_iova_link(paddr), or dma_map_phys(paddr)',
    source: MAPPING,
  }),
];

function threadsOf(driver: Driver, n: number): Part[] {
  const thread = `user[${n}]`;
  const called = (name: string, outcomes: readonly string[]) =>
    Object.fromEntries(
      ['begin', ...outcomes].map((outcome) => [
        `region.${name}:${outcome}`,
        [`region[${n}].${name}:${outcome}@${thread}`],
      ]),
    );
  const answers = ['ok', '-EINVAL', '-ENODEV'];
  const asCore = Object.fromEntries(
    ['begin', ...answers].map((outcome) => [
      `region.core_phys:${outcome}`,
      [`region[${n}].phys:${outcome}@${thread}`],
    ]),
  );
  const part = (machine: Part['machine'], role: string, also = {}) =>
    procedure(role === 'region_user' ? thread : `${machine.id}@${thread}`, machine, {
      thread,
      roles: [role],
      bind: { region: `region[${n}]` },
      also,
      ...(role !== 'region_user' && { variant: machine.id }),
    });
  const user = part(regionUser(driver.looks, driver.coreLooks), 'region_user');
  const core = corePhys(driver.coreLooks, driver.provider);
  if (!driver.hasMemory) return [user, part(core, 'phys', asCore)];
  const both = { ...called('phys', answers), ...called('core_phys', answers) };
  return [
    user,
    part(nvgracePhys(driver.coreLooks, driver.until), 'phys', both),
    part(core, 'core_phys', called('core_phys', answers)),
  ];
}

/** Of a state that a buffer of a region is never in, where it could be. */
function never(
  n: number,
  rest: Pick<Property, 'id' | 'title' | 'rule' | 'source' | 'consequence'>,
  state: string,
  words: string,
): Property {
  return {
    ...rest,
    id: `${rest.id}(${n})`,
    kind: 'invariant',
    when: said(
      not(is(`region[${n}]`, 'none')),
      `region[${n}] was exported, or refused`,
      `nobody has asked for region[${n}]`,
    ),
    then: said(not(is(`region[${n}]`, state)), `it is not ${words}`, `it is ${words}`),
  };
}

const ofEvery = (n: number): Property =>
  never(
    n,
    {
      id: 'provider-is-of-the-bar',
      title: 'a buffer of a BAR has the provider of that BAR',
      rule: 'R9',
      source: 'pcim_p2pdma_provider, v7.3; v2 of the export series',
      consequence: 'the address on the bus is off by the difference of two windows',
    },
    'other_provider',
    'of one BAR, with the provider of another',
  );

const ofMemory = (n: number): Property[] => [
  never(
    n,
    {
      id: 'mapped-by-cpus-can-be-exported',
      title: 'memory that the driver maps for CPUs is not refused when it is exported',
      rule: 'R10',
      source:
        'v6 of the export series: nvgrace-gpu exports too; nvgrace_gpu_mmap, nvgrace_get_dmabuf_phys, v7.3',
      consequence: 'a VMM cannot give the memory of the GPU to iommufd',
    },
    'refused',
    'refused with -ENODEV',
  ),
  never(
    n,
    {
      id: 'no-further-than-memory',
      title: 'a buffer ends where the memory of its region does, and not where the region does',
      rule: 'R11',
      source: 'v5 and v6 of the export series; nvgrace_get_dmabuf_phys, v7.3: memlength',
      consequence: 'an importer reaches what is behind the memory of the GPU',
    },
    'beyond_memory',
    'as long as the region, which is longer than its memory',
  ),
  never(
    n,
    {
      id: 'bus-address-is-decoded',
      title: 'a bus address is given out of what a BAR decodes',
      rule: 'R12',
      source: 'derived: pci_p2pdma_bus_addr_map, nvgrace_get_dmabuf_phys, v7.3',
      consequence:
        'no port below the switch has the address: the request goes up, where the IOMMU has no such address',
    },
    'not_decoded',
    'given out by a bus address that no BAR decodes',
  ),
];

const rules = (regions: readonly Behind[]): Property[] => [
  ...regions.flatMap(({ bar, first }, r) => (bar && !first ? [ofEvery(2 * r)] : [])),
  ...regions.flatMap(({ memory }, r) => (memory ? ofMemory(2 * r) : [])),
  ...regions.map(
    (_, r): Property => ({
      id: `returns(user[${2 * r}])`,
      kind: 'leads-to',
      title: `a call about region[${2 * r}] returns`,
      when: not(isIdle(`user[${2 * r}]`)),
      then: isIdle(`user[${2 * r}]`),
      rule: 'L2',
      source: 'derived: L2',
    }),
  ),
  {
    id: 'rest',
    kind: 'rest',
    title: 'every call can return',
    source: 'derived: as of every system of procedures',
  },
  oneAnswer,
];

function unusedOf({ looks, coreLooks }: Driver): Readonly<Record<string, string>> {
  return looks === 'driver' && !coreLooks
    ? { 'region.export:-ENODEV': 'nobody looks for a BAR' }
    : {};
}

/** Regions that are exported and mapped, each by its user. */
export const regionExportFamily: SystemFamily = {
  name: 'region-export',
  title:
    'regions that are BARs and regions that are not: which provider and which address each gets',
  defaultScope: { regions: 3 },
  revisions: Object.keys(DRIVERS),
  build({ scope, revision }): System {
    const driver = DRIVERS[revision]!;
    const regions = regionsOf(driver);
    const threads = regions.flatMap((_, r) => threadsOf(driver, 2 * r));
    return {
      name: 'region-export',
      revision,
      scope,
      parts: [
        ...threads,
        ...regions.map((of, r) => resource(`region[${2 * r}]`, region(of), threads, 'region')),
      ],
      calls: regionCalls,
      environment: ['user'],
      unused: unusedOf(driver),
      properties: rules(regions),
    };
  },
};
