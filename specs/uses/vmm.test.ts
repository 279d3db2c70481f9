import { describe, expect, it } from 'vitest';
import { LAYOUTS, OVERLAYS } from '../../machines/uses/vmm-sections.ts';
import { MappingAnswers } from '../importers/mapping-answers.ts';
import { AddressAnswers, brokenByUnplug, EVENTS, unplugOrders, VmmAnswers } from './vmm-answers.ts';

const remaps = new VmmAnswers('vmm-remaps');
const qemu = new VmmAnswers('vmm-qemu');

const back = { region: 'none', again: 'mapped', fd: 'open' };

describe('a region of a device whose BARs the guest has enabled', () => {
  it('is mapped again by a VMM that has to, but for a hot reset of somebody else', () => {
    expect(EVENTS.map((event) => [event, remaps.after(event)])).toEqual([
      ['guest.mem_off', back],
      ['guest.reset', { region: 'mapped', again: undefined, fd: 'open' }],
      ['guest.sleep', back],
      ['vmm.reset', back],
      ['bus.hot_reset', { region: 'dead', again: undefined, fd: 'open' }],
      ['vmm.unplug', { region: 'none', again: undefined, fd: 'closed' }],
    ]);
  });

  it('is dead in QEMU after a reset that the guest asks for, and its fd stays', () => {
    expect(EVENTS.map((event) => [event, qemu.after(event)])).toEqual([
      ['guest.mem_off', back],
      ['guest.reset', { region: 'dead', again: undefined, fd: 'open' }],
      ['guest.sleep', back],
      ['vmm.reset', back],
      ['bus.hot_reset', { region: 'dead', again: undefined, fd: 'open' }],
      ['vmm.unplug', { region: 'none', again: undefined, fd: 'open' }],
    ]);
  });

  it('goes with every call with which a mapping of iommufd goes', () => {
    const iommufd = new MappingAnswers('iommufd');
    for (const call of ['device_reset', 'write_command(MEM=0)', 'write_pmcsr(D3hot)', 'close']) {
      const { goneBy, mapAgain } = iommufd.answer({ call: `dev[0].${call}`, outcome: 'ok' });
      expect(goneBy, call).toMatch(/revoke/);
      if (call === 'device_reset') {
        expect(mapAgain).toEqual(['att[0].ioas_unmap:ok', 'att[0].map_file:ok']);
      }
    }
  });
});

describe('an unplug', () => {
  it.each(unplugOrders)('may %s, %s, %s: the kernel takes the mapping at the close', (...order) => {
    expect(brokenByUnplug(order)).toEqual([]);
  });

  it('has six orders', () => {
    expect(new Set(unplugOrders.map((order) => order.join())).size).toBe(6);
  });
});

describe('the page that a peer reaches', () => {
  const right = ['vmm-remaps', 'vmm-adds-up'].map((design) => new AddressAnswers(design));
  const all = LAYOUTS.flatMap((layout) => OVERLAYS.map((overlay) => ({ layout, overlay })));

  it.each(all)('$layout, $overlay: is the one that it has the address of, or none', (at) => {
    for (const answers of right) {
      const { pages } = answers.reached(at.layout, at.overlay);
      expect(pages.map((page, n) => page === n || page === 'fault')).not.toContain(false);
    }
  });

  it('is another one in QEMU where the MSI-X table is first and an end is cut off', () => {
    const answers = new AddressAnswers('vmm-qemu');
    expect(answers.reached('first_hidden', 'last')).toEqual({
      pages: ['fault', 2, 3, 'fault'],
      refused: [],
    });
    expect(answers.reached('first_hidden', 'none').refused).toEqual(['-EINVAL']);
    expect(answers.reached('first_hidden', 'first').refused).toEqual(['-EINVAL']);
    expect(answers.reached('middle_hidden', 'none').refused).toEqual(['-EOPNOTSUPP', '-EINVAL']);
    expect(answers.reached('last_hidden', 'last').refused).toEqual([]);
  });
});
