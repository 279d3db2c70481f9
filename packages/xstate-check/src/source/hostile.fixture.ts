import fc from 'fast-check';
import { kernelDialect } from '../linux/c-dialect.ts';
import { NotRead } from './ast.ts';
import { CReader } from './parse.ts';
import { Program } from './program.ts';
import { readFunction } from './run.ts';
import type { Reading } from './table.ts';

const reader = await CReader.load(kernelDialect);

/** What comes of a text: how many states, or one sentence. Anything else that is thrown is a fault. */
export function endOf(file: string, text: string, reading: Omit<Reading, 'function'>): string {
  try {
    const unit = reader.read(file, text);
    const names = [...unit.functions.keys()];
    const program = new Program([unit], kernelDialect);
    const ends = names.map((name) => {
      try {
        const entries = reading.entries.map((entry) => ({ ...entry, function: name }));
        const graph = readFunction(program, { ...reading, entries, function: name }, reader);
        return `${graph.steps.length} states`;
      } catch (error) {
        return sentence(error);
      }
    });
    return [...ends, ...[...unit.unread.values()].map(sentence)].join('\n');
  } catch (error) {
    return sentence(error);
  }
}

function sentence(error: unknown): string {
  if (!(error instanceof NotRead)) throw error;
  if (!/^[^\n]{3,300}$/.test(error.message)) throw new Error(`no sentence: ${error.message}`);
  return error.message;
}

/** Words of C, as far as they matter here: what is between them is left out and put back as a blank. */
export function tokensOf(text: string): string[] {
  return text.match(/\w+|->|[-+*/%&|^=!<>]=|&&|\|\||"(?:\\.|[^"\\])*"|\n|[^\s\w]/g) ?? [];
}

/** A text that is cut off, whose words are in another order, doubled, left out, or anything. */
export function broken(texts: readonly string[]): fc.Arbitrary<string> {
  const text = fc.constantFrom(...texts);
  const cut = fc.tuple(text, fc.double({ min: 0, max: 1, noNaN: true }));
  const words = text.chain((one) => {
    const tokens = tokensOf(one);
    const at = fc.nat(Math.max(0, tokens.length - 1));
    const change = fc.constantFrom('swap', 'drop', 'double', 'move') as fc.Arbitrary<string>;
    return fc.array(fc.tuple(change, at, at), { minLength: 1, maxLength: 8 }).map((changes) => {
      const all = [...tokens];
      for (const [kind, a, b] of changes) {
        if (kind === 'swap') [all[a], all[b]] = [all[b] ?? '', all[a] ?? ''];
        else if (kind === 'drop') all[a] = '';
        else if (kind === 'double') all[a] = `${all[a]} ${all[a]}`;
        else all.splice(b, 0, ...all.splice(a, 1));
      }
      return all.join(' ');
    });
  });
  return fc.oneof(
    cut.map(([one, part]) => one.slice(0, Math.floor(one.length * part))),
    words,
    fc.string({ maxLength: 200 }),
  );
}
