import {
  all,
  any,
  CallTable,
  is,
  ltsOf,
  not,
  type Part,
  type Predicate,
  type System,
} from 'xstate-check';
import { doers, type Instance, labelsOf, offers, type Template } from './template.ts';

/** Steps that somebody has promised to take, of whom nobody else may ask how long. */
const PROMISED: Readonly<Record<string, string>> = {
  'resv.fence.signal(BOOKKEEP)':
    'Documentation/driver-api/dma-buf.rst, v7.3: fences are signalled in a finite time',
};

/** Nobody waits with a lock held where everybody else is free to do nothing. */
export const waitsForSomebody: Template = {
  id: 'waits-for-somebody',
  title: 'whoever waits with a lock held waits for somebody who is under way, or has promised',
  source:
    'derived: dma_buf_invalidate_mappings, v7.3: unmap is called within bounded time after the callback',
  instances(system) {
    const table = new CallTable(system.calls);
    const procedures = doers(system).filter(({ thread }) => thread !== undefined);
    return procedures.flatMap((part) =>
      [...waitsOf(part, table)].flatMap(([call, states]) => instanceOf(system, part, call, states)),
    );
  },
};

/** A state in which a thread may have to wait, and all that it would take there. */
interface Waiting {
  readonly state: string;
  readonly labels: readonly string[];
}

/** By call that may have to wait for something that is no lock: the states in which a thread does. */
function waitsOf(part: Part, table: CallTable): Map<string, Waiting[]> {
  const lts = ltsOf(part.machine);
  const width = lts.labels.length;
  const byCall = new Map<string, Waiting[]>();
  for (const [at, { name }] of lts.states.entries()) {
    const labels = lts.labels.flatMap((local, label) =>
      lts.next[at * width + label]! >= 0 ? part.rename(local) : [],
    );
    const calls = labels.flatMap((label) => {
      const call = table.find(label);
      return call?.blocks === 'wait' && call.spans !== true ? [call.name] : [];
    });
    for (const call of new Set(calls)) {
      byCall.set(call, [...(byCall.get(call) ?? []), { state: name, labels }]);
    }
  }
  return byCall;
}

function instanceOf(
  system: System,
  part: Part,
  call: string,
  states: readonly Waiting[],
): Instance[] {
  const locks = system.parts.filter(
    ({ name }) => name.startsWith('balance(') && name.endsWith(`)@${part.thread}`),
  );
  if (locks.length === 0) return [];
  const others = doers(system).filter(
    ({ thread }) => thread !== undefined && thread !== part.thread,
  );
  const id = `waits-for-somebody(${call})@${part.name}`;
  return [
    {
      monitors: [],
      property: {
        id,
        kind: 'invariant',
        title: `where ${part.name} waits in ${call} with a lock held, it is for somebody`,
        when: all(
          any(...states.map((waiting) => isStuck(system, part, waiting))),
          any(...locks.map(({ name }) => is(name, 'held'))),
        ),
        then: any(...others.map(({ name }) => not(is(name, '#quiescent'))), ...promised(system)),
        source: waitsForSomebody.source,
        consequence: 'whoever needs the lock waits for as long as somebody likes',
      },
    },
  ];
}

/** The thread is there, and of what it would take, each step is one that another part does not. */
function isStuck(system: System, part: Part, { state, labels }: Waiting): Predicate {
  const isThere: Predicate = {
    kind: 'atom',
    part: part.name,
    words: `${part.name} is at ${state}`,
    test: ({ name }) => name === state,
  };
  const refused = labels.map((label) => {
    const with_ = doers(system).filter(
      (other) => other !== part && labelsOf([other]).includes(label),
    );
    return any(...with_.map((other) => not(offers(other, label))));
  });
  return all(isThere, ...refused);
}

/** A promise that is open: a part takes the step now. */
function promised(system: System): Predicate[] {
  return doers(system).flatMap((part) =>
    part.thread !== undefined
      ? []
      : labelsOf([part])
          .filter((label) => Object.keys(PROMISED).some((step) => label.includes(`.${step}`)))
          .map((label) => offers(part, label)),
  );
}
