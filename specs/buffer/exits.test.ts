import { describe, expect, test } from 'vitest';
import { check } from 'xstate-check';
import { type Change, change } from '../change.ts';

/** What 7.3 with some states written anew breaks where nothing but the export happens. */
function brokenBy(states: NonNullable<Change['states']>): string[] {
  const changed = change({ system: 'export', from: '7.3', states });
  const scope = { writers: 0, closers: 0, unbinders: 0, fds: 1, o_path: 0 };
  const result = check(changed.build({ scope, revision: changed.revisions[0]! }));
  return result.properties.flatMap(({ property, verdict }) =>
    verdict === 'broken' ? [property.id] : [],
  );
}

describe('what an export has allocated when it fails', () => {
  const failed = (target: string, ret: string) => ({ target, actions: `ret = ${ret}` });

  test('without memory for the ranges it has a priv to free', () => {
    const leak = {
      on: {
        'buf.kzalloc(phys_vec):ok': 'provider',
        'buf.kzalloc(phys_vec):-ENOMEM': failed('#feature_dma_buf.fail', '-ENOMEM'),
      },
    };
    expect(brokenBy({ 'feature_dma_buf.make.allocate_phys_vec': leak })).toContain('rest');
  });

  test('with ranges outside the BAR it has no registration to put yet', () => {
    const early = {
      on: {
        'buf.fill_phys_vec:ok': 'register',
        'buf.fill_phys_vec:-EINVAL': failed('#feature_dma_buf.unwind', '-EINVAL'),
        'buf.fill_phys_vec:-EOVERFLOW': failed('#feature_dma_buf.unwind', '-EOVERFLOW'),
      },
    };
    expect(brokenBy({ 'feature_dma_buf.make.fill': early })).toContain('registration-balanced');
  });
});
