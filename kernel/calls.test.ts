import { describe, expect, test } from 'vitest';
import { type CallView, ContractCall, type Surroundings } from './contract-call.ts';
import { ProcedureCall } from './procedure-call.ts';
import { formatStop, parseStop } from './stop.ts';

const around: Surroundings = { listed: () => [0], importer: () => 'unmaps_later', engaged: false };

/** What a call has committed, `|` where its thread waits for the test. */
function told(call: CallView, lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const { labels, holds } = call.at(parseStop(line)!.stop);
    return holds ? [...labels, '|'] : labels;
  });
}

test('a stop is read as it is said', () => {
  const line = 'stop owner write_config before 0 where=4 value=2 busy=0';
  const { actor, stop, passes } = parseStop(line)!;
  expect({ actor, passes }).toEqual({ actor: 'owner', passes: false });
  expect(stop).toEqual({ at: 'write_config<', index: 0, seen: { where: 4, value: 2, busy: 0 } });
  expect(`stop owner ${formatStop(stop)}`).toBe(
    'stop owner before write_config 0 where=4 value=2 busy=0',
  );
  expect(parseStop('done owner 0')).toBeUndefined();
});

describe('stops of Linux 7.3.4 as labels of contracts', () => {
  test('COMMAND.MEM = 0 with a live buffer', () => {
    const call = new ContractCall('write_command(MEM=0)', around);
    const labels = told(call, [
      'stop o down_write before 0 busy=0',
      'stop o down_write after 0',
      'pass o move before 0 value=1 busy=0',
      'stop o resv_lock before 0 revoked=0 busy=0',
      'pass o invalidate_mappings before 0 revoked=1 busy=0',
      'pass o resv_unlock before 0 revoked=1 busy=1',
      'stop o comp_wait before 0 revoked=1 busy=0',
      'pass o comp_wait after 0 revoked=1',
      'stop o move after 0 value=1',
      'stop o write_config before 0 where=4 value=0 busy=0',
      'pass o write_config after 0 where=4 value=0',
      'stop o up_write before 0 busy=1',
      'stop o up_write after 0',
    ]);
    expect(labels.join(' ')).toBe(
      '| dev[0].begin | buf[0].revoke | buf[0].drained | dev[0].memory(off) | dev[0].end',
    );
  });

  test('a close takes memory_lock twice, and ends low power the second time', () => {
    const call = new ContractCall('close', around);
    const labels = told(call, [
      'stop o down_write before 0 busy=0',
      'stop o down_write after 0',
      'stop o move after 0 value=1',
      'stop o put_registration before 0 busy=0',
      'stop o up_write before 0 busy=1',
      'stop o up_write after 0',
      'stop o down_write before 0 busy=0',
      'stop o down_write after 0',
      'pass o memory_enabled before 0 busy=0',
      'stop o up_write before 0 busy=1',
      'stop o up_write after 0',
      'pass o core_disable after 0',
    ]);
    expect(labels.join(' ')).toBe(
      '| dev[0].begin | buf[0].cleanup | dev[0].end | dev[0].begin | dev[0].low_power(exit) | ' +
        'dev[0].end | dev[0].disable',
    );
  });

  test('a second LOW_POWER_ENTRY enters nothing', () => {
    const entry = (engaged: boolean) =>
      told(new ContractCall('low_power_entry', { ...around, engaged }), [
        'stop o down_write after 0',
        'stop o up_write before 0 busy=1',
      ]);
    expect(entry(false)).toEqual(['dev[0].begin', 'dev[0].low_power(enter)', '|']);
    expect(entry(true)).toEqual(['dev[0].begin', '|']);
  });
});

