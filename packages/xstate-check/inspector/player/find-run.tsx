import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { FindView, Statements, Subject } from '../../src/inspect/protocol.ts';
import { useGet } from '../api.ts';
import { subjectQuery } from '../route.ts';
import { Press } from '../ui.tsx';

interface Props {
  readonly subject: Subject;
  readonly steps: readonly string[];
  /** Whether the run is one's own, which a link may leave to be found. */
  readonly isOwn: boolean;
  /** What is looked for, as the address has it. */
  readonly find: string | undefined;
  readonly number: number;
  readonly onAsk: (find: string, number: number) => void;
  readonly onFound: (steps: readonly string[], at: number) => void;
  readonly onClose: () => void;
}

/** A run to a state that is described: typed, or put together from lists. */
export function FindRun(props: Props) {
  const { subject, find, number, onAsk } = props;
  const [text, setText] = useState(find ?? '');
  const { data } = useGet<Statements>(`api/statements?${subjectQuery(subject)}`);
  const groups = data?.groups ?? [];
  const answer = useFound(props);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    answer.wait();
    onAsk(text.trim(), 1);
  };
  const id = useId();
  const hasNext = answer.data?.steps !== undefined && text.trim() === find;
  return (
    <form className="find" aria-label="Find a run" onSubmit={ask}>
      <label className="find-text">
        Find a run to{' '}
        <input
          ref={box}
          value={text}
          spellCheck={false}
          placeholder={exampleOf(groups)}
          aria-invalid={answer.error !== undefined}
          aria-describedby={id}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={({ key }) => key === 'Escape' && props.onClose()}
        />
      </label>
      <button type="submit">Find</button>
      <Press
        off={!hasNext}
        onClick={() => {
          answer.wait();
          onAsk(text.trim(), number + 1);
        }}
      >
        Next one
      </Press>
      <Pick groups={groups} onAdd={(statement, join) => setText(joined(text, statement, join))} />
      <button type="button" aria-label="Close" onClick={props.onClose}>
        ✕
      </button>
      <p id={id} className="find-answer" role="status" aria-busy={answer.isBusy}>
        {answer.isBusy
          ? 'Looking at the states …'
          : (answer.error ?? (answer.data && answerText(answer.data, subject)))}
      </p>
    </form>
  );
}

/** What was found, which is shown when it was asked for here, or by a link without steps. */
function useFound({ subject, steps, isOwn, find, number, onFound }: Props) {
  const query = `condition=${encodeURIComponent(find ?? '')}&number=${number}`;
  const question = find === undefined ? undefined : `api/find?${subjectQuery(subject)}&${query}`;
  const found = useGet<FindView>(question);
  const waits = useRef(isOwn && steps.length === 0);
  const isThere = question !== undefined && found.of === question;
  useEffect(() => {
    if (!isThere || !waits.current) return;
    waits.current = false;
    const to = found.data?.steps;
    if (to !== undefined) onFound(to, to.length);
  }, [isThere, found, onFound]);
  return {
    ...(isThere && { data: found.data, error: found.error }),
    isBusy: question !== undefined && !isThere,
    wait: () => {
      waits.current = true;
    },
  };
}

/** Puts a statement together from lists. */
function Pick({
  groups,
  onAdd,
}: {
  readonly groups: Statements['groups'];
  readonly onAdd: (statement: string, join: 'and' | 'or') => void;
}) {
  const all = groups.flatMap(({ choices }) => choices);
  const [chosen, setChosen] = useState(0);
  const { subject, words } = all[chosen] ?? { subject: '', words: [] };
  const [word, setWord] = useState(0);
  const add = (join: 'and' | 'or') => onAdd(`${subject} ${words[word] ?? words[0]}`, join);
  return (
    <fieldset className="find-pick" aria-label="Add a statement from lists">
      <select
        aria-label="Part, lock, count or rule"
        value={chosen}
        onChange={({ target }) => {
          setChosen(Number(target.value));
          setWord(0);
        }}
      >
        {groups.map(({ title, choices }) => (
          <optgroup key={title} label={title}>
            {choices.map((choice) => (
              <option key={choice.subject} value={all.indexOf(choice)}>
                {choice.subject}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <select
        aria-label="What it is to be"
        value={word}
        onChange={({ target }) => setWord(Number(target.value))}
      >
        {words.map((one, index) => (
          <option key={one} value={index}>
            {one}
          </option>
        ))}
      </select>
      <button type="button" onClick={() => add('and')}>
        + and
      </button>
      <button type="button" onClick={() => add('or')}>
        + or
      </button>
    </fieldset>
  );
}

function joined(text: string, statement: string, join: 'and' | 'or'): string {
  return text.trim() === '' ? statement : `${text.trim()} ${join} ${statement}`;
}

function answerText({ condition, number, states, isComplete, steps }: FindView, of: Subject) {
  const looked = states.toLocaleString('en');
  if (steps !== undefined) {
    const nth = number === 1 ? 'The shortest run' : `Run ${number}, by length,`;
    return `${nth} to a state in which ${condition}: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}.`;
  }
  const what = number === 1 ? 'No run' : 'No further run';
  if (isComplete) {
    return `${what}: not reachable at this scope; all ${looked} states were looked at, and none was left out.`;
  }
  const more = 'system' in of ? '; the command find goes on' : '';
  return `Not found in ${looked} states, which are not all: a page looks at no more${more}.`;
}

/** Of this system, so that it can be typed. */
function exampleOf(groups: Statements['groups']): string {
  const first = groups.map(({ choices }) => choices[0]);
  return first
    .slice(0, 2)
    .map((choice) => choice && `${choice.subject} ${choice.words[0]}`)
    .join(' and ');
}
