import { beforeEach, describe, expect, it } from 'vitest';
import type { TargetScope } from '../targets/target-scope.ts';
import { runPmWorkqueue } from './device/vfio-pci-pm.ts';
import { type FaultId, SimulatedKernel } from './index.ts';
import type { Kernel } from './kernel/kernel.ts';
import { walk } from './walk.ts';

const SCOPE: TargetScope = {
  devices: 2,
  buffers: [0, 1],
  attachments: [
    { buffer: 0, importer: 'unmaps_in_callback' },
    { buffer: 1, importer: 'unmaps_later' },
    { buffer: 0, importer: 'iommufd' },
    { buffer: 0, importer: 'no_callback' },
    { buffer: 0, importer: 'not_p2p' },
  ],
  grain: 'contract',
};

const OPEN = 'dev[0].open:ok dev[1].open:ok buf[0].export:ok#live buf[1].export:ok#live';
const MAPPED = `${OPEN} att[0].attach:ok att[0].map:ok att[1].attach:ok att[1].map:ok`;

describe('contract grain', () => {
  let target: SimulatedKernel;
  beforeEach(async () => {
    target = new SimulatedKernel();
    await target.reset(SCOPE);
  });

  it('memory off and on: the callback importer unmaps inside the revoke', async () => {
    await walk(
      target,
      `${MAPPED} dev[0].write_command(MEM=0):begin dev[0].begin buf[0].revoke att[0].unmap
       buf[0].drained dev[0].memory(off) dev[0].end dev[0].write_command(MEM=0):ok
       att[0].map:-ENODEV
       dev[0].write_command(MEM=1):begin dev[0].begin dev[0].memory(on) buf[0].unrevoke dev[0].end
       dev[0].write_command(MEM=1):ok att[0].map:ok`,
    );
  });

  it('a drain waits for an importer that unmaps later', async () => {
    await walk(target, `${MAPPED} dev[1].write_pmcsr(D3hot):begin dev[1].begin buf[1].revoke`);
    expect(await target.step('buf[1].drained')).toEqual({
      pending: ['blocked: buf[1].comp is not complete @dev[1].owner'],
    });
    expect(target.observeNow()['att[1].must_unmap']).toBe('true');
    await walk(target, 'att[1].unmap buf[1].drained dev[1].power(D3hot) dev[1].end');
  });

  it('D1 is not entered from D3hot: nothing comes back', async () => {
    await walk(
      target,
      `${OPEN} dev[0].write_pmcsr(D3hot):begin dev[0].begin buf[0].revoke buf[0].drained
       dev[0].power(D3hot) dev[0].end dev[0].write_pmcsr(D3hot):ok
       dev[0].write_pmcsr(D1):begin dev[0].begin dev[0].power(D1) dev[0].end dev[0].write_pmcsr(D1):ok`,
    );
    expect(target.observeNow()['buf[0].revoked']).toBe('true');
  });

  it('a hot reset revokes, resets and un-revokes both devices, in the kernel’s order', async () => {
    await walk(
      target,
      `${MAPPED} bus.hot_reset:begin dev[0].begin buf[0].revoke att[0].unmap buf[0].drained
       dev[1].begin buf[1].revoke att[1].unmap buf[1].drained dev[0].power(D0) dev[1].power(D0)
       bus.reset:ok buf[1].unrevoke dev[1].end buf[0].unrevoke dev[0].end bus.hot_reset:ok`,
    );
    expect(target.kernel.warnings).toEqual([]);
    expect(target.kernel.hazards).toEqual([]);
  });

  it('a hot reset that meets a lock answers -EBUSY and restores what it revoked', async () => {
    await walk(
      target,
      `${OPEN} dev[1].write_command(MEM=0):begin dev[1].begin
       bus.hot_reset:begin dev[0].begin buf[0].revoke buf[0].drained buf[0].unrevoke dev[0].end
       bus.hot_reset:-EBUSY buf[1].revoke buf[1].drained dev[1].memory(off) dev[1].end`,
    );
  });

  it('a hot reset of a device that is not owned: -EINVAL, with and without something to undo', async () => {
    await walk(
      target,
      `${OPEN} bus.hot_reset:begin bus.hot_reset:-EINVAL bus.hot_reset:begin dev[0].begin
       buf[0].revoke buf[0].drained buf[0].unrevoke dev[0].end bus.hot_reset:-EINVAL`,
    );
  });

  it('a bus reset that fails is undone like one that works', async () => {
    await walk(
      target,
      `dev[0].open:ok buf[0].export:ok bus.hot_reset:begin dev[0].begin buf[0].revoke
       buf[0].drained dev[1].begin dev[0].power(D0) dev[1].power(D0) bus.reset:-ENOTTY dev[1].end
       buf[0].unrevoke dev[0].end bus.hot_reset:-ENOTTY`,
    );
  });

  it('a hot reset sets D0, so it also revives what D3hot had revoked', async () => {
    await walk(
      target,
      `${OPEN} dev[1].write_pmcsr(D3hot):begin dev[1].begin buf[1].revoke buf[1].drained
       dev[1].power(D3hot) dev[1].end dev[1].write_pmcsr(D3hot):ok
       bus.hot_reset:begin dev[0].begin buf[0].revoke buf[0].drained dev[1].begin
       dev[0].power(D0) dev[1].power(D0) bus.reset:ok buf[1].unrevoke dev[1].end buf[0].unrevoke dev[0].end bus.hot_reset:ok`,
    );
  });

  it('close revokes and lets go of the buffers, which a new open does not bring back', async () => {
    await walk(
      target,
      `${MAPPED} dev[0].close:begin dev[0].begin buf[0].revoke att[0].unmap buf[0].drained
       buf[0].cleanup dev[0].end dev[0].begin dev[0].low_power(exit) dev[0].end dev[0].disable
       dev[0].close:ok att[0].map:-ENODEV
       dev[0].open:ok att[0].map:-ENODEV att[0].detach buf[0].release buf[0].export:ok
       att[0].attach:ok att[0].map:ok`,
    );
  });

  it('iommufd loses its mapping for good and can unmap it while revoked', async () => {
    await walk(
      target,
      `${OPEN} att[2].map_file:ok dev[0].device_reset:begin dev[0].begin dev[0].power(D0)
       buf[0].revoke buf[0].drained dev[0].reset:ok buf[0].unrevoke dev[0].end dev[0].device_reset:ok`,
    );
    expect(target.observeNow()['att[2].state']).toBe('attached');
    await walk(target, 'att[2].ioas_unmap:ok att[2].map_file:ok');
    expect(target.observeNow()['att[2].state']).toBe('mapped');
  });

  it('iommufd refuses a buffer that was exported with two ranges, each time', async () => {
    await walk(target, `${OPEN} att[2].map_file:-EOPNOTSUPP`);
    expect(target.observeNow()['att[2].state']).toBe('detached');
    expect((await target.step('att[2].map_file:ok')).actual).toBe('att[2].map_file:-EOPNOTSUPP');
  });

  it('importers that cannot be told are refused, and the order of the tests shows', async () => {
    await walk(
      target,
      `${OPEN} att[3].attach:-EOPNOTSUPP att[4].attach:-EOPNOTSUPP
       dev[0].write_command(MEM=0):begin dev[0].begin buf[0].revoke buf[0].drained
       att[3].attach:-ENODEV att[4].attach:-EOPNOTSUPP att[2].map_file:-ENODEV`,
    );
  });

  it('failures of the environment happen when they are asked for', async () => {
    await walk(
      target,
      `${OPEN} att[0].attach:ok att[0].map:-EINVAL att[0].map:-ENOMEM att[0].map:ok
       dev[0].device_reset:begin dev[0].begin dev[0].power(D0) buf[0].revoke att[0].unmap
       buf[0].drained dev[0].reset:failed buf[0].unrevoke dev[0].end dev[0].device_reset:failed`,
    );
    target.force('dev[1].pm_runtime_get:failed');
    await walk(target, 'bus.hot_reset:begin bus.hot_reset:failed');
  });

  it('the last reference releases, whoever drops it', async () => {
    await walk(target, `${OPEN} att[0].attach:ok`);
    expect((await target.step('buf[0].release')).actual).toBeUndefined();
    await walk(target, 'att[0].detach buf[0].release');
    expect(target.observeNow()['buf[0].listed']).toBeUndefined();
    expect(target.observeNow()['dev[0].registrations']).toBe('0');
  });

  it('a buffer that is released while its device is busy is passed over, then unlinked', async () => {
    await walk(
      target,
      `${OPEN} dev[0].write_command(MEM=0):begin dev[0].begin buf[0].release dev[0].memory(off)`,
    );
    expect(target.observeNow()['buf[0].listed']).toBe('true');
    await walk(target, 'dev[0].end');
    expect(target.observeNow()['buf[0].listed']).toBeUndefined();
  });

  it('for a virtual function COMMAND.MEM=0 revokes and un-revokes', async () => {
    const vf = new SimulatedKernel({ devices: [{ no_command_memory: true }] });
    await vf.reset(SCOPE);
    await walk(
      vf,
      `${MAPPED} dev[0].write_command(MEM=0):begin dev[0].begin buf[0].revoke att[0].unmap
       buf[0].drained dev[0].memory(off) buf[0].unrevoke dev[0].end`,
    );
  });
});

