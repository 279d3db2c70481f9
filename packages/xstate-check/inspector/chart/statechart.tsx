import {
  type EdgeTypes,
  MiniMap,
  type NodeTypes,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  useStoreApi,
} from '@xyflow/react';
import { type KeyboardEvent, memo, useEffect, useMemo, useRef } from 'react';
import type { Chart } from '../../src/chart/chart.ts';
import { useShortcuts } from '../keys.ts';
import { ArrowView } from './arrow-view.tsx';
import { BoxView } from './box-view.tsx';
import { ChartContext, type ChartMarks, type Selection } from './marks.ts';

const nodeTypes: NodeTypes = { box: BoxView };
const edgeTypes: EdgeTypes = { arrow: ArrowView };

interface Props extends ChartMarks {
  readonly chart: Chart;
  readonly onSelect: (selection: Selection | undefined) => void;
  /** What is brought to the middle when it changes: the innermost active state. */
  readonly follow?: string | undefined;
}

/** A statechart that was laid out by the server: pan, zoom, select. */
export const Statechart = memo((props: Props) => (
  <ReactFlowProvider>
    <Flow key={`${props.chart.machine} ${props.chart.width} ${props.chart.height}`} {...props} />
  </ReactFlowProvider>
));

function Flow({ chart, onSelect, follow, ...marks }: Props) {
  const nodes = useMemo(() => nodesOf(chart), [chart]);
  const edges = useMemo(() => edgesOf(chart), [chart]);
  const { active, before, selected, coverage } = marks;
  const context = useMemo(
    () => ({ active, before, selected, coverage, onSelect }),
    [active, before, selected, coverage, onSelect],
  );
  return (
    <ChartContext.Provider value={context}>
      <ReactFlow
        className="chart"
        aria-label={`Statechart of ${chart.machine}`}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable
        elementsSelectable
        deleteKeyCode={null}
        minZoom={0.05}
        maxZoom={2.5}
        onNodeClick={(_, { id }) => onSelect(id === ROOT ? undefined : { kind: 'node', id })}
        onEdgeClick={(_, { id }) => onSelect({ kind: 'arrow', id })}
        onPaneClick={() => onSelect(undefined)}
        onKeyDown={(event) => {
          const selection = selectionByKey(event);
          if (selection !== undefined) onSelect(selection);
        }}
        proOptions={{ hideAttribution: true }}
      >
        <Arrowheads />
        <Zoom />
        <Opening chart={chart} id={follow} />
        <Follow chart={chart} id={follow} />
        <Overview chart={chart} active={active} />
      </ReactFlow>
    </ChartContext.Provider>
  );
}

/** Enter on a box or arrow that has the focus selects it, as a click does. */
function selectionByKey({ key, target }: KeyboardEvent): Selection | undefined {
  if (key !== 'Enter' || !(target instanceof Element)) return undefined;
  const id = target.getAttribute('data-id');
  if (id === null || id === ROOT) return undefined;
  return { kind: target.classList.contains('react-flow__node') ? 'node' : 'arrow', id };
}

function nodesOf(chart: Chart) {
  const depths = new Map<string, number>();
  return chart.nodes.map((node) => {
    const depth = node.parent === undefined ? 0 : (depths.get(node.parent) ?? 0) + 1;
    depths.set(node.id, depth);
    return {
      id: nodeId(node.id),
      type: 'box',
      position: { x: node.x, y: node.y },
      width: node.width,
      height: node.height,
      initialWidth: node.width,
      initialHeight: node.height,
      zIndex: depth,
      data: { node, direction: chart.direction },
      focusable: node.id !== '',
      selectable: node.id !== '',
      ariaLabel: `state ${node.title}`,
      className:
        node.id === '' ? 'frame' : node.kind === 'atomic' || node.kind === 'final' ? '' : 'group',
    };
  });
}

function edgesOf(chart: Chart) {
  return chart.arrows.map((arrow) => ({
    id: arrow.id,
    type: 'arrow',
    source: nodeId(arrow.from),
    target: nodeId(arrow.to),
    zIndex: 100,
    data: { arrow },
    ariaLabel: `from ${arrow.from || chart.machine} to ${arrow.to || chart.machine}: ${arrow.lines.join('; ')}`,
  }));
}

/** The root has the empty path, which no node of the view may have. */
const ROOT = '(root)';
const FIT = { padding: 0.03, maxZoom: 1.1 };

