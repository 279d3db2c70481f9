import { InputError } from '../errors.ts';
import { incoming, type LabelledGraph, type Path, type Transition } from './labelled-graph.ts';

/** Where the search for prime paths gives up. */
export interface PrimePathBounds {
  /** Most prime paths. */
  readonly paths?: number;
  /** Most transitions followed. */
  readonly work?: number;
}

/**
 * All prime paths (Ammann and Offutt), over transitions.
 *
 * A path is simple when no state occurs twice in it, except that its first may be its last (then
 * it is a cycle, and each state of the cycle starts one of its own). A simple path is prime when it
 * is no proper part of another simple path. As paths are sequences of transitions, two labels
 * between the same states make two prime paths where Ammann and Offutt, who count nodes, see one; a
 * self-loop is a cycle of length 1. A path has at least one transition.
 *
 * @throws InputError when a bound is reached, with how far it got; nothing is left out
 */
export function primePaths(graph: LabelledGraph, bounds: PrimePathBounds = {}): Path[] {
  const mostPaths = bounds.paths ?? 20_000;
  const mostWork = bounds.work ?? 50_000_000;
  const into = incoming(graph);
  const onPath = new Uint8Array(graph.outgoing.length);
  const path: Transition[] = [];
  const primes: Path[] = [];
  let work = 0;

  const keep = (start: number) => {
    primes.push([...path]);
    if (primes.length > mostPaths) throw tooMany(graph, start, primes.length, work);
  };

  /** Extends the path, which ends in `at`, in every way; a path is prime where there is none. */
  const extend = (start: number, at: number): void => {
    let extended = false;
    for (const transition of graph.outgoing[at]!) {
      if (++work > mostWork) throw tooMany(graph, start, primes.length, work);
      const closes = transition.to === start;
      if (!closes && onPath[transition.to]) continue;
      extended = true;
      path.push(transition);
      if (closes) keep(start);
      else {
        onPath[transition.to] = 1;
        extend(start, transition.to);
        onPath[transition.to] = 0;
      }
      path.pop();
    }
    if (!extended && path.length > 0 && into[start]!.every(({ from }) => onPath[from])) keep(start);
  };

  for (let start = 0; start < graph.outgoing.length; start++) {
    onPath[start] = 1;
    extend(start, start);
    onPath[start] = 0;
  }
  return primes;
}

function tooMany(graph: LabelledGraph, start: number, found: number, work: number): InputError {
  return new InputError(
    `'${graph.name}' has too many prime paths: stopped at ${found} of them after ${work} steps, ` +
      `in the paths from state ${start + 1} of ${graph.outgoing.length}; split the machine, or ` +
      'ask for transition pairs',
  );
}