describe('answers to a test', () => {
  const target = new SimulatedKernel();
  beforeEach(() => target.reset(SCOPE));

  it('a call with another outcome than asked for: what really happened', async () => {
    await walk(target, OPEN);
    expect((await target.step('att[0].attach:-ENODEV')).actual).toBe('att[0].attach:ok');
  });

  it('a call that makes no sense: why', async () => {
    expect(await target.step('buf[0].export:ok')).toEqual({
      pending: ['buf[0].export: dev[0] is not open'],
    });
    expect(await target.step('nonsense')).toEqual({ pending: ['nonsense is not a label'] });
  });

  it('a thread is named by whoever began the call, and echoed', async () => {
    await walk(target, `${OPEN} bus.hot_reset:begin@reset dev[0].write_command(MEM=0):begin@user`);
    expect(await target.step('dev[0].begin@reset')).toEqual({ actual: 'dev[0].begin@reset' });
    expect((await target.step('dev[0].begin@user')).actual).toBeUndefined();
  });

  it('abilities', () => {
    expect(target.ability('dev[0].close:begin')).toBe('perform');
    expect(target.ability('att[0].map:ok')).toBe('perform');
    expect(target.ability('att[0].map:-EINVAL')).toBe('force');
    expect(target.ability('bus.reset:-ENOTTY@reset')).toBe('force');
    expect(target.ability('dev[1].owned:false')).toBe('force');
    expect(target.ability('buf[0].revoke')).toBe('observe');
    expect(target.ability('dev[0].memory_lock.down_write_trylock:0')).toBe('observe');
    expect(target.ability('bar[0].register:ok')).toBeUndefined();
  });

  it('an importer or a fault nobody knows is refused', async () => {
    const attachments = [{ buffer: 0, importer: 'kvm' }];
    await expect(target.reset({ ...SCOPE, attachments })).rejects.toThrow(
      'unknown importer kind kvm',
    );
    expect(() => new SimulatedKernel({ faults: ['P0' as 'P1'] })).toThrow('unknown fault P0');
  });
});

