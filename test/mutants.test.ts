import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly was: string;
  readonly becomes: string;
  readonly text: string;
}

/** The script is no part of the program, and has no types. */
const { mutantsOf } = (await import(
  new URL('../scripts/mutants/syntax.mjs', import.meta.url).href
)) as { mutantsOf: (file: string, text: string) => Mutant[] };

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const mutated = (text: string) => mutantsOf('a.ts', text).map(({ becomes }) => becomes);

describe('the mutants of a file', () => {
  it.each([
    ['a < b;', [';', 'a <= b;']],
    [
      'const x = a === b && !c;',
      ['const x = a === b || !c;', 'const x = a !== b && !c;', 'const x = a === b && c;'],
    ],
    ['if (is(a)) b();', ['if (!(is(a))) b();', ';', 'if (is(a)) ;']],
    ['while (a) continue;', ['while (!(a)) continue;', 'while (a) ;']],
    [
      'const x = list.some(f) ? 1 : 0;',
      [
        'const x = list.every(f) ? 1 : 0;',
        'const x = !(list.some(f)) ? 1 : 0;',
        'const x = list.some(f) ? 2 : 0;',
        'const x = list.some(f) ? 0 : 0;',
        'const x = list.some(f) ? 1 : 1;',
      ],
    ],
    ['const x = Math.min(a, b);', ['const x = Math.max(a, b);']],
    ['const x = f(a, b);', ['const x = f(b, a);']],
    ['const x = true as const;', ['const x = false as const;']],
  ])('%s', (text, expected) => {
    expect(mutated(text).sort()).toEqual([...expected].sort());
  });

  it('leave types, names and texts alone', () => {
    expect(mutated('type A = 0 | true; const x: 1 | 2 = y as 1; interface B { 0: 1 }')).toEqual([]);
    expect(mutated("const x = { 0: a, b: 'c' + d, e: `f` + g };")).toEqual([]);
    expect(
      mutated("import { a } from 'a'; export const f = (b: number) => { return b; };"),
    ).toEqual([]);
  });

  it('differ from the file in one place, and know where', () => {
    const text = 'const a = 5;\nconst b =\n  c > d;\n';
    const mutants = mutantsOf('a.ts', text);
    expect(mutants.map(({ line, was, becomes }) => [line, was, becomes])).toEqual([
      [1, 'const a = 5;', 'const a = 6;'],
      [1, 'const a = 5;', 'const a = 4;'],
      [3, 'c > d;', 'c >= d;'],
    ]);
    expect(mutants[2]!.text).toBe('const a = 5;\nconst b =\n  c >= d;\n');
  });

  it('of a file that does not parse are none', () => {
    expect(() => mutantsOf('a.ts', 'const = 1;')).toThrow(/^a\.ts: /);
  });
});

describe('what is listed as equivalent', () => {
  const listed: readonly (Omit<Mutant, 'text' | 'line'> & { readonly why: string })[] = JSON.parse(
    read('../scripts/mutants/equivalent.json'),
  );

  it('is a mutant of a file as it is now, each once, with the reason', () => {
    for (const { file, was, becomes, why } of listed) {
      expect(existsSync(new URL(`../${file}`, import.meta.url)), file).toBe(true);
      const same = mutantsOf(file, read(`../${file}`)).filter(
        (mutant) => mutant.was === was && mutant.becomes === becomes,
      );
      expect(same.length, `${file}: ${was}`).toBeGreaterThan(0);
      expect(why.length, `${file}: ${was}`).toBeGreaterThan(20);
    }
    const keys = listed.map(({ file, was, becomes }) => `${file}: ${was} / ${becomes}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
