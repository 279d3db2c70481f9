import { describe, expect, test } from 'vitest';
import { kernelDialect } from '../linux/c-dialect.ts';
import type { Statement } from './ast.ts';
import { cText, negated } from './c-text.ts';
import { CReader } from './parse.ts';

const reader = await CReader.load(kernelDialect);

function written(expression: string): string {
  const fn = reader.read('x.c', `void f(void) { ${expression}; }`).functions.get('f');
  const [statement] = (fn!.body as Extract<Statement, { kind: 'block' }>).body;
  return statement?.kind === 'expression' ? cText(statement.of) : 'no expression';
}

describe('an expression as C writes it', () => {
  test.each([
    'n > 1024',
    '!priv->phys_vec',
    'info.count == 0 || (info.flags & 3)',
    'mutex_lock_interruptible(&dev_set->lock)',
    '(ret = take(lamp)) < 0',
    'a[i].b->c ? x : y',
    'copy(*p, "text", -EFAULT)',
    'x ?: y',
  ])('%s', (expression) => {
    expect(written(expression)).toBe(expression);
  });

  test('and one that does not hold', () => {
    expect(['n == 1', 'ret != 0', 'ret', 'n > 1', 'f(a, b)', 'f(a) && g(b)'].map(negated)).toEqual([
      'n != 1',
      'ret == 0',
      '!ret',
      '!(n > 1)',
      '!f(a, b)',
      '!(f(a) && g(b))',
    ]);
  });
});
