import { setup } from 'xstate';

export const labels = [
  'bar.p2p_register:begin',
  'dev.memory_lock.down_write',
  'bar.registered:false',
  'bar.registered:true',
  'dev.dmabufs.empty:true',
  'dev.dmabufs.empty:false',
  'bar.registered.set',
  'dev.zap_bars',
  'bar.add_resource:ok',
  'dev.memory_lock.up_write',
  'bar.p2p_register:ok',
  'bar.p2p_register:refused',
] as const;

const RULE =
  'derived: the test of the BAR and of the list, and the mark, are one section of memory_lock';
const UNLOCKED = 'derived: a check among the argument checks, before memory_lock is taken';

/**
 * VFIO_DEVICE_FEATURE_P2P_REGISTER of one BAR, as the rules ask for it: test and mark in one
 * section of memory_lock, then the PTEs go, then the pages are made.
 *
 * @param tests - whether the BAR and the list are tested inside the section or ahead of it
 */
export function register(tests: 'in_section' | 'before_lock') {
  const locked = tests === 'in_section';
  const machine = setup({ types: { events: {} as { type: (typeof labels)[number] } } });

  /** The tests, which lead on to `passed`, or to `failed`. */
  const test = (source: string, passed: string, failed: string) =>
    machine.createStateConfig({
      meta: { source },
      initial: 'marked',
      states: {
        marked: { on: { 'bar.registered:false': 'exported', 'bar.registered:true': failed } },
        exported: { on: { 'dev.dmabufs.empty:true': passed, 'dev.dmabufs.empty:false': failed } },
      },
    });

  return machine.createMachine({
    id: 'register',
    description: 'VFIO_DEVICE_FEATURE_SET of VFIO_DEVICE_FEATURE_P2P_REGISTER',
    meta: { labels, source: RULE },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { 'bar.p2p_register:begin': locked ? 'lock' : 'test' },
      },
      ...(!locked && { test: test(UNLOCKED, '#register.lock', '#register.refuse') }),
      lock: {
        meta: { source: RULE },
        on: { 'dev.memory_lock.down_write': locked ? 'test' : 'mark' },
      },
      ...(locked && { test: test(RULE, '#register.mark', '#register.unlock_refused') }),
      mark: { on: { 'bar.registered.set': 'zap' } },
      zap: {
        description: 'a VMA that is there loses its PTEs',
        on: { 'dev.zap_bars': 'add' },
      },
      add: {
        meta: { source: 'pci_p2pdma_add_resource, v7.3' },
        on: { 'bar.add_resource:ok': 'unlock' },
      },
      unlock: { on: { 'dev.memory_lock.up_write': 'return' } },
      return: { on: { 'bar.p2p_register:ok': 'idle' } },
      ...(locked && {
        unlock_refused: { on: { 'dev.memory_lock.up_write': 'refuse' } },
      }),
      refuse: { on: { 'bar.p2p_register:refused': 'idle' } },
    },
  });
}
