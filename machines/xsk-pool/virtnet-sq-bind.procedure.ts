import { setup } from 'xstate';

export const labels = [
  'tx.bind_pool:begin',
  'tx.unbind_pool:begin',
  'dev.running:true',
  'dev.running:false',
  'tx.napi_disable',
  'tx.napi_enable',
  'tx.vq_disable:ok',
  'tx.vq_disable:-ENOENT',
  'tx.vq_enable:ok',
  'tx.vq_enable:-EBUSY',
  'tx.drain:none',
  'tx.drain:some',
  'tx.pool_used',
  'tx.xsk_pool.set',
  'tx.xsk_pool.clear',
  'tx.bind_pool:ok',
  'tx.bind_pool:-ENOENT',
  'tx.bind_pool:-EBUSY',
  'tx.unbind_pool:ok',
  'tx.unbind_pool:-ENOENT',
  'tx.unbind_pool:-EBUSY',
] as const;

/** The same for the transmit queue. */
export function virtnetSqBind() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'virtnet_sq_bind_xsk_pool',
    description: 'virtnet_sq_bind_xsk_pool(), virtqueue_reset(), drivers/net/virtio_net.c',
    meta: { labels, source: 'virtnet_sq_bind_xsk_pool, virtio_net.c:5878, v7.3' },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { 'tx.bind_pool:begin': 'bind', 'tx.unbind_pool:begin': 'unbind' },
      },
      bind: resets('bind_pool', 'set'),
      unbind: resets('unbind_pool', 'clear'),
    },
  });
}

function resets(call: string, verb: 'set' | 'clear') {
  const resumes = (outcome: string) => {
    const how = outcome.replace('-', '');
    return {
      [`resume_${how}`]: {
        on: { 'dev.running:true': `napi_on_${how}`, 'dev.running:false': `return_${how}` },
      },
      [`napi_on_${how}`]: { on: { 'tx.napi_enable': `return_${how}` } },
      [`return_${how}`]: {
        on: { [`tx.${call}:${outcome}`]: '#virtnet_sq_bind_xsk_pool.idle' },
      },
    };
  };
  return {
    initial: 'pause',
    states: {
      pause: {
        meta: { source: 'virtnet_tx_pause, virtio_net.c, v7.3' },
        on: { 'dev.running:true': 'napi_off', 'dev.running:false': 'disable' },
      },
      napi_off: { on: { 'tx.napi_disable': 'disable' } },
      disable: { on: { 'tx.vq_disable:ok': 'recycle', 'tx.vq_disable:-ENOENT': 'forget_ENOENT' } },
      recycle: { on: { 'tx.drain:none': 'enable', 'tx.drain:some': 'complete' } },
      complete: {
        meta: { source: 'virtnet_sq_free_unused_buf, virtio_net.c, v7.3' },
        on: { 'tx.pool_used': 'enable' },
      },
      enable: { on: { 'tx.vq_enable:ok': 'swap', 'tx.vq_enable:-EBUSY': 'forget_EBUSY' } },
      swap: { on: { [`tx.xsk_pool.${verb}`]: 'resume_ok' } },
      forget_ENOENT: { on: { 'tx.xsk_pool.clear': 'resume_ENOENT' } },
      forget_EBUSY: { on: { 'tx.xsk_pool.clear': 'resume_EBUSY' } },
      ...resumes('ok'),
      ...resumes('-ENOENT'),
      ...resumes('-EBUSY'),
    },
  };
}
