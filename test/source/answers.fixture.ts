import {
  type ChangedMachine,
  changeOf,
  functionAt,
  type JudgedChange,
  type JudgedSystem,
  judgeChange,
  type PatchCatalogue,
  type Place,
  patchesOf,
  type SourceReader,
  type Tree,
} from 'xstate-check/kernel';
import { type CChange, patchOf } from './change.fixture.ts';

/** What is said of a change, in a line each. */
export interface Answer {
  readonly answers: readonly string[];
  /**
   * The function whose steps change, with the first line after the change that differs, and the
   * function that it is in where that is another.
   */
  readonly at?: string;
  /** The rules that break, by system, the smallest first: `system: rule, rule`. */
  readonly breaks: readonly string[];
}

/**
 * Judges a change as the command does, up to the first system in which a rule breaks that is more
 * than the contract as a whole.
 */
export async function answerTo(
  reader: SourceReader,
  catalogue: PatchCatalogue,
  tree: Tree,
  change: CChange,
): Promise<JudgedChange> {
  const text = patchOf(reader, tree, change);
  const { patches } = await patchesOf([{ name: change.name, text }]);
  const told = {
    read() {},
    asks() {},
    asked() {},
    judged: (system: JudgedSystem) => !breaksRule(system),
  };
  return judgeChange(reader, catalogue, changeOf(tree, patches[0]!), told);
}

function breaksRule({ verdicts }: JudgedSystem): boolean {
  return verdicts.some(
    ({ after: { verdict, property } }) => verdict === 'broken' && property.kind !== 'refinement',
  );
}

/** `:12`, with the function where the line is in one that is called. */
function placed({ function: fn, after }: ChangedMachine, place: Place): string {
  const inside = functionAt(after, place);
  return `${inside === fn ? '' : `, ${inside}()`}:${place.line}`;
}

export function summary({ answers, reading, systems }: JudgedChange): Answer {
  const [first] = reading.changed;
  const difference = first?.differences[0];
  const own = difference?.c.find(({ label }) => !difference.other.some((o) => o.label === label));
  const line = own ?? difference?.c[0];
  const at = first && `${first.function}()${line === undefined ? '' : placed(first, line.place)}`;
  const broken = systems.flatMap(({ system, verdicts }) => {
    const rules = verdicts.filter(({ after }) => after.verdict === 'broken');
    return rules.length === 0
      ? []
      : [`${system.name}: ${rules.map(({ property }) => property).join(', ')}`];
  });
  return { answers, ...(at && { at }), breaks: broken };
}
