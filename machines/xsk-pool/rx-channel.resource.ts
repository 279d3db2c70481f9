import { setup } from 'xstate';

export const labels = [
  'channel_enable:ok',
  'channel_enable:-EINVAL',
  'channel_tdown:ok',
  'channel_tdown:timeout',
  'channel_disable',
  'drain(pages)',
  'drain(xsk)',
] as const;

const both = (target: string) => ({ 'drain(pages)': target, 'drain(xsk)': target });

/** The DMA channel that receives, and whether its teardown was acknowledged before buffers go. */
export function rxChannel() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'rx_channel',
    description: 'what writes received packets to memory: a UDMA channel, a queue of a controller',
    meta: {
      labels,
      source: 'k3_udma_glue_tdown_rx_chn, k3_udma_glue_disable_rx_chn, k3-udma-glue.c, v7.3',
    },
    initial: 'off',
    states: {
      off: {
        description: 'of a channel that is off no teardown is acknowledged',
        tags: ['quiescent'],
        on: {
          'channel_enable:ok': 'on',
          'channel_enable:-EINVAL': 'off',
          'channel_tdown:timeout': 'off',
          channel_disable: 'off',
          ...both('off'),
        },
      },
      on: {
        tags: ['quiescent'],
        on: {
          'channel_enable:ok': 'on',
          'channel_enable:-EINVAL': 'on',
          'channel_tdown:ok': 'torn_down',
          'channel_tdown:timeout': 'late',
          channel_disable: 'off',
          ...both('on'),
        },
      },
      torn_down: {
        description: 'the marker of the teardown has come: nothing is written any more',
        tags: ['quiescent'],
        on: {
          'channel_enable:ok': 'on',
          'channel_enable:-EINVAL': 'torn_down',
          'channel_tdown:timeout': 'torn_down',
          channel_disable: 'off',
          ...both('torn_down'),
        },
      },
      late: {
        description: 'the marker has not come within a second: it may still be written',
        on: {
          'channel_enable:ok': 'on',
          'channel_enable:-EINVAL': 'late',
          'channel_tdown:ok': 'torn_down',
          'channel_tdown:timeout': 'late',
          channel_disable: 'off',
          ...both('writes_what_is_free'),
        },
      },
      writes_what_is_free: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'may write to buffers that are freed: its teardown is not acknowledged' },
        on: {
          'channel_enable:ok': 'on',
          'channel_enable:-EINVAL': 'writes_what_is_free',
          'channel_tdown:ok': 'torn_down',
          'channel_tdown:timeout': 'writes_what_is_free',
          channel_disable: 'off',
          ...both('writes_what_is_free'),
        },
      },
    },
  });
}
