// Truth: the C of v7.3.
import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'memremap_pages:ok',
  'pgmap.tryget_live:true',
  'pgmap.tryget_live:false',
  'pgmap.get',
  'pgmap.put',
  'pgmap.kill',
  'pgmap.put_many',
  'pgmap.wait',
  'pgmap.unmap_range',
  'devm.memunmap:armed',
  'devm.memunmap:none',
] as const;

/**
 * The `percpu_ref` of the pages of one BAR (`struct dev_pagemap`): one reference for each page that is
 * handed out and one for each mmap() under way. Those of memremap_pages() itself are not among them: they
 * are there in `live` and `killed`, and dropped in `dying`. memunmap_pages() kills it and waits for the
 * last, without a timeout.
 *
 * @param most - most references that all who are here can have at once; one more than that is a count that
 *   has run away, and never comes down again
 * @param initially - `live` where the system starts with the BAR registered
 */
export const pgmapRef = madeOnce(function pgmapRef(
  most: number,
  initially: 'none' | 'live' = 'none',
) {
  const machine = setup({
    types: {
      context: {} as { refs: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      one: ({ context }) => context.refs === 1,
      isHeld: ({ context }) => context.refs > 0,
    },
    actions: {
      get: assign({ refs: ({ context }) => Math.min(context.refs, most) + 1 }),
      put: assign({ refs: ({ context: { refs } }) => (refs > most ? refs : refs - 1) }),
      forget: assign({ refs: 0 }),
    },
  });
  const afterwards = (target: string) =>
    ({
      'memremap_pages:ok': { target: 'live', actions: 'forget' },
      'pgmap.tryget_live:false': target,
      'pgmap.get': 'used_after_free',
      'pgmap.put': 'used_after_free',
      'pgmap.kill': 'killed_twice',
      'pgmap.put_many': target,
      'pgmap.wait': target,
      'pgmap.unmap_range': target,
      'devm.memunmap:none': target,
    }) as const;
  return machine.createMachine({
    id: 'pgmap_ref',
    description: 'struct dev_pagemap: ref and done, mm/memremap.c',
    meta: { labels, source: 'memremap_pages, memunmap_pages, v7.3' },
    context: { refs: 0 },
    initial: initially,
    states: {
      none: {
        description: 'the BAR has no struct pages',
        tags: ['quiescent', 'absent'],
        on: afterwards('none'),
      },
      live: {
        tags: ['quiescent', 'present'],
        on: {
          'memremap_pages:ok': 'conflict',
          'pgmap.tryget_live:true': { target: 'live', actions: 'get' },
          'pgmap.get': { target: 'live', actions: 'get' },
          'pgmap.put': [
            { guard: 'isHeld', target: 'live', actions: 'put' },
            { target: 'used_after_free' },
          ],
          'pgmap.kill': 'killed',
          'pgmap.put_many': 'used_after_free',
          'pgmap.unmap_range': 'unmapped_in_use',
          'devm.memunmap:armed': 'live',
        },
      },
      killed: {
        description: 'nobody new gets a reference; the own ones are still to be dropped',
        tags: ['present'],
        on: {
          'memremap_pages:ok': 'conflict',
          'pgmap.tryget_live:false': 'killed',
          'pgmap.get': { target: 'killed', actions: 'get' },
          'pgmap.put': [
            { guard: 'isHeld', target: 'killed', actions: 'put' },
            { target: 'used_after_free' },
          ],
          'devm.memunmap:armed': 'killed',
          'pgmap.kill': 'killed_twice',
          'pgmap.put_many': [{ guard: 'isHeld', target: 'dying' }, { target: 'done' }],
          'pgmap.unmap_range': 'unmapped_in_use',
        },
      },
      dying: {
        description: 'pages are still in use; wait_for_completion() sleeps',
        tags: ['present'],
        on: {
          'memremap_pages:ok': 'conflict',
          'pgmap.tryget_live:false': 'dying',
          'pgmap.get': { target: 'dying', actions: 'get' },
          'pgmap.put': [
            { guard: 'one', target: 'done', actions: 'put' },
            { target: 'dying', actions: 'put' },
          ],
          'devm.memunmap:armed': 'dying',
          'pgmap.kill': 'killed_twice',
          'pgmap.put_many': 'used_after_free',
          'pgmap.unmap_range': 'unmapped_in_use',
        },
      },
      done: {
        description: 'dev_pagemap_percpu_release() has completed it',
        tags: ['present'],
        on: {
          'memremap_pages:ok': 'conflict',
          'pgmap.tryget_live:false': 'done',
          'pgmap.get': 'used_after_free',
          'pgmap.put': 'used_after_free',
          'devm.memunmap:armed': 'done',
          'pgmap.kill': 'killed_twice',
          'pgmap.put_many': 'used_after_free',
          'pgmap.wait': 'done',
          'pgmap.unmap_range': 'none',
        },
      },
      conflict: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is made twice: WARN "Conflicting mapping in same section", -ENOMEM' },
        on: afterwards('conflict'),
      },
      unmapped_in_use: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'loses its struct pages while some are in use' },
        on: afterwards('unmapped_in_use'),
      },
      killed_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is killed a second time: percpu_ref_kill_and_confirm() warns' },
        on: afterwards('killed_twice'),
      },
      used_after_free: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is taken or dropped while it is not there, or beyond zero' },
        on: afterwards('used_after_free'),
      },
    },
  });
});
