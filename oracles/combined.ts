import {
  and,
  type Formula,
  identifier,
  type Model,
  type ModelPart,
  not,
  or,
} from 'xstate-check/engine';

/** The part that says which of the models of a batch runs. */
const CHOSEN = 'chosen';
export const CHOICE = `at_${identifier(CHOSEN)}`;

/**
 * Many small models as one, so that a compiler is started once for all of them: which one runs is
 * in the state of a part of its own. Property `id` of model 3 is `m3/id`.
 */
export function combined(models: readonly Model[]): Model {
  const chosen = { name: CHOSEN, states: models.map((_, number) => `m${number}`) };
  const parts: ModelPart[] = [chosen];
  const shifted = models.map((model, number): Model => {
    const result = shift(model, parts.length, number);
    parts.push(...result.parts);
    return result;
  });
  return {
    system: { ...models[0]!.system, name: 'many' },
    product: models[0]!.product,
    parts,
    steps: shifted.flatMap(({ steps }) => steps),
    nobodyStuck: and(),
    safety: shifted.flatMap(({ safety }) => safety),
    leadsTo: shifted.flatMap(({ leadsTo }) => leadsTo),
    leftOut: [],
  };
}

/** A model whose parts are counted from `by` on, and which runs only where it is chosen. */
function shift(model: Model, by: number, number: number): Model {
  const isChosen: Formula = { kind: 'in', part: 0, states: [number] };
  const of = (formula: Formula): Formula => shiftFormula(formula, by);
  const whenChosen = (holds: Formula) => or(not(isChosen), of(holds));
  const own = (text: string) => `m${number}/${text}`;
  const stuck = and(not(model.nobodyStuck), ...model.steps.map((step) => not(step.can)));
  return {
    ...model,
    parts: model.parts.map(({ name, states }) => ({ name: own(name), states })),
    steps: model.steps.map((step) => ({
      ...step,
      name: own(step.name),
      can: and(isChosen, of(step.can)),
      owed: of(step.owed),
      ...(step.lock !== undefined && { lock: own(step.lock) }),
      moves: step.moves.map(({ part, to }) => ({ part: part + by, to })),
    })),
    safety: [
      ...model.safety.map(({ id, title, holds }) => ({
        id: own(id),
        title,
        holds: whenChosen(holds),
      })),
      { id: own('deadlock'), title: 'something can move', holds: whenChosen(not(stuck)) },
    ],
    leadsTo: model.leadsTo.map(({ id, title, when, then, locks }) => ({
      id: own(id),
      title,
      when: and(isChosen, of(when)),
      then: of(then),
      locks: locks.map(own),
    })),
  };
}

function shiftFormula(formula: Formula, by: number): Formula {
  if (formula.kind === 'in') return { ...formula, part: formula.part + by };
  if (formula.kind === 'not') return { ...formula, of: shiftFormula(formula.of, by) };
  return { ...formula, of: formula.of.map((child) => shiftFormula(child, by)) };
}
