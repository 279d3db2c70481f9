import { setup } from 'xstate';

export const labels = [
  'att.release_pages:begin',
  'buf.resv.lock',
  'att.unpin',
  'buf.resv.unlock',
  'att.detach:begin',
  'att.detach:ok',
  'att.pages.mutex_destroy',
  'att.pages.kfree',
  'att.release_pages:end',
] as const;

export interface ReleasePagesVariation {
  /**
   * Whether the pages are destroyed after the attachment is gone (f2d70dbd3dce: 7.2, 7.1.5), or
   * before, while the exporter can still call back.
   */
  readonly destroy: 'after_detach' | 'before_detach';
  /**
   * How the pin is given back: under dma_resv (e745cd2c749e: 7.2, 7.1.5), without it (7.1), or not
   * at all, because there is none (6.19, 7.0) or because it was forgotten (revoke series v2).
   */
  readonly unpin: 'under_resv' | 'unlocked' | 'never';
}

type Step = Exclude<(typeof labels)[number], `att.release_pages:${string}`>;

/** The steps that give an attachment and its pages back, in order, each with the state it leaves. */
export function releaseOrder({ destroy, unpin }: ReleasePagesVariation) {
  const under = unpin === 'under_resv';
  const destroys: [string, Step] = ['destroy', 'att.pages.mutex_destroy'];
  const steps: (readonly [string, Step])[] = [
    ...(destroy === 'before_detach' ? [destroys] : []),
    ...(under ? [['lock', 'buf.resv.lock'] as const] : []),
    ...(unpin === 'never' ? [] : [['unpin', 'att.unpin'] as const]),
    ...(under ? [['unlock', 'buf.resv.unlock'] as const] : []),
    ['detach', 'att.detach:begin'],
    ['detaching', 'att.detach:ok'],
    ...(destroy === 'after_detach' ? [destroys] : []),
    ['kfree', 'att.pages.kfree'],
  ];
  return steps;
}

/** A state for each step, one after the other. */
export function inOrder<L extends string>(steps: readonly (readonly [string, L])[], end: string) {
  return Object.fromEntries(
    steps.map(([state, label], i) => [state, { on: { [label]: steps[i + 1]?.[0] ?? end } }]),
  );
}

/** `iopt_release_pages()` of a dma-buf: unpin, detach, destroy, free. */
export function releasePages({ destroy, unpin }: ReleasePagesVariation) {
  const order = releaseOrder({ destroy, unpin });
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'release_pages',
    description: 'iopt_release_pages(), drivers/iommu/iommufd/pages.c',
    meta: {
      labels,
      c: {
        function: 'iopt_release_pages',
        file: 'drivers/iommu/iommufd/pages.c',
        entries: [{ begins: 'att.release_pages:begin', parameters: { kref: '@att.pages' } }],
        // Every domain was left before: nobody is on it.
        lists: [{ head: '&$pages->tracker', of: 'track', size: 0, link: 'elm' }],
        leads: { 'pages.dmabuf': 'pages', 'pages.attach': '@att' },
        rows: [
          {
            c: 'iopt_is_dmabuf($pages)',
            is: '1',
            because: 'the pages are those of a dma-buf, to which iopt_map_dmabuf() attached',
          },
        ],
      },
      source: 'iopt_release_pages, v7.1, with f2d70dbd3dce and e745cd2c749e, v7.2',
      unused: {
        under_resv: [],
        unlocked: ['buf.resv.lock', 'buf.resv.unlock'],
        never: ['buf.resv.lock', 'buf.resv.unlock', 'att.unpin'],
      }[unpin],
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.release_pages:begin': order[0]![0] } },
      ...inOrder(order, 'return'),
      return: { on: { 'att.release_pages:end': 'idle' } },
    },
  });
}
