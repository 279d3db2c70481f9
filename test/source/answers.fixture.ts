import { type JudgedChange, judgeChange, type PatchCatalogue } from '../../src/cli/patch-judge.ts';
import { changeOf } from '../../src/source/judge-patch.ts';
import type { SourceReader } from '../../src/source/judge-source.ts';
import { patchesOf } from '../../src/source/mail.ts';
import type { Tree } from '../../src/source/tree.ts';
import { type CChange, patchOf } from './change.fixture.ts';

/** What is said of a change, in a line each. */
export interface Answer {
  readonly answers: readonly string[];
  /** The function whose steps change, with the first line after the change that differs. */
  readonly at?: string;
  /** Rules that break, the smallest system first: `system: rule, rule`. */
  readonly breaks: readonly string[];
}

/** Judges a change as the command does. */
export async function answerTo(
  reader: SourceReader,
  catalogue: PatchCatalogue,
  tree: Tree,
  change: CChange,
): Promise<JudgedChange> {
  const text = patchOf(reader, tree, change);
  const { patches } = await patchesOf([{ name: change.name, text }]);
  const nobody = { read() {}, asks() {}, judged() {} };
  return judgeChange(reader, catalogue, changeOf(tree, patches[0]!), nobody);
}

export function summary({ answers, reading, systems }: JudgedChange): Answer {
  const [first] = reading.changed;
  const difference = first?.differences[0];
  const own = difference?.c.find(({ label }) => !difference.other.some((o) => o.label === label));
  const line = own ?? difference?.c[0];
  const at = first && `${first.function}()${line === undefined ? '' : `:${line.place.line}`}`;
  const breaks = systems.flatMap(({ system, verdicts }) => {
    const broken = verdicts.filter(({ after }) => after.verdict === 'broken');
    return broken.length === 0
      ? []
      : [`${system.name}: ${broken.map(({ property }) => property).join(', ')}`];
  });
  return { answers, ...(at && { at }), breaks };
}