describe('procedure grain', () => {
  it('a hot reset, step by step, of a device that is open and one that is not', async () => {
    const target = new SimulatedKernel();
    const attachments = [{ buffer: 0, importer: 'unmaps_in_callback' }];
    await target.reset({ devices: 2, buffers: [0], attachments, grain: 'procedure' });
    await walk(
      target,
      `dev[0].open:ok buf[0].export:ok att[0].attach:ok
       att[0].map:begin buf[0].resv.lock att[0].sgt:false buf[0].revoked:false
       att[0].phys_vec_to_sgt:ok
       buf[0].kref.get att[0].wrap_sg_table:ok buf[0].resv.unlock att[0].map:ok
       bus.hot_reset:begin dev_set.lock.mutex_lock dev_set.resettable:true
       dev[0].pm_runtime_get:ok dev[1].pm_runtime_get:ok
       dev[0].owned:true dev[0].memory_lock.down_write_trylock:1 dev[0].move(true):begin
       buf[0].listed:true buf[0].get_file_active:true buf[0].revoked:false buf[0].resv.lock buf[0].revoked.set
       buf[0].invalidate_mappings:begin att[0].invalidate:begin att[0].sgt:true att[0].free_sgt
       buf[0].kref.put:more att[0].invalidate:end buf[0].invalidate_mappings:end buf[0].resv.wait(BOOKKEEP) buf[0].resv.unlock buf[0].kref.put:last
       buf[0].comp.wait buf[0].kref.init buf[0].comp.reinit buf[0].fput dev[0].move(true):end
       dev[0].zap_bars
       dev[1].owned:true dev[1].memory_lock.down_write_trylock:1 dev[1].move(true):begin
       dev[1].move(true):end dev[1].zap_bars
       dev[0].set_power_state(D0) dev[1].set_power_state(D0) bus.pci_reset_bus:begin bus.pci_reset_bus:ok
       dev[1].open_count:false dev[1].memory_lock.up_write
       dev[0].open_count:true dev[0].memory_enabled:true dev[0].move(false):begin
       buf[0].listed:true buf[0].get_file_active:true buf[0].revoked:true buf[0].resv.lock
       buf[0].invalidate_mappings:begin att[0].invalidate:begin att[0].sgt:false
       att[0].invalidate:end buf[0].invalidate_mappings:end buf[0].resv.wait(BOOKKEEP) buf[0].resv.unlock buf[0].resv.lock buf[0].revoked.clear
       buf[0].resv.unlock buf[0].fput dev[0].move(false):end dev[0].memory_lock.up_write
       dev[0].pm_runtime_put dev[1].pm_runtime_put dev_set.lock.mutex_unlock bus.hot_reset:ok`,
    );
  });

  it('a reader of the BAR makes the trylock fail', async () => {
    const target = new SimulatedKernel();
    await target.reset({ devices: 1, buffers: [], attachments: [], grain: 'procedure' });
    await walk(
      target,
      `dev[0].open:ok dev[0].memory_lock.down_read bus.hot_reset:begin dev_set.lock.mutex_lock
       dev_set.resettable:true dev[0].pm_runtime_get:ok dev[0].owned:true
       dev[0].memory_lock.down_write_trylock:0 dev[0].pm_runtime_put dev[0].memory_lock.up_read
       dev_set.lock.mutex_unlock bus.hot_reset:-EBUSY`,
    );
  });
});

