import type { Chart, ChartArrow, ChartLabel, ChartNode } from './chart.ts';
import { tagLine } from './layout.ts';
import { isCut, linesOf } from './lines.ts';
import { FONT, TEXT, textWidth } from './metrics.ts';

export interface SvgOptions {
  /** `auto`, by what the reader prefers, where absent. */
  readonly theme?: 'auto' | 'light' | 'dark';
  /** Dotted paths of the nodes that are active: a thick border and a token. */
  readonly active?: readonly string[];
  /** What was taken, as `node event`: solid and counted; what was not is dashed. */
  readonly covered?: ReadonlySet<string>;
  /** For a page that has `CHART_STYLE` once for all its charts. */
  readonly unstyled?: boolean;
}

/** A chart as SVG text that needs nothing else; the same bytes for the same chart. */
export function svgOf(chart: Chart, options: SvgOptions = {}): string {
  const { theme = 'auto', active = [], covered, unstyled = false } = options;
  const size = `width="${chart.width}" height="${chart.height}"`;
  const classes = theme === 'auto' ? 'chart' : `chart ${theme}`;
  const about = [chart.description, chart.source && `Source: ${chart.source}`].filter(Boolean);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="${classes}" role="img" viewBox="0 0 ${chart.width} ${chart.height}" ${size}>`,
    `<title>${escaped(`Statechart of ${chart.machine}`)}</title>`,
    ...(about.length > 0 ? [`<desc>${escaped(about.join('. '))}</desc>`] : []),
    ...(unstyled ? [] : [`<style>${CHART_STYLE}</style>`]),
    ...(unstyled ? [] : ['<rect class="paper" width="100%" height="100%"/>']),
    ...chart.nodes.map((node) => boxOf(node, chart, active)),
    ...chart.arrows.map((arrow) => arrowOf(arrow, covered)),
    '</svg>',
    '',
  ].join('\n');
}

/** Colours have a contrast of at least 4.5 on their ground in both themes. */
const LIGHT =
  '--paper:#fff;--ink:#1f2328;--dim:#57606a;--line:#57606a;--fill:#f6f8fa;--frame:#8c959f;--bad:#b3261e;--good:#1a6e33;--lit:#ddf4ff;--accent:#0550ae';
const DARK =
  '--paper:#0d1117;--ink:#e6edf3;--dim:#9da7b1;--line:#9da7b1;--fill:#161b22;--frame:#6e7681;--bad:#ff8a80;--good:#6fd08c;--lit:#12304f;--accent:#79b8ff';

/** How charts look, in a style sheet of any page. */
export const CHART_STYLE = [
  `.chart{${LIGHT};font:${TEXT.line}px ${FONT}}`,
  `@media (prefers-color-scheme:dark){.chart{${DARK}}}`,
  `.light .chart,.chart.light{${LIGHT}}.dark .chart,.chart.dark{${DARK}}`,
  '.chart .paper{fill:var(--paper)}',
  '.chart text{fill:var(--ink);white-space:pre}',
  '.chart .box{fill:var(--fill);stroke:var(--line);stroke-width:1.2}',
  '.chart .group{fill:none;stroke:var(--frame);stroke-width:1}',
  '.chart .region{stroke-dasharray:6 4}',
  '.chart .bad .box{stroke:var(--bad);stroke-dasharray:3 2}',
  '.chart .bad .name{fill:var(--bad)}',
  `.chart .name{font-weight:700;font-size:${TEXT.title}px}`,
  `.chart .tags{fill:var(--dim);font-size:${TEXT.small}px}`,
  '.chart .rule{stroke:var(--frame);stroke-width:.8}',
  '.chart .arrow path{fill:none;stroke:var(--line);stroke-width:1.2}',
  '.chart .arrow .head,.chart .dot{fill:var(--line);stroke:none}',
  '.chart .begin{fill:none;stroke:var(--line);stroke-width:1.2}',
  '.chart .arrow text{stroke:var(--paper);stroke-width:3px;paint-order:stroke;stroke-linejoin:round}',
  '.chart .active .box,.chart .active .group{stroke:var(--accent);stroke-width:3.5}',
  '.chart .active .box{fill:var(--lit)}',
  '.chart .token{fill:var(--accent)}',
  '.chart .taken path{stroke:var(--good);stroke-width:2.2}',
  '.chart .taken .head{fill:var(--good)}',
  '.chart .untaken path{stroke-dasharray:2 4}',
].join('');

const PADDING = 10;

function boxOf(node: ChartNode, { nodes, direction }: Chart, active: readonly string[]): string {
  const { x, y, width, height, kind, title, tags, lines } = node;
  const isActive = active.includes(node.id);
  const isRegion = nodes.some(({ id, kind }) => id === node.parent && kind === 'parallel');
  const isGroup = kind === 'compound' || kind === 'parallel';
  const isBad = tags.includes('violation');
  const classes = [isActive && 'active', isBad && 'bad'].filter(Boolean).join(' ');
  const shape = isGroup ? `group${isRegion ? ' region' : ''}` : 'box';
  const out: string[] = [`<g${classes && ` class="${classes}"`}>`];
  if (node.id !== '') out.push(...hint(node));
  out.push(rect(shape, x, y, width, height, 6));
  if (kind === 'final') out.push(rect('group', x + 3, y + 3, width - 6, height - 6, 4));
  const baseline = y + 18;
  out.push(text('name', x + PADDING, baseline, title));
  const tagRows = tags.length > 0 ? 1 : 0;
  if (tagRows > 0) {
    out.push(text('tags', x + PADDING, baseline + TEXT.leading - 2, tagLine(tags)));
  }
  if (lines.length > 0) {
    const rule = y + 26 + tagRows * TEXT.leading;
    out.push(`<path class="rule" d="M${x} ${rule}H${x + width}"/>`);
    out.push(block(x + PADDING, rule + 14, lines));
  }
  if (node.initial) out.push(...initialMark(x, y, direction));
  if (isActive) out.push(`<circle class="token" cx="${x + width - 11}" cy="${y + 13}" r="5"/>`);
  out.push('</g>');
  return out.join('');
}

/** The dot of an initial state, on a side where arrows do not arrive as a rule. */
function initialMark(x: number, y: number, direction: Chart['direction']): string[] {
  const [tx, ty] = direction === 'down' ? [x, y + 14] : [x + 14, y];
  const at = (by: number) => (direction === 'down' ? [tx - by, ty] : [tx, ty - by]);
  const [dot, end] = [at(20), at(6)];
  const wings = direction === 'down' ? 'l-7 -3.5v7z' : 'l-3.5 -7h7z';
  return [
    `<circle class="dot" cx="${dot[0]}" cy="${dot[1]}" r="4.5"/>`,
    `<path class="begin" d="M${dot.join(' ')}L${end.join(' ')}"/>`,
    `<path class="dot" d="M${tx} ${ty}${wings}"/>`,
  ];
}

/** What a pointer on it shows: what is known of it, and all that was too much to write. */
function hint({ description, source, answers, lines }: ChartNode): string[] {
  const about = [description, source && `Source: ${source}`].filter(Boolean).join('. ');
  return titleOf([about, ...inFull(answers, lines)].filter(Boolean));
}

function titleOf(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`<title>${escaped(lines.join('\n'))}</title>`];
}

/** All of the lines where some were left out. */
function inFull(labels: readonly ChartLabel[], lines: readonly string[]): readonly string[] {
  return isCut(lines) ? linesOf(labels, Number.POSITIVE_INFINITY) : [];
}

function arrowOf(arrow: ChartArrow, covered: ReadonlySet<string> | undefined): string {
  const { points, text: place, lines, labels, from } = arrow;
  const events = labels.map(({ label }) => `${from} ${label === 'always' ? '' : label}`);
  const taken = covered && new Set(events.filter((event) => covered.has(event))).size;
  const all = new Set(events).size;
  const state = taken === undefined ? '' : taken > 0 ? ' taken' : ' untaken';
  const shown =
    taken === undefined ? lines : [...lines.slice(0, -1), `${lines.at(-1)} ${taken}/${all}`];
  return [
    `<g class="arrow${state}">`,
    ...titleOf(inFull(labels, lines)),
    `<path d="${route(points)}"/>`,
    head(points),
    block(place.x + 4, place.y + 12, shown),
    '</g>',
  ].join('');
}

type Point = ChartArrow['points'][number];

/** Orthogonal, with corners a little round. */
function route(points: readonly Point[]): string {
  const corners = points.slice(1, -1).map((corner, i) => {
    const [before, after] = [points[i]!, points[i + 2]!];
    const [a, b] = [towards(corner, before), towards(corner, after)];
    return `L${a.x} ${a.y}Q${corner.x} ${corner.y} ${b.x} ${b.y}`;
  });
  const [first, last] = [points[0]!, points.at(-1)!];
  return `M${first.x} ${first.y}${corners.join('')}L${last.x} ${last.y}`;
}

function towards(from: Point, to: Point, most = 5): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.max(Math.abs(dx), Math.abs(dy));
  const part = length === 0 ? 0 : Math.min(most, length / 2) / length;
  return { x: half(from.x + dx * part), y: half(from.y + dy * part) };
}

function half(value: number): number {
  return Math.round(value * 2) / 2;
}

function head(points: readonly Point[]): string {
  const [before, tip] = [points.at(-2)!, points.at(-1)!];
  const [dx, dy] = [Math.sign(tip.x - before.x), Math.sign(tip.y - before.y)];
  const [bx, by] = [tip.x - dx * 8, tip.y - dy * 8];
  const corner = (side: number) => `${bx + dy * 4 * side} ${by + dx * 4 * side}`;
  return `<path class="head" d="M${tip.x} ${tip.y}L${corner(1)}L${corner(-1)}z"/>`;
}

function rect(shape: string, x: number, y: number, width: number, height: number, r: number) {
  return `<rect class="${shape}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${r}"/>`;
}

/** Lines of text; what is indented is moved, because leading blanks are not kept everywhere. */
function block(x: number, y: number, lines: readonly string[]): string {
  const spans = lines.map((line, i) => {
    const indent = line.length - line.trimStart().length;
    const at = x + (indent > 0 ? textWidth(' '.repeat(indent), TEXT.line) : 0);
    return `<tspan x="${at}"${i === 0 ? '' : ` dy="${TEXT.leading}"`}>${escaped(line.trim())}</tspan>`;
  });
  return `<text y="${y}">${spans.join('')}</text>`;
}

function text(kind: string, x: number, y: number, content: string): string {
  return `<text class="${kind}" x="${x}" y="${y}">${escaped(content)}</text>`;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
