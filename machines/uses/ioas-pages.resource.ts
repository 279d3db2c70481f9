import { assign, setup } from 'xstate';
import { answersTo, everyBuffer, everySection, mapCall, PAGES, type Part } from './vmm-sections.ts';

const pages = Array.from({ length: PAGES }, (_, page) => page);

/** The pages of the BAR to which a part of some dma-buf can lead. */
function leadsTo(part: Part): number[] {
  const answers = new Set(everyBuffer.map((ranges) => answersTo(ranges, part)));
  return pages.filter((page) => answers.has(`ok#${page}`));
}

/** The pages of the BAR to which some section can lead from a page of it. */
function reachedFrom(page: number): number[] {
  const reached = everySection
    .filter(({ at, pages: count }) => page >= at && page < at + count)
    .flatMap((part) => leadsTo(part).map((to) => to + page - part.at));
  return pages.filter((to) => reached.includes(to));
}

/**
 * The IOVAs at which the guest has the pages of its BAR: to which page of the device each leads. DMA of
 * a peer to one of them reaches that page, or ends in a fault where nothing is mapped.
 */
export function ioasPages() {
  const machine = setup({
    types: {
      context: {} as { leads: readonly (number | 'nowhere')[] },
      events: {} as { type: string },
    },
    guards: {
      leads: ({ context }, { at, to }: { at: number; to: number | 'nowhere' }) =>
        context.leads[at] === to,
    },
    actions: {
      map: assign(
        ({ context }, { at, pages: count, to }: { at: number; pages: number; to: number }) => ({
          leads: context.leads.map((was, page) =>
            page >= at && page < at + count ? to + page - at : was,
          ),
        }),
      ),
    },
  });
  const maps = everySection.flatMap((one) =>
    leadsTo(one).map((to) => ({ label: `${mapCall(one)}:ok#${to}`, params: { ...one, to } })),
  );
  const reads = pages.flatMap((at) =>
    [...reachedFrom(at), 'nowhere' as const].map((to) => ({
      label: `read(${at}):${to === 'nowhere' ? 'fault' : `page_${to}`}`,
      params: { at, to },
    })),
  );
  return machine.createMachine({
    id: 'ioas_pages',
    description: 'where the addresses lead that the guest has for the pages of its BAR',
    meta: {
      labels: [...maps, ...reads].map(({ label }) => label),
      source: 'pfn_reader_fill_dmabuf, v7.3: phys.paddr + start',
    },
    context: { leads: pages.map(() => 'nowhere') },
    initial: 'there',
    states: {
      there: {
        tags: ['quiescent'],
        on: Object.fromEntries([
          ...maps.map(({ label, params }) => [
            label,
            { target: 'there', actions: { type: 'map' as const, params } },
          ]),
          ...reads.map(({ label, params }) => [
            label,
            { guard: { type: 'leads' as const, params }, target: 'there' },
          ]),
        ]),
      },
    },
  });
}
