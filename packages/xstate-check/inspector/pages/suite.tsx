import { useMemo, useState } from 'react';
import type { PathList } from '../../src/inspect/protocol.ts';
import { useGet } from '../api.ts';
import { hrefOf } from '../route.ts';
import { ProblemPage, Waiting } from '../ui.tsx';

const MOST = 300;

/** The paths of which generated tests are made. */
export function SuitePage({ name }: { readonly name: string }) {
  const { data, error } = useGet<PathList>(`api/paths?suite=${encodeURIComponent(name)}`);
  const [text, setText] = useState('');
  const shown = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return (data?.paths ?? []).filter(({ title, criterion }) => {
      const whole = `${title} ${criterion}`.toLowerCase();
      return words.every((word) => whole.includes(word));
    });
  }, [data, text]);
  if (error !== undefined) return <ProblemPage text={error} />;
  if (data === undefined) return <Waiting />;
  const criteria = [...Map.groupBy(shown.slice(0, MOST), ({ criterion }) => criterion)];
  return (
    <div className="page">
      <h1>
        Suite <code>{name}</code>
      </h1>
      <div className="section-head">
        <p>
          {data.paths.length} paths, each a generated test.{' '}
          <a href={hrefOf('play', name)}>Play the system of this suite</a>
        </p>
        <input
          type="search"
          aria-label="Only paths with these words"
          placeholder="only with these words"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <span className="dim" role="status">
          {shown.length > MOST ? `the first ${MOST} of ${shown.length}` : `${shown.length} shown`}
        </span>
      </div>
      {criteria.map(([criterion, paths]) => (
        <section key={criterion}>
          <h2>{criterion}</h2>
          <ol className="paths">
            {paths.map(({ id, title, steps }) => (
              <li key={id}>
                <a href={hrefOf('path', id)}>{title}</a> <span className="dim">{steps} steps</span>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}
