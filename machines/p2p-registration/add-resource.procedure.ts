// Truth: the C of v7.3.
import { setup } from 'xstate';
import { p2pdmaInC } from './in-c.ts';

export const labels = [
  'bar.add_resource:begin',
  'dev.pcim_p2pdma_init:ok',
  'dev.pcim_p2pdma_init:-ENOMEM',
  'dev.pcim_p2pdma_init:-EOPNOTSUPP',
  'dev.pool:set',
  'dev.pool:NULL',
  'dev.gen_pool_create:ok',
  'dev.gen_pool_create:NULL',
  'dev.sysfs_create_group:ok',
  'dev.sysfs_create_group:-EEXIST',
  'dev.sysfs_create_group:-ENOMEM',
  'dev.gen_pool_destroy',
  'dev.pool.clear',
  'bar.kzalloc(p2p_pgmap):ok',
  'bar.kzalloc(p2p_pgmap):NULL',
  'bar.memremap_pages:ok',
  'bar.memremap_pages:failed',
  'bar.devm_add_action:ok',
  'bar.devm_add_action:-ENOMEM',
  'bar.unmap_mappings:begin',
  'bar.unmap_mappings:end',
  'bar.gen_pool_add_owner:ok',
  'bar.gen_pool_add_owner:-ENOMEM',
  'bar.memunmap_pages:begin',
  'bar.memunmap_pages:end',
  'bar.kfree(p2p_pgmap)',
  'bar.add_resource:ok',
  'bar.add_resource:failed',
] as const;

/**
 * `pci_p2pdma_add_resource()` of a whole BAR, with pci_p2pdma_setup_pool(). It takes no lock of its own:
 * the test of the pool and its making are two steps. What fails after the pool is made leaves the pool
 * and its group in sysfs; a devm action that cannot be added runs at once, and removes `allocate` of the
 * whole device; where gen_pool_add_owner() fails, p2p_pgmap is freed and its action stays armed.
 */
export function addResource() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'add_resource',
    description: 'pci_p2pdma_add_resource(), drivers/pci/p2pdma.c',
    meta: {
      labels,
      c: inC,
      source: 'pci_p2pdma_add_resource, pci_p2pdma_setup_pool, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'bar.add_resource:begin': 'init' } },
      init: {
        description: 'made here where no driver has; -EOPNOTSUPP where no CPU can map the BARs',
        meta: { source: 'pcim_p2pdma_init, v7.3' },
        on: {
          'dev.pcim_p2pdma_init:ok': 'setup_pool',
          'dev.pcim_p2pdma_init:-ENOMEM': 'fail',
          'dev.pcim_p2pdma_init:-EOPNOTSUPP': 'fail',
        },
      },
      setup_pool: {
        meta: { source: 'pci_p2pdma_setup_pool, v7.3' },
        initial: 'test',
        states: {
          test: {
            on: { 'dev.pool:set': '#add_resource.alloc', 'dev.pool:NULL': 'create' },
          },
          create: {
            on: {
              'dev.gen_pool_create:ok': 'create_group',
              'dev.gen_pool_create:NULL': 'store_null',
            },
          },
          store_null: {
            description: 'the answer of gen_pool_create() is what the pointer is',
            on: { 'dev.pool.clear': '#add_resource.fail' },
          },
          create_group: {
            on: {
              'dev.sysfs_create_group:ok': '#add_resource.alloc',
              'dev.sysfs_create_group:-EEXIST': 'destroy',
              'dev.sysfs_create_group:-ENOMEM': 'destroy',
            },
          },
          destroy: { on: { 'dev.gen_pool_destroy': 'clear' } },
          clear: { on: { 'dev.pool.clear': '#add_resource.fail' } },
        },
      },
      alloc: {
        on: {
          'bar.kzalloc(p2p_pgmap):ok': 'memremap',
          'bar.kzalloc(p2p_pgmap):NULL': 'fail',
        },
      },
      memremap: {
        description:
          'struct pages; of a BAR that is not aligned to 2 MiB -EINVAL with a WARN, in __add_pages()',
        meta: {
          source:
            'devm_memremap_pages, pagemap_range, mm/memremap.c; __add_pages, check_pfn_span, mm/memory_hotplug.c, v7.3',
        },
        on: {
          'bar.memremap_pages:ok': 'add_action',
          'bar.memremap_pages:failed': 'free',
        },
      },
      add_action: {
        on: {
          'bar.devm_add_action:ok': 'add_owner',
          'bar.devm_add_action:-ENOMEM': 'run_action',
        },
      },
      run_action: {
        description: 'devm_add_action_or_reset() runs what it could not add',
        on: { 'bar.unmap_mappings:begin': 'running_action' },
      },
      running_action: { on: { 'bar.unmap_mappings:end': 'memunmap' } },
      add_owner: {
        on: {
          'bar.gen_pool_add_owner:ok': {
            target: 'return',
            meta: { commits: 'bar.add_resource:ok' },
          },
          'bar.gen_pool_add_owner:-ENOMEM': 'memunmap',
        },
      },
      memunmap: {
        description: 'devm_memunmap_pages()',
        on: { 'bar.memunmap_pages:begin': 'memunmapping' },
      },
      memunmapping: { on: { 'bar.memunmap_pages:end': 'free' } },
      free: { on: { 'bar.kfree(p2p_pgmap)': 'fail' } },
      return: { on: { 'bar.add_resource:ok': 'idle' } },
      fail: { on: { 'bar.add_resource:failed': 'idle' } },
    },
  });
}

