import { describe, expect, it } from 'vitest';
import { check, type SystemResult } from 'xstate-check';
import { type Change, change } from './change.ts';

/** What a change breaks, each with what is found at the end of its shortest run. */
function brokenBy(of: Change & { readonly system: string }): Record<string, string | undefined> {
  const family = change(of);
  const result = check(
    family.build({ scope: family.defaultScope, revision: family.revisions[0]! }),
  );
  return Object.fromEntries(result.properties.flatMap(broken));
}

function broken({ property, ...verdict }: SystemResult['properties'][number]) {
  if (verdict.verdict === 'holds') return [];
  const finding = 'counterexample' in verdict ? verdict.counterexample.finding : verdict.verdict;
  return [[property.id, finding] as const];
}

/** Designs that use an object before it is made, or after it is finished, and right ones that look so. */
describe('a resource knows its whole life', () => {
  const put = '#feature_dma_buf.put_dma_buf';
  const leave = {
    'feature_dma_buf.publish.refuse_lock': { on: { 'dev.memory_lock.up_write': put } },
    'feature_dma_buf.publish.refuse_resv': { on: { 'buf.resv.unlock': 'refuse_lock' } },
  };

  it('a list head that was initialised may be deleted: export refuses before list_add()', () => {
    const refused = { target: 'refuse_resv', actions: 'ret = -ENODEV' };
    const found = brokenBy({
      system: 'export',
      from: '7.3',
      states: {
        ...leave,
        'feature_dma_buf.publish.test': {
          on: { 'dev.memory_enabled:true': 'live', 'dev.memory_enabled:false': refused },
        },
      },
    });
    // The contract knows no export that fails where the device is off.
    expect(Object.keys(found)).toEqual(['refinement']);
  });

  it('and one that is on the list, too: export refuses after it', () => {
    const born = { target: 'refuse_resv', meta: { commits: 'buf.export:ok#revoked' } };
    const refused = { target: 'refuse_flag', actions: 'ret = -ENODEV' };
    const found = brokenBy({
      system: 'export',
      from: '7.3',
      states: {
        ...leave,
        'feature_dma_buf.publish.refuse_add': { on: { 'buf.list_add': born } },
        'feature_dma_buf.publish.refuse_flag': { on: { 'buf.revoked.set': 'refuse_add' } },
        'feature_dma_buf.publish.test': {
          on: { 'dev.memory_enabled:true': 'live', 'dev.memory_enabled:false': refused },
        },
      },
    });
    expect(found).toEqual({});
  });

  it('one that was not may not: the same without INIT_LIST_HEAD()', () => {
    const found = brokenBy({
      system: 'export',
      from: '7.3',
      states: {
        ...leave,
        'feature_dma_buf.publish.test': {
          on: {
            'dev.memory_enabled:true': 'live',
            'dev.memory_enabled:false': { target: 'refuse_resv', actions: 'ret = -ENODEV' },
          },
        },
        'feature_dma_buf.publish.init_list': { always: 'lock' },
      },
    });
    expect(found).toMatchObject({
      'no-misuse': 'buf[0].listed is taken off a list before INIT_LIST_HEAD()',
      'registration-balanced': 'buf[0].listed is taken off a list before INIT_LIST_HEAD()',
    });
  });

  it('a mutex is taken before mutex_init(), and not after mutex_destroy()', () => {
    const found = brokenBy({
      system: 'iommufd',
      from: '7.3',
      states: {
        'map_file.alloc': {
          on: { 'att.pages.alloc': 'attach', 'att.pages.alloc:-ENOMEM': 'return_no_memory' },
        },
        'map_file.attaching': {
          on: {
            'att.attach:ok': 'init',
            'att.attach:-ENODEV': { target: 'refused', actions: 'ret = -ENODEV' },
            'att.attach:-ENOMEM': { target: 'refused', actions: 'ret = -ENOMEM' },
          },
        },
        'map_file.init': { on: { 'att.pages.mutex_init': 'copy' } },
        'map_file.refused.destroy': { always: 'kfree' },
      },
    });
    expect(found).toEqual({ 'no-misuse': 'att[0].mutex is taken before mutex_init()' });
  });

  it('a refcount is used before kref_init(), a completion before init_completion()', () => {
    const withoutKref = brokenBy({
      system: 'export',
      from: '7.3',
      states: { 'feature_dma_buf.make.count': { always: 'complete' } },
    });
    expect(withoutKref['no-misuse']).toBe(
      'buf[0].kref is taken or dropped before kref_init(): refcount_t warns and saturates',
    );
    const withoutCompletion = brokenBy({
      system: 'export',
      from: '7.3',
      states: { 'feature_dma_buf.make.complete': { always: '#feature_dma_buf.publish' } },
    });
    expect(withoutCompletion['no-misuse']).toBe(
      'buf[0].comp is completed or waited for before init_completion()',
    );
    const withoutBoth = brokenBy({
      system: 'export',
      from: '7.3',
      states: { 'feature_dma_buf.make.count': { always: '#feature_dma_buf.publish' } },
    });
    expect(withoutBoth['no-misuse']).toBe(withoutKref['no-misuse']);
  });

  it('a reference that is taken again and again is a leak, and no call without an answer', () => {
    const found = brokenBy({
      system: 'export',
      from: '7.3',
      patches: {
        move: [{ kind: 'skip', step: { node: 'revoke.put_file', event: 'buf[b].fput' } }],
      },
    });
    expect(Object.keys(found)).toEqual([
      'failed-leaves-nothing',
      'file-given-back',
      'references-put',
      'rest',
    ]);
  });
});
