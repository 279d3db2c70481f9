import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import type { FindingsView, MatrixView, Overview, Words } from '../src/inspect/protocol.ts';
import { useGet } from './api.ts';
import { Dialog } from './dialog.tsx';
import { hrefOf, navigate } from './route.ts';

interface Entry {
  readonly kind: string;
  readonly name: string;
  readonly title: string;
  readonly href: string;
}

const MOST = 40;

/** One box for everything that has a page. */
export function Search({ onClose }: { readonly onClose: () => void }) {
  const { entries, isLoading } = useEntries();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const id = useId();
  const found = useMemo(() => match(entries, text), [entries, text]);
  const open = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    navigate(entry.href);
  };
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) setChosen((chosen + by + found.length) % Math.max(1, found.length));
    else if (event.key === 'Enter') open(found[chosen]);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Search" className="search" onClose={onClose}>
      <input
        type="search"
        role="combobox"
        aria-label="Search systems, machines, counterexamples, rules, revisions, functions"
        aria-expanded="true"
        aria-controls={`${id}list`}
        aria-activedescendant={found[chosen] && `${id}${chosen}`}
        placeholder="system, counterexample, rule S1, revision, down_write() …"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setChosen(0);
        }}
        onKeyDown={onKey}
      />
      <div role="listbox" id={`${id}list`} aria-label="Found" className="search-found">
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the box keeps the focus
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box takes the keys
          <div
            key={`${entry.kind} ${entry.href} ${entry.name}`}
            id={`${id}${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => open(entry)}
            onPointerMove={() => setChosen(index)}
            ref={(element) => {
              if (index === chosen) element?.scrollIntoView({ block: 'nearest' });
            }}
          >
            <span className="dim search-kind">{entry.kind}</span> <code>{entry.name}</code>{' '}
            <span className="search-title" title={entry.title}>
              {entry.title}
            </span>
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p className="note" role="status">
          {isLoading ? 'Still being loaded …' : 'Nothing is called like that.'}
        </p>
      )}
    </Dialog>
  );
}

/** Everything that has a page, and whether more of it is to come. */
function useEntries(): { readonly entries: readonly Entry[]; readonly isLoading: boolean } {
  const loads = [
    useGet<Overview>('api/overview'),
    useGet<MatrixView>('api/matrix'),
    useGet<FindingsView>('api/findings'),
    useGet<Words>('api/words'),
  ] as const;
  const [overview, matrix, findings, words] = [
    loads[0].data,
    loads[1].data,
    loads[2].data,
    loads[3].data,
  ];
  const isLoading = loads.some(({ data, error }) => data === undefined && error === undefined);
  const known = useMemo(() => {
    const entries: Entry[] = [
      ...(overview?.systems ?? []).map(({ name, title }) => ({
        kind: 'system',
        name,
        title,
        href: hrefOf('system', name),
      })),
      ...(overview?.machines ?? []).map(({ name, kind, subject }) => ({
        kind: 'machine',
        name,
        title: [kind, subject].filter(Boolean).join(', '),
        href: hrefOf('machine', name),
      })),
      ...(overview?.counterexamples ?? []).map(({ id, kind, title }) => ({
        kind,
        name: id,
        title,
        href: hrefOf('counterexample', id),
      })),
      ...(overview?.suites ?? []).map(({ name, paths }) => ({
        kind: 'suite',
        name,
        title: paths === undefined ? 'generated paths' : `${paths} generated paths`,
        href: hrefOf('suite', name),
      })),
      ...(findings?.findings ?? []).map(({ id, claim }) => ({
        kind: 'finding',
        name: id,
        title: claim,
        href: hrefOf('counterexample', id),
      })),
      ...(matrix?.rows ?? []).map(({ property, title, rule }) => ({
        kind: 'rule',
        name: property,
        title: rule === undefined ? title : `${rule}: ${title}`,
        href: hrefOf('matrix', '', { rule: property }),
      })),
      ...(overview?.comparisons ?? []).flatMap(designEntries),
      ...(matrix?.revisions ?? []).flatMap(({ name, title, words: own }) => [
        { kind: 'revision', name, title, href: hrefOf('matrix', '', { revision: name }) },
        // What its author looks for leads to where it is compared with others, if it is.
        ...own.map((word) => ({
          kind: 'revision',
          name: word,
          title: `${name}: ${title}`,
          href: designHref(overview, name) ?? hrefOf('matrix', '', { revision: name }),
        })),
      ]),
      ...(words?.words ?? []).flatMap(({ word, label, machines }) =>
        machines.map((machine) => ({
          kind: word === label ? 'label' : 'function',
          name: word,
          title: `in ${machine}`,
          href: hrefOf('machine', machine, { label }),
        })),
      ),
      ...['matrix', 'findings', 'actors'].map((name) => ({
        kind: 'page',
        name,
        title: '',
        href: hrefOf(name),
      })),
    ];
    return [...new Map(entries.map((one) => [`${one.href} ${one.name}`, one])).values()];
  }, [overview, matrix, findings, words]);
  return { entries: known, isLoading };
}

function designEntries({ name, title, designs }: Overview['comparisons'][number]): Entry[] {
  return [
    { kind: 'comparison', name, title, href: hrefOf('compare', name) },
    ...designs.map((design) => ({
      ...{ kind: 'design', name: design.name, title: design.title },
      href: hrefOf('compare', name, { left: design.name }),
    })),
  ];
}

/** The page of a comparison that has a revision as a design of the same name. */
function designHref(overview: Overview | undefined, name: string): string | undefined {
  const comparison = overview?.comparisons.find(({ designs }) =>
    designs.some((design) => design.name === name),
  );
  return comparison && hrefOf('compare', comparison.name, { left: name });
}

/** Every word has to occur; names that begin with the text come first. */
function match(entries: readonly Entry[], text: string): readonly Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const first = words[0] ?? '';
  const rank = ({ name, title, kind }: Entry) => {
    const lower = name.toLowerCase();
    if (kind === 'rule' && title.toLowerCase().startsWith(`${first}:`)) return 0;
    return lower === first ? 0 : lower.startsWith(first) ? 1 : lower.includes(first) ? 2 : 3;
  };
  return entries
    .filter((entry) => {
      const all = `${entry.kind} ${entry.name} ${entry.title}`.toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MOST);
}
