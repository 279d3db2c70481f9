/**
 * Which tests execute which mutants: the file is given a probe before each statement and each body
 * that is an expression, and a mutant is where its innermost probe is.
 *
 * A probe writes its number the first time that it is met in a process, into the file that
 * `MUTANTS_HITS` names, so that what a test runs in another thread or process is told too.
 */
import { parseSync } from 'vite';

/** In one line, so that the lines of the file stay where they are. */
const PROBE = [
  'const probe_: (n: number) => void = ((globalThis as any).probe_ ??= (() => {',
  "const { appendFileSync } = process.getBuiltinModule('node:fs');",
  'const seen = new Set<number>();',
  'return (n: number) => { if (seen.has(n)) return; seen.add(n);',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program.
  'if (process.env.MUTANTS_HITS) appendFileSync(process.env.MUTANTS_HITS, `${n}\\n`); };',
  '})());',
].join(' ');

/** Where no statement may be put before, or what is there before anything is executed. */
const HOISTED = /^(?:TS|Import|Export(?:All|Named|Default)|FunctionDeclaration)/;

/**
 * @param {string} file
 * @param {string} text
 * @param {number} first the number of the file's first probe, which says that it was loaded
 * @returns {{ text: string, count: number, of: (start: number) => number }} the text with probes,
 *   and the number of the probe that is met whenever what starts there is executed
 */
export function probed(file, text, first) {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const places = [...placesBelow(program)].sort((a, b) => a.start - b.start || b.end - a.end);
  const inserted = places
    .flatMap(({ start, end, isExpression }, i) => {
      const probe = `probe_(${first + 1 + i})`;
      if (!isExpression) return [{ at: start, text: `${probe}; ` }];
      return [
        { at: start, text: `(${probe}, ` },
        { at: end, text: ')' },
      ];
    })
    .sort((a, b) => b.at - a.at);
  const within = inserted.reduce(
    (whole, { at, text: put }) => whole.slice(0, at) + put + whole.slice(at),
    text,
  );
  return {
    text: `${PROBE} probe_(${first}); ${within}`,
    count: places.length + 1,
    of: (start) => first + 1 + places.findLastIndex((each) => isIn(each, start)),
  };
}

const isIn = ({ start, end }, at) => start <= at && at < end;

function* placesBelow(node) {
  if (node.type === 'BlockStatement' || node.type === 'StaticBlock') yield* statements(node.body);
  if (node.type === 'SwitchCase') yield* statements(node.consequent);
  if (node.type === 'ArrowFunctionExpression' && node.body.type !== 'BlockStatement') {
    yield { start: node.body.start, end: node.body.end, isExpression: true };
  }
  for (const child of Object.values(node).flat()) {
    if (typeof child?.type === 'string') yield* placesBelow(child);
  }
}

function* statements(list) {
  for (const { type, start, end } of list) {
    if (!HOISTED.test(type)) yield { start, end, isExpression: false };
  }
}
