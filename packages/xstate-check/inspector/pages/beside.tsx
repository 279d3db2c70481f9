import type { BesideView } from '../../src/inspect/protocol.ts';
import { useGet } from '../api.ts';
import { subjectHref } from '../route.ts';
import { Scrolling, Waiting } from '../ui.tsx';

type Step = NonNullable<BesideView['steps'][number]['left']>;

/** Two designs that take the same steps until they part. */
export function Beside({
  name,
  rule,
  left,
  right,
}: {
  readonly name: string;
  readonly rule: string | undefined;
  readonly left: string;
  readonly right: string;
}) {
  const asked = Object.entries({ comparison: name, rule, left, right })
    .map(([key, value = '']) => `${key}=${encodeURIComponent(value)}`)
    .join('&');
  const question = `api/beside?${asked}`;
  const { data, error, of } = useGet<BesideView>(rule === undefined ? undefined : question);
  if (rule === undefined)
    return <p className="note">Neither of the two breaks this rule; take another.</p>;
  if (of !== question) return <Waiting />;
  if (error !== undefined) {
    return (
      <p className="note" role="status">
        {error}
      </p>
    );
  }
  return data === undefined ? <Waiting /> : <Steps view={data} />;
}

function Steps({ view }: { readonly view: BesideView }) {
  const { steps, parted, lost, by, rule } = view;
  const other = by === 'left' ? view.right : view.left;
  return (
    <>
      <p>
        <code>{view[by].design}</code> takes the shortest run that breaks <code>{rule}</code>;{' '}
        <code>{other.design}</code> takes the same steps, with as few of its own between them as it
        must.
      </p>
      <Scrolling label={`Steps of both, ${rule}`}>
        <table className="beside">
          <thead>
            <tr>
              <th scope="col" className="number">
                #
              </th>
              <Head side={view.left} />
              <Head side={view.right} />
            </tr>
          </thead>
          <tbody>
            {steps.map((step, i) => (
              <tr key={`${i} ${step.left?.label} ${step.right?.label}`} className={lookOf(step)}>
                <th scope="row" className="number">
                  {i + 1}
                </th>
                <Cell step={step.left} />
                <Cell step={step.right} />
              </tr>
            ))}
            <End view={view} />
          </tbody>
        </table>
      </Scrolling>
      {lost !== undefined && (
        <p className="note">
          Not followed any further: in {lost.positions.toLocaleString('en-US')} positions{' '}
          <code>{other.design}</code> has not taken <code>{lost.step.written}</code>, and more were
          not looked at. Whether it refuses that step is not known.
        </p>
      )}
      {parted === undefined && lost === undefined && (
        <p className="note">
          They do not part: <code>{other.design}</code> takes every step that it has, and the others
          it does not know.
        </p>
      )}
    </>
  );
}

const lookOf = ({ left, right }: BesideView['steps'][number]) =>
  left !== undefined && right !== undefined ? 'both' : 'alone';

/** Leads to where the run of a design can be gone on with. */
function Head({ side }: { readonly side: BesideView['left'] }) {
  return (
    <th scope="col">
      <a href={subjectHref(side.subject, side.steps)}>{side.design}</a>{' '}
      <span className="dim">{'system' in side.subject ? side.subject.system : ''}</span>
    </th>
  );
}

function Cell({ step }: { readonly step: Step | undefined }) {
  return (
    <td>
      {step !== undefined && (
        <>
          <span className="dim">{step.thread}</span> <code className="wrap">{step.written}</code>
        </>
      )}
    </td>
  );
}

/** Where they part: what one takes, and why the other does not. */
function End({ view: { parted, by } }: { readonly view: BesideView }) {
  if (parted === undefined) return null;
  const taken = <Cell step={parted.step} />;
  const refused = (
    <td className="refuses">
      <b>refused.</b> {parted.why.join('; ')}
      {parted.instead.length > 0 && (
        <div>
          instead:{' '}
          {parted.instead.map(({ label, written }) => (
            <code key={label} className="wrap">
              {written}{' '}
            </code>
          ))}
        </div>
      )}
    </td>
  );
  return (
    <tr className="parted">
      <th scope="row" className="number">
        ✗
      </th>
      {by === 'left' ? taken : refused}
      {by === 'left' ? refused : taken}
    </tr>
  );
}
