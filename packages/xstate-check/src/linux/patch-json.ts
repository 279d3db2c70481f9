import { withoutVariant } from '../lts/label.ts';
import { conditionOf, type JudgedChange } from '../source/judge-change.ts';
import type { JudgedSystem } from '../source/judge-systems.ts';
import type { LeftMail } from '../source/mail.ts';

/** What `patch --json` prints, as docs/schema has it. */
export function patchJson(
  tree: string,
  left: readonly LeftMail[],
  patches: readonly JudgedChange[],
  whole: JudgedChange | undefined,
) {
  return {
    tree,
    leftOut: left,
    patches: patches.map(changeJson),
    ...(whole !== undefined && { whole: changeJson(whole) }),
  };
}

function changeJson({ reading, systems, answers, notJudged, unasked }: JudgedChange) {
  return {
    title: reading.change.title,
    answers,
    renamed: Object.fromEntries(reading.around.after.renamed ?? []),
    functions: reading.changed.map(({ machine, function: fn, differences, choices }) => ({
      function: fn,
      machine: machine.id,
      differences,
      choices: choices.map((choice) => ({ text: conditionOf(choice), place: choice.place })),
    })),
    same: reading.same,
    systems: systems.map(systemJson),
    leftOver: reading.leftOver.map(({ isUnlabelled: _, ...line }) => line),
    notJudged,
    beside: reading.change.beside,
    unasked,
  };
}

function systemJson({ system, before, after, verdicts, undecided, refused }: JudgedSystem) {
  return {
    system: system.name,
    scope: system.scope,
    states: { before: before.states, after: after.states },
    rules: after.properties.map(({ property }) => property.id),
    verdicts: verdicts.map(({ property, before: was, after: is }) => ({
      property,
      before: was,
      after: is.verdict,
      ...(is.verdict === 'broken' && {
        counterexample: is.counterexample.run.vectors.map((vector) =>
          withoutVariant(is.counterexample.space.product.vectors[vector]!.label),
        ),
      }),
    })),
    undecided,
    ...(refused !== undefined && { refused }),
  };
}
