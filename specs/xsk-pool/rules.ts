import {
  all,
  alphabetOf,
  any,
  is,
  monitor,
  not,
  type Part,
  type Predicate,
  type Property,
  plainLabel,
  said,
} from 'xstate-check';
import { balanceMonitors, type Lock } from 'xstate-check/kernel';
import { givenUp } from '../../machines/xsk-pool/given-up.monitor.ts';
import { oneAnswer, somethingMoves } from '../shared/every-system.ts';
import { MUTEX } from '../shared/parts.ts';
import { returnsOf } from '../shared/rules.ts';
import { isIdle } from '../shared/words.ts';
import { poolCalls } from './calls.ts';
import type { Driver } from './drivers.ts';
import { ADMIN, BIND, RELEASE, type Shape } from './parts.ts';
import { CORE, JAKUB, PAOLO } from './sources.ts';

const LOCKS: readonly Lock[] = [{ name: 'rtnl', kind: MUTEX }];
const CALLS = [BIND, RELEASE, ADMIN];

const isUp = said(is('dev', 'up'), 'the device is up', 'the device is down');
const nobodyCalls = said(
  all(...CALLS.map(isIdle)),
  'every call has returned',
  'a call is under way',
);
const holds = (ring: 'xsk' | 'pages') =>
  said(
    is('rx.ring', ring),
    `the receive ring holds ${ring === 'xsk' ? 'frames of the pool' : 'pages'}`,
    `the receive ring holds no ${ring === 'xsk' ? 'frame of the pool' : 'page'}`,
  );
const waitsToBeSent = said(
  is('tx.ring', 'frames'),
  'a frame waits to be sent',
  'no frame waits to be sent',
);
const polls = said(
  is('rx.napi', 'enabled', 'polling'),
  'NAPI of the receive queue is enabled',
  'NAPI of the receive queue is disabled',
);
const receives = ({ hardware }: Driver) =>
  hardware === 'channel'
    ? said(is('rx.channel', 'on'), 'the channel is on', 'the channel is off')
    : said(is('rx.virtqueue', 'ready'), 'the virtqueue is there', 'the virtqueue is reset');
const isOpen = said(
  is('emac.port', 'forward'),
  'the port lets packets in',
  'the port lets no packet in',
);
const hasPointer = (queue: 'rx' | 'tx') =>
  said(
    is(`${queue}.pointer`, 'set'),
    `${queue} has a pointer to the pool`,
    `${queue} has no pointer to the pool`,
  );
const isZeroCopy = said(
  is('pool', 'of_the_queue.zero_copy'),
  'the core has the pool down as zero copy',
  'the core has no pool of that queue in zero copy mode',
);

/** What a queue has to keep when a pool comes and goes. */
export function poolRules(
  driver: Driver,
  parts: readonly Part[],
  { sends }: Shape,
): { monitors: Part[]; properties: Property[] } {
  const balance = balanceMonitors(parts, LOCKS, returnsOf(poolCalls));
  const given = [BIND, RELEASE].map((thread) => givenUpPart(parts, thread));
  return {
    monitors: [...balance, ...given],
    properties: [
      ...bufferRules(driver, sends),
      ...pointerRules(driver, sends),
      ...deviceRules(driver, given),
      ...callRules(balance),
    ],
  };
}

