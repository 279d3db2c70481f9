import { InputError } from '../base/errors.ts';
import { type Catalogue, findByName } from '../catalogue/catalogue.ts';
import type { Comparison, Design } from '../catalogue/comparison.ts';
import { expectationsOf } from '../catalogue/known.ts';
import { isBroken, ruleOf } from '../matrix/compared.ts';
import { type Following, follow, MOST_POSITIONS } from './follow.ts';
import type { Player } from './play.ts';
import type {
  BesideSide,
  BesideStep,
  BesideView,
  ComparisonView,
  RunView,
  Subject,
} from './protocol.ts';
import type { Runs } from './runs.ts';
import { type Composed, scopeText } from './subjects.ts';

/** Which two designs, and of which rule a run. */
export interface AskedBeside {
  readonly comparison: string;
  readonly rule: string;
  readonly left: string;
  readonly right: string;
}

interface Played {
  readonly composed: Composed;
  readonly player: Player;
}

/** Puts two designs side by side: one takes the run that breaks a rule, and the other follows it. */
export class Beside {
  readonly #catalogue: Catalogue;
  readonly #comparison: Comparison;
  readonly #runs: Runs;
  readonly #play: (subject: Subject) => Played;

  constructor(
    catalogue: Catalogue,
    comparison: Comparison,
    runs: Runs,
    play: (subject: Subject) => Played,
  ) {
    this.#catalogue = catalogue;
    this.#comparison = comparison;
    this.#runs = runs;
    this.#play = play;
  }

  /** @throws InputError for what there is not, and for a rule that neither design breaks */
  of({ rule, left, right }: AskedBeside, rows: ComparisonView['rows']): BesideView {
    const { designs } = this.#comparison;
    const [one, other] = [left, right].map((name) =>
      findByName('design', name, designs, (design) => design.name),
    ) as [Design, Design];
    const { cells } = findByName('rule', rule, rows, (row) => row.rule);
    const [ofLeft, ofRight] = [cells[designs.indexOf(one)]!, cells[designs.indexOf(other)]!];
    const by = isBroken(ofLeft) ? 'left' : 'right';
    const broken = by === 'left' ? ofLeft : ofRight;
    if (!isBroken(broken)) {
      throw new InputError(`neither ${left} nor ${right} breaks '${rule}'; take another rule`);
    }
    const run = this.#runs.counterexample(broken.counterexample);
    const [leads, follows] = by === 'left' ? [one, other] : [other, one];
    return this.#beside(run, rule, by, leads, follows);
  }

