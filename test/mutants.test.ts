import { existsSync, readFileSync } from 'node:fs';
import { transformWithOxc } from 'vite';
import { describe, expect, it } from 'vitest';

interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly within: string;
  readonly was: string;
  readonly becomes: string;
  readonly text: string;
}

/** The script is no part of the program, and has no types. */
const script = (name: string) =>
  import(new URL(`../scripts/mutants/${name}.mjs`, import.meta.url).href);
const { mutantsOf }: { mutantsOf: (file: string, text: string) => Mutant[] } =
  await script('syntax');
const { probed }: { probed: (file: string, text: string, first: number) => Probed } =
  await script('probes');
const { shuffled }: { shuffled: (list: readonly number[], seed: number) => number[] } =
  await script('shuffled');
const { passing }: { passing: (...of: unknown[]) => Promise<Set<unknown>> } = await script('types');

interface Probed {
  readonly text: string;
  readonly count: number;
  readonly of: (start: number) => number;
}

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

  it('know the function, method or function that a constant is, in which they are', () => {
    const text =
      'function f() { a < b; } const g = () => a < b; class C { #m() { a < b; } } a < b;';
    const names = mutantsOf('a.ts', text).map(({ within }) => within);
    expect([...new Set(names)]).toEqual(['f', 'g', '#m', '']);
  });

  it('of a file that does not parse are none', () => {
    expect(() => mutantsOf('a.ts', 'const = 1;')).toThrow(/^a\.ts: /);
  });
});

describe('a sample', () => {
  it('is the same for a seed, another one for another, and leaves nothing out', () => {
    const all = [...Array(100).keys()];
    expect(shuffled(all, 21)).toEqual(shuffled(all, 21));
    expect(shuffled(all, 21)).not.toEqual(shuffled(all, 22));
    expect(shuffled(all, 21).sort((a, b) => a - b)).toEqual(all);
    expect(shuffled(all, 21).slice(0, 3)).toEqual([48, 89, 15]);
  });
});

describe('the probes of a file', () => {
  /** All that can hide a step: what is hoisted, left early, never called, or begun but not ended. */
  const PROGRAM = `
    const seen = [];
    function late(a = 1 + 2) { return a < 5 ? a + 1 : a - 1; }
    const never = (x) => x + 1;
    const curried = (x) => (y) => x + y;
    const made = () => ({ early: 3 + 4 });
    class Box { size = 2 + 1; grow(by = 1) { if (by > 3) return 0; this.size += by + 1; return 1; } }
    for (let i = 0; i < 3; i++) { if (i === 1) continue; seen.push(curried(i)(10)); }
    switch (late(4)) { case 5: seen.push(5 + 1); break; case 6: seen.push(7 + 1); break; default: }
    seen.push(made().early, new Box().grow(9), curried(1) !== never);
    return seen.concat(inner());
    function inner(b = 8 + 1) { if (b > 20) { return 1; } return b + 2; }
  `;

  function resultOf(body: string): string {
    try {
      return `${new Function(body)()}`;
    } catch (error) {
      return `${error}`;
    }
  }

  /** The probes that were met, as the process that runs the file has them. */
  async function met(text: string): Promise<Set<number>> {
    const all = new Set<number>();
    const { code } = await transformWithOxc(`function program() {${text}}`, 'a.ts', { lang: 'ts' });
    Object.assign(globalThis, { probe_: (number: number) => all.add(number) });
    try {
      new Function(`${code}; return program();`)();
    } finally {
      Reflect.deleteProperty(globalThis, 'probe_');
    }
    return all;
  }

  it('are met wherever a change is seen: no test is left out that may kill', async () => {
    const whole = `function program() {${PROGRAM}}`;
    const offset = whole.indexOf(PROGRAM);
    const { text, of } = probed('a.ts', whole, 7);
    const hits = await met(`${text} return program();`);
    const mutants = mutantsOf('a.ts', whole);
    const original = resultOf(PROGRAM);
    const executed = mutants.filter(({ start }) => hits.has(of(start)));
    const changed = mutants.filter(
      ({ text: mutated }) => resultOf(mutated.slice(offset, mutated.lastIndexOf('}'))) !== original,
    );
    expect(changed.filter((mutant) => !executed.includes(mutant))).toEqual([]);
    expect(changed.length).toBeGreaterThan(20);
    // And not everywhere: never's body, the case that is not taken, and what comes after a return.
    const idle = mutants.filter((mutant) => !executed.includes(mutant));
    expect(new Set(idle.map(({ was }) => was.split(/[ (]/, 2).join(' ')))).toEqual(
      new Set(['const never', 'class Box', 'switch ', 'function inner']),
    );
    expect(idle).toHaveLength(19);
  });
});

describe('what passes the types', () => {
  /** A compiler for which a number is wrong in its file, and 9 in the file `other` too. */
  async function passed(mutants: readonly { file: string; text: string }[]) {
    const files = new Map(['a', 'b', 'other'].map((file) => [file, 'ok']));
    let asked = 0;
    const tree = {
      writeSource: (file: string, text: string) => files.set(file, text),
      filesWithErrors: async () => {
        asked++;
        const wrong = [...files].filter(([, text]) => /\d/.test(text)).map(([file]) => file);
        return new Set([...files.values()].includes('9') ? [...wrong, 'other'] : wrong);
      },
    };
    const core = new Map(files);
    const valid = [...(await passing(tree, core, mutants))];
    expect(files).toEqual(core);
    return { valid, asked };
  }
  const of = (file: string, text: string) => ({ file, text });

  it('is asked of many files at once, and of those with errors alone', async () => {
    const [good, bad, later] = [of('a', 'x'), of('b', '1'), of('b', 'y')];
    expect(await passed([good, bad, later])).toEqual({ valid: [good, later], asked: 3 });
  });

  it('is not what breaks another file, which itself is not blamed for it', async () => {
    const [breaking, good, meanwhile] = [of('a', '9'), of('b', 'x'), of('other', 'y')];
    expect((await passed([breaking, good])).valid).toEqual([good]);
    expect((await passed([breaking, meanwhile])).valid).toEqual([meanwhile]);
  });
});

describe('what is listed as equivalent', () => {
  const listed: readonly (Pick<Mutant, 'file' | 'within' | 'was' | 'becomes'> & {
    readonly why: string;
  })[] = JSON.parse(read('../scripts/mutants/equivalent.json'));

  it('is a mutant of a file as it is now, each once, with the reason', () => {
    for (const { file, within, was, becomes, why } of listed) {
      expect(existsSync(new URL(`../${file}`, import.meta.url)), file).toBe(true);
      const same = mutantsOf(file, read(`../${file}`)).filter(
        (mutant) => mutant.within === within && mutant.was === was && mutant.becomes === becomes,
      );
      expect(same.length, `${file}: ${was}`).toBeGreaterThan(0);
      expect(why.length, `${file}: ${was}`).toBeGreaterThan(20);
    }
    const keys = listed.map(({ file, within, was, becomes }) =>
      [file, within, was, becomes].join('\n'),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});