/** N1 to N3: what is in the rings, whose it is, and whether it is mapped. */
function bufferRules({ hardware, hasTwoModels }: Driver, sends: boolean): Property[] {
  const xskInfo = hasTwoModels ? 'rx.xsk_rxq' : 'rx.xdp_rxq';
  return [
    {
      id: 'one-model-in-ring',
      kind: 'monitor',
      title: 'what is in the rings of a queue is of one kind, and is freed as what it is',
      parts: ['rx.ring'],
      rule: 'N1',
      source: `${PAOLO}: "spool all the pending packets; attach/detach the xsk_pool; refill the ring"`,
      consequence: 'a page is freed as a frame of user space, or the other way round',
    },
    ...(['xsk', 'pages'] as const).map(
      (model): Property => ({
        id: `registered-model-is-that-of-the-ring(${model})`,
        kind: 'invariant',
        title: `while ${model === 'xsk' ? 'frames of the pool' : 'pages'} are received, that model is registered`,
        when: all(polls, holds(model)),
        then: said(
          is(model === 'xsk' ? xskInfo : 'rx.xdp_rxq', model),
          'their memory model is registered',
          'their memory model is not registered',
        ),
        rule: 'N2',
        source: 'derived: __xdp_return, net/core/xdp.c, v7.3, frees by the registered model',
        consequence: 'XDP frees what it received by the wrong allocator',
      }),
    ),
    {
      id: 'mapped-while-in-ring',
      kind: 'invariant',
      title: 'the pool is mapped for DMA while a ring has a frame of it',
      when: sends ? any(holds('xsk'), waitsToBeSent) : holds('xsk'),
      // One that is freed mapped is another rule's.
      then: said(not(is('pool.dma', 'unmapped')), 'the pool is mapped', 'the pool is not mapped'),
      rule: 'N3',
      source: 'derived: xp_dma_unmap, xsk_buff_pool.c, v7.3: dma_unmap_page_attrs()',
      consequence: 'the device reads or writes memory that somebody else has by now',
    },
    ...(hardware === 'channel'
      ? [
          {
            id: 'no-buffer-freed-under-dma',
            kind: 'monitor',
            title: 'no buffer is freed before the teardown of its channel is acknowledged',
            parts: ['rx.channel'],
            source: `${PAOLO}: "stop the H/W from processing incoming packets"; derived`,
            consequence: 'the device writes to memory that was freed',
          } as const,
        ]
      : []),
  ];
}

/** N5, and what a pointer that is left behind does. */
function pointerRules({ hasPort }: Driver, sends: boolean): Property[] {
  return [
    {
      id: 'no-pointer-without-pool',
      kind: 'invariant',
      title: 'a driver that is up points to no pool but the one that the core has given it',
      when: all(nobodyCalls, isUp, any(hasPointer('rx'), hasPointer('tx'))),
      then: isZeroCopy,
      rule: 'N5',
      source: `derived: xp_assign_dev, ${CORE}: after an error the pool is freed, or is in copy mode`,
      consequence: 'the driver fills its ring from a pool that is freed, or that it is not told of',
    },
    {
      id: 'no-pool-used-after-free',
      kind: 'monitor',
      title: 'no driver takes a frame of a pool that is gone, or gives it one',
      parts: ['pool'],
      rule: 'N5',
      source: `derived: xp_release_deferred, ${CORE}`,
      consequence: 'use after free',
    },
    {
      id: 'no-pool-freed-mapped',
      kind: 'monitor',
      title: 'no pool is freed mapped for DMA',
      parts: ['pool.dma'],
      rule: 'N3',
      source: `derived: xp_destroy, ${CORE}`,
      consequence: 'a device can write to pages of a process that is gone; the mapping is lost',
    },
    ...(sends ? [noNullPool] : []),
    {
      id: 'zero-copy-can-be-woken',
      kind: 'invariant',
      title: 'where the core says zero copy, the driver can be woken for the queue',
      when: all(nobodyCalls, isUp, isZeroCopy),
      then: all(
        hasPointer('rx'),
        hasPointer('tx'),
        ...(hasPort
          ? [
              said(
                is('emac.xsk_qid', 'set'),
                'emac->xsk_qid is the queue',
                'emac->xsk_qid is -EINVAL',
              ),
            ]
          : []),
      ),
      source: 'prueth_xsk_wakeup, igb_xsk_wakeup, v7.3: -EINVAL otherwise; derived',
      consequence: 'sendto() and poll() answer -EINVAL, and no packet comes',
    },
  ];
}

