// Truth: the C of v7.3.
import { setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

const LABELS = [
  'region.phys:begin',
  'region.memory:true',
  'region.memory:false',
  'region.provider(bar0):ok',
  'region.fill(memory):ok',
  'region.fill(memory):-EINVAL',
  'region.core_phys:begin',
  'region.core_phys:ok',
  'region.core_phys:-EINVAL',
  'region.core_phys:-ENODEV',
  'region.phys:ok',
  'region.phys:-EINVAL',
  'region.phys:-ENODEV',
] as const;

/** How far a buffer may reach: to the end of the memory, or (before v5 of the series) of the region. */
export type Until = 'memory' | 'region';

/**
 * `nvgrace_get_dmabuf_phys()`: of memory that no BAR has, the provider is that of BAR 0, and the addresses
 * are those at which CPUs have it; anything else is a BAR, as with vfio-pci.
 *
 * @param answers - whether the core can answer -ENODEV of a BAR
 */
export const nvgracePhys = madeOnce(function nvgracePhys(
  answers: boolean,
  until: Until = 'memory',
) {
  const fill = `region.fill(${until})`;
  const labels = LABELS.filter((label) => answers || !label.endsWith(':-ENODEV')).map((label) =>
    label.replace('region.fill(memory)', fill),
  );
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'nvgrace_phys',
    description: 'nvgrace_get_dmabuf_phys(), drivers/vfio/pci/nvgrace-gpu/main.c',
    meta: {
      labels,
      ...(answers || until === 'region' ? {} : { c: inC }),
      unreachable: answers ? [] : ['no_device'],
      source: 'nvgrace_get_dmabuf_phys, nvgrace_gpu_memregion, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'region.phys:begin': 'memory' } },
      memory: {
        description: 'nvgrace_gpu_memregion(): RESMEM is region 2, USEMEM region 4',
        on: { 'region.memory:true': 'provider', 'region.memory:false': 'core' },
      },
      provider: {
        description: '"The P2P properties of the non-BAR memory is the same as the BAR memory"',
        on: { 'region.provider(bar0):ok': 'fill' },
      },
      fill: {
        description: 'memlength, and not the size of the region, which is a power of two',
        on: { [`${fill}:ok`]: 'return', [`${fill}:-EINVAL`]: 'invalid' },
      },
      core: { on: { 'region.core_phys:begin': 'asked' } },
      asked: {
        on: {
          'region.core_phys:ok': 'return',
          'region.core_phys:-EINVAL': 'invalid',
          ...(answers && { 'region.core_phys:-ENODEV': 'no_device' }),
        },
      },
      return: { on: { 'region.phys:ok': 'idle' } },
      invalid: { on: { 'region.phys:-EINVAL': 'idle' } },
      no_device: { on: answers ? { 'region.phys:-ENODEV': 'idle' } : {} },
    },
  });
});

/** What its C is, for the comparison. */
const inC = {
  function: 'nvgrace_get_dmabuf_phys',
  file: 'drivers/vfio/pci/nvgrace-gpu/main.c',
  entries: [
    {
      begins: 'region.phys:begin',
      returns: { 'region.phys:ok': '0', 'region.phys:-EINVAL': '-EINVAL' },
    },
  ],
  rows: [
    {
      c: 'nvgrace_gpu_memregion($_, $_)',
      label: 'region.memory',
      returns: { true: '@mem', false: 'NULL' },
    },
    {
      c: 'pcim_p2pdma_provider($_, 0)',
      label: 'region.provider(bar0)',
      returns: { ok: '1' },
    },
    {
      c: 'vfio_pci_core_fill_phys_vec($_, $_, $_, $mem->memphys, $mem->memlength)',
      label: 'region.fill(memory)',
      returns: { ok: '0', '-EINVAL': '-EINVAL' },
    },
    {
      c: 'vfio_pci_core_get_dmabuf_phys($rest)',
      label: 'region.core_phys',
      spans: true,
      returns: { ok: '0', '-EINVAL': '-EINVAL' },
    },
  ],
};
