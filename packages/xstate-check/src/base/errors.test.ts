import { describe, expect, it } from 'vitest';
import { nearest, suggested } from './errors.ts';

const MANY = [
  'attach',
  'attach',
  'detach',
  'export',
  'fences',
  'lanterns',
  'ropes',
  'remap',
  'revoke',
  'sriov',
];

describe('what is said of a name that is not known', () => {
  it('has each name once', () => {
    expect(nearest('attac', MANY)).toMatch(/^the nearest are attach, detach, \S+$/);
    expect(suggested('attac', MANY)).toBe('the nearest is attach');
  });

  it('takes a part of a name for near', () => {
    expect(suggested('lant', MANY)).toBe('the nearest is lanterns');
  });

  it('names nothing that is not near, but where all are', () => {
    expect(suggested('zebra', MANY, 'they are on the wall')).toBe(
      'none is near it: they are on the wall',
    );
  });

  it('names all where they are few, or listed nowhere', () => {
    expect(suggested('zebra', ['door', 'lamp'], 'they are on the wall')).toBe(
      'there are door, lamp',
    );
    expect(suggested('zebra', MANY)).toContain('there are attach, detach, export');
  });
});
