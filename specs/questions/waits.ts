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

/** Steps that somebody has promised to take, and where that is stated. */
export type Promises = Readonly<Record<string, string>>;

const PROMISED: Promises = {
  'resv.fence.signal(BOOKKEEP)':
    'DMA Fence Cross-Driver Contract, drivers/dma-buf/dma-fence.c, v7.3: fences must complete in a reasonable time',
};

const SOURCE =
  'derived: dma_buf_invalidate_mappings, v7.3: unmap is called within bounded time after the callback';

/**
 * Nobody waits with a lock held where everybody else is free to do nothing.
 *
 * @param promises - what does not count as free
 */
export const waitsFor = (promises: Promises): Template => ({
  id: 'waits-for-somebody',
  title: 'whoever waits with a lock held waits for somebody who is under way, or has promised',
  source: SOURCE,
  instances(system) {
    const table = new CallTable(system.calls);
    const procedures = doers(system).filter(({ thread }) => thread !== undefined);
    return procedures.flatMap((part) =>
      [...waitsOf(part, table)].flatMap(([call, states]) =>
        instanceOf(system, part, { call, states, promises }),
      ),
    );
  },
});

export const waitsForSomebody = waitsFor(PROMISED);

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

interface Wait {
  readonly call: string;
  readonly states: readonly Waiting[];
  readonly promises: Promises;
}

function instanceOf(system: System, part: Part, { call, states, promises }: Wait): Instance[] {
  const locks = system.parts.filter(
    ({ name }) => name.startsWith('balance(') && name.endsWith(`)@${part.thread}`),
  );
  if (locks.length === 0) return [];
  // What hardware does is under way until it is done: of it counts what was promised, and no more.
  const others = doers(system).filter(
    ({ thread, roles }) =>
      thread !== undefined && thread !== part.thread && !roles.includes('hardware_of_importer'),
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
        then: any(
          ...others.map(({ name }) => not(is(name, '#quiescent'))),
          ...promised(system, promises),
        ),
        source: SOURCE,
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
function promised(system: System, promises: Promises): Predicate[] {
  return doers(system).flatMap((part) =>
    part.thread !== undefined
      ? []
      : labelsOf([part])
          .filter((label) => Object.keys(promises).some((step) => label.includes(`.${step}`)))
          .map((label) => offers(part, label)),
  );
}
