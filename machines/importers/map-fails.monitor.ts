import { setup } from 'xstate';

export const labels = ['begin', 'missing', 'ok', 'fails'] as const;

/**
 * A map fails for a reason: there is no route, or something could not be allocated. How many ranges
 * the buffer has is none, because the same buffer maps by another route.
 */
export const mapFails = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'map_fails',
  description: 'whether anything was missing when a map fails',
  meta: { labels, source: 'derived: what an importer takes from an errno of map' },
  initial: 'outside',
  states: {
    outside: { on: { begin: 'asked', missing: 'outside', ok: 'outside', fails: 'outside' } },
    asked: {
      on: { begin: 'asked', missing: 'excused', ok: 'outside', fails: 'failed' },
    },
    excused: {
      on: { begin: 'asked', missing: 'excused', ok: 'outside', fails: 'outside' },
    },
    failed: {
      tags: ['violation'],
      meta: { finding: 'map fails although there is a route and nothing could not be allocated' },
      on: { begin: 'asked', missing: 'failed', ok: 'failed', fails: 'failed' },
    },
  },
});
