import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedKernel } from './index.ts';
import { walk } from './walk.ts';

/** Defects that v7.3 still has; without faults the simulator has them too. */

const OFF = 'dev[0].write_command(MEM=0):begin dev[0].begin buf[0].revoke buf[0].drained';
const ENTER = `dev[0].low_power_entry:begin dev[0].begin buf[0].revoke buf[0].drained
  dev[0].low_power(enter) dev[0].end dev[0].low_power_entry:ok`;

describe('v7.3 as it is', () => {
  let target: SimulatedKernel;
  beforeEach(async () => {
    target = new SimulatedKernel();
    await target.reset({
      devices: 1,
      buffers: [0, 0],
      attachments: [
        { buffer: 0, importer: 'unmaps_in_callback' },
        { buffer: 1, importer: 'unmaps_later' },
      ],
      grain: 'contract',
    });
    await walk(target, 'dev[0].open:ok buf[0].export:ok att[0].attach:ok');
  });

  it('O1: a COMMAND write in low power makes buffers live, and the device suspends under them', async () => {
    await walk(target, ENTER);
    expect(target.observeNow()['dev[0].suspended']).toBe('true');
    await walk(
      target,
      `dev[0].write_command(MEM=1):begin dev[0].begin dev[0].memory(on) buf[0].unrevoke
       att[0].map:ok dev[0].end dev[0].write_command(MEM=1):ok`,
    );
    expect(target.observeNow()['dev[0].suspended']).toBe('true');
    expect(target.kernel.hazards).toEqual(['runtime suspend: att[0] still maps buf[0]']);
  });

  it('O1: a buffer exported in low power is born live', async () => {
    await walk(target, `${ENTER} buf[1].export:ok#live`);
    expect(target.observeNow()['buf[0].revoked']).toBe('true');
    expect(target.observeNow()['buf[1].revoked']).toBe('false');
  });

  it('O1: in D3hot too, before LOW_POWER_ENTRY or after: the suspend sets D0', async () => {
    const D3HOT = `dev[0].write_pmcsr(D3hot):begin dev[0].begin DRAINED dev[0].power(D3hot)
      dev[0].end dev[0].write_pmcsr(D3hot):ok`;
    const revoking = D3HOT.replace('DRAINED', 'buf[0].revoke buf[0].drained');
    const entering = ENTER.replace('buf[0].revoke buf[0].drained', '');
    await walk(target, revoking);
    expect(target.observeNow()['dev[0].power']).toBe('D3hot');
    await walk(target, entering);
    expect(target.observeNow()['dev[0].power']).toBe('D0');
    await walk(target, D3HOT.replace('DRAINED', ''));
    expect(target.observeNow()['dev[0].power']).toBe('D0');
    await walk(target, 'buf[1].export:ok#live');
    expect(target.observeNow()['buf[1].revoked']).toBe('false');
  });

  it('O1: a second LOW_POWER_ENTRY answers -EINVAL, and has revoked', async () => {
    await walk(
      target,
      `${ENTER} buf[1].export:ok dev[0].low_power_entry:begin dev[0].begin buf[1].revoke
       buf[1].drained dev[0].end dev[0].low_power_entry:-EINVAL`,
    );
  });

  it('O2: a wake-up leaves low power, and the buffers revoked', async () => {
    await walk(
      target,
      `dev[0].low_power_entry_with_wakeup:begin dev[0].begin buf[0].revoke buf[0].drained
       dev[0].low_power(enter) dev[0].end dev[0].low_power_entry_with_wakeup:ok
       dev[0].read_bar:begin dev[0].low_power(exit) dev[0].read_bar:ok`,
    );
    const seen = target.observeNow();
    expect(seen['dev[0].low_power']).toBe('false');
    expect(seen['dev[0].memory_enabled']).toBe('true');
    expect(seen['buf[0].revoked']).toBe('true');
  });

  it('O3: a failing write of COMMAND leaves the buffers revoked', async () => {
    await walk(
      target,
      `${OFF} dev[0].hw.command(MEM=0):failed dev[0].end dev[0].write_command(MEM=0):failed`,
    );
    expect(target.observeNow()['dev[0].memory_enabled']).toBe('true');
    expect(target.observeNow()['buf[0].revoked']).toBe('true');
  });

  it('O4: enabling SR-IOV sets D0 and leaves the buffers revoked', async () => {
    await walk(
      target,
      `dev[0].write_pmcsr(D3hot):begin dev[0].begin buf[0].revoke buf[0].drained
       dev[0].power(D3hot) dev[0].end dev[0].write_pmcsr(D3hot):ok
       dev[0].sriov_configure:begin dev[0].begin dev[0].power(D0) dev[0].end
       dev[0].sriov_configure:ok`,
    );
    expect(target.observeNow()['dev[0].memory_enabled']).toBe('true');
    expect(target.observeNow()['buf[0].revoked']).toBe('true');
  });

  it('O5: a map between the notification and the flag is refused, and hears nothing more', async () => {
    const procedure = new SimulatedKernel();
    const attachments = [{ buffer: 0, importer: 'unmaps_in_callback' }];
    await procedure.reset({ devices: 1, buffers: [0], attachments, grain: 'procedure' });
    await walk(
      procedure,
      `dev[0].open:ok buf[0].export:ok att[0].attach:ok
       dev[0].write_command(MEM=0):begin dev[0].memory_lock.down_write dev[0].zap_bars
       dev[0].move(true):begin buf[0].listed:true buf[0].get_file_active:true buf[0].revoked:false buf[0].resv.lock
       buf[0].revoked.set buf[0].invalidate_mappings:begin att[0].invalidate:begin
       att[0].sgt:false att[0].invalidate:end buf[0].invalidate_mappings:end buf[0].resv.wait(BOOKKEEP) buf[0].resv.unlock buf[0].kref.put:last
       buf[0].comp.wait buf[0].kref.init buf[0].comp.reinit buf[0].fput dev[0].move(true):end
       dev[0].hw.command(MEM=0):ok dev[0].vconfig.command(MEM=0) dev[0].memory_enabled:false dev[0].memory_lock.up_write
       dev[0].write_command(MEM=0):ok
       dev[0].write_command(MEM=1):begin dev[0].memory_lock.down_write dev[0].hw.command(MEM=1):ok dev[0].vconfig.command(MEM=1)
       dev[0].memory_enabled:true dev[0].move(false):begin buf[0].listed:true buf[0].get_file_active:true
       buf[0].revoked:true buf[0].resv.lock buf[0].invalidate_mappings:begin att[0].invalidate:begin
       att[0].sgt:false att[0].invalidate:end buf[0].invalidate_mappings:end buf[0].resv.wait(BOOKKEEP) buf[0].resv.unlock
       att[0].map:-ENODEV
       buf[0].resv.lock buf[0].revoked.clear buf[0].resv.unlock buf[0].fput dev[0].move(false):end
       dev[0].memory_lock.up_write dev[0].write_command(MEM=1):ok`,
    );
    expect(procedure.kernel.warnings).toEqual([]);
  });

  it('O12: a reset through sysfs revokes nothing', async () => {
    await walk(target, 'att[0].map:ok dev[0].sysfs_reset:begin dev[0].sysfs_reset:ok');
    expect(target.kernel.hazards).toEqual(['pci_reset_function: att[0] still maps buf[0]']);
  });

  it('O13: D2 leaves buffers live', async () => {
    await walk(
      target,
      `dev[0].write_pmcsr(D2):begin dev[0].begin dev[0].power(D2) dev[0].end
       dev[0].write_pmcsr(D2):ok att[0].map:ok`,
    );
  });

  it('M14: a buffer whose file is gone and whose dentry an O_PATH fd keeps is walked by move', async () => {
    await walk(
      target,
      `buf[1].export:ok buf[1].open_o_path:begin buf[1].release ${OFF} dev[0].memory(off)
       dev[0].end dev[0].write_command(MEM=0):ok`,
    );
    expect(target.kernel.warnings).toEqual([
      'KASAN: slab-use-after-free in get_file_active(): buf[1]',
    ]);
    expect(target.observeNow()['dev[0].registrations']).toBe('2');
    await walk(target, 'buf[1].close_o_path:begin');
    expect(target.observeNow()['dev[0].registrations']).toBe('1');
  });
});
