import type { StateSpace } from '../explore/explore.ts';
import type { Graph } from '../explore/graph.ts';
import type { Run } from '../explore/run.ts';
import type { Predicate } from '../specification/predicate.ts';
import type { LeadsTo } from '../specification/property.ts';
import { compilePredicate, partsOf } from './compile-predicate.ts';
import { whereSo } from './entered.ts';
import { dutiesOf, fairComponent } from './fairness.ts';
import { fairCycle, type Open, openStates, stemTo } from './lasso.ts';
import { unasked, vacuous } from './vacuous.ts';
import { HOLDS, type Verdict } from './verdict.ts';

/**
 * Whenever the trigger holds, the goal holds in the end.
 *
 * Fairness: a thread that is obliged for ever takes a step (weak); a lock acquisition that is
 * possible again and again happens (strong, because locks queue). A thread is obliged
 * where it has an enabled step in which some participant is not quiescent, so that starting a new
 * call is never an obligation. Stopping where nobody is obliged counts as a run.
 */
export function checkLeadsTo(space: StateSpace, graph: Graph, property: LeadsTo): Verdict {
  const trigger = truthOf(space, property.when);
  const goal = truthOf(space, property.then);
  const open = openStates(space, graph, trigger, goal);
  if (!open.triggered) return vacuous(unasked.premise(property.when));
  const duties = dutiesOf(space, graph);
  const stop = nearestStop(open, duties.mayStop);
  const fair = fairComponent(duties, open.has, open.distance);
  const broken = (at: number, cycle: Run, how: string): Verdict => {
    const run = stemTo(space, graph, open, at);
    const finding = `${how}, against the rule that ${property.title}`;
    return { verdict: 'broken', counterexample: { property, space, run, cycle, finding } };
  };
  if (stop !== undefined && (!fair || open.distance[stop]! <= open.distance[fair.entry]!)) {
    return broken(stop, NOTHING, 'the run may end here');
  }
  if (fair === undefined) return HOLDS;
  const cycle = fairCycle(duties, fair.component, fair.entry);
  return broken(fair.entry, cycle, 'this can go on for ever');
}

const NOTHING: Run = { states: [], vectors: [] };

/** In which states a predicate holds. */
function truthOf(space: StateSpace, predicate: Predicate): Uint8Array {
  const { product } = space;
  return whereSo(space, partsOf(product, predicate), compilePredicate(predicate, product));
}

function nearestStop(open: Open, mayStop: (state: number) => boolean): number | undefined {
  for (const layer of open.layers) {
    const stop = layer.find(mayStop);
    if (stop !== undefined) return stop;
  }
  return undefined;
}
