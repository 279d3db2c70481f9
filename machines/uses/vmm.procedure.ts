import { assign, setup } from 'xstate';

/** How a VMM puts its device to sleep where the guest does: not at all, by PM_CTRL, by LOW_POWER_ENTRY. */
export type Sleeps = 'never' | 'd3hot' | 'low_power';

const CALLS = ['write_command(MEM=1)', 'write_command(MEM=0)', 'close'] as const;

const SLEEP: Readonly<Record<Exclude<Sleeps, 'never'>, readonly [down: string, up: string]>> = {
  d3hot: ['write_pmcsr(D3hot)', 'write_pmcsr(D0)'],
  low_power: ['low_power_entry', 'low_power_exit'],
};

const MAPS = ['ok', '-ENODEV', '-EEXIST'].map((ret) => `att[i].map_file:${ret}`);
const UNMAPS = ['ok', '-ENOENT'].map((ret) => `att[i].ioas_unmap:${ret}`);

function labelsOf(sleeps: Sleeps): string[] {
  const both = (call: string) => [`${call}:begin`, `${call}:ok`];
  const ofDevice = [...CALLS, ...(sleeps === 'never' ? [] : SLEEP[sleeps])];
  const ofGuest = ['mem_on', 'mem_off', 'reset', ...(sleeps === 'never' ? [] : ['sleep', 'wake'])];
  return [
    ...ofGuest.flatMap((call) => both(`guest.${call}`)),
    ...['reset', 'unplug'].flatMap((call) => both(`vmm.${call}`)),
    ...ofDevice.flatMap((call) => both(`dev[0].${call}`)),
    ...both('dev[0].device_reset'),
    'dev[0].device_reset:failed',
    ...MAPS,
    ...UNMAPS,
    'fd[i].close',
  ];
}

/**
 * A virtual machine monitor that gives the BARs of its device to the peers of its guest: for each
 * region it has a dma-buf, which it maps into an IOAS where the guest has the BAR. As iommufd never maps
 * again what was revoked, it unmaps and maps anew whenever the BAR may have been cut off: memory
 * off and on, a reset that the guest asks for by itself, sleep. One call at a time, under one lock.
 *
 * @param regions - how many regions, each with a dma-buf
 */
