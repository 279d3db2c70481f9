import { nothing, paragraph, type Row, says } from './mail.ts';

/** The swap of the buffer pool of a receive ring, in a driver of TI's ICSSG: the first of four exchanges. */
export const receiveRing: readonly Row[] = [
  nothing('0f1e623d4a45', 'who wrote what follows'),
  paragraph(
    'd84b21cc4ec4',
    'Meghana Malladi',
    says(
      'memory of the receive ring is freed only where it must be',
      '`new-before-old`, which every driver that was read breaks (F-C02-memory)',
    ),
  ),
  paragraph(
    '36c9b26a0852',
    'Meghana Malladi',
    says(
      'descriptors of the ring belong to the DMA controller',
      '`rx_channel`: what it may write to is freed when its teardown is acknowledged (`no-buffer-freed-under-dma`)',
    ),
    says(
      'at a time they are mapped for one kind of memory: pages, or buffers of XDP',
      '`one-model-in-ring`',
    ),
  ),
  paragraph(
    'ecd5b0af5b98',
    'Meghana Malladi',
    says(
      'so a change of kind frees the memory of the ring and allocates it anew',
      '`new-before-old`: `required` keeps the pages, and keeps every rule (`pool-swap`)',
    ),
  ),
  nothing('14c313ce6629', 'asks whether that is understood'),
  paragraph(
    '3d0eaabe895c',
    'the answer',
    says(
      'the order that was asked for is expected in this series',
      '`required` in `pool-swap`, beside what was merged',
    ),
  ),
  nothing('82554ce37bea', 'announces a list'),
  paragraph(
    '51ad517259b2',
    'the order asked for',
    says('1: the hardware stops taking packets', '`required_pool_enable`: port_off'),
  ),
  paragraph(
    'e78a19bb9d4c',
    'the order asked for',
    says('2: what has come is spooled', '`required_pool_enable`: keep; fault `C-01`'),
  ),
  paragraph(
    '292393d5f0c9',
    'the order asked for',
    says(
      '3: the pool is attached or detached',
      '`required_pool_enable`: rx_pool, between the drain and the fill',
    ),
  ),
  paragraph(
    'cb21e6f5e2e7',
    'the order asked for',
    says('4: the ring is filled anew', '`required_pool_enable`: fill'),
  ),
  paragraph(
    '141cbce03f88',
    'the order asked for',
    says(
      '5: the hardware is switched on again',
      '`required_pool_enable`: channel_on; fault `C-02`',
    ),
  ),
  paragraph(
    '7910a8a85159',
    'the order of the driver',
    says(
      'the driver claims to keep that order',
      '`prueth_xsk_pool_enable`, line by line, with its errors: F-C02, F-C05, F-C06',
    ),
  ),
  paragraph(
    '4aee47dba786',
    'the order of the driver',
    says(
      '1: the channel is torn down, and with it the traffic',
      '`prueth_destroy_rxq`; a teardown that is not acknowledged: F-C13',
    ),
  ),
  paragraph(
    '6a98b89ba691',
    'the order of the driver',
    says(
      '2: descriptors of the free and the completion queue are freed',
      '`prueth_destroy_rxq`: cleanup',
    ),
  ),
  paragraph(
    '49bfc8a765a6',
    'the order of the driver',
    says('3: the pool is attached or detached', '`prueth_xsk_pool_enable`: rx_pool'),
  ),
  paragraph(
    '601fd0a9bdad',
    'the order of the driver',
    says(
      '4: descriptors are allocated, mapped for the right memory and queued',
      '`prueth_create_rxq`; where that fails: F-C02',
    ),
  ),
  paragraph(
    'ee1c69833333',
    'the order of the driver',
    says('5: NAPI starts again', '`prueth_create_rxq`: napi; `napi-with-channel`'),
  ),
  paragraph(
    'cd1d877d9c52',
    'Meghana Malladi',
    says(
      'without 2 and 4 it could do, later, if no corner case is lost',
      '`required`: 2 and 4 without a free or an allocation; its corner cases are the faults `C-01` to `C-25`',
    ),
  ),
];
