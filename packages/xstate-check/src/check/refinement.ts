import { InputError, nearest } from '../base/errors.ts';
import { type Bounds, explore, type StateSpace } from '../explore/explore.ts';
import { type Graph, graphOf } from '../explore/graph.ts';
import type { Run } from '../explore/run.ts';
import { withoutVariant } from '../lts/label.ts';
import type { Lts } from '../lts/lts.ts';
import { monitor } from '../specification/part.ts';
import type { Refinement } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { compose, type Product, type Vector } from '../system/product.ts';
import { followed } from './followed.ts';
import { occurringAmong } from './occurring.ts';
import { runTo } from './threads.ts';
import { unasked, vacuous } from './vacuous.ts';
import { HOLDS, nothingFound, type Verdict } from './verdict.ts';

/**
 * Weak trace inclusion: hidden steps aside, every run of the product is a run of the contract.
 * The contract is deterministic on what is visible and hides nothing, so each run of the product
 * leads to one state of it; the pairs are explored, with a sink where the contract has no answer.
 * Where every state was seen, the pairs are first followed along the transitions that are known; only
 * a contract that refuses a step is explored beside the product, for the shortest run.
 */
export function checkRefinement(
  space: StateSpace,
  edges: () => Graph,
  property: Refinement,
  bounds: Bounds,
): Verdict {
  const { product, states } = space;
  const { lts: contract, space: contractSpace } = wholeContract(property, bounds);
  const isWhole = space.stopped === undefined;
  const decided = { labelOf: labelsDecided(product, contract), contract };
  const most = Math.min(states, (bounds.states ?? Infinity) - states);
  const occurring = isWhole ? followed(edges(), decided, most) : undefined;
  if (occurring !== undefined) return judgeKept(product, contract, occurring);
  return judgeRefined(explore(observedBy(product, contract), bounds), property, contractSpace);
}

/** The product with the contract of a property as one more part. */
export function observedByContract(
  product: Product,
  property: Refinement,
  bounds: Bounds,
): Product {
  return observedBy(product, wholeContract(property, bounds).lts);
}

/** What is missing from a contract would be taken for refused. */
function wholeContract({ contract }: Refinement, bounds: Bounds): Contract {
  return contractOf(contract, { ...bounds, keepSeen: false });
}

/** The verdict on a product that a contract observes. */
export function judgeRefined(
  space: StateSpace,
  property: Refinement,
  contractSpace: StateSpace,
): Verdict {
  const observer = space.product.parts.length - 1;
  const contract = space.product.ltss[observer]!;
  const refused = contract.states.length - 1;
  for (let state = 0; state < space.states; state++) {
    if (space.stepper.local(space.table, state)[observer] !== refused) continue;
    const run = runTo(space, state);
    return {
      verdict: 'broken',
      counterexample: {
        property,
        space,
        run,
        finding: whyRefused(space, contractSpace, run),
      },
    };
  }
  if (space.stopped !== undefined) return nothingFound(space, space.depth);
  const committing = space.product.vectors.flatMap(({ commits }, v) =>
    commits === undefined ? [] : [v],
  );
  return judgeKept(space.product, contract, occurringAmong(space, committing));
}

/** The verdict where the contract refuses nothing, and runs take these steps. */
function judgeKept(product: Product, contract: Lts, occurring: Iterable<number>): Verdict {
  const used = new Set<string>();
  for (const vector of occurring) {
    const { commits } = product.vectors[vector]!;
    if (commits !== undefined) used.add(visible(commits));
  }
  const untested = contract.labels.filter((label) => !used.has(label));
  if (untested.length < contract.labels.length) return { ...HOLDS, untested };
  return vacuous(unasked.contract);
}

/** The contract as callers see it: labels without variant and thread. */
export function visible(label: string): string {
  return withoutVariant(label).replace(/@.*$/, '');
}

/** A contract system as one LTS, with a last state for what it does not allow. */
export interface Contract {
  readonly lts: Lts;
  /** The states that the LTS has besides the last. */
  readonly space: StateSpace;
}

const contracts = new WeakMap<System, Contract>();

/** The LTS of a contract, made once. */
export function contractOf(system: System, bounds: Bounds): Contract {
  const known = contracts.get(system);
  if (known !== undefined) return known;
  const space = explore(compose(system), bounds);
  const contract = { lts: deterministicLts(system, space), space };
  contracts.set(system, contract);
  return contract;
}

function deterministicLts(system: System, space: StateSpace): Lts {
  const graph = graphOf(space);
  const labels = [...new Set(space.product.vectors.map((vector) => visible(vector.label)))];
  const idOf = new Map(labels.map((label, id) => [label, id]));
  const sink = space.states;
  const next = new Int32Array((space.states + 1) * labels.length).fill(sink);
  for (let state = 0; state < space.states; state++) {
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const label = idOf.get(visible(space.product.vectors[graph.vector[edge]!]!.label))!;
      const at = state * labels.length + label;
      const to = graph.target[edge]!;
      if (next[at] !== sink && next[at] !== to) {
        throw new InputError(
          `the contract '${system.name}' is not deterministic: '${labels[label]}' leads to two ` +
            'states; what decides must be visible in the label',
        );
      }
      next[at] = to;
    }
  }
  return { name: system.name, labels, states: contractStates(space), next, edges: new Map() };
}