  #beside(
    run: RunView,
    rule: string,
    by: BesideView['by'],
    leads: Design,
    follows: Design,
  ): BesideView {
    const subject = this.#subjectOf(follows, rule, run.subject);
    const [leader, follower] = [this.#play(run.subject), this.#play(subject)];
    const others = this.#namesIn(follower, leader);
    const known = labelsOf(follower);
    const shared = labelsOf(leader).map(others);
    const steps = run.steps.map(others);
    const following = follow(follower.composed.product, {
      steps: steps.map((label) => (known.includes(label) ? label : undefined)),
      shared: new Set(shared),
    });
    const labels = following.taken.map(
      ({ vector }) => follower.composed.product.vectors[vector]!.label,
    );
    const { refused, lost } = following;
    const led = run.steps.slice(0, refused ?? lost ?? run.steps.length);
    const rowsOf = aligned(following, words(leader, run.steps), words(follower, labels));
    const sides: Record<'leads' | 'follows', BesideSide> = {
      leads: { design: leads.name, subject: run.subject, steps: run.steps },
      follows: { design: follows.name, subject, steps: labels },
    };
    const isLeft = by === 'left';
    return {
      ...{ rule, by },
      left: isLeft ? sides.leads : sides.follows,
      right: isLeft ? sides.follows : sides.leads,
      steps: rowsOf(led.length).map(({ leads: own, follows: its }) => ({
        ...(own !== undefined && (isLeft ? { left: own } : { right: own })),
        ...(its !== undefined && (isLeft ? { right: its } : { left: its })),
      })),
      ...(refused !== undefined && {
        parted: {
          step: words(leader, run.steps)[refused]!,
          ...refusalOf(follower, labels, following.local, steps[refused]!),
        },
      }),
      ...(lost !== undefined && {
        lost: { step: words(leader, run.steps)[lost]!, positions: MOST_POSITIONS },
      }),
    };
  }

  /** The same system at the revision that is the other design, else the first that is asked the rule. */
  #subjectOf({ name, places }: Design, rule: string, led: Subject): Subject {
    if (!('system' in led)) throw new InputError(`the run is of no system that ${name} has`);
    const same = places.find(({ system }) => system === led.system);
    if (same !== undefined)
      return { ...same, ...(led.scope !== undefined && { scope: led.scope }) };
    const asked = places.flatMap(({ system, revision }) => {
      const family = findByName('system', system, this.#catalogue.families, (one) => one.name);
      return expectationsOf(this.#catalogue, family, revision)
        .filter(({ properties }) => Object.keys(properties).some((id) => ruleOf(id) === rule))
        .map(({ scope }) => ({ system, revision, scope: scopeText(scope) }));
    });
    return asked[0] ?? places[0]!;
  }

  /** How who follows names a step of the other: as the comparison says, else in the same way. */
  #namesIn(follower: Played, leader: Played): (label: string) => string {
    const [own, its] = [new Set(labelsOf(follower)), new Set(labelsOf(leader))];
    const names = new Map(
      this.#comparison.sameSteps.flatMap(([one, other]): [string, string][] => [
        ...(its.has(one) && own.has(other) ? [[one, other] as [string, string]] : []),
        ...(its.has(other) && own.has(one) ? [[other, one] as [string, string]] : []),
      ]),
    );
    return (label) => names.get(label) ?? label;
  }
}

/** The steps that the parts of a system ever take: each has a state in which it does. */
const labelsOf = ({ composed }: Played): string[] =>
  composed.product.vectors.flatMap(({ label, participants }) =>
    participants.every(({ next }) => next.some((to) => to >= 0)) ? label : [],
  );

function words({ player }: Played, steps: readonly string[]): BesideStep[] {
  return player.play(steps).steps.map(({ label, written, thread }) => ({
    ...{ label, written },
    ...(thread !== undefined && { thread }),
  }));
}

/** The steps of both in one list: shared ones together, the own ones of each where they are taken. */
function aligned(
  { taken }: Following,
  leads: readonly BesideStep[],
  follows: readonly BesideStep[],
): (length: number) => { leads?: BesideStep; follows?: BesideStep }[] {
  return (length) => {
    const rows: { leads?: BesideStep; follows?: BesideStep }[] = [];
    let at = 0;
    const ownUntil = (end: number) => {
      for (; at < end; at++) rows.push({ leads: leads[at]! });
    };
    taken.forEach(({ step }, i) => {
      if (step === undefined) rows.push({ follows: follows[i]! });
      else {
        ownUntil(step);
        rows.push({ leads: leads[at++]!, follows: follows[i]! });
      }
    });
    ownUntil(length);
    return rows;
  };
}

/** Who refuses a step behind others, and what its thread does there instead. */
function refusalOf(
  { player }: Played,
  steps: readonly string[],
  local: Int32Array,
  refused: string,
): Omit<NonNullable<BesideView['parted']>, 'step'> {
  const { refusal, why } = player.play([...steps, refused]).refusedStep!;
  const instead = player.enabled(local).filter(({ thread }) => thread === refusal.thread);
  return {
    why:
      why !== undefined
        ? [why]
        : refusal.by.map(({ part, state, why: because }) => `${part} is ${state}: ${because}`),
    instead: instead.map(({ label, written, thread }) => ({
      ...{ label, written },
      ...(thread !== undefined && { thread }),
    })),
  };
}
