import { type Call, call } from 'xstate-check';
import { MAP_TYPES } from '../../machines/routes/map-types.ts';

const P2PDMA = 'drivers/pci/p2pdma.c, v7.3';
const VFIO = 'drivers/vfio/pci/vfio_pci_dmabuf.c, v7.3';
const MAPPING = 'drivers/dma-buf/dma-buf-mapping.c, v7.3';

/** The most devices that a tree of `map-type` has. */
const MOST = 8;

const yesNo = (name: string, callee: string, yes: string, no: string, source: string): Call =>
  call(name, callee, { outcomes: ['true', 'false'], written: { true: yes, false: no }, source });

const users: readonly Call[] = [
  call('att.map', 'route_importer', {
    caller: 'user',
    outcomes: ['ok', '-ENODEV', '-EINVAL', '-ENOMEM'],
    spans: true,
    written: 'dma_buf_map_attachment(attach{att})',
    source: `vfio_pci_dma_buf_map, ${VFIO}`,
  }),
  call('dev.close', 'route_owner', {
    caller: 'user',
    spans: true,
    written: 'close(vfio_fd)',
    source: `vfio_pci_dma_buf_cleanup, ${VFIO}`,
  }),
  call('dev.export', 'route_owner', {
    caller: 'user',
    spans: true,
    written: 'open, VFIO_DEVICE_FEATURE_DMA_BUF, dma_buf_dynamic_attach()',
    source: `vfio_pci_core_feature_dma_buf, ${VFIO}`,
  }),
  call('dev.unbind', 'route_owner', {
    caller: 'user',
    spans: true,
    written: 'echo BDF > /sys/bus/pci/drivers/vfio-pci/unbind',
    source: `pci_p2pdma_release, ${P2PDMA}`,
  }),
  call('dev.bind', 'route_owner', {
    caller: 'user',
    outcomes: ['ok', '-ENOMEM'],
    spans: true,
    written: 'echo BDF > /sys/bus/pci/drivers/vfio-pci/bind',
    source: 'vfio_pci_core_init_dev, v7.3',
  }),
  call('node.enable_acs', 'node', {
    caller: 'root',
    blocks: 'wait',
    written: 'pci_enable_acs(node {node}): RR | CR',
    source: 'pci_enable_acs, pci_std_enable_acs, drivers/pci/pci.c, v7.3',
  }),
  ...(
    [
      ['redirect', 'PCI_ACS_CTRL |= RR | CR'],
      ['direct', 'PCI_ACS_CTRL &= ~(RR | CR | EC)'],
    ] as const
  ).map(([what, bits]) =>
    call(`node.acs_ctrl(${what})`, 'node', {
      caller: 'root',
      written: `node {node}: ${bits}`,
      source: 'pci_enable_acs, drivers/pci/pci.c, v7.3; setpci',
    }),
  ),
];

const functions: readonly Call[] = [
  call('map_type', 'map_type', {
    outcomes: MAP_TYPES,
    spans: true,
    written: 'pci_p2pdma_map_type(provider, dev)',
    source: P2PDMA,
  }),
  call('calc', 'calc_map_type', {
    outcomes: MAP_TYPES,
    spans: true,
    written: 'calc_map_type_and_dist(provider, client)',
    source: P2PDMA,
  }),
  call('whitelist', 'host_bridge_whitelist', {
    outcomes: ['true', 'false'],
    spans: true,
    written: 'host_bridge_whitelist(a, b)',
    source: P2PDMA,
  }),
];