const noNullPool: Property = {
  id: 'no-null-pool',
  kind: 'monitor',
  title: 'who has tested the pointer to a pool does not find NULL behind it',
  parts: ['tx.pointer'],
  source: 'derived: READ_ONCE() of it in igb_clean_tx_irq, v7.3',
  consequence: 'an oops in softirq context, or in ndo_stop()',
};

/** N4, N6, N7: the network does not go away. */
function deviceRules(driver: Driver, given: readonly Part[]): Property[] {
  const works: Predicate[] = [receives(driver), polls, ...(driver.hasPort ? [isOpen] : [])];
  return [
    {
      id: 'old-or-down',
      kind: 'invariant',
      title: 'when a call has returned, a device that is up receives',
      when: all(nobodyCalls, isUp),
      then: all(...works),
      rule: 'N4',
      source: `${JAKUB}: "system may drop off the network"`,
      consequence: 'the system has dropped off the network, and says that it is up',
    },
    ...(driver.hardware === 'channel'
      ? [
          {
            id: 'napi-with-channel',
            kind: 'invariant',
            title: 'NAPI is enabled if and only if the channel is on',
            when: nobodyCalls,
            then: any(all(receives(driver), polls), all(not(receives(driver)), not(polls))),
            rule: 'N6',
            source: 'derived: prueth_destroy_rxq and prueth_create_rxq, v7.3, as a pair',
            consequence: 'the next teardown waits for ever, or receives nothing',
          } as const,
        ]
      : []),
    {
      id: 'new-before-old',
      kind: 'monitor',
      title: 'memory for the new buffers is there before the old ones are given up',
      parts: given.map(({ name }) => name),
      rule: 'N7',
      source: `${JAKUB}: "You must either pre-allocate or avoid freeing the memory"`,
      consequence: 'where memory is short, a queue that worked has no buffers',
    },
  ];
}

function givenUpPart(parts: readonly Part[], thread: string): Part {
  const labels = [...new Set(parts.flatMap((part) => alphabetOf(part).flatMap(part.rename)))];
  const of = (...names: readonly RegExp[]) =>
    labels.filter(
      (label) => label.endsWith(`@${thread}`) && names.some((name) => name.test(plainLabel(label))),
    );
  return monitor(`given_up@${thread}`, givenUp, {
    emptied: of(/^rx\.drain\(/),
    filled: of(/^rx\.fill\((?:xsk\):some|pages\):ok|kept\))$/),
    failed: of(/^rx\.(?:vmalloc|fill\(pages\)):-ENOMEM$/),
    returned: of(/^rtnl\.mutex_unlock$/),
  });
}

function callRules(balance: readonly Part[]): Property[] {
  return [
    {
      id: 'lock-balance',
      kind: 'monitor',
      title: 'rtnl is released before a call returns',
      parts: balance.map(({ name }) => name),
      source: 'derived: xsk_bind, xp_release_deferred, v7.3',
    },
    ...CALLS.map(
      (thread): Property => ({
        id: `returns(${thread})`,
        kind: 'leads-to',
        title: `a call of ${thread} that has begun returns`,
        when: not(isIdle(thread)),
        then: isIdle(thread),
        rule: 'N6',
        source: 'derived: napi_disable_locked, net/core/dev.c, v7.3, waits for ever',
        consequence: 'a task hangs in D state with rtnl, and with it all that configures a network',
      }),
    ),
    {
      id: 'rest',
      kind: 'rest',
      title: 'every call can return, and rtnl become free',
      source: 'derived: as of every system of procedures',
      consequence: 'a task hangs in D state',
    },
    somethingMoves(),
    oneAnswer,
    {
      id: 'napi-enabled-once',
      kind: 'monitor',
      title: 'NAPI is not enabled twice',
      parts: ['rx.napi'],
      rule: 'N6',
      source: 'napi_enable_locked, net/core/dev.c, v7.3: BUG_ON()',
      consequence: 'the kernel stops with a BUG',
    },
  ];
}
