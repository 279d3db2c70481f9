/** How many states there are as one number of a scope grows and the others stay. */
export interface Growth {
  readonly direction: string;
  readonly points: readonly {
    readonly count: number;
    readonly states: number;
  }[];
}

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 80;
const TOP = 20;
const RIGHT = 180;
const BOTTOM = 50;
const MOST = 8;
const COLOURS = ['#2f7ed8', '#d9822b', '#2ca05a', '#b04fc4', '#c23b4b'];

/** States on a logarithmic scale; legible on light and on dark ground. */
export function growthChart(all: readonly Growth[]): string {
  const counts = all.flatMap(({ points }) => points.map(({ count }) => count));
  const last = Math.max(...counts);
  const x = (count: number) => round(LEFT + (count / last) * (WIDTH - LEFT - RIGHT));
  const y = (states: number) =>
    round(HEIGHT - BOTTOM - (Math.log10(states) / MOST) * (HEIGHT - TOP - BOTTOM));
  const lines = Array.from({ length: MOST - 1 }, (_, i) => i + 1).flatMap((power) => [
    `<path class="grid" d="M${LEFT} ${y(10 ** power)}H${WIDTH - RIGHT}"/>`,
    `<text x="${LEFT - 8}" y="${y(10 ** power) + 4}" text-anchor="end">${(10 ** power).toLocaleString('en')}</text>`,
  ]);
  const ticks = Array.from(
    { length: last + 1 },
    (_, count) =>
      `<text x="${x(count)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${count}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="States of two systems, by their scope">`,
    STYLE,
    ...lines,
    ...ticks,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">how many of it; the others as in the default scope</text>`,
    ...all.flatMap((growth, i) => curve(growth, COLOURS[i % COLOURS.length]!, x, y)),
    ...labels(all, x, y),
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = [
  '<style>',
  'text { font: 12px sans-serif; fill: #222; }',
  '.grid { stroke: #8888; stroke-width: 0.5; }',
  '.curve { fill: none; stroke-width: 2; }',
  '@media (prefers-color-scheme: dark) { text { fill: #ddd; } }',
  '</style>',
].join('\n');

type Scale = (value: number) => number;

function curve({ points }: Growth, colour: string, x: Scale, y: Scale): string[] {
  const at = points.map(({ count, states }) => `${x(count)} ${y(states)}`);
  return [
    `<path class="curve" stroke="${colour}" d="M${at.join('L')}"/>`,
    ...points.map(
      ({ count, states }) =>
        `<circle cx="${x(count)}" cy="${y(states)}" r="3" fill="${colour}">` +
        `<title>${states.toLocaleString('en')} states</title></circle>`,
    ),
  ];
}

/** Each beside the end of its curve; where two would overlap the lower one moves down. */
function labels(all: readonly Growth[], x: Scale, y: Scale): string[] {
  const ends = all
    .map(({ direction, points }, i) => ({
      direction,
      end: points.at(-1)!,
      colour: COLOURS[i % COLOURS.length]!,
    }))
    .map((label) => ({ ...label, at: y(label.end.states) }))
    .sort((a, b) => a.at - b.at);
  let above = -Infinity;
  return ends.map(({ direction, end, colour, at }) => {
    above = Math.max(at, above + 14);
    return `<text x="${x(end.count) + 8}" y="${above + 4}" style="fill: ${colour}">${direction}</text>`;
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
