import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { broken, endOf } from './hostile.fixture.ts';
import { lampRows } from './read.fixture.ts';

const reading = {
  entries: [
    {
      begins: 'f:begin',
      parameters: { lamp: '@lamp' },
      returns: { 'f:ok': '0', 'f:failed': 'errno' },
    },
  ],
  rows: lampRows,
  lists: [{ head: '&$lamp->bulbs', of: 'bulb', size: 2, link: 'node' }],
  leads: { 'bulb.lamp': '@lamp' },
};

const WHOLE = `
#define twice(x) ({ lamp_off(x); lamp_off(x); })
static int f(struct lamp *lamp, int n)
{
	struct bulb *b __free(kfree) = kzalloc(sizeof(*b), GFP_KERNEL);
	int ret = 0, i;

	guard(mutex)(&lamp->lock);
	list_for_each_entry(b, &lamp->bulbs, node) {
		if (!bulb_take(b) || (n && lamp->hot))
			goto undo;
	}
	for (i = 0; i < 3; i++)
		twice(lamp);
	switch (n) {
	case 1 ... 3:
		ret = lamp_on(lamp);
		fallthrough;
	case 4:
		lamp->lit = ret ? false : true;
		break;
	default:
		return -EIO;
	}
	do {
		ret = lamp_on(lamp);
	} while (ret == -EBUSY);
	return no_free_ptr(b) ? ret : -EBUSY;
undo:
	list_for_each_entry_continue_reverse(b, &lamp->bulbs, node)
		bulb_put(b);
	return ret ?: -ENODEV;
}
`;

test('C that is broken in any way ends in states or in one sentence', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(broken([WHOLE]), (text) => {
      expect(endOf('lamp.c', text, reading)).toBeDefined();
    }),
    { numRuns: 300 },
  );
});

describe('one sentence, and no crash, for', () => {
  const f = (body: string) => `int f(struct lamp *lamp, int n) { ${body} }`;
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['brackets without end', f('('.repeat(20_000)), /./],
    ['an expression that nests without end', f(`return ${'!'.repeat(20_000)}n;`), /nest/],
    ['blocks that nest without end', f('{'.repeat(5_000) + '}'.repeat(5_000)), /nest/],
    ['a loop that does nothing', f('for (;;) ;'), /a loop in which nothing is to be seen/],
    ['a jump to itself', f('again: goto again;'), /a loop in which nothing is to be seen/],
    [
      'a function that calls itself',
      'int f(struct lamp *lamp, int n) { lamp_off(lamp); return f(lamp, n); }',
      /calls itself/,
    ],
    [
      'as many states as there are subsets',
      f(
        `${Array.from({ length: 20 }, (_, i) => `int v${i} = g${i}();`).join('')} lamp_off(lamp); ${Array.from({ length: 20 }, (_, i) => `if (v${i}) lamp_off(lamp);`).join('')} ${Array.from({ length: 20 }, (_, i) => `if (v${i}) lamp_off(lamp);`).join('')} return 0;`,
      ),
      /more than \d+ states/,
    ],
    ['a label that is there twice', f('out: lamp_off(lamp); out: goto out;'), /./],
    ['a jump to nowhere', f('goto nowhere;'), /goto nowhere/],
    ['a break outside of a loop', f('break;'), /break/],
    [
      'a macro that is itself',
      '#define g() g()\nint f(struct lamp *lamp, int n) { lamp_off(lamp); return g(); }',
      /./,
    ],
    ['a comment without end', `${f('return 0;')} /* `, /./],
    ['bytes that are no text', '\u0000\u0001\ufffd\ud800', /^$/],
  ];

  test.each(cases)('%s', { timeout: 60_000 }, (_, text, expected) => {
    const start = performance.now();
    expect(endOf('lamp.c', text, reading)).toMatch(expected);
    expect(performance.now() - start).toBeLessThan(40_000);
  });
});
