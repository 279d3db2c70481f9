import type { AnyStateMachine } from 'xstate';
import type { Revision } from 'xstate-check';
import { emacOpenStop } from '../../machines/xsk-pool/emac-open-stop.procedure.ts';
import { igbOpenClose } from '../../machines/xsk-pool/igb-open-close.procedure.ts';
import { igbPoolDisable } from '../../machines/xsk-pool/igb-pool-disable.procedure.ts';
import { igbPoolEnable } from '../../machines/xsk-pool/igb-pool-enable.procedure.ts';
import { pruethCreateRxq } from '../../machines/xsk-pool/prueth-create-rxq.procedure.ts';
import { pruethDestroyRxq } from '../../machines/xsk-pool/prueth-destroy-rxq.procedure.ts';
import { pruethPoolDisable } from '../../machines/xsk-pool/prueth-pool-disable.procedure.ts';
import { pruethPoolEnable } from '../../machines/xsk-pool/prueth-pool-enable.procedure.ts';
import { requiredOpenStop } from '../../machines/xsk-pool/required-open-stop.procedure.ts';
import { requiredPoolDisable } from '../../machines/xsk-pool/required-pool-disable.procedure.ts';
import { requiredPoolEnable } from '../../machines/xsk-pool/required-pool-enable.procedure.ts';
import { virtnetOpenClose } from '../../machines/xsk-pool/virtnet-open-close.procedure.ts';
import { virtnetPoolDisable } from '../../machines/xsk-pool/virtnet-pool-disable.procedure.ts';
import { virtnetPoolEnable } from '../../machines/xsk-pool/virtnet-pool-enable.procedure.ts';
import { virtnetRqBind } from '../../machines/xsk-pool/virtnet-rq-bind.procedure.ts';
import { virtnetSqBind } from '../../machines/xsk-pool/virtnet-sq-bind.procedure.ts';
import { ICSSG, IGB, JAKUB, PAOLO, VIRTIO } from './sources.ts';

/** A routine that calls of a driver share, and the labels by which it is called. */
export interface Routine {
  readonly name: string;
  readonly machine: () => AnyStateMachine;
  /** The labels by which it is called and answers. */
  readonly called: RegExp;
}

/** How a driver gives a queue a pool and takes it back. */
export interface Driver {
  readonly enable: () => AnyStateMachine;
  readonly disable: () => AnyStateMachine;
  readonly openClose: () => AnyStateMachine;
  readonly routines: readonly Routine[];
  /** What the three answer beside 0. */
  readonly errnos: {
    readonly enable: readonly string[];
    readonly disable: readonly string[];
    readonly open: readonly string[];
  };
  /** What the hardware of its receive queue is. */
  readonly hardware: 'channel' | 'virtqueue';
  /** Whether pages and frames of a pool have a memory model each, registered by itself. */
  readonly hasTwoModels: boolean;
  /** Whether a poll reads the pointer to the pool again after it has tested it. */
  readonly readsTwice: boolean;
  /** Whether the two rings of a queue share a NAPI context. */
  readonly sharesNapi: boolean;
  /** Whether the wire is opened and shut by a command to its firmware, and the queue is remembered. */
  readonly hasPort: boolean;
}

const icssg: Driver = {
  enable: pruethPoolEnable,
  disable: pruethPoolDisable,
  openClose: emacOpenStop,
  routines: [
    { name: 'destroy_rxq', machine: pruethDestroyRxq, called: /^rx\.destroy:/ },
    { name: 'create_rxq', machine: pruethCreateRxq, called: /^rx\.create:/ },
  ],
  errnos: {
    enable: ['-ENOMEM', '-ETIMEDOUT', '-EINVAL'],
    disable: ['-ENOMEM', '-ETIMEDOUT', '-EINVAL'],
    open: ['-ENOMEM', '-EINVAL'],
  },
  hardware: 'channel',
  hasTwoModels: false,
  readsTwice: true,
  sharesNapi: false,
  hasPort: true,
};

const igb: Driver = {
  enable: igbPoolEnable,
  disable: igbPoolDisable,
  openClose: igbOpenClose,
  routines: [],
  errnos: { enable: ['-ENOMEM'], disable: ['-EINVAL', '-ENOMEM'], open: ['-ENOMEM'] },
  hardware: 'channel',
  hasTwoModels: false,
  readsTwice: false,
  sharesNapi: true,
  hasPort: false,
};

const virtio: Driver = {
  enable: virtnetPoolEnable,
  disable: virtnetPoolDisable,
  openClose: virtnetOpenClose,
  routines: [
    { name: 'rq_bind', machine: virtnetRqBind, called: /^rx\.(un)?bind_pool:/ },
    { name: 'sq_bind', machine: virtnetSqBind, called: /^tx\.(un)?bind_pool:/ },
  ],
  errnos: {
    enable: ['-ENOMEM', '-ENOENT', '-EBUSY'],
    disable: ['-ENOENT', '-EBUSY'],
    open: ['-ENOMEM'],
  },
  hardware: 'virtqueue',
  hasTwoModels: true,
  readsTwice: false,
  sharesNapi: false,
  hasPort: false,
};

/** What nobody has written: the order that the review asked for, and the rules that it leaves open. */
const required: Driver = {
  enable: requiredPoolEnable,
  disable: requiredPoolDisable,
  openClose: requiredOpenStop,
  routines: [],
  errnos: {
    enable: ['-ENOMEM', '-ETIMEDOUT', '-EINVAL'],
    disable: [],
    open: ['-ENOMEM', '-EINVAL'],
  },
  hardware: 'channel',
  hasTwoModels: true,
  readsTwice: false,
  sharesNapi: false,
  hasPort: true,
};

/** The one that the mails are about first. */
export const drivers: Readonly<Record<string, Driver>> = {
  'icssg-7.3': icssg,
  'igb-7.3': igb,
  'virtio-net-7.3': virtio,
  required,
};

/** The columns. */
export const revisions: readonly Revision[] = [
  {
    name: 'icssg-7.3',
    title: 'ICSSG as merged: the queue is destroyed, switched and made anew',
    kind: 'series',
    source: `${ICSSG}; applied to net-next as 7a64bb388df3`,
    words: ['icssg-prueth', 'AF_XDP zero copy'],
  },
  { name: 'igb-7.3', title: 'igb of 7.3', kind: 'series', source: IGB, words: ['igb_xsk'] },
  {
    name: 'virtio-net-7.3',
    title: 'virtio-net of 7.3',
    kind: 'series',
    source: VIRTIO,
    words: ['virtio_net'],
  },
  {
    name: 'required',
    title:
      'the order that the review of the ICSSG series asked for, with every error on its way back',
    kind: 'what-if',
    source: `derived: ${PAOLO}; ${JAKUB}`,
  },
];
