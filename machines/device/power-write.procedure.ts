import { setup } from 'xstate';

export const labels = [
  'dev.write_pmcsr(D0):begin',
  'dev.write_pmcsr(D1):begin',
  'dev.write_pmcsr(D2):begin',
  'dev.write_pmcsr(D3hot):begin',
  'dev.memory_lock.down_write',
  'dev.zap_bars',
  'dev.move(true):begin',
  'dev.move(true):end',
  'dev.set_power_state(D0)',
  'dev.set_power_state(D1)',
  'dev.set_power_state(D1):failed',
  'dev.set_power_state(D2)',
  'dev.set_power_state(D2):failed',
  'dev.set_power_state(D3hot)',
  'dev.set_power_state(D3hot):failed',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'dev.move(false):begin',
  'dev.move(false):end',
  'dev.memory_lock.up_write',
  'dev.write_pmcsr(D0):ok',
  'dev.write_pmcsr(D1):ok',
  'dev.write_pmcsr(D2):ok',
  'dev.write_pmcsr(D3hot):ok',
] as const;

/**
 * A config write of PMCSR (`vfio_lock_and_set_power_state()`): D3hot zaps the CPU mappings and
 * revokes first, the others do not; each gives access back where memory is enabled afterwards. So
 * does D3hot if it was refused: any state but D0 is with -EBUSY while SR-IOV is on, and by a device
 * that has not got it. What was answered is ignored. D1 and D2 count as enabled.
 */
export function powerWrite() {
  const machine = setup({ types: { events: {} as { type: (typeof labels)[number] } } });

  const shallow = (state: 'D0' | 'D1' | 'D2') =>
    machine.createStateConfig({
      initial: 'lock',
      states: {
        lock: {
          on: { 'dev.memory_lock.down_write': { target: 'set', meta: { commits: 'dev.begin' } } },
        },
        set: {
          on: {
            [`dev.set_power_state(${state})`]:
              state === 'D0' ? { target: 'test', meta: { commits: 'dev.power(D0)' } } : 'test',
            ...(state !== 'D0' && { [`dev.set_power_state(${state}):failed`]: 'test' }),
          },
        },
        test: {
          on: { 'dev.memory_enabled:true': 'unrevoke', 'dev.memory_enabled:false': 'unlock' },
        },
        unrevoke: { on: { 'dev.move(false):begin': 'unrevoking' } },
        unrevoking: { on: { 'dev.move(false):end': 'unlock' } },
        unlock: {
          on: { 'dev.memory_lock.up_write': { target: 'return', meta: { commits: 'dev.end' } } },
        },
        return: { on: { [`dev.write_pmcsr(${state}):ok`]: '#power_write.idle' } },
      },
    });

  const deep = machine.createStateConfig({
    initial: 'lock',
    states: {
      lock: {
        on: { 'dev.memory_lock.down_write': { target: 'zap', meta: { commits: 'dev.begin' } } },
      },
      zap: { on: { 'dev.zap_bars': 'revoke' } },
      revoke: { on: { 'dev.move(true):begin': 'revoking' } },
      revoking: { on: { 'dev.move(true):end': 'set' } },
      set: {
        on: {
          'dev.set_power_state(D3hot)': {
            target: 'test',
            meta: { commits: 'dev.power(D3hot)' },
          },
          'dev.set_power_state(D3hot):failed': {
            target: 'test',
            meta: { source: 'vfio_pci_set_power_state, v7.3: -EBUSY for a PF whose VFs are on' },
          },
        },
      },
      test: {
        on: { 'dev.memory_enabled:true': 'unrevoke', 'dev.memory_enabled:false': 'unlock' },
      },
      unrevoke: { on: { 'dev.move(false):begin': 'unrevoking' } },
      unrevoking: { on: { 'dev.move(false):end': 'unlock' } },
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'return', meta: { commits: 'dev.end' } } },
      },
      return: { on: { 'dev.write_pmcsr(D3hot):ok': '#power_write.idle' } },
    },
  });

  return machine.createMachine({
    id: 'power_write',
    description: 'vfio_lock_and_set_power_state(), drivers/vfio/pci/vfio_pci_config.c',
    meta: {
      labels,
      c: {
        function: 'vfio_pm_config_write',
        file: 'drivers/vfio/pci/vfio_pci_config.c',
        also: ['drivers/vfio/pci/vfio_pci_core.c'],
        entries: ['D0', 'D1', 'D2', 'D3hot'].map((state, bits) => ({
          begins: `dev.write_pmcsr(${state}):begin`,
          parameters: { vdev: '@dev', offset: 'PCI_PM_CTRL', val: String(bits), count: '4' },
          returns: { [`dev.write_pmcsr(${state}):ok`]: '4' },
        })),
        rows: [
          {
            c: 'vfio_default_config_write($_, $_, $count, $rest)',
            is: '$count',
            because: 'PMCSR is virtual: the device is not written to',
          },
        ],
      },
      source: 'vfio_pm_config_write, vfio_lock_and_set_power_state, v7.3',
    },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: {
          'dev.write_pmcsr(D0):begin': 'd0',
          'dev.write_pmcsr(D1):begin': 'd1',
          'dev.write_pmcsr(D2):begin': 'd2',
          'dev.write_pmcsr(D3hot):begin': 'd3hot',
        },
      },
      d0: shallow('D0'),
      d1: shallow('D1'),
      d2: shallow('D2'),
      d3hot: deep,
    },
  });
}
