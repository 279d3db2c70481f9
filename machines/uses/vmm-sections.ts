/*
 * A BAR of a few pages, of which a VMM can mmap() some, and what of that the guest sees as memory: the
 * small numbers in which the arithmetic of offsets is looked at.
 */

/** Pages of the BAR, from the first to behind the last. */
export type Pages = readonly [from: number, to: number];

/** How many pages the BAR has. */
export const PAGES = 4;

/** What of a BAR can be mmapped: all of it, or not one page, for which its driver has its reasons. */
export const AREAS = {
  whole: [[0, PAGES]],
  first_hidden: [[1, PAGES]],
  last_hidden: [[0, PAGES - 1]],
  middle_hidden: [
    [0, 1],
    [2, PAGES],
  ],
} as const satisfies Readonly<Record<string, readonly Pages[]>>;

export type Layout = keyof typeof AREAS;

export const LAYOUTS = Object.keys(AREAS) as readonly Layout[];

/** A page at an end of the last area over which the VMM has registers of its own (MSI-X, a quirk), or none. */
export const OVERLAYS = ['none', 'first', 'last'] as const;

export type Overlay = (typeof OVERLAYS)[number];

export interface SectionVariation {
  /** Whether each area is a dma-buf, or all of a BAR are one, of as many ranges. */
  readonly buffers: 'of_each_area' | 'of_all_areas';
  /** What is added to the place of a section in its area to get `start` of MAP_FILE. */
  readonly start: 'in_area' | 'in_bar' | 'added_up';
}

/** One MAP_FILE: of which dma-buf, from which page of it, how many pages, at which page of the BAR. */
export interface Section {
  readonly fd: number;
  readonly start: number;
  readonly pages: number;
  readonly at: number;
}

/** The dma-bufs of a layout, each with its ranges. */
export function buffersOf(layout: Layout, { buffers }: SectionVariation): (readonly Pages[])[] {
  const areas: readonly Pages[] = AREAS[layout];
  return buffers === 'of_all_areas' ? [areas] : areas.map((area) => [area]);
}

/** What the VMM maps of a layout, where one page more is taken out of the last area. */
export function sectionsOf(layout: Layout, overlay: Overlay, how: SectionVariation): Section[] {
  const areas: readonly Pages[] = AREAS[layout];
  return areas.map(([from, to], area) => {
    const taken = area === areas.length - 1 ? overlay : 'none';
    const first = taken === 'first' ? from + 1 : from;
    const behind = taken === 'last' ? to - 1 : to;
    const before = areas.slice(0, area).reduce((sum, [a, b]) => sum + b - a, 0);
    const offset = { in_area: 0, in_bar: from, added_up: before }[how.start];
    const fd = how.buffers === 'of_all_areas' ? 0 : area;
    return { fd, start: offset + first - from, pages: behind - first, at: first };
  });
}

/** A section without the dma-buf that it is of. */
export type Part = Omit<Section, 'fd'>;

/** What MAP_FILE of a part of a dma-buf of these ranges answers: of `ok#2` the first page is page 2. */
export function answersTo(ranges: readonly Pages[], { start, pages }: Part): string {
  const size = ranges.reduce((sum, [from, to]) => sum + to - from, 0);
  if (size < start + pages) return '-EINVAL';
  return ranges.length === 1 ? `ok#${ranges[0]![0] + start}` : '-EOPNOTSUPP';
}

const HOW = (['of_each_area', 'of_all_areas'] as const).flatMap((buffers) =>
  (['in_area', 'in_bar', 'added_up'] as const).map((start) => ({ buffers, start })),
);

/** How a label has a section, without its dma-buf: `map_file(start=1,pages=3,at=1)`. */
export const mapCall = ({ start, pages, at }: Part): string =>
  `map_file(start=${start},pages=${pages},at=${at})`;

/** How a label has the ranges of a dma-buf: `export(0-1,2-4)`. */
export const exportCall = (ranges: readonly Pages[]): string =>
  `export(${ranges.map(([from, to]) => `${from}-${to}`).join(',')})`;

/** Everything that any VMM here maps, once each. */
export const everySection: readonly Part[] = unique(
  HOW.flatMap((how) =>
    LAYOUTS.flatMap((layout) => OVERLAYS.flatMap((overlay) => sectionsOf(layout, overlay, how))),
  ),
  mapCall,
);

/** Every dma-buf that any VMM here exports, once each. */
export const everyBuffer: readonly (readonly Pages[])[] = unique(
  HOW.flatMap((how) => LAYOUTS.flatMap((layout) => buffersOf(layout, how))),
  exportCall,
);

function unique<T>(all: readonly T[], nameOf: (one: T) => string): T[] {
  return [...new Map(all.map((one) => [nameOf(one), one])).values()];
}