const ARGUMENTS = 'what is refused before anything is done is a table of arguments';
const SPAN = 'a BAR of one subsection, 2 MiB: check_pfn_span() refuses what is smaller';

/** What its C is, for the comparison. */
const inC = {
  function: 'pci_p2pdma_add_resource',
  file: 'drivers/pci/p2pdma.c',
  entries: [
    {
      begins: 'bar.add_resource:begin',
      parameters: { pdev: '@dev', bar: '0', size: '0', offset: '0' },
      returns: {
        'bar.add_resource:ok': '0',
        'bar.add_resource:failed': ['errno', '-ENOMEM', '-EINVAL', '-EEXIST', '-EOPNOTSUPP'],
      },
    },
  ],
  leads: p2pdmaInC.leads,
  rows: [
    ...p2pdmaInC.rows.filter(({ c }) => c !== '$dev->p2pdma'),
    { c: '$dev->p2pdma', is: '@dev', because: 'pcim_p2pdma_init() has made it' },
    { c: 'pci_resource_flags($_, $_)', is: 'IORESOURCE_MEM', because: ARGUMENTS },
    { c: 'pci_resource_len($_, $_)', is: '2097152', because: SPAN },
    { c: 'pci_resource_start($_, $_)', is: '2097152', because: SPAN },
    {
      c: 'pcim_p2pdma_init($_)',
      label: 'dev.pcim_p2pdma_init',
      returns: { ok: '0', '-ENOMEM': '-ENOMEM', '-EOPNOTSUPP': '-EOPNOTSUPP' },
    },
    { c: 'pcim_p2pdma_provider($_, $_)', is: '@bar', because: 'a memory BAR has one' },
    {
      c: 'gen_pool_create($_, $_)',
      label: 'dev.gen_pool_create',
      returns: { ok: '1', NULL: 'NULL' },
    },
    {
      c: 'sysfs_create_group($_, $_)',
      label: 'dev.sysfs_create_group',
      returns: { ok: '0', '-EEXIST': '-EEXIST', '-ENOMEM': '-ENOMEM' },
    },
    {
      c: 'devm_kzalloc($rest)',
      label: 'bar.kzalloc(p2p_pgmap)',
      returns: { ok: '@bar', NULL: 'NULL' },
    },
    {
      c: 'devm_memremap_pages($_, $_)',
      label: 'bar.memremap_pages',
      returns: { ok: '1', failed: 'ERR_PTR(-ENOMEM)' },
      because: '-ENOMEM stands for every errno: what the caller does is the same',
    },
    {
      c: 'devm_add_action_or_reset($rest)',
      label: 'bar.devm_add_action',
      returns: { ok: '0', '-ENOMEM': '-ENOMEM' },
      runs: {
        '-ENOMEM': [
          'bar.devm_add_action:-ENOMEM',
          'bar.unmap_mappings:begin',
          'bar.unmap_mappings:end',
        ],
      },
      because: 'what cannot be added is run at once',
    },
    {
      c: 'gen_pool_add_owner($rest)',
      label: 'bar.gen_pool_add_owner',
      returns: { ok: '0', '-ENOMEM': '-ENOMEM' },
    },
    {
      c: 'devm_memunmap_pages($_, $_)',
      label: 'bar.memunmap_pages',
      returns: { end: 'void' },
      spans: true,
    },
    { c: 'devm_kfree($_, $_)', label: 'bar.kfree(p2p_pgmap)' },
  ],
};