describe('procedure grain, everything open and attached', () => {
  const target = new SimulatedKernel();
  beforeEach(() =>
    target.reset({
      devices: 1,
      buffers: [0],
      attachments: [
        { buffer: 0, importer: 'unmaps_in_callback' },
        { buffer: 0, importer: 'unmaps_later' },
      ],
      initially: 'running',
      grain: 'procedure',
    }),
  );

  const TO_CALLBACKS = `dev[0].write_command(MEM=0):begin@user dev[0].memory_lock.down_write
    dev[0].zap_bars dev[0].move(true):begin buf[0].listed:true buf[0].get_file_active:true buf[0].revoked:false
    buf[0].resv.lock@user buf[0].revoked.set buf[0].invalidate_mappings:begin
    att[0].invalidate:begin att[0].sgt:false att[0].invalidate:end att[1].invalidate:begin`;
  const TO_WAIT = `att[1].invalidate:end buf[0].invalidate_mappings:end buf[0].resv.wait(BOOKKEEP)
    buf[0].resv.unlock buf[0].kref.put:more`;

  it('nothing is in flight', () => {
    expect(target.kernel.scheduler.threads).toEqual([]);
    const { 'att[0].state': first, 'att[1].state': second, ...seen } = target.observeNow();
    expect([first, second]).toEqual(['attached', 'attached']);
    expect(seen).toMatchObject({ 'dev[0].open': 'true', 'buf[0].revoked': 'false' });
  });

  it('the work of an importer unmaps what its callback found', async () => {
    await walk(
      target,
      `att[1].map:ok ${TO_CALLBACKS} att[1].sgt:true att[1].queue_work ${TO_WAIT}
       buf[0].resv.lock@work[1] att[1].sgt:true att[1].free_sgt buf[0].kref.put:last
       buf[0].comp.wait buf[0].resv.unlock@work[1] buf[0].kref.init buf[0].comp.reinit`,
    );
    expect(target.observeNow()['att[1].state']).toBe('attached');
  });

  it('work that comes after the importer’s own unmap finds nothing', async () => {
    await walk(
      target,
      `att[1].map:ok ${TO_CALLBACKS} att[1].sgt:true att[1].queue_work ${TO_WAIT}
       att[1].unmap:begin buf[0].resv.lock@att[1] att[1].sgt:true att[1].free_sgt
       buf[0].kref.put:last buf[0].resv.unlock@att[1] att[1].unmap:ok
       buf[0].resv.lock@work[1] att[1].sgt:false buf[0].resv.unlock@work[1]`,
    );
    expect(target.kernel.scheduler.threads.map(({ name }) => name)).toEqual(['dev[0].owner']);
  });

  it('a callback that finds no mapping queues nothing', async () => {
    await walk(target, `${TO_CALLBACKS} att[1].sgt:false att[1].invalidate:end`);
    expect((await target.step('buf[0].resv.lock@work[1]')).actual).toBeUndefined();
  });

  it('an importer keeps the mapping it has, and unmaps what it has', async () => {
    await walk(
      target,
      `att[0].map:ok att[0].map:begin buf[0].resv.lock att[0].sgt:true buf[0].resv.unlock
       att[0].map:ok att[0].unmap:ok att[0].unmap:begin buf[0].resv.lock att[0].sgt:false
       buf[0].resv.unlock att[0].unmap:ok`,
    );
    expect(target.observeNow()['buf[0].kref']).toBe('1');
  });

  it('a close, step by step', async () => {
    await walk(
      target,
      `dev[0].close:begin@close dev_set.lock.mutex_lock@close dev[0].cleanup:begin
       dev[0].memory_lock.down_write
       dev[0].move(true):begin buf[0].listed:true buf[0].get_file_active:true buf[0].revoked:false buf[0].resv.lock
       buf[0].revoked.set buf[0].invalidate_mappings:begin att[0].invalidate:begin att[0].sgt:false
       att[0].invalidate:end att[1].invalidate:begin att[1].sgt:false att[1].invalidate:end
       buf[0].invalidate_mappings:end buf[0].resv.wait(BOOKKEEP) buf[0].resv.unlock buf[0].kref.put:last
       buf[0].comp.wait buf[0].kref.init buf[0].comp.reinit buf[0].fput dev[0].move(true):end
       buf[0].listed:true buf[0].get_file_active:true buf[0].list_del buf[0].put_registration
       buf[0].fput dev[0].memory_lock.up_write dev[0].cleanup:end dev[0].core_disable:begin
       dev[0].memory_lock.down_write dev[0].pm_runtime_engaged:false dev[0].memory_enabled:true
       dev[0].move(false):begin buf[0].listed:false dev[0].move(false):end
       dev[0].memory_lock.up_write dev[0].pm_runtime_resume:active dev[0].set_power_state(D0)
       dev[0].config_free dev[0].needs_reset.set dev[0].hw.command(INTX_DISABLE)
       dev[0].reset_works:true dev[0].pci_dev_trylock:1 dev[0].__pci_reset_function_locked:begin
       dev[0].__pci_reset_function_locked:ok dev[0].needs_reset.clear dev[0].hw.restore_state
       dev[0].hw.disable dev_set.try_reset:begin dev_set.open_count:one dev[0].needs_reset:false
       dev_set.try_reset:end dev[0].pm_runtime_put`,
    );
    expect(target.observeNow()['dev[0].open']).toBe('true');
    await walk(
      target,
      'dev[0].core_disable:end dev[0].open_count.dec dev_set.lock.mutex_unlock dev[0].close:ok@close',
    );
    expect(target.observeNow()['dev[0].open']).toBe('false');
  });

  it('a name that nobody began a call with stands for nobody', async () => {
    await walk(target, 'att[0].map:begin@importer');
    expect((await target.step('buf[0].resv.lock@somebody')).actual).toBeUndefined();
    await walk(target, 'buf[0].resv.lock@importer');
  });
});