const asked: readonly Call[] = [
  call('node.acs_redir', 'node', {
    outcomes: ['0', '1'],
    written: {
      0: 'pci_bridge_has_acs_redir(node {node}): 0',
      1: 'pci_bridge_has_acs_redir(node {node}): 1',
    },
    source: `pci_bridge_has_acs_redir, ${P2PDMA}`,
  }),
  call('node.upstream', 'node', {
    outcomes: ['none', ...Array.from({ length: MOST }, (_, n) => String(n))],
    written: 'pci_upstream_bridge(node {node})',
    source: 'include/linux/pci.h, v7.3',
  }),
  call('node.host', 'node', {
    outcomes: ['0', '1'],
    written: 'pci_find_host_bridge(node {node})',
    source: `host_bridge_whitelist, ${P2PDMA}`,
  }),
  ...(['same', 'other'] as const).map((which) =>
    yesNo(
      `host.listed(${which})`,
      'host',
      `host bridge {host} is in pci_p2pdma_whitelist${which === 'other' ? ', for any other too' : ''}`,
      `host bridge {host} is not in pci_p2pdma_whitelist${which === 'other' ? ' for any other' : ''}`,
      `__host_bridge_whitelist, ${P2PDMA}`,
    ),
  ),
  yesNo(
    'cpu.supports_p2pdma',
    'cpu',
    'an AMD processor, Zen or newer',
    'another processor',
    `cpu_supports_p2pdma, ${P2PDMA}`,
  ),
  yesNo(
    'client.is_pci',
    'client',
    'dev_is_pci(dev)',
    '!dev_is_pci(dev)',
    `pci_p2pdma_map_type, ${P2PDMA}`,
  ),
];

const p2pdma: readonly Call[] = [
  call('dev.p2pdma', 'p2pdma', {
    outcomes: ['set', 'NULL'],
    written: { set: 'pdev->p2pdma is there', NULL: 'pdev->p2pdma is NULL' },
    source: P2PDMA,
  }),
  call('p2pdma.clear', 'p2pdma', { written: 'pdev->p2pdma = NULL', source: P2PDMA }),
  call('dev.pcim_p2pdma_init', 'p2pdma', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'pcim_p2pdma_init(pdev)',
    source: P2PDMA,
  }),
  call('types.load', 'types', {
    outcomes: ['UNKNOWN', ...MAP_TYPES],
    written: 'xa_load(&p2pdma->map_types, client)',
    source: P2PDMA,
  }),
  ...MAP_TYPES.map((type) =>
    call(`types.store(${type})`, 'types', {
      outcomes: ['ok', '-ENOMEM'],
      environment: ['-ENOMEM'],
      written: `xa_store(&p2pdma->map_types, client, ${type})`,
      source: P2PDMA,
    }),
  ),
  call('types.init', 'types', { written: 'xa_init(&p2pdma->map_types)', source: P2PDMA }),
  call('types.destroy', 'types', { written: 'xa_destroy(&p2pdma->map_types)', source: P2PDMA }),
];

const buffer: readonly Call[] = [
  call('resv.mutex_lock', 'mutex', {
    blocks: 'lock',
    written: 'dma_resv_lock(dmabuf{buf}->resv)',
    source: VFIO,
  }),
  call('resv.mutex_unlock', 'mutex', {
    written: 'dma_resv_unlock(dmabuf{buf}->resv)',
    source: VFIO,
  }),
  yesNo('buf.revoked', 'revoked', 'priv{buf}->revoked', '!priv{buf}->revoked', VFIO),
  call('revoked.set', 'revoked', { written: 'priv{buf}->revoked = true', source: VFIO }),
  call('revoked.clear', 'revoked', {
    written: 'a new priv{buf}, which is not revoked',
    source: VFIO,
  }),
  yesNo('att.mapped', 'mapping', 'attach{att} has a mapping', 'attach{att} has none', VFIO),
  call('bus_addr_map', 'mapping', {
    written: 'pci_p2pdma_bus_addr_map(provider)',
    source: MAPPING,
  }),
  call('dma_map', 'mapping', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'dma_iova_link(), or dma_map_phys()',
    source: MAPPING,
  }),
  call('att.unmapped', 'mapping', {
    written: 'dma_buf_unmap_attachment(attach{att})',
    source: VFIO,
  }),
];

/** The calls and steps of `map-type`. */
export const routeCalls: readonly Call[] = [...users, ...functions, ...asked, ...p2pdma, ...buffer];