/** The smallest zoom at which labels can be read; a chart that is larger is not shown whole at first. */
const LEGIBLE = 0.72;

function nodeId(id: string): string {
  return id === '' ? ROOT : id;
}

function Arrowheads() {
  return (
    <svg className="arrowheads" aria-hidden="true">
      <defs>
        {['plain', 'chosen', 'uncovered'].map((kind) => (
          <marker
            key={kind}
            id={`head-${kind}`}
            className={`head ${kind}`}
            viewBox="0 0 10 10"
            refX="9"
            refY="5"
            markerWidth="9"
            markerHeight="9"
            markerUnits="userSpaceOnUse"
            orient="auto-start-reverse"
          >
            <path d="M 0 0.5 L 10 5 L 0 9.5 z" />
          </marker>
        ))}
      </defs>
    </svg>
  );
}

function Zoom() {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  const zoom = useStore(({ transform }) => transform[2]);
  const fit = () => void fitView(FIT);
  useShortcuts([
    { key: '+', group: 'Diagram', does: 'larger', run: () => void zoomIn() },
    { key: '-', group: 'Diagram', does: 'smaller', run: () => void zoomOut() },
    { key: '0', group: 'Diagram', does: 'all of it', run: fit },
  ]);
  return (
    <fieldset className="zoom" aria-label="Zoom">
      <button type="button" onClick={() => void zoomOut()} aria-label="Smaller" title="Smaller (-)">
        −
      </button>
      <button type="button" onClick={fit} title="All of it (0)">
        {Math.round(zoom * 100)} %
      </button>
      <button type="button" onClick={() => void zoomIn()} aria-label="Larger" title="Larger (+)">
        +
      </button>
    </fieldset>
  );
}

/** All of the chart where that can be read, else the place of the current or the first state. */
function Opening({ chart, id }: { readonly chart: Chart; readonly id: string | undefined }) {
  const { setViewport } = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const opened = useRef(false);
  useEffect(() => {
    if (opened.current || width === 0 || height === 0) return;
    opened.current = true;
    const fit = Math.min(1.1, (width - 20) / chart.width, (height - 20) / chart.height);
    const zoom = Math.max(fit, LEGIBLE);
    const begin =
      chart.nodes.find((node) => node.id === id) ??
      chart.nodes.find(
        ({ initial, kind, id: own }) => initial && own !== '' && kind !== 'parallel',
      );
    void setViewport({
      zoom,
      x: place(width, chart.width * zoom, begin && (begin.x + begin.width / 2) * zoom),
      y: place(height, chart.height * zoom, begin && (begin.y + begin.height / 2) * zoom),
    });
  }, [chart, id, width, height, setViewport]);
  return null;
}

/** Where a chart begins in a view: in the middle where it fits, else so that the point is seen. */
function place(view: number, size: number, point = 0): number {
  if (size <= view) return (view - size) / 2;
  const margin = 12;
  return Math.min(margin, Math.max(view - size - margin, view / 2 - point));
}

/** Keeps the active state in view, where not all of the chart is. */
function Follow({ chart, id }: { readonly chart: Chart; readonly id: string | undefined }) {
  const { getViewport, setCenter } = useReactFlow();
  const store = useStoreApi();
  useEffect(() => {
    const { width, height } = store.getState();
    const node = chart.nodes.find((one) => one.id === id);
    if (node === undefined || width === 0) return;
    const { x, y, zoom } = getViewport();
    const left = node.x * zoom + x;
    const top = node.y * zoom + y;
    const seen =
      left >= 0 &&
      top >= 0 &&
      left + Math.min(node.width, 120) * zoom <= width &&
      top + Math.min(node.height, 40) * zoom <= height;
    if (!seen) void setCenter(node.x + node.width / 2, node.y + node.height / 2, { zoom });
  }, [chart, id, getViewport, setCenter, store]);
  return null;
}

/** The small map helps only where the chart is larger than what is seen of it. */
function Overview({ chart, active }: Pick<Props, 'chart' | 'active'>) {
  const hidden = useStore(({ transform, width, height }) => {
    const [, , zoom] = transform;
    return (
      width < 560 ||
      height < 420 ||
      (chart.width * zoom < width * 1.2 && chart.height * zoom < height * 1.2)
    );
  });
  if (hidden) return null;
  return (
    <MiniMap
      className="minimap"
      pannable
      ariaLabel="Small map of the statechart"
      nodeClassName={({ id, className }) => (active?.has(id) ? 'active' : (className ?? ''))}
    />
  );
}
