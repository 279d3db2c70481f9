import { setup } from 'xstate';

const ENOENT = '-ENOENT';
const EBUSY = '-EBUSY';

export const labels = [
  'rx.bind_pool:begin',
  'rx.unbind_pool:begin',
  'rx.xsk_rxq.reg(xsk):ok',
  'rx.xsk_rxq.reg(xsk):-ENOMEM',
  'rx.xsk_rxq.unreg',
  'dev.running:true',
  'dev.running:false',
  'rx.napi_disable',
  'rx.napi_enable',
  'rx.vq_disable:ok',
  'rx.vq_disable:-ENOENT',
  'rx.vq_enable:ok',
  'rx.vq_enable:-EBUSY',
  'rx.xsk_pool:set',
  'rx.xsk_pool:null',
  'rx.xsk_pool.set',
  'rx.xsk_pool.clear',
  'rx.drain(xsk)',
  'rx.drain(pages)',
  'rx.fill(xsk):some',
  'rx.fill(xsk):none',
  'rx.fill(pages):ok',
  'rx.fill(pages):-ENOMEM',
  'rx.bind_pool:ok',
  'rx.bind_pool:-ENOMEM',
  'rx.bind_pool:-ENOENT',
  'rx.bind_pool:-EBUSY',
  'rx.unbind_pool:ok',
  'rx.unbind_pool:-ENOENT',
  'rx.unbind_pool:-EBUSY',
] as const;

/** Resets the receive queue and gives it another pool, or none; where the reset fails, none. */
export function virtnetRqBind() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'virtnet_rq_bind_xsk_pool',
    description: 'virtnet_rq_bind_xsk_pool(), virtqueue_reset(), drivers/net/virtio_net.c',
    meta: { labels, source: 'virtnet_rq_bind_xsk_pool, virtio_net.c:5837, v7.3' },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { 'rx.bind_pool:begin': 'register', 'rx.unbind_pool:begin': 'unbind' },
      },
      register: {
        on: { 'rx.xsk_rxq.reg(xsk):ok': 'bind', 'rx.xsk_rxq.reg(xsk):-ENOMEM': 'return_ENOMEM' },
      },
      return_ENOMEM: { on: { 'rx.bind_pool:-ENOMEM': 'idle' } },
      bind: resets('bind_pool', 'set'),
      unbind: resets('unbind_pool', 'clear'),
    },
  });
}

/** From virtnet_rx_pause() to virtnet_rx_resume(): by what came of the reset. */
function resets(call: 'bind_pool' | 'unbind_pool', verb: 'set' | 'clear') {
  return {
    initial: 'pause',
    states: {
      pause: {
        meta: { source: 'virtnet_rx_pause, virtio_net.c:3403, v7.3' },
        on: { 'dev.running:true': 'napi_off', 'dev.running:false': 'disable' },
      },
      napi_off: { on: { 'rx.napi_disable': 'disable' } },
      disable: {
        on: { 'rx.vq_disable:ok': 'recycle', 'rx.vq_disable:-ENOENT': `forget_${ENOENT.slice(1)}` },
      },
      recycle: {
        description: 'virtnet_rq_unmap_free_buf(): by the pointer that there still is',
        meta: { source: 'virtnet_rq_unmap_free_buf, virtio_net.c, v7.3' },
        on: { 'rx.xsk_pool:set': 'free_frames', 'rx.xsk_pool:null': 'free_pages' },
      },
      free_frames: { on: { 'rx.drain(xsk)': 'enable' } },
      free_pages: { on: { 'rx.drain(pages)': 'enable' } },
      enable: {
        meta: { source: 'vp_modern_enable_vq_after_reset, virtio_pci_modern.c, v7.3' },
        on: { 'rx.vq_enable:ok': 'swap', 'rx.vq_enable:-EBUSY': `forget_${EBUSY.slice(1)}` },
      },
      swap: { on: { [`rx.xsk_pool.${verb}`]: 'resume_ok' } },
      ...resumes('ok', verb === 'set' ? `rx.${call}:ok` : undefined),
      ...(verb === 'set' ? returned(call, 'ok') : unregistered(call, 'ok')),
      ...failed(call, ENOENT),
      ...failed(call, EBUSY),
    },
  };
}

/** Without a pool, whatever was asked for. */
function failed(call: string, errno: string) {
  const how = errno.slice(1);
  return {
    [`forget_${how}`]: {
      description: 'pool = NULL',
      on: { 'rx.xsk_pool.clear': `resume_${how}` },
    },
    ...resumes(how, undefined),
    ...unregistered(call, errno),
  };
}

/** virtnet_rx_resume(): fills by the pointer, as many as there are, and enables NAPI. */
function resumes(how: string, returns: string | undefined) {
  const then = returns === undefined ? `unregister_${how}` : 'return_ok';
  return {
    [`resume_${how}`]: {
      meta: { source: 'virtnet_rx_resume, virtio_net.c:3422, v7.3' },
      on: { 'dev.running:true': `fill_${how}`, 'dev.running:false': then },
    },
    [`fill_${how}`]: {
      on: { 'rx.xsk_pool:set': `fill_frames_${how}`, 'rx.xsk_pool:null': `fill_pages_${how}` },
    },
    [`fill_frames_${how}`]: {
      on: { 'rx.fill(xsk):some': `napi_on_${how}`, 'rx.fill(xsk):none': `napi_on_${how}` },
    },
    [`fill_pages_${how}`]: {
      on: { 'rx.fill(pages):ok': `napi_on_${how}`, 'rx.fill(pages):-ENOMEM': `napi_on_${how}` },
    },
    [`napi_on_${how}`]: { on: { 'rx.napi_enable': then } },
  };
}

function unregistered(call: string, outcome: string) {
  const how = outcome.replace('-', '');
  return {
    [`unregister_${how}`]: { on: { 'rx.xsk_rxq.unreg': `return_${how}` } },
    ...returned(call, outcome),
  };
}

function returned(call: string, outcome: string) {
  return {
    [`return_${outcome.replace('-', '')}`]: {
      on: { [`rx.${call}:${outcome}`]: '#virtnet_rq_bind_xsk_pool.idle' },
    },
  };
}
