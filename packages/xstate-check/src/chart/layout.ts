import ElkConstructor, { type ELK, type ElkExtendedEdge, type ElkNode } from 'elkjs';
import type { Chart, ChartArrow, ChartNode } from './chart.ts';
import { TEXT, textWidth, widest } from './metrics.ts';
import { arrowsAgainstFlow } from './ranks.ts';
import type { Box, Line, Structure } from './structure.ts';

const PADDING = 10;
/** Room at a box for the dot and the arrow of an initial state. */
const DOT = 30;

/** Where everything is. */
export interface Layout {
  readonly direction: Chart['direction'];
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly ChartNode[];
  readonly arrows: readonly ChartArrow[];
}

let elk: ELK | undefined;

/** From this width in relation to its height on, a chart is tried from left to right. */
const WIDE = 1.8;

/** With this many arrows at one state their labels side by side are wider than a page. */
const HUB = 12;

/** Lays a chart out in layers, top-down; what gets very wide so, from left to right. */
export async function layoutOf(structure: Structure): Promise<Layout> {
  if (hasHub(structure)) return laidOut(structure, 'right');
  const down = await laidOut(structure, 'down');
  if (down.width < WIDE * down.height) return down;
  const right = await laidOut(structure, 'right');
  return right.width < down.width ? right : down;
}

function hasHub({ boxes, lines }: Structure): boolean {
  return boxes.some(
    ({ id }) => lines.filter(({ from, to }) => from === id || to === id).length >= HUB,
  );
}

async function laidOut({ boxes, lines }: Structure, direction: Layout['direction']) {
  elk ??= new ElkConstructor.default();
  const against = arrowsAgainstFlow({ boxes, lines });
  const isBack = (line: Line) => against.has(line);
  const graph: ElkNode = await elk.layout({
    id: 'chart',
    layoutOptions: { ...OPTIONS, 'elk.direction': direction.toUpperCase() },
    children: [elkNode(boxes[0]!, boxes, direction)],
    edges: lines.map((line) => elkEdge(line, isBack(line))),
  });
  const placed = new Map<string, ElkNode>();
  collect(graph, placed);
  const edges = new Map((graph.edges ?? []).map((edge) => [edge.id, edge]));
  return {
    direction,
    width: round(graph.width),
    height: round(graph.height),
    nodes: boxes.map((box) => placeBox(box, placed.get(keyOf(box.id))!)),
    arrows: lines.map((line) => placeLine(line, edges.get(line.id)!, isBack(line))),
  };
}

const OPTIONS: Readonly<Record<string, string>> = {
  'elk.algorithm': 'layered',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.padding': '[top=8,left=8,bottom=8,right=8]',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '22',
  'elk.spacing.edgeEdge': '14',
  'elk.spacing.edgeLabel': '4',
  'elk.spacing.labelNode': '6',
  'elk.layered.spacing.nodeNodeBetweenLayers': '22',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.thoroughness': '7',
};

function elkNode(box: Box, boxes: readonly Box[], direction: Layout['direction']): ElkNode {
  const children = boxes.filter(({ parent }) => parent === box.id);
  const [above, before] = direction === 'down' ? [14, DOT] : [DOT, 6];
  const { width, height } = sizeOf(box);
  if (children.length === 0) return { id: keyOf(box.id), width, height };
  return {
    id: keyOf(box.id),
    children: children.map((child) => elkNode(child, boxes, direction)),
    layoutOptions: {
      ...OPTIONS,
      'elk.direction': direction.toUpperCase(),
      'elk.padding': `[top=${height + above},left=${before + PADDING},bottom=${PADDING + 6},right=${PADDING + 6}]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${height})`,
    },
  };
}

/** The room that the title, the tags and the lines of a box take. */
export function sizeOf({ title, tags, lines }: Pick<Box, 'title' | 'tags' | 'lines'>) {
  const width = Math.max(
    textWidth(title, TEXT.title),
    textWidth(tagLine(tags), TEXT.small),
    widest(lines, TEXT.line),
  );
  const rows = 1 + lines.length + (tags.length > 0 ? 1 : 0);
  const rule = lines.length > 0 ? 6 : 0;
  return { width: width + 2 * PADDING, height: rows * TEXT.leading + rule + 10 };
}

export function tagLine(tags: readonly string[]): string {
  return tags.map((tag) => `#${tag}`).join(' ');
}

function elkEdge({ id, from, to, lines }: Line, isBack: boolean): ElkExtendedEdge {
  return {
    id,
    sources: [keyOf(isBack ? to : from)],
    targets: [keyOf(isBack ? from : to)],
    labels: [
      {
        id: `label ${id}`,
        text: lines.join('\n'),
        width: widest(lines, TEXT.line) + 8,
        height: lines.length * TEXT.leading + 2,
        layoutOptions: {
          'elk.edgeLabels.placement': 'CENTER',
          // Near the state that it leaves.
          'elk.layered.edgeLabels.centerLabelPlacementStrategy': isBack
            ? 'HEAD_LAYER'
            : 'TAIL_LAYER',
        },
      },
    ],
  };
}

function collect(node: ElkNode, into: Map<string, ElkNode>): void {
  into.set(node.id, node);
  for (const child of node.children ?? []) collect(child, into);
}

function placeBox(box: Box, { x, y, width, height }: ElkNode): ChartNode {
  return { ...box, x: round(x), y: round(y), width: round(width), height: round(height) };
}

function placeLine(
  line: Line,
  { sections = [], labels = [] }: ElkExtendedEdge,
  isBack: boolean,
): ChartArrow {
  const corners = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [
    startPoint,
    ...bendPoints,
    endPoint,
  ]);
  if (isBack) corners.reverse();
  const { x, y, width, height } = labels[0]!;
  return {
    ...line,
    points: corners.map((point) => ({ x: round(point.x), y: round(point.y) })),
    text: { x: round(x), y: round(y), width: round(width), height: round(height) },
  };
}

/** Node ids of the layout engine may not be empty. */
function keyOf(id: string): string {
  return `state ${id}`;
}

function round(value = 0): number {
  return Math.round(value * 2) / 2;
}
