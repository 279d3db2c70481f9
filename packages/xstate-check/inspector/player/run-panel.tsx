import type { Overview, Play, Subject, SystemView } from '../../src/inspect/protocol.ts';
import { postForText, useAnswer, useGet } from '../api.ts';
import { subjectHref } from '../route.ts';
import { CopyButton, Panel, Problem, Waiting } from '../ui.tsx';
import { Sequence } from './sequence.tsx';

const TABS = [
  ['thread', 'Threads'],
  ['part', 'Parts'],
  ['run', 'Columns'],
  ['test', 'Test'],
] as const;

type Tab = (typeof TABS)[number][0];

interface Props {
  readonly system: SystemView;
  readonly play: Play;
  readonly at: number;
  readonly subject: Subject;
  readonly loopFrom: number | undefined;
  readonly breaks: ReadonlyMap<number, readonly string[]>;
  /** The diagram of columns, where the run came with it. */
  readonly text: string | undefined;
  /** The mail, where the run came with it. */
  readonly mail: string | undefined;
  readonly onGo: (at: number) => void;
  readonly tab: string | undefined;
  readonly onTab: (tab: string) => void;
}

/** The run so far: as a sequence diagram, or as text to take away. */
export function RunPanel(props: Props) {
  const overview = useGet<Overview>('api/overview');
  const tabs = tabsOf(props.system, overview.data?.runner);
  const tab: Tab = tabs.find(([id]) => id === props.tab)?.[0] ?? 'thread';
  return (
    <Panel
      title="Run"
      className="p-run"
      aside={
        <>
          <CopyMail {...props} />
          <fieldset className="tabs" aria-label="Form of the run">
            {tabs.map(([id, name]) => (
              <button
                type="button"
                key={id}
                aria-pressed={tab === id}
                onClick={() => props.onTab(id)}
              >
                {name}
              </button>
            ))}
          </fieldset>
        </>
      }
    >
      {tab === 'thread' || tab === 'part' ? (
        <Sequence {...props} lanesBy={tab} />
      ) : (
        <RunText key={tab} {...props} what={tab} />
      )}
    </Panel>
  );
}

/** The run as one sends it to a list: asked for when it is wanted. */
function CopyMail({ subject, play, mail }: Props) {
  const steps = play.steps.map(({ label }) => label);
  const text = () => {
    if (mail !== undefined) return mail;
    const route = subjectHref(subject, steps);
    return postForText('api/export', { what: 'mail', subject, steps, route });
  };
  return <CopyButton text={text} name="Copy for mail" />;
}

/** A machine by itself has neither threads nor other parts. */
function tabsOf({ parts }: SystemView, runner?: string) {
  if (parts.length > 1) {
    return TABS.map(([id, name]) => [id, id === 'run' ? columns(runner) : name] as const);
  }
  return [['thread', 'Steps'] as const, ['test', 'Test'] as const];
}

/** As the columns of a run are called. */
const columns = (runner?: string) => (runner === undefined ? 'Columns' : `${runner}0/${runner}1`);

function RunText({ what, text, subject, play }: Props & { readonly what: 'run' | 'test' }) {
  const given = what === 'run' ? text : undefined;
  const steps = play.steps.map(({ label }) => label);
  const question = { what, subject, steps };
  const exported = useAnswer(given === undefined ? JSON.stringify(question) : undefined, () =>
    postForText('api/export', question),
  );
  const shown = given ?? exported.data;
  if (exported.error !== undefined) return <Problem text={exported.error} />;
  if (shown === undefined) return <Waiting />;
  return (
    <div className="run-text" ref={toTop}>
      <CopyButton text={shown} />
      <pre>{shown}</pre>
    </div>
  );
}

/** A text begins at its top, wherever the diagram before it was. */
function toTop(element: HTMLElement | null): void {
  element?.closest('.panel-body')?.scrollTo(0, 0);
}
