/** Who asked for what, in the review of the series that gave ICSSG its pools. */
export const JAKUB =
  'Jakub Kicinski on v2 of "net: ti: icssg-prueth: Add AF_XDP zero copy support", 2025-09-03, <20250903174847.5d8d1c9f@kernel.org>';
export const PAOLO =
  'Paolo Abeni on v4 of "net: ti: icssg-prueth: Add AF_XDP zero copy support", 2025-10-28';

export const ICSSG = 'drivers/net/ethernet/ti/icssg, v7.3';
export const IGB = 'drivers/net/ethernet/intel/igb, v7.3';
export const VIRTIO = 'drivers/net/virtio_net.c, v7.3';
export const CORE = 'net/xdp/xsk_buff_pool.c, v7.3';
