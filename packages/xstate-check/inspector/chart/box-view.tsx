import { Handle, Position } from '@xyflow/react';
import { memo, useContext } from 'react';
import type { ChartNode } from '../../src/chart/chart.ts';
import { coverageClass } from './coverage.ts';
import { ChartContext } from './marks.ts';

/** A state, with its answers inside. */
export const BoxView = memo(({ data }: { data: Record<string, unknown> }) => {
  const node = data.node as ChartNode;
  const { active, before, selected, coverage } = useContext(ChartContext);
  const isActive = active?.has(node.id) ?? false;
  const wasActive = !isActive && (before?.has(node.id) ?? false);
  const covered = coverage?.get(node.id);
  const classes = [
    'box',
    node.kind,
    node.id === '' ? 'root' : '',
    node.tags.includes('violation') ? 'violation' : '',
    isActive ? 'active' : '',
    wasActive ? 'was' : '',
    selected?.kind === 'node' && selected.id === node.id ? 'chosen' : '',
  ];
  return (
    <div className={classes.filter(Boolean).join(' ')}>
      <Handle type="target" position={Position.Top} isConnectable={false} aria-hidden="true" />
      {node.initial && node.id !== '' && <InitialDot down={data.direction === 'down'} />}
      <div className="box-title">
        {isActive && (node.kind === 'atomic' || node.kind === 'final') && (
          <span className="lit">▶</span>
        )}
        {wasActive && <span className="lit">▷</span>}
        {node.title}
      </div>
      {node.tags.length > 0 && (
        <div className="box-tags" title={tagTitle(node.tags)}>
          {node.tags.map((tag) => `#${tag}`).join(' ')}
        </div>
      )}
      {node.lines.length > 0 && (
        <pre className="box-answers" title={allOf(node)}>
          {node.lines.join('\n')}
        </pre>
      )}
      {covered !== undefined && (
        <span className={`box-covered ${coverageClass(covered)}`}>
          {covered.taken < covered.of && '✗ '}
          {covered.taken}/{covered.of}
        </span>
      )}
      <Handle type="source" position={Position.Bottom} isConnectable={false} aria-hidden="true" />
    </div>
  );
});

/** All that is answered, where it is too much to write. */
function allOf({ answers, lines }: ChartNode): string | undefined {
  if (!lines.at(-1)?.startsWith('…')) return undefined;
  return answers.map(({ label }) => label).join('\n');
}

/** What the tags mean that the checker looks at. */
const TAGS: Readonly<Record<string, string>> = {
  quiescent: 'quiescent: it may rest here for ever',
  violation: 'violation: a rule is broken where this is reached',
};

function tagTitle(tags: readonly string[]): string {
  return tags.map((tag) => (Object.hasOwn(TAGS, tag) ? TAGS[tag] : tag)).join('\n');
}

/** On the side where arrows do not arrive as a rule. */
function InitialDot({ down }: { readonly down: boolean }) {
  return (
    <svg className={`initial ${down ? 'left' : 'above'}`} width="24" height="12" aria-hidden="true">
      <circle cx="4.5" cy="6" r="4.5" />
      <path d="M 4 6 H 18" />
      <path d="M 24 6 L 17 2.5 V 9.5 z" />
    </svg>
  );
}
