import { describe, expect, test } from 'vitest';
import { kernelDialect } from '../linux/c-dialect.ts';
import { prepare } from './prepare.ts';

const prepared = (text: string) => prepare(text, kernelDialect).text;

describe('what was written otherwise before is read as it is written now', () => {
  test.each([
    ['kzalloc(sizeof(*a), GFP_KERNEL)', 'kzalloc_obj(*a)'],
    ['kzalloc(sizeof(struct lamp), GFP_KERNEL)', 'kzalloc_obj(lamp)'],
    ['kzalloc(sizeof(*a), GFP_ATOMIC)', 'kzalloc_obj(*a, GFP_ATOMIC)'],
    ['kcalloc(a->n, sizeof(*a->b), GFP_KERNEL)', 'kzalloc_objs(*a->b, a->n)'],
  ])('%s', (older, now) => {
    expect(prepared(`int f(void)\n{\n  a = ${older};\n}\n`)).toBe(
      `int f(void)\n{\n  a = ${now};\n}\n`,
    );
  });

  test('lines stay where they are', () => {
    const text =
      'int f(void)\n{\n  a = kzalloc(sizeof(*a),\n              GFP_KERNEL);\n  b();\n}\n';
    expect(prepared(text).split('\n')[4]).toBe('  b();');
  });

  test('an allocation by a number of bytes is left as it is', () => {
    const text = 'int f(void)\n{\n  a = kzalloc(size, GFP_KERNEL);\n}\n';
    expect(prepared(text)).toBe(text);
  });
});

test('what a condition leaves out is known, and of it the functions that do nothing', () => {
  const text = `#ifdef CONFIG_LAMP
void lamp_on(struct lamp *lamp);
#else
static inline void lamp_on(struct lamp *lamp)
{
}
static inline int
lamp_off(struct lamp *lamp)
{
\treturn -ENOTTY;
}
static inline void
lamp_dim(struct lamp *lamp, int by) {}
#endif
static inline void lamp_kept(struct lamp *lamp)
{
}
`;
  const { dropped, empty } = prepare(text, kernelDialect);
  expect([...dropped]).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  expect(empty).toEqual([
    { from: 4, to: 6 },
    { from: 12, to: 13 },
  ]);
});