describe('stops of Linux 7.3.4 as labels of procedures', () => {
  const begun = ['dev[0].move(true):begin', 'buf[0].listed:true', 'buf[0].get_file_active:true'];

  function walk(value: number, stops: readonly string[]): string[] {
    return told(new ProcedureCall('write_command(MEM=0)', [0], []), [
      `pass o move before 0 value=${value} busy=0`,
      'stop o get_file_active before 0 busy=0',
      'pass o get_file_active after 0 result=1',
      ...stops,
    ]).filter((label) => label !== '|');
  }

  test('whether a buffer is revoked is told by its flag, not by what should come next', () => {
    const live = ['stop o resv_lock before 0 revoked=0 busy=0'];
    const revoked = ['stop o resv_lock before 0 revoked=1 busy=0'];
    expect(walk(1, live)).toEqual([...begun, 'buf[0].revoked:false']);
    expect(walk(1, revoked)).toEqual([...begun, 'buf[0].revoked:true']);
    expect(walk(1, ['stop o fput before 0 revoked=1 busy=0'])).toEqual([
      ...begun,
      'buf[0].revoked:true',
    ]);
  });

  test('the flag changes where it changes: after the notification, or before', () => {
    const cleared = 'buf[0].revoked.clear';
    const notified = 'buf[0].invalidate_mappings:begin';
    const stock = walk(0, [
      'stop o resv_lock before 0 revoked=1 busy=0',
      'pass o invalidate_mappings before 0 revoked=1 busy=0',
      'stop o resv_unlock before 0 revoked=1 busy=1',
      'stop o resv_lock before 0 revoked=1 busy=0',
      'stop o resv_unlock before 0 revoked=0 busy=1',
    ]);
    expect(stock.slice(-2)).toEqual([notified, cleared]);
    const mended = walk(0, [
      'stop o resv_lock before 0 revoked=1 busy=0',
      'pass o invalidate_mappings before 0 revoked=0 busy=0',
    ]);
    expect(mended.slice(-2)).toEqual([cleared, notified]);
  });

  test('which fences are waited for is told by the argument', () => {
    const waits = (usage: number) => walk(1, [`pass o resv_wait after 0 value=${usage}`]).slice(-1);
    expect([0, 1, 2, 3].flatMap(waits)).toEqual([
      ...['buf[0].resv.wait(KERNEL)', 'buf[0].resv.wait(WRITE)'],
      ...['buf[0].resv.wait(READ)', 'buf[0].resv.wait(BOOKKEEP)'],
    ]);
  });

  test('an export, and the release of what it made', () => {
    const made = told(new ProcedureCall('export', [0], []), [
      'stop o p2pdma_provider before 0 busy=0',
      'pass o p2pdma_provider after 0 result=1',
      'stop o get_registration before 0 busy=0',
      'pass o get_registration after 0 result=1',
      'stop o dma_buf_export before 0 busy=0',
      'pass o dma_buf_export after 0 result=1',
      'stop o down_write before 0 enabled=1 busy=0',
      'pass o down_write after 0',
      'stop o resv_lock before 0 revoked=0 busy=0',
      'pass o resv_lock after 0 revoked=0',
      'stop o memory_enabled before 0 busy=0',
      'pass o memory_enabled after 0 result=1',
      'stop o resv_unlock before 0 revoked=0 busy=1',
    ]).filter((label) => label !== '|');
    expect(made.slice(-9)).toEqual([
      ...['buf[0].dma_buf_export:ok', 'buf[0].kref.init', 'buf[0].comp.init'],
      ...['buf[0].init_list_head', 'dev[0].memory_lock.down_write'],
      ...['buf[0].resv.lock', 'dev[0].memory_enabled:true', 'buf[0].revoked.clear'],
      'buf[0].list_add',
    ]);
    const gone = told(new ProcedureCall('close_fd', [0], []), [
      'stop o dma_buf_release before 0 revoked=0 busy=0',
      'stop o down_write before 0 enabled=1 busy=0',
      'pass o down_write after 0',
      'stop o up_write before 0 enabled=1 busy=1',
      'pass o up_write after 0',
      'stop o put_registration before 0 busy=0',
      'pass o put_registration after 0',
      'pass o dma_buf_release after 0',
    ]).filter((label) => label !== '|');
    expect(gone.slice(4)).toEqual([
      ...['buf[0].release:begin', 'buf[0].vdev:set', 'dev[0].memory_lock.down_write'],
      ...['buf[0].list_del', 'dev[0].memory_lock.up_write', 'buf[0].put_registration'],
      ...['buf[0].kfree(priv)', 'buf[0].release:end'],
    ]);
  });

  test('a function level reset whose device is taken has not begun', () => {
    const reset = (result: number) =>
      told(new ProcedureCall('flr', [], []), [`pass o reset_function after 0 result=${result}`]);
    const call = 'dev[0].pci_try_reset_function';
    expect(reset(-11)).toEqual([`${call}:-EAGAIN`]);
    expect(reset(0)).toEqual([`${call}:begin`, `${call}:ok`]);
    expect(reset(-25)).toEqual([`${call}:begin`, `${call}:failed`]);
  });

  test('whether a reset gives access back is told apart from what it finds of memory', () => {
    const after = (stop: string) =>
      told(new ProcedureCall('flr', [], []), ['pass o reset_function after 0 result=0', stop])
        .filter((label) => label !== '|')
        .slice(2);
    expect(after('pass o move before 0 value=0 enabled=1 busy=0')).toEqual([
      'dev[0].memory_enabled:true',
      'dev[0].move(false):begin',
    ]);
    // it goes on without: the reset is wrong, not the test of memory
    expect(after('stop o up_write before 0 enabled=1 busy=1')).toEqual([
      'dev[0].memory_enabled:true',
    ]);
  });

  const kept = (numbers: string) => `engaged=0 eventfd=0 sriov=0 dirty=0 usage=2 ${numbers}`;

  test('the end of a close: a function that resets is clean, and its bus is left alone', () => {
    const close = (dirty: 0 | 1, ...stops: readonly string[]) =>
      told(new ProcedureCall('close', [], []), [
        `pass o core_disable before 0 ${kept('')}`,
        `pass o down_write after 0 ${kept('')}`,
        `stop o memory_enabled before 0 ${kept('')}`,
        `pass o pm_get after 0 ${kept('value=0 result=1')}`,
        'pass o write_config_word after 0 where=4 value=3 dirty=1',
        'stop o write_config_word before 0 where=4 value=1024 dirty=1',
        'pass o write_config_word after 0 where=4 value=1024 dirty=1',
        ...stops,
        `stop o restore_state before 0 dirty=${dirty}`,
        `pass o restore_state after 0 dirty=${dirty}`,
        `pass o disable_device after 0 dirty=${dirty}`,
        `stop o pm_put before 0 dirty=${dirty} open=1`,
        `pass o pm_put after 0 dirty=${dirty} open=1`,
      ])
        .filter((label) => label !== '|')
        .slice(3);
    const begun = ['dev[0].pm_runtime_engaged:false', 'dev[0].pm_runtime_resume:active'];
    const intx = ['dev[0].needs_reset.set', 'dev[0].hw.command(INTX_DISABLE)'];
    const left = (needs: boolean) => [
      ...['dev_set.try_reset:begin', 'dev_set.open_count:one', `dev[0].needs_reset:${needs}`],
      ...['dev_set.try_reset:end', 'dev[0].pm_runtime_put'],
    ];
    const reset = ['stop o trylock before 0', 'pass o trylock after 0 result=1'];
    const works = close(0, ...reset, 'pass o reset_locked after 0 result=0');
    expect(works).toEqual([
      ...[...begun.slice(1), ...intx, 'dev[0].reset_works:true', 'dev[0].pci_dev_trylock:1'],
      ...['dev[0].__pci_reset_function_locked:begin', 'dev[0].__pci_reset_function_locked:ok'],
      ...['dev[0].needs_reset.clear', 'dev[0].hw.restore_state', 'dev[0].hw.disable'],
      ...left(false),
    ]);
    // the kernel of the mutant: it was reset, and is still said to need it
    const dirty = close(1, ...reset, 'pass o reset_locked after 0 result=0');
    expect(dirty).not.toContain('dev[0].needs_reset.clear');
    expect(close(1)).toContain('dev[0].reset_works:false');
  });

  test('a wake-up ends low power, as its eventfd and the count of references show', () => {
    const resume = (after: string) =>
      told(new ProcedureCall('rpm_resume', [], [], true), [
        'stop o runtime_resume before 0 engaged=1 eventfd=1 usage=2',
        'stop o down_write before 0 engaged=1 eventfd=1 usage=2 enabled=1 busy=0',
        'pass o down_write after 0 engaged=1 eventfd=1 usage=2',
        `stop o up_write before 0 ${after} enabled=1 busy=1`,
      ]).filter((label) => label !== '|');
    const before = [
      ...['dev[0].rpm_resume', 'dev[0].runtime_resume:begin', 'dev[0].memory_lock.down_write'],
      ...['dev[0].pm_wake_eventfd:true', 'dev[0].pm_runtime_engaged:true'],
    ];
    expect(resume('engaged=0 eventfd=0 usage=3')).toEqual([
      ...[...before, 'dev[0].pm_runtime_engaged.clear', 'dev[0].pm_runtime_get_noresume'],
      ...['dev[0].pm_wake_eventfd:true', 'dev[0].pm_wake_eventfd.clear'],
    ]);
    expect(resume('engaged=1 eventfd=1 usage=2')).toEqual([
      ...before,
      'dev[0].pm_wake_eventfd:true',
    ]);
  });

  test('VFs: what their driver locks is told apart from the set of the function', () => {
    const labels = told(new ProcedureCall('sriov_configure', [], []), [
      'pass o down_write after 0 sriov=0',
      'stop o up_write before 0 sriov=1 enabled=1 busy=1',
      'stop o enable_sriov before 0 sriov=1',
      'stop o mutex_unlock before 6 vf=1 busy=1',
      'pass o mutex_unlock after 6 vf=1',
      'pass o enable_sriov after 0 sriov=1 result=0',
    ]).filter((label) => label !== '|');
    expect(labels).toEqual([
      ...['dev[0].memory_lock.down_write', 'dev[0].sriov_active.set'],
      ...['dev[0].pci_enable_sriov:begin', 'dev[0].pci_iov_add_virtfn:ok'],
      ...['vf.dev_set.lock.mutex_lock', 'vf.dev_set.lock.mutex_unlock'],
      'dev[0].pci_enable_sriov:ok',
    ]);
    const refused = (result: number) =>
      told(new ProcedureCall('write_pmcsr(D3hot)', [], []), [
        `pass o set_power_state after 0 value=3 result=${result}`,
      ]);
    expect(refused(-16)).toEqual(['dev[0].set_power_state(D3hot):failed']);
    expect(refused(0)).toEqual(['dev[0].set_power_state(D3hot)']);
  });

  test('what an importer does in its callback: no more work, or another map', () => {
    const callback = (importer: string, before: string, after: string) =>
      told(new ProcedureCall('write_command(MEM=0)', [0], [{ buffer: 0, importer }]), [
        `stop o invalidate before 0 ${before}`,
        `stop o invalidate after 0 ${after}`,
      ])
        .filter((label) => label !== '|')
        .slice(2, -1);
    const mapped = 'sgt=1 evicted=0 mapped=0';
    expect(callback('fenced', mapped, 'sgt=1 evicted=1 mapped=0')).toEqual([
      ...['att[0].sgt:true', 'att[0].evicted.set', 'att[0].queue_work'],
    ]);
    const none = 'sgt=0 evicted=0 mapped=0';
    expect(callback('remaps_in_callback', none, 'sgt=0 evicted=0 mapped=-19')).toEqual([
      ...['att[0].sgt:false', 'buf[0].revoked:true'],
    ]);
    expect(callback('remaps_in_callback', none, 'sgt=1 evicted=0 mapped=0')).toEqual([
      ...['att[0].sgt:false', 'buf[0].kref.get', 'att[0].wrap_sg_table:ok'],
    ]);
    expect(callback('remaps_from_work', none, none)).toEqual([
      ...['att[0].sgt:false', 'att[0].queue_work'],
    ]);
  });

  test('a fence has the usage with which it was added', () => {
    const submit = new ProcedureCall('submit', [0], [{ buffer: 0, importer: 'fenced' }]);
    const added = (usage: number) => told(submit, [`pass o fence_add after 0 value=${usage}`]);
    expect([0, 1, 2, 3].flatMap(added)).toEqual([
      ...['buf[0].resv.fence.add(KERNEL)', 'buf[0].resv.fence.add(WRITE)'],
      ...['buf[0].resv.fence.add(READ)', 'buf[0].resv.fence.add(BOOKKEEP)'],
    ]);
  });
});
