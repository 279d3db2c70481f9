import type { FindingsView } from '../../src/inspect/protocol.ts';
import { useGet } from '../api.ts';
import { hrefOf } from '../route.ts';
import { ProblemPage, Waiting } from '../ui.tsx';

type Finding = FindingsView['findings'][number];

export function FindingsPage() {
  const { data, error } = useGet<FindingsView>('api/findings');
  if (error !== undefined) return <ProblemPage text={error} />;
  if (data === undefined) return <Waiting />;
  const current = data.findings.filter((finding) => finding.current);
  const earlier = data.findings.filter((finding) => !finding.current);
  return (
    <div className="page findings">
      <h1>Findings</h1>
      <p className="lead">
        What breaks a rule in the code as it is, each with the shortest run. A finding is what the
        model shows at its scope; “derived” is what nobody has stated and was read off the code.
      </p>
      <List title="In the newest release" findings={current} />
      <List title="In others" findings={earlier} />
    </div>
  );
}

function List({
  title,
  findings,
}: {
  readonly title: string;
  readonly findings: readonly Finding[];
}) {
  if (findings.length === 0) return null;
  return (
    <section>
      <h2>
        {title} <span className="dim">{findings.length}</span>
      </h2>
      <ul className="plain finding-list">
        {findings.map((finding) => (
          <li key={`${finding.id} ${finding.system} ${finding.property}`} className="finding">
            <div className="finding-id">
              <a href={hrefOf('counterexample', finding.id)}>{finding.id}</a>
              {finding.derived && <span className="badge">derived</span>}
            </div>
            <div>
              <p className="claim">{finding.claim}</p>
              <p className="dim">
                breaks <code className="wrap">{finding.property}</code> in{' '}
                <a href={hrefOf('system', finding.system, { revision: finding.revision })}>
                  {finding.system}
                </a>
                , revision <code>{finding.revision}</code>
              </p>
              <p className="source">Source: {finding.source}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
