import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiledRuns } from './compiled.fixture.ts';
import { graphOf, readRuns } from './read.fixture.ts';

const hasCompiler = (() => {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const { statement } = fc.letrec<{ statement: string; block: string }>((tie) => {
  const simple = fc.constantFrom(
    'lamp_off(lamp);',
    'mutex_lock(&lamp->lock);',
    'mutex_unlock(&lamp->lock);',
    'lamp->lit = true;',
    'lamp->lit = false;',
    'ret = lamp_on(lamp);',
    'ret = -EBUSY;',
    'ret = 0;',
    'lamp->count = 2;',
    'a[0] = ret;',
    'a[1] = 2;',
    'goto out;',
    'return -ENODEV;',
  );
  const test_ = fc.constantFrom(
    'ret',
    '!ret',
    'ret == -EIO',
    'ret < 0',
    'lamp->hot',
    'n',
    '!n',
    'n && lamp->hot',
    'ret || !lamp->hot',
    'lamp_on(lamp) && ret',
    'lamp->count == 2',
    'a[0]',
    'a[1] == 2',
    '(lamp->hot ? n : ret)',
    '({ lamp_off(lamp); lamp->hot; })',
  );
  const block = fc
    .array(tie('statement'), { minLength: 1, maxLength: 3 })
    .map((all) => `{ ${all.join('\n')} }`);
  const loop = fc.constantFrom(
    'list_for_each_entry(b, &lamp->bulbs, node)',
    'list_for_each_entry_reverse(b, &lamp->bulbs, node)',
  );
  const inLoop = fc.constantFrom(
    'bulb_put(b);',
    'if (!bulb_take(b)) break;',
    'if (bulb_take(b)) continue;',
    'if (lamp->hot) goto out;',
    'scoped_guard(mutex, &lamp->lock) { if (bulb_take(b)) break; lamp_off(lamp); }',
    'scoped_cond_guard(mutex_try, continue, &lamp->lock) bulb_put(b);',
  );
  const back = fc.constantFrom(
    '',
    'list_for_each_entry_from_reverse(b, &lamp->bulbs, node) bulb_put(b);',
    'if (!list_entry_is_head(b, &lamp->bulbs, node)) list_for_each_entry_continue_reverse(b, &lamp->bulbs, node) bulb_put(b);',
  );
  return {
    block,
    statement: fc.oneof(
      { weight: 5, arbitrary: simple },
      {
        weight: 3,
        arbitrary: fc
          .tuple(test_, tie('block'), fc.option(tie('block')))
          .map(([t, y, n]) => `if (${t}) ${y}${n === null ? '' : ` else ${n}`}`),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(loop, inLoop, inLoop, back)
          .map(([l, x, y, z]) => `${l} { ${x}\n${y} }\n${z}`),
      },
      { weight: 1, arbitrary: tie('block').map((b) => `scoped_guard(mutex, &lamp->lock) ${b}`) },
      {
        weight: 1,
        arbitrary: tie('block').map(
          (b) => `scoped_cond_guard(mutex_try, return -EBUSY, &lamp->lock) ${b}`,
        ),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('block'), tie('block'))
          .map(
            ([x, y]) =>
              `switch (ret) { case -EIO: ${x}\ncase -EBUSY: lamp_off(lamp); break; case 0: ${y} break; default: break; }`,
          ),
      },
      { weight: 1, arbitrary: tie('block').map((b) => `for (int i = 0; i < 2; i++) ${b}`) },
    ),
  };
});

const program = fc.tuple(fc.array(statement, { minLength: 1, maxLength: 5 }), fc.boolean()).map(
  ([all, guarded]) => `int f(struct lamp *lamp, int n)
{
int ret = lamp->count = 0;
struct bulb *b = NULL;
int a[2];
a[0] = a[1] = 0;
${guarded ? 'guard(mutex)(&lamp->lock);\n' : ''}${all.join('\n')}
out:
return ret;
}`,
);

/** A function of more runs is not compared. */
const MOST = 500;
const FUNCTIONS = 40;

test.skipIf(!hasCompiler)('the compiler and the reader find the same runs in any function', () => {
  fc.assert(
    fc.property(fc.array(program, { minLength: FUNCTIONS, maxLength: FUNCTIONS }), (texts) => {
      const compiled = compiledRuns(texts, MOST);
      let compared = 0;
      for (const [i, text] of texts.entries()) {
        const runs = compiled[i];
        if (runs === undefined) continue;
        compared += 1;
        expect(readRuns(graphOf(text)), text).toEqual([...new Set(runs)]);
      }
      expect(compared).toBeGreaterThan(FUNCTIONS / 4);
    }),
    { numRuns: 1, endOnFailure: true },
  );
});
