import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { check, compose, explore } from 'xstate-check';
import { families } from '../catalogue.ts';
import { leftBehind } from './left-behind.ts';
import { devicePage } from './page.ts';
import { registersFamily, registersSystem } from './registers.system.ts';

const SCOPE = { importers: 0, errors: 0 };
const broken = (fromD3hot: 'kept' | 'forgotten') =>
  check(registersSystem(SCOPE, '7.3', fromD3hot)).properties.flatMap(({ property, verdict }) =>
    verdict === 'broken' ? [property.id] : [],
  );

describe('what is left behind', () => {
  test('a reset puts back what it clears, from D0 and from D3hot', () => {
    for (const way of ['device_reset', 'flr', 'af_flr'] as const) {
      for (const before of [[], ['write_pmcsr(D3hot)']] as const) {
        const left = leftBehind('kept', before, way);
        expect(left.registers).toEqual({
          memory: 'put back',
          bars: 'put back',
          master: 'put back',
        });
        expect([left.power, left.believed]).toEqual(['D0', 'D0, memory on']);
      }
    }
  });

  test('after the reset of a link nothing is put back, also by the next reset', () => {
    const cleared = { memory: 'cleared', bars: 'cleared', master: 'cleared' };
    const link = leftBehind('kept', [], 'recovery');
    expect([link.registers, link.believed, link.buffer]).toEqual([
      cleared,
      'D0, memory on',
      'live',
    ]);
    const reset = leftBehind('kept', ['recovery'], 'device_reset');
    expect([reset.registers, reset.believed, reset.buffer]).toEqual([
      cleared,
      'D0, memory on',
      'live',
    ]);
  });

  test('a write of COMMAND puts back the BARs that a link reset has cleared', () => {
    const { registers, buffer } = leftBehind('kept', ['recovery'], 'write_command(MEM=1)');
    expect(registers).toEqual({ memory: 'put back', bars: 'put back', master: 'put back' });
    expect(buffer).toBe('live');
  });
});

/*
 * A device that forgets between D3hot and D0: what its user can do with that is a matter of others too,
 * who share the machine. It is in no list and on no page before somebody has reported it.
 */
describe('a device without No_Soft_Reset', () => {
  test('where its user goes by what the kernel believes', () => {
    expect(broken('kept')).toEqual([]);
    expect(broken('forgotten')).toEqual([
      'copy-agrees',
      'decides-by-device(power_write)',
      'decides-by-device(flr)',
      'decides-by-device(af_flr)',
      'decides-by-device(device_reset)',
      'copy-agrees-off',
      'unmapped-while-silent',
      'master-kept',
    ]);
  });

  test('an FLR from D3hot saves what the way to D0 has left, VFIO_DEVICE_RESET has it put back', () => {
    for (const way of ['flr', 'af_flr'] as const) {
      const left = leftBehind('forgotten', ['write_pmcsr(D3hot)'], way);
      expect(left.registers).toEqual({ memory: 'cleared', bars: 'put back', master: 'cleared' });
      expect([left.believed, left.buffer]).toEqual(['D0, memory on', 'live']);
    }
    const reset = leftBehind('forgotten', ['write_pmcsr(D3hot)'], 'device_reset');
    expect(reset.registers).toEqual({ memory: 'put back', bars: 'put back', master: 'put back' });
  });

  test('a write of COMMAND in D3hot is forgotten on the way to D0, and vconfig has it', () => {
    const off = ['write_command(MEM=0)', 'write_pmcsr(D3hot)', 'write_command(MEM=1)'] as const;
    const left = leftBehind('forgotten', off, 'write_pmcsr(D0)');
    expect([left.registers.memory, left.believed, left.buffer]).toEqual([
      'cleared',
      'D0, memory on',
      'live',
    ]);
  });

  test('is in no list', () => {
    const scopes = [registersFamily.defaultScope, registersFamily.confidence];
    expect(scopes.map((scope) => Object.keys(scope ?? {}))).toEqual([
      ['importers', 'errors'],
      ['importers', 'errors'],
    ]);
    expect(families.map(({ name }) => name)).toContain('device-registers');
  });
});

test('how large it is', () => {
  const sizes = (['kept', 'forgotten'] as const).map(
    (kind) => explore(compose(registersSystem(SCOPE, '7.3', kind))).states,
  );
  expect(sizes).toEqual([974, 4906]);
});

test('the page is what the machines leave', () => {
  expect(readFileSync('docs/device.md', 'utf8')).toBe(devicePage());
});