export function vmm(regions: number, sleeps: Sleeps = 'never') {
  const last = regions - 1;
  const machine = setup({
    types: { context: {} as { i: number }, events: {} as { type: string } },
    guards: { more: ({ context }) => context.i < last },
    actions: {
      next: assign({ i: ({ context }) => context.i + 1 }),
      fromFirst: assign({ i: 0 }),
    },
  });
  /** One step for each region, in their order, whatever it answers. */
  const each = (labels: readonly string[], again: string, then: string) => ({
    on: Object.fromEntries(
      labels.map((label) => [
        label,
        [
          { guard: 'more' as const, target: again, actions: 'next' as const },
          { target: then, actions: 'fromFirst' as const },
        ],
      ]),
    ),
  });
  const map = (then: string) => each(MAPS, 'map', then);
  const unmap = (then: string) => each(UNMAPS, 'unmap', then);
  const calls = (call: string, called: string) => ({ on: { [`dev[0].${call}:begin`]: called } });
  const returns = (call: string, then: string) => ({ on: { [`dev[0].${call}:ok`]: then } });
  const wasReset = (then: string) => ({
    on: { 'dev[0].device_reset:ok': then, 'dev[0].device_reset:failed': then },
  });
  /** A call of the guest that the VMM hands on, and nothing besides. */
  const handedOn = (label: string, call: string, then: string) =>
    machine.createStateConfig({
      initial: 'call',
      states: {
        call: calls(call, 'called'),
        called: call === 'device_reset' ? wasReset('return') : returns(call, 'return'),
        return: { on: { [`${label}:ok`]: then } },
      },
    });

  /** The device decodes from the call on, and not before: MAP_FILE comes after it. */
  const comes = (label: string, call: string) =>
    machine.createStateConfig({
      initial: 'call',
      states: {
        call: calls(call, 'called'),
        called: returns(call, 'map'),
        map: map('return'),
        return: { on: { [`${label}:ok`]: '#on' } },
      },
    });
  const goes = (label: string, call: string, then: string) =>
    machine.createStateConfig({
      initial: 'call',
      states: {
        call: calls(call, 'called'),
        called: returns(call, 'unmap'),
        unmap: unmap('return'),
        return: { on: { [`${label}:ok`]: then } },
      },
    });

  const resetting = machine.createStateConfig({
    description: 'the guest resets its device, whose memory is on before and after it',
    initial: 'call',
    states: {
      call: calls('device_reset', 'called'),
      called: wasReset('unmap'),
      unmap: unmap('map'),
      map: map('return'),
      return: { on: { 'guest.reset:ok': '#on' } },
    },
  });
  /** A device that sleeps is woken up first: what it was told before counts after the reset, too. */
  const woken =
    sleeps === 'never'
      ? undefined
      : {
          call_asleep: calls('write_command(MEM=0)', 'called_asleep'),
          called_asleep: returns('write_command(MEM=0)', 'wake'),
          wake: calls(SLEEP[sleeps][1], 'woken'),
          woken: returns(SLEEP[sleeps][1], 'reset'),
        };
  const system_reset = machine.createStateConfig({
    description: 'the machine is reset: memory goes off first',
    initial: 'call',
    states: {
      call: calls('write_command(MEM=0)', 'called'),
      called: returns('write_command(MEM=0)', 'unmap'),
      unmap: unmap('reset'),
      call_unmapped: calls('write_command(MEM=0)', 'called_unmapped'),
      called_unmapped: returns('write_command(MEM=0)', 'reset'),
      ...woken,
      reset: calls('device_reset', 'was_reset'),
      was_reset: wasReset('return'),
      return: { on: { 'vmm.reset:ok': '#off' } },
    },
  });
  const unplugging = machine.createStateConfig({
    initial: 'unmap',
    states: {
      unmap: unmap('release'),
      release: {
        description: 'the mapping is gone; the fd is what holds the file of the buffer still',
        ...each(['fd[i].close'], 'release', 'close'),
      },
      close: calls('close', 'closing'),
      closing: returns('close', 'return'),
      return: { on: { 'vmm.unplug:ok': '#gone' } },
    },
  });

  const asleep = (way: Exclude<Sleeps, 'never'>) => {
    const [down, up] = SLEEP[way];
    return {
      sleeping: goes('guest.sleep', down, '#on_asleep'),
      sleeping_off: handedOn('guest.sleep', down, '#off_asleep'),
      waking: comes('guest.wake', up),
      waking_off: handedOn('guest.wake', up, '#off'),
      turning_on_asleep: handedOn('guest.mem_on', 'write_command(MEM=1)', '#on_asleep'),
      turning_off_asleep: handedOn('guest.mem_off', 'write_command(MEM=0)', '#off_asleep'),
      on_asleep: {
        id: 'on_asleep',
        tags: ['quiescent'],
        on: {
          'guest.wake:begin': 'waking',
          'guest.mem_off:begin': 'turning_off_asleep',
          'vmm.unplug:begin': 'unplugging.release',
          'vmm.reset:begin': 'system_reset.call_asleep',
        },
      },
      off_asleep: {
        id: 'off_asleep',
        tags: ['quiescent'],
        on: {
          'guest.wake:begin': 'waking_off',
          'guest.mem_on:begin': 'turning_on_asleep',
          'vmm.unplug:begin': 'unplugging.release',
          'vmm.reset:begin': 'system_reset.call_asleep',
        },
      },
    };
  };
  const slept = (then: string) => (sleeps === 'never' ? undefined : { 'guest.sleep:begin': then });

  return machine.createMachine({
    id: 'vmm',
    description: 'a VMM that maps the BARs of its device by their dma-bufs, and maps them anew',
    meta: {
      labels: labelsOf(sleeps),
      index: { i: regions },
      source:
        'derived: vfio_pci_write_config, vfio_pci_pre_reset, vfio_container_region_add, vfio_listener_region_del (QEMU, hw/vfio, as read in 2026), with what iopt_revoke_notify, v7.3 asks for',
    },
    context: { i: 0 },
    initial: 'off',
    states: {
      off: {
        id: 'off',
        description: 'the guest has not enabled the BARs',
        tags: ['quiescent'],
        on: {
          'guest.mem_on:begin': 'turning_on',
          'guest.reset:begin': 'resetting_off',
          ...slept('sleeping_off'),
          'vmm.reset:begin': 'system_reset.call_unmapped',
          'vmm.unplug:begin': 'unplugging.release',
        },
      },
      on: {
        id: 'on',
        tags: ['quiescent', 'enabled'],
        on: {
          'guest.mem_off:begin': 'turning_off',
          'guest.reset:begin': 'resetting',
          ...slept('sleeping'),
          'vmm.reset:begin': 'system_reset',
          'vmm.unplug:begin': 'unplugging',
        },
      },
      turning_on: comes('guest.mem_on', 'write_command(MEM=1)'),
      turning_off: goes('guest.mem_off', 'write_command(MEM=0)', '#off'),
      resetting,
      resetting_off: handedOn('guest.reset', 'device_reset', '#off'),
      system_reset,
      unplugging,
      ...(sleeps === 'never' ? undefined : asleep(sleeps)),
      gone: { id: 'gone', tags: ['quiescent', 'gone'] },
    },
  });
}
