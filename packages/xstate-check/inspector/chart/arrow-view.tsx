import { memo, useContext } from 'react';
import type { ChartArrow } from '../../src/chart/chart.ts';
import { TEXT } from '../../src/chart/metrics.ts';
import { coverageClass } from './coverage.ts';
import { ChartContext, type Covered } from './marks.ts';

/** Radius of a corner of a route. */
const ROUND = 5;

/** An arrow along its route, and its labels where room was left for them. */
export const ArrowView = memo(({ data }: { data?: Record<string, unknown> }) => {
  const arrow = data?.arrow as ChartArrow;
  const { active, selected, coverage } = useContext(ChartContext);
  const chosen = selected?.kind === 'arrow' && selected.id === arrow.id;
  const covered = coverage?.get(arrow.id);
  const d = pathOf(arrow.points);
  // A call that has begun and not returned is on its arrow.
  const isActive = arrow.through !== undefined && (active?.has(arrow.through) ?? false);
  const kind = chosen || isActive ? 'chosen' : covered?.taken === 0 ? 'uncovered' : 'plain';
  return (
    <g className={`arrow ${kind} ${coverage === undefined ? '' : coverageClass(covered)}`}>
      <path className="arrow-hit" d={d} />
      <path className="arrow-line" d={d} markerEnd={`url(#head-${kind})`} />
      <ArrowText arrow={arrow} covered={covered} />
    </g>
  );
});

function ArrowText({ arrow, covered }: { arrow: ChartArrow; covered: Covered | undefined }) {
  const { x, y, width, height } = arrow.text;
  return (
    <g>
      <rect className="arrow-back" x={x - 1} y={y} width={width + 2} height={height} />
      <text className="arrow-text">
        {arrow.lines.map((line, index) => (
          <tspan key={index} x={x + 4} y={y + 12 + TEXT.leading * index}>
            {line}
          </tspan>
        ))}
      </text>
      {covered !== undefined && (
        <text className="arrow-count" x={x + width} y={y + 1} textAnchor="end">
          {covered.taken}/{covered.of}
        </text>
      )}
    </g>
  );
}

function pathOf(points: ChartArrow['points']): string {
  return points
    .map((point, index) => {
      if (index === 0) return `M ${point.x} ${point.y}`;
      const next = points[index + 1];
      if (next === undefined) return `L ${point.x} ${point.y}`;
      const from = towards(point, points[index - 1]!);
      const to = towards(point, next);
      return `L ${from.x} ${from.y} Q ${point.x} ${point.y} ${to.x} ${to.y}`;
    })
    .join(' ');
}

/** The point a little before a corner, on the way to another. */
function towards(corner: { x: number; y: number }, other: { x: number; y: number }) {
  const distance = Math.hypot(other.x - corner.x, other.y - corner.y);
  const part = distance === 0 ? 0 : Math.min(ROUND, distance / 2) / distance;
  return { x: corner.x + (other.x - corner.x) * part, y: corner.y + (other.y - corner.y) * part };
}
