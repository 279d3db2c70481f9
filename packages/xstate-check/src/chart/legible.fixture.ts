import type { Chart } from './chart.ts';
import { TEXT, widest } from './metrics.ts';

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What makes a chart hard to read, as sentences: what lies on something else, or out of its box. */
export function legible({ nodes, arrows, width, height }: Chart): string[] {
  const paper = { x: 0, y: 0, width, height };
  const boxOf = new Map(nodes.map((node) => [node.id, node]));
  const leaves = nodes.filter(({ id }) => nodes.every(({ parent }) => parent !== id));
  const problems: string[] = [];
  for (const node of nodes) {
    const around = node.parent === undefined ? paper : boxOf.get(node.parent)!;
    if (!isInside(node, around)) problems.push(`${node.id} is not inside ${node.parent}`);
    if (widest(node.lines, TEXT.line) > node.width) problems.push(`${node.id} is too narrow`);
  }
  for (const [i, a] of leaves.entries()) {
    for (const b of leaves.slice(i + 1)) {
      if (overlap(a, b)) problems.push(`${a.id} lies on ${b.id}`);
    }
  }
  for (const [i, a] of arrows.entries()) {
    if (!isInside(a.text, paper)) problems.push(`the label of ${a.id} is off the paper`);
    if (a.points.length < 2) problems.push(`${a.id} has no route`);
    for (const [from, to] of pairs(a.points)) {
      const through = leaves.find((leaf) => overlap(segment(from, to), smaller(leaf)));
      if (through !== undefined) problems.push(`${a.id} goes through ${through.id}`);
      const over = arrows.find((b) => overlap(segment(from, to), smaller(b.text)));
      if (over !== undefined) problems.push(`${a.id} goes through the label of ${over.id}`);
    }
    for (const leaf of leaves) {
      if (overlap(a.text, leaf)) problems.push(`the label of ${a.id} lies on ${leaf.id}`);
    }
    for (const b of arrows.slice(i + 1)) {
      if (overlap(a.text, b.text))
        problems.push(`the labels of ${a.id} and ${b.id} lie on each other`);
    }
  }
  return problems;
}

type Point = Chart['arrows'][number]['points'][number];

function pairs(points: readonly Point[]): [Point, Point][] {
  return points.slice(1).map((to, i) => [points[i]!, to]);
}

function segment(from: Point, to: Point): Rectangle {
  const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
  return { x, y, width: Math.abs(from.x - to.x) + 0.1, height: Math.abs(from.y - to.y) + 0.1 };
}

function smaller({ x, y, width, height }: Rectangle): Rectangle {
  return { x: x + 1, y: y + 1, width: width - 2, height: height - 2 };
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  const apart =
    a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
  return !apart;
}

function isInside(a: Rectangle, b: Rectangle): boolean {
  return (
    a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height
  );
}
