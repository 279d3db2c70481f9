import type { MachineEntry } from '../catalogue/catalogue.ts';
import type { Lts } from '../lts/lts.ts';
import { ltsOf } from '../system/product.ts';
import type { Block, Inline, Text } from './document.ts';

/** Most states that are columns; a machine with more has its states as rows. */
const COLUMNS = 9;

/**
 * What a machine answers in each state: calls by states where the states are few and each answers
 * many calls; else the steps of each state.
 */
export function transitionTable({ kind, machine }: MachineEntry): Block {
  const lts = ltsOf(machine);
  return kind === 'procedure' || lts.states.length > COLUMNS ? byState(lts) : byCall(lts);
}

function byCall(lts: Lts): Block {
  const calls = new Map<string, number[]>();
  lts.labels.forEach((label, i) => {
    const call = label.replace(/[:#].*$/, '');
    calls.set(call, [...(calls.get(call) ?? []), i]);
  });
  return {
    kind: 'table',
    caption: `What ${lts.name} answers: by call and state, the outcome and the next state (none named: it stays); – refused`,
    head: ['call', ...lts.states.map(({ name }) => name)],
    rows: [...calls].map(([call, labels]) => ({
      cells: [[{ code: call }], ...lts.states.map((_, state) => answers(lts, state, call, labels))],
    })),
  };
}

function answers(lts: Lts, state: number, call: string, labels: readonly number[]): Text {
  const taken = labels.flatMap((label) => {
    const to = nextOf(lts, state, label);
    if (to < 0) return [];
    const outcome = lts.labels[label]!.slice(call.length).replace(/^:/, '');
    const next = to === state ? '' : `→ ${lts.states[to]!.name}`;
    return [[outcome, next].filter(Boolean).join(' ') || 'stays'];
  });
  return taken.length === 0 ? ['–'] : lines(taken.map((text) => ({ code: text })));
}

function byState(lts: Lts): Block {
  return {
    kind: 'table',
    caption: `The steps of ${lts.name}: what each state takes, and the next state; everything else is refused`,
    head: ['state', 'takes'],
    rows: lts.states.map(({ name, tags }, state) => ({
      cells: [[{ code: name }, ...tags.map((tag) => ` #${tag}`)], stepsOf(lts, state)],
    })),
  };
}

function stepsOf(lts: Lts, state: number): Text {
  const taken = lts.labels.flatMap((label, i): Inline[][] => {
    const to = nextOf(lts, state, i);
    if (to < 0) return [];
    const step = { code: `${label} → ${to === state ? 'stays' : lts.states[to]!.name}` };
    // Of a machine that was made of a source, where each step stands there.
    const { place } = lts.edges.get(state * lts.labels.length + i)!.meta;
    return [typeof place === 'string' ? [step, ` ${place}`] : [step]];
  });
  if (taken.length === 0) return ['nothing: it ends here'];
  return taken.flatMap((step, i) => (i === 0 ? step : ['\n', ...step]));
}

function nextOf({ next, labels }: Lts, state: number, label: number): number {
  return next[state * labels.length + label]!;
}

function lines(items: readonly Inline[]): Text {
  return items.flatMap((item, i) => (i === 0 ? [item] : ['\n', item]));
}