/** A small generator of pseudo-random numbers, for runs that can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const CALLS = `dev[D].write_command(MEM=0) dev[D].write_command(MEM=1) dev[D].write_pmcsr(D3hot)
  dev[D].write_pmcsr(D0) dev[D].low_power_entry dev[D].low_power_exit dev[D].device_reset dev[D].flr
  dev[D].close bus.hot_reset bus.hot_reset att[D].map att[D].unmap att[D].detach att[D].attach
  att[2].map_file att[2].ioas_unmap`.split(/\s+/);

/** Calls of the random runs without low power, whose open bugs would show. */
const SOUND = [
  ...CALLS.filter((call) => !call.includes('low_power')),
  ...'dev[D].open dev[D].read_bar buf[D].export buf[D].release att[D].map att[D].map'.split(' '),
];

/** Random calls, step by step and with failures; then importers let go and all runs to its end. */
async function anySchedule(seed: number, faults: readonly FaultId[]): Promise<Kernel> {
  const below = random(seed * 7919 + 1);
  const target = new SimulatedKernel({ faults });
  await target.reset({ ...SCOPE, grain: 'procedure' });
  await walk(target, MAPPED);
  const { kernel } = target;
  const someStep = () => {
    const ready = kernel.scheduler.threads.filter((thread) => thread.ready);
    const thread = ready[below(ready.length)];
    const options = thread?.pending?.options() ?? [];
    const option = options[below(4) > 0 ? 0 : below(options.length)];
    if (thread && option) kernel.scheduler.resume(thread, option);
    return thread !== undefined;
  };
  for (let i = 0; i < 600; i++) {
    const call = SOUND[below(SOUND.length)]!.replace('D]', `${below(2)}]`);
    if (below(8) === 0) await target.step(`${call}:begin`);
    else someStep();
  }
  for (let i = 0; i < 2000 && kernel.scheduler.threads.length > 0; i++) {
    if (!someStep()) await target.step('att[1].unmap:begin');
  }
  return kernel;
}

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);