function contractStates(space: StateSpace): Lts['states'] {
  const states = Array.from({ length: space.states }, (_, state) => {
    return {
      get name() {
        return nameOf(space, state);
      },
      nodes: [],
      context: {},
      tags: [],
      meta: {},
    };
  });
  return [...states, { name: 'refused', nodes: [], context: {}, tags: ['violation'], meta: {} }];
}

/** What every part of the contract is in, written only for the few states that anybody reads. */
function nameOf(space: StateSpace, state: number): string {
  const local = space.stepper.local(space.table, state);
  return space.product.parts
    .map((part, i) => `${part.name}: ${space.product.ltss[i]!.states[local[i]!]!.name}`)
    .join(', ');
}

/** The product with the contract as one more part, which moves at the commit points. */
export function observedBy(product: Product, contract: Lts): Product {
  const observer = product.parts.length;
  const labelOf = labelsDecided(product, contract);
  const vectors = product.vectors.map((vector, v) => {
    const label = labelOf[v]!;
    if (label < 0) return vector;
    const next = contract.states.map((_, s) => contract.next[s * contract.labels.length + label]!);
    const participant = {
      part: observer,
      next: Int32Array.from(next),
      local: new Int32Array(next.length).fill(label),
    };
    return { ...vector, participants: [...vector.participants, participant] };
  });
  const machine = product.parts[0]!.machine;
  const parts = [...product.parts, monitor('contract', machine, {})];
  return { ...product, parts, ltss: [...product.ltss, contract], vectors };
}

/** For each vector the label of the contract that it decides, or -1. */
function labelsDecided(product: Product, contract: Lts): Int32Array {
  const idOf = new Map(contract.labels.map((label, id) => [label, id]));
  return Int32Array.from(product.vectors, ({ commits }) => {
    if (commits === undefined) return -1;
    const label = idOf.get(visible(commits));
    if (label === undefined) throw unknownCommit(product, contract, commits);
    return label;
  });
}

function unknownCommit(product: Product, contract: Lts, commits: string): InputError {
  const known = nearest(commits, contract.labels);
  return new InputError(
    `system '${product.name}': a step commits '${commits}', which is no label of the contract ` +
      `'${contract.name}'; ${known}`,
  );
}

/** What is wrong with the last step of a run that the contract does not have. */
function whyRefused(space: StateSpace, contract: StateSpace, { states, vectors }: Run): string {
  const observer = space.product.parts.length - 1;
  const before = space.stepper.local(space.table, states[states.length - 2]!)[observer]!;
  const { commits } = space.product.vectors[vectors[vectors.length - 1]!]!;
  const local = contract.stepper.local(contract.table, before);
  return refinementFinding(contract.product, local, commits!);
}

/**
 * What is wrong where a step decides what the contract does not allow: which part of the contract
 * has no such step, and in which state it is.
 *
 * @param local - the states of the contract's parts
 */
export function refinementFinding(contract: Product, local: Int32Array, commits: string): string {
  const step = visible(commits);
  const refusing = partsThatRefuse(contract, local, step);
  if (refusing.length > 0) {
    return `the step decides '${step}', which the contract does not allow while ${refusing.join(' and ')}`;
  }
  const allowed = contract.vectors.flatMap((vector) =>
    isEnabled(vector, local) ? [visible(vector.label)] : [],
  );
  const only = allowed.length === 0 ? 'nothing' : `only ${[...new Set(allowed)].join(', ')}`;
  return `the step decides '${step}', where the contract allows ${only}`;
}

/** The states of the contract's parts after a step that decides this; none where it refuses. */
export function contractAfter(
  contract: Product,
  local: Int32Array,
  commits: string,
): Int32Array | undefined {
  const step = visible(commits);
  const vector = contract.vectors.find(
    (candidate) => visible(candidate.label) === step && isEnabled(candidate, local),
  );
  if (vector === undefined) return undefined;
  const after = local.slice();
  for (const { part, next } of vector.participants) after[part] = next[local[part]!]!;
  return after;
}

function isEnabled({ participants }: Vector, local: Int32Array): boolean {
  return participants.every(({ part, next }) => next[local[part]!]! >= 0);
}

/** The parts of the contract that refuse a label, each with its state; of several ways the first. */
function partsThatRefuse(
  { vectors, parts, ltss }: Product,
  local: Int32Array,
  label: string,
): string[] {
  const vector = vectors.find((candidate) => visible(candidate.label) === label);
  const refusing = (vector?.participants ?? []).filter(({ part, next }) => next[local[part]!]! < 0);
  return refusing.map(
    ({ part }) => `${parts[part]!.name} is ${ltss[part]!.states[local[part]!]!.name}`,
  );
}
