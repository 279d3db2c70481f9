import { type Call, call } from 'xstate-check';
import { contractCalls } from '../shared/contract-calls.ts';

const TARGET = 'derived: a storage target in user space';
const VERBS = 'reg_user_mr_dmabuf (mlx5), irdma_reg_user_mr_dmabuf, v7.3';

/** The calls of a storage target, whose reset queues for memory_lock where somebody else has it, and of the peers that write to its regions. */
export const spdkCalls: readonly Call[] = [
  ...contractCalls.map((one) =>
    ['close', 'device_reset'].includes(one.name) ? { ...one, blocks: 'lock' as const } : one,
  ),
  call('target.start', 'target', {
    caller: 'user',
    spans: true,
    outcomes: ['ok', 'failed'],
    written: 'the target registers CMB and doorbells',
    source: TARGET,
  }),
  call('target.reset', 'target', {
    caller: 'user',
    spans: true,
    outcomes: ['ok', 'failed'],
    written: 'the target resets its controller',
    source: TARGET,
  }),
  call('mr.register', 'region', {
    caller: 'target',
    spans: true,
    outcomes: ['ok', '-ENODEV', '-EOPNOTSUPP', '-EINVAL', '-ENOMEM'],
    written: 'ibv_reg_dmabuf_mr(dmabuf{mr})',
    source: VERBS,
  }),
  call('mr.deregister', 'region', {
    caller: 'target',
    spans: true,
    written: 'ibv_dereg_mr(mr{mr})',
    source: VERBS,
  }),
  call('mr.write', 'region', {
    caller: 'peer',
    spans: true,
    outcomes: ['ok', 'error'],
    written: 'RDMA write to mr{mr}',
    source: 'derived: a peer that was given the key of the region',
  }),
];
