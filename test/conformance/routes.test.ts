import { describe, expect, it, test } from 'vitest';
import { routeBetween } from '../../simulator/routes/p2pdma-route.ts';
import { ACS } from '../../simulator/routes/pci-tree.ts';
import { isSameFunction } from '../../specs/routes/tree.ts';
import { CPUS, devicesOf, shapesUpTo, treesOf, tried } from './route-trees.ts';

describe('which way there is between two devices, of the machine and of the simulator', () => {
  it('is the same in every tree of up to three devices from either to the root bus', () => {
    const shapes = shapesUpTo(3);
    expect(shapes).toHaveLength(17);
    expect(tried(shapes)).toEqual({
      BUS_ADDR: 78,
      THRU_HOST_BRIDGE: 5_345,
      NOT_SUPPORTED: 2_245,
    });
  });

  it('is the same of a function and itself', () => {
    expect(tried(shapesUpTo(4).filter(isSameFunction))).toEqual({
      BUS_ADDR: 90,
      THRU_HOST_BRIDGE: 75,
      NOT_SUPPORTED: 15,
    });
  });
});

test('a control register redirects by RR, CR and EC, and by no other bit', () => {
  const [tree] = treesOf({ provider: 1, client: 1, shared: 1 });
  const [dev] = devicesOf(tree!, [false], 0);
  for (let acsCtrl = 0; acsCtrl < 64; acsCtrl++) {
    const self = { ...dev!, acsCtrl };
    const redirects = (acsCtrl & (ACS.RR | ACS.CR | ACS.EC)) !== 0;
    expect(routeBetween(self, self, CPUS.true[0]!)).toBe(
      redirects ? 'THRU_HOST_BRIDGE' : 'BUS_ADDR',
    );
  }
});