describe('any schedule of any calls', () => {
  it.each(SEEDS)('seed %i: no warning, no access to memory that is away, an end', async (seed) => {
    const kernel = await anySchedule(seed, []);
    expect(kernel.warnings).toEqual([]);
    expect(kernel.hazards).toEqual([]);
    expect(kernel.scheduler.threads).toEqual([]);
  });

  it.each(['M4', 'M5', 'M6', 'P4', 'P5', 'P6', 'P19', 'P20', 'P21', 'T1'] as const)(
    'would notice %s',
    async (fault) => {
      const kernels = await Promise.all(SEEDS.map((seed) => anySchedule(seed, [fault])));
      const noticed = kernels.filter(({ warnings, hazards, scheduler }) => {
        return warnings.length + hazards.length + scheduler.threads.length > 0;
      });
      expect(noticed.length).toBeGreaterThan(0);
    },
  );
});

/** The contract labels of a random run at procedure grain, with a PM core that is never late. */
async function randomRun(seed: number): Promise<string[]> {
  const below = random(seed * 104729 + 1);
  const target = new SimulatedKernel();
  await target.reset({ ...SCOPE, grain: 'procedure' });
  await walk(target, OPEN);
  const { scheduler } = target.kernel;
  const run = OPEN.split(/\s+/);
  const begin = async (call: string) => {
    const caller = call.replace(/\..*/, call.startsWith('att') ? '' : '.owner');
    if (scheduler.threads.some((thread) => thread.name === caller)) return;
    const { actual } = await target.step(`${call}:begin`);
    if (actual && !actual.startsWith('att')) run.push(`${actual}@${caller}`);
  };
  for (let i = 0; i < 300; i++) {
    const ready = scheduler.threads.filter((thread) => thread.ready);
    const thread = ready[below(ready.length)];
    if (!thread || below(7) === 0) {
      await begin(CALLS[below(CALLS.length)]!.replace('D]', `${below(2)}]`));
      continue;
    }
    const step = thread.pending!;
    const option = step.options()[0]!;
    for (const label of [option.label, option.commits ?? option.label]) {
      if (!target.ability(label)) throw new Error(`${label} is in no vocabulary`);
    }
    scheduler.resume(thread, option);
    runPmWorkqueue(target.kernel);
    const label = step.boundary
      ? option.label
      : step.hidden === 'both'
        ? undefined
        : option.commits;
    const caller = thread.name.startsWith('work[') ? '' : `@${thread.name}`;
    if (label) run.push(`${label}${caller}`);
  }
  return run;
}

describe('contract grain follows whatever the kernel can do', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))('seed %i', async (seed) => {
    const target = new SimulatedKernel();
    await target.reset(SCOPE);
    await walk(target, (await randomRun(seed)).join(' '));
  });
});
