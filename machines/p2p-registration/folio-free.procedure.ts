// Truth: the C of v7.3.
import { assign, setup } from 'xstate';
import { spelt } from './spelt.ts';

export const labels = [
  'bar[b].page[p].put:last',
  'dev.p2pdma.deref',
  'bar[b].page[p].gen_pool_free_owner',
  'bar[b].pgmap.put',
  'bar[b].page[p].folio_free:end',
] as const;

/**
 * `p2pdma_folio_free()`, on whichever thread drops the last reference to a page: it goes back to the
 * pool first, and the reference to the pgmap that kept the pool there is dropped after.
 *
 * @param bars - the BARs of the device
 * @param pages - pages of each
 */
export function folioFree(bars: number, pages: number) {
  const machine = setup({
    types: { context: {} as { b: number; p: number }, events: {} as { type: string } },
    actions: {
      ofPage: assign((_, of: { b: number; p: number }) => of),
      forget: assign({ b: 0, p: 0 }),
    },
  });
  return machine.createMachine({
    id: 'folio_free',
    description: 'p2pdma_folio_free(), drivers/pci/p2pdma.c',
    meta: {
      labels: spelt(labels, (label) => label.endsWith(':last'), { bars, pages }),
      c: inC,
      index: { b: bars, p: pages },
      source: 'p2pdma_folio_free, v7.3',
    },
    context: { b: 0, p: 0 },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: Object.fromEntries(
          Array.from({ length: bars * pages }, (_, i) => {
            const of = { b: Math.floor(i / pages), p: i % pages };
            const label = `bar[${of.b}].page[${of.p}].put:last`;
            return [label, { target: 'deref', actions: { type: 'ofPage', params: of } as const }];
          }),
        ),
      },
      deref: {
        description: 'rcu_dereference_protected(pdev->p2pdma, 1)->pool',
        on: { 'dev.p2pdma.deref': 'free' },
      },
      free: {
        on: {
          'bar[b].page[p].gen_pool_free_owner': { target: 'put', meta: { commits: 'bar[b].put' } },
        },
      },
      put: { on: { 'bar[b].pgmap.put': 'done' } },
      done: { on: { 'bar[b].page[p].folio_free:end': { target: 'idle', actions: 'forget' } } },
    },
  });
}

/** What its C is, for the comparison. */
const inC = {
  function: 'p2pdma_folio_free',
  file: 'drivers/pci/p2pdma.c',
  entries: [
    {
      begins: 'bar[0].page[0].put:last',
      parameters: { folio: '@page' },
      returns: { 'bar[0].page[0].folio_free:end': 'void' },
    },
  ],
  rows: [
    { c: 'to_p2p_pgmap($_)', is: '@bar', because: 'the pages are those of a BAR' },
    { c: '$bar->mem', is: '@bar', because: 'a BAR has one provider' },
    { c: '$bar->owner', is: '@dev', because: 'the provider is that of the device' },
    { c: '$dev->p2pdma', label: 'dev.p2pdma.deref', returns: { '': '@dev' } },
    {
      c: 'gen_pool_free_owner($_, $_, PAGE_SIZE, $_)',
      label: 'bar[0].page[0].gen_pool_free_owner',
    },
    { c: 'percpu_ref_put($_)', label: 'bar[0].pgmap.put' },
  ],
};
