import type { Difference } from '../design.ts';

type Steps = NonNullable<Difference['steps']>;

/**
 * iopt_release_pages() from its first step on: by itself, and where a map that failed gives back what
 * it has imported.
 */
export function releases(first: string, steps: Steps): Steps {
  const both = Object.entries(steps).flatMap(([state, anew]) => [
    [`release_pages.${state}`, anew],
    [`map_file.release.${state}`, anew],
  ]);
  return {
    'release_pages.idle': { on: { 'att.release_pages:begin': first } },
    'map_file.release': { initial: first },
    ...Object.fromEntries(both),
  };
}

/** The pages are destroyed while the exporter can still call back (M8). */
export const destroyedFirst = (next: string): Steps => ({
  destroy: { on: { 'att.pages.mutex_destroy': next } },
  detaching: { on: { 'att.detach:ok': 'kfree' } },
});

/** The pin is given back without dma_resv (M9). */
export const unlockedUnpin: Steps = {
  lock: null,
  unpin: { on: { 'att.unpin': 'detach' } },
  unlock: null,
};

/** iommufd unpins without dma_resv, and destroys its pages before it detaches. */
export const iommufdUnlockedUnpin: Difference = {
  at: ['releasePages'],
  steps: releases('destroy', { ...unlockedUnpin, ...destroyedFirst('unpin') }),
  defects: ['M8', 'M9'],
  source: 'iopt_release_pages, v7.1, before f2d70dbd3dce and e745cd2c749e',
};
