import { setup } from 'xstate';

export const labels = ['napi_enable', 'napi_disable'] as const;
const polling = ['poll:begin', 'poll:end'] as const;

/**
 * A NAPI context. napi_disable() waits until nobody polls; of one that is disabled it waits for a bit
 * that nobody clears, for ever.
 *
 * @param polls - whether its poll is seen
 */
export function napi(polls: boolean) {
  const seen = <T>(on: T) => (polls ? on : ({} as Partial<T>));
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'napi',
    description: 'struct napi_struct: napi_enable(), napi_disable(), a poll in softirq context',
    meta: {
      labels: [...labels, ...(polls ? polling : [])],
      source: 'napi_disable_locked, napi_enable_locked, net/core/dev.c, v7.3',
      unreachable: polls ? [] : ['polling'],
    },
    initial: 'disabled',
    states: {
      disabled: {
        description: 'napi_disable() would spin on NAPI_STATE_SCHED and NAPI_STATE_NPSVC',
        tags: ['quiescent'],
        on: { napi_enable: 'enabled' },
      },
      enabled: {
        tags: ['quiescent'],
        on: {
          napi_disable: 'disabled',
          napi_enable: 'enabled_twice',
          ...seen({ 'poll:begin': 'polling' }),
        },
      },
      polling: { on: seen({ 'poll:end': 'enabled', napi_enable: 'enabled_twice' }) },
      enabled_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is enabled while it is: BUG_ON(!NAPI_STATE_SCHED)' },
        on: { napi_enable: 'enabled_twice', napi_disable: 'disabled' },
      },
    },
  });
}
