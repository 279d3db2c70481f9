import { nothing, paragraph, type Row, says } from './mail.ts';

const NOT_YET = 'not yet: xsk-pool';

/** The swap of the buffer pool of a receive ring, in a driver of TI's ICSSG: the first of four exchanges. */
export const receiveRing: readonly Row[] = [
  nothing('0f1e623d4a45', 'who wrote what follows'),
  paragraph(
    'd84b21cc4ec4',
    'Meghana Malladi',
    says('memory of the receive ring is freed only where it must be', NOT_YET),
  ),
  paragraph(
    '36c9b26a0852',
    'Meghana Malladi',
    says('descriptors of the ring belong to the DMA controller', NOT_YET),
    says('at a time they are mapped for one kind of memory: pages, or buffers of XDP', NOT_YET),
  ),
  paragraph(
    'ecd5b0af5b98',
    'Meghana Malladi',
    says('so a change of kind frees the memory of the ring and allocates it anew', NOT_YET),
  ),
  nothing('14c313ce6629', 'asks whether that is understood'),
  paragraph(
    '3d0eaabe895c',
    'the answer',
    says('the order that was asked for is expected in this series', NOT_YET),
  ),
  nothing('82554ce37bea', 'announces a list'),
  paragraph(
    '51ad517259b2',
    'the order asked for',
    says('1: the hardware stops taking packets', NOT_YET),
  ),
  paragraph('e78a19bb9d4c', 'the order asked for', says('2: what has come is spooled', NOT_YET)),
  paragraph(
    '292393d5f0c9',
    'the order asked for',
    says('3: the pool is attached or detached', NOT_YET),
  ),
  paragraph('cb21e6f5e2e7', 'the order asked for', says('4: the ring is filled anew', NOT_YET)),
  paragraph(
    '141cbce03f88',
    'the order asked for',
    says('5: the hardware is switched on again', NOT_YET),
  ),
  paragraph(
    '7910a8a85159',
    'the order of the driver',
    says('the driver claims to keep that order', NOT_YET),
  ),
  paragraph(
    '4aee47dba786',
    'the order of the driver',
    says('1: the channel is torn down, and with it the traffic', NOT_YET),
  ),
  paragraph(
    '6a98b89ba691',
    'the order of the driver',
    says('2: descriptors of the free and the completion queue are freed', NOT_YET),
  ),
  paragraph(
    '49bfc8a765a6',
    'the order of the driver',
    says('3: the pool is attached or detached', NOT_YET),
  ),
  paragraph(
    '601fd0a9bdad',
    'the order of the driver',
    says('4: descriptors are allocated, mapped for the right memory and queued', NOT_YET),
  ),
  paragraph('ee1c69833333', 'the order of the driver', says('5: NAPI starts again', NOT_YET)),
  paragraph(
    'cd1d877d9c52',
    'Meghana Malladi',
    says('without 2 and 4 it could do, later, if no corner case is lost', NOT_YET),
  ),
];
