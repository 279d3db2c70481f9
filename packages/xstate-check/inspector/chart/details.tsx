import type { Chart, ChartArrow, ChartLabel, ChartNode } from '../../src/chart/chart.ts';
import type { Selection } from './marks.ts';

/** What is known of what is selected in a chart, or of the machine where nothing is. */
export function Details({
  chart,
  selection,
  onSelect,
}: {
  readonly chart: Chart;
  readonly selection: Selection | undefined;
  readonly onSelect: (selection: Selection | undefined) => void;
}) {
  if (selection?.kind === 'node') {
    const node = chart.nodes.find(({ id }) => id === selection.id);
    if (node !== undefined) return <BoxDetails chart={chart} node={node} onSelect={onSelect} />;
  }
  if (selection?.kind === 'arrow') {
    const arrow = chart.arrows.find(({ id }) => id === selection.id);
    if (arrow !== undefined) return <ArrowDetails arrow={arrow} onSelect={onSelect} />;
  }
  return (
    <div className="details">
      <h3>{chart.machine}</h3>
      {chart.description !== undefined && <p>{chart.description}</p>}
      <Source text={chart.source} />
      <p className="dim">Select a state or an arrow to see where it comes from.</p>
      {chart.nodes.some(({ tags }) => tags.includes('quiescent')) && (
        <p className="dim">
          <code>#quiescent</code>: it may rest there for ever.
        </p>
      )}
    </div>
  );
}

function BoxDetails({
  chart,
  node,
  onSelect,
}: {
  readonly chart: Chart;
  readonly node: ChartNode;
  readonly onSelect: (selection: Selection | undefined) => void;
}) {
  const out = chart.arrows.filter(({ from }) => from === node.id);
  const into = chart.arrows.filter(({ to }) => to === node.id);
  return (
    <div className="details">
      <h3>
        <code>{node.id}</code>
      </h3>
      <p className="dim">
        {node.kind === 'atomic' ? 'state' : `${node.kind} state`}
        {node.initial && ', initial'}
        {node.tags.length > 0 && `; ${node.tags.join(', ')}`}
      </p>
      {node.description !== undefined && <p>{node.description}</p>}
      <Source text={node.source} />
      {node.answers.length > 0 && <Labels title="Taken without leaving" labels={node.answers} />}
      <Arrows title="Out" arrows={out} end={({ to }) => `→ ${to}`} onSelect={onSelect} />
      <Arrows title="Into" arrows={into} end={({ from }) => `← ${from}`} onSelect={onSelect} />
    </div>
  );
}

function Arrows({
  title,
  arrows,
  end,
  onSelect,
}: {
  readonly title: string;
  readonly arrows: readonly ChartArrow[];
  readonly end: (arrow: ChartArrow) => string;
  readonly onSelect: (selection: Selection | undefined) => void;
}) {
  if (arrows.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <ul className="plain">
        {arrows.map((arrow) => (
          <li key={arrow.id}>
            <button
              type="button"
              className="link-row"
              onClick={() => onSelect({ kind: 'arrow', id: arrow.id })}
            >
              <code>{end(arrow)}</code> <span className="dim">{arrow.lines.join('; ')}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function ArrowDetails({
  arrow,
  onSelect,
}: {
  readonly arrow: ChartArrow;
  readonly onSelect: (selection: Selection | undefined) => void;
}) {
  return (
    <div className="details">
      <h3>
        <button type="button" onClick={() => onSelect({ kind: 'node', id: arrow.from })}>
          <code>{arrow.from || '(root)'}</code>
        </button>{' '}
        →{' '}
        <button type="button" onClick={() => onSelect({ kind: 'node', id: arrow.to })}>
          <code>{arrow.to || '(root)'}</code>
        </button>
      </h3>
      <Labels title="By" labels={arrow.labels} />
    </div>
  );
}

function Labels({
  title,
  labels,
}: {
  readonly title: string;
  readonly labels: readonly ChartLabel[];
}) {
  return (
    <>
      <h4>{title}</h4>
      <ul className="plain">
        {labels.map((label, index) => (
          <li key={index} className="label-item">
            <code>{label.label}</code>
            {label.guard !== undefined && <code className="guard"> [{label.guard}]</code>}
            {label.commits !== undefined && (
              <div className="dim">
                decides <code>{label.commits}</code>
              </div>
            )}
            {label.description !== undefined && <div>{label.description}</div>}
            <Source text={label.source} />
          </li>
        ))}
      </ul>
    </>
  );
}

export function Source({ text }: { readonly text: string | undefined }) {
  if (text === undefined || text === '') return null;
  return <p className="source">Source: {text}</p>;
}
