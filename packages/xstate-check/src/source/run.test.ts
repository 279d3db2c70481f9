import { describe, expect, test } from 'vitest';
import { NotRead } from './ast.ts';
import { compare, offersOf } from './compare.ts';
import { graphOf, lampRows, runsOf } from './read.fixture.ts';
import type { Reading, Row } from './table.ts';

/** The runs of a function with this body. */
const runs = (body: string) => runsOf(graphOf(`int f(struct lamp *lamp, int n)\n{\n${body}\n}`));

describe('control flow', () => {
  test('an early return leaves out what follows', () => {
    expect(runs('if (lamp->hot) return -EBUSY; lamp_off(lamp); return 0;')).toEqual([
      'hot:false off f:ok',
      'hot:true f:-EBUSY',
    ]);
  });

  test('goto leads to its label', () => {
    const body = `
      int ret;
      mutex_lock(&lamp->lock);
      ret = lamp_on(lamp);
      if (ret)
        goto unlock;
      lamp->lit = true;
    unlock:
      mutex_unlock(&lamp->lock);
      return ret;`;
    expect(runs(body)).toEqual(['lock on:-EIO unlock f:-EIO', 'lock on:ok lit.set unlock f:ok']);
  });

  test('what && and || leave out is not evaluated', () => {
    expect(
      runs('if (n && 0) lamp_off(lamp); return lamp->hot && !lamp_on(lamp) ? -EBUSY : 0;'),
    ).toEqual(['hot:false f:ok', 'hot:true on:-EIO f:ok', 'hot:true on:ok f:-EBUSY']);
  });

  test('a case falls through to the next one, up to a break', () => {
    const body = `
      switch (lamp_on(lamp)) {
      case -EIO: lamp_off(lamp);
      case 7: lamp->lit = false; break;
      case 0: lamp->lit = true; break;
      default: return -EBUSY;
      }
      return 0;`;
    expect(runs(body)).toEqual(['on:-EIO off lit.clear f:ok', 'on:ok lit.set f:ok']);
  });

  test('a range of cases', () => {
    const body =
      'switch (n = 3) { case 1 ... 4: lamp_off(lamp); break; case 5: lamp_on(lamp); } return 0;';
    expect(runs(body)).toEqual(['off f:ok']);
  });

  test('do runs its body before it tests', () => {
    expect(runs('int i = 0; do { lamp_off(lamp); } while (++i < 2); return 0;')).toEqual([
      'off off f:ok',
    ]);
  });

  test('for, with continue and break', () => {
    const body = `
      for (int i = 0; i < 5; i++) {
        if (i == 0) continue;
        if (i == 3) break;
        lamp_off(lamp);
      }
      return 0;`;
    expect(runs(body)).toEqual(['off off f:ok']);
  });

  test('a statement as an expression has the value of its last one', () => {
    expect(runs('int r = ({ lamp_off(lamp); -EBUSY; }); return r;')).toEqual(['off f:-EBUSY']);
  });

  test('a function that is called is gone into where it has steps', () => {
    const text = `
      static int helper(struct lamp *l) { if (l->hot) return -EBUSY; return lamp_on(l); }
      int f(struct lamp *lamp, int n) { int ret = helper(lamp); if (ret) return ret; lamp_off(lamp); return 0; }`;
    expect(runsOf(graphOf(text))).toEqual([
      'hot:false on:-EIO f:-EIO',
      'hot:false on:ok off f:ok',
      'hot:true f:-EBUSY',
    ]);
  });

  test('a macro with steps is gone into', () => {
    const text = `
      #define lamp_lock(l) mutex_lock(&(l)->lock)
      int f(struct lamp *lamp, int n) { lamp_lock(lamp); mutex_unlock(&lamp->lock); return 0; }`;
    expect(runsOf(graphOf(text))).toEqual(['lock unlock f:ok']);
  });
});

describe('values', () => {
  test('a condition that nothing is known of is chosen once, and then remembered', () => {
    const body = 'if (n) lamp_on(lamp); lamp->lit = true; if (n) lamp_off(lamp); return 0;';
    expect(runs(body)).toEqual([
      '(n is false) lit.set f:ok',
      '(n is true) on:-EIO lit.set off f:ok',
      '(n is true) on:ok lit.set off f:ok',
    ]);
  });

  test('!x, x == 0 and x != 0 ask the same as x', () => {
    const body =
      'if (!n) lamp_off(lamp); if (n == 0) lamp->lit = false; if (n != 0) lamp->lit = true; return 0;';
    expect(runs(body)).toEqual(['(n is false) off lit.clear f:ok', '(n is true) lit.set f:ok']);
  });

  test('a call that nothing is known of may answer otherwise the second time', () => {
    const body = 'if (poll(n)) lamp_off(lamp);\nif (poll(n)) lamp->lit = true;\nreturn 0;';
    expect(runs(body)).toHaveLength(4);
    const once = 'int p = poll(n);\nif (p) lamp_off(lamp);\nif (p) lamp->lit = true;\nreturn 0;';
    expect(runs(once)).toEqual(['(poll@3() is false) f:ok', '(poll@3() is true) off lit.set f:ok']);
  });

  test('an errno in a pointer, and NULL', () => {
    const body = `
      struct bulb *b = lamp_probe(lamp);
      if (IS_ERR(b))
        return PTR_ERR(b);
      bulb_put(b);
      b = lamp_find(lamp);
      if (!b)
        return -EBUSY;
      return 0;`;
    expect(runs(body)).toEqual([
      'probe:-ENODEV f:-ENODEV',
      'probe:ok bulb[0].put find:NULL f:-EBUSY',
      'probe:ok bulb[0].put find:found f:ok',
    ]);
  });

  test('a lock through a pointer is the same lock', () => {
    const body = 'struct mutex *m = &lamp->lock; mutex_lock(m); mutex_unlock(m); return 0;';
    expect(runs(body)).toEqual(['lock unlock f:ok']);
  });

  test('a member that was written is read again', () => {
    expect(runs('lamp->count = 2; if (lamp->count == 2) lamp_off(lamp); return 0;')).toEqual([
      'off f:ok',
    ]);
  });
});

describe('what ends with its scope', () => {
  test('a guard is given back on every way out', () => {
    const body =
      'guard(mutex)(&lamp->lock); if (lamp->hot) return -EBUSY; lamp_off(lamp); return 0;';
    expect(runs(body)).toEqual(['lock hot:false off unlock f:ok', 'lock hot:true unlock f:-EBUSY']);
  });

  test('a scoped guard ends with its statement, also by break and goto', () => {
    const body = `
      while (1) {
        scoped_guard(mutex, &lamp->lock) {
          if (lamp->hot)
            goto out;
        }
        break;
      }
      lamp_off(lamp);
    out:
      return 0;`;
    expect(runs(body)).toEqual(['lock hot:false unlock off f:ok', 'lock hot:true unlock f:ok']);
  });

  test('a scoped guard may fail: what then is done is said with it', () => {
    const body = `
      scoped_cond_guard(mutex_try, return -EBUSY, &lamp->lock) {
        if (lamp->hot)
          break;
        lamp_off(lamp);
      }
      return 0;`;
    expect(runs(body)).toEqual([
      'trylock:0 f:-EBUSY',
      'trylock:1 hot:false off unlock f:ok',
      'trylock:1 hot:true unlock f:ok',
    ]);
  });

  test('a lock with a class for lockdep is the lock', () => {
    expect(runs('mutex_lock_nested(&lamp->lock, 1); mutex_unlock(&lamp->lock); return 0;')).toEqual(
      ['lock unlock f:ok'],
    );
    expect(
      runs('mutex_lock_nest_lock(&lamp->lock, &n); mutex_unlock(&lamp->lock); return 0;'),
    ).toEqual(['lock unlock f:ok']);
  });

  test.each(['interruptible', 'killable'])(
    'a lock that a signal ends is taken or not: %s',
    (how) => {
      const take = `if (mutex_lock_${how}(&lamp->lock))\nreturn -EBUSY;\n`;
      expect(runs(`${take}lamp_off(lamp);\nmutex_unlock(&lamp->lock);\nreturn 0;`)).toEqual([
        `(a signal ends mutex_lock_${how}() is true) f:-EBUSY`,
        'lock off unlock f:ok',
      ]);
    },
  );

  test('in a function that has nothing else, too', () => {
    const text = `static int take(struct lamp *lamp) { return mutex_lock_killable(&lamp->lock); }
      int f(struct lamp *lamp, int n) { if (take(lamp) == -EINTR) return -EBUSY; return 0; }`;
    expect(runsOf(graphOf(text))).toEqual([
      '(a signal ends mutex_lock_killable() is true) f:-EBUSY',
      'lock f:ok',
    ]);
  });

  test('a value is freed where its scope ends, unless it was taken out', () => {
    const body = `
      struct bulb *b __free(bulb_put) = lamp_probe(lamp);
      if (lamp->hot)
        return -EBUSY;
      n = keep(no_free_ptr(b));
      return 0;`;
    expect(runs(body).filter((run) => run.startsWith('probe:ok'))).toEqual([
      'probe:ok hot:false f:ok',
      'probe:ok hot:true bulb[0].put f:-EBUSY',
    ]);
  });
});

describe('lists', () => {
  test('each entry in turn, and back', () => {
    const body = `
      struct bulb *b;
      list_for_each_entry(b, &lamp->bulbs, node)
        bulb_put(b);
      list_for_each_entry_reverse(b, &lamp->bulbs, node)
        if (!bulb_take(b)) break;
      return 0;`;
    expect(runs(body)).toEqual([
      'bulb[0].put bulb[1].put bulb[1].take:0 f:ok',
      'bulb[0].put bulb[1].put bulb[1].take:1 bulb[0].take:0 f:ok',
      'bulb[0].put bulb[1].put bulb[1].take:1 bulb[0].take:1 f:ok',
    ]);
  });

  test('where a loop ends the cursor is the head, and a loop from there has nothing to do', () => {
    const body = `
      struct bulb *b;
      list_for_each_entry(b, &lamp->bulbs, node)
        bulb_put(b);
      list_for_each_entry_from_reverse(b, &lamp->bulbs, node)
        lamp_off(lamp);
      return 0;`;
    expect(runs(body)).toEqual(['bulb[0].put bulb[1].put f:ok']);
  });

  test('the way back from where a loop was left', () => {
    const body = `
      struct bulb *b;
      list_for_each_entry(b, &lamp->bulbs, node)
        if (!bulb_take(b)) break;
      if (list_entry_is_head(b, &lamp->bulbs, node))
        return 0;
      list_for_each_entry_continue_reverse(b, &lamp->bulbs, node)
        bulb_put(b);
      return -EBUSY;`;
    expect(runs(body)).toEqual([
      'bulb[0].take:0 f:-EBUSY',
      'bulb[0].take:1 bulb[1].take:0 bulb[0].put f:-EBUSY',
      'bulb[0].take:1 bulb[1].take:1 f:ok',
    ]);
  });

  test('a list that is asked entry by entry', () => {
    const lists = [
      { head: '&$lamp->bulbs', of: 'bulb', size: 1, link: 'node', asks: '{bulb}.listed' },
    ];
    const text = `int f(struct lamp *lamp, int n) {
      struct bulb *b, *next;
      list_for_each_entry_safe(b, next, &lamp->bulbs, node) bulb_put(b);
      return 0; }`;
    expect(runsOf(graphOf(text, { lists }))).toEqual([
      'bulb[0].listed:false f:ok',
      'bulb[0].listed:true bulb[0].put f:ok',
    ]);
  });
});

describe('a walk that takes its own entry off the list', () => {
  const construct = (body: string): string | undefined => {
    try {
      runs(body);
    } catch (error) {
      if (error instanceof NotRead) return error.message;
      throw error;
    }
    return undefined;
  };
  const walk = (macro: string, unlinks: string) =>
    `struct bulb *b, *next;\n${macro}(b, ${macro.includes('_safe') ? 'next, ' : ''}&lamp->bulbs, node) {\n${unlinks}\n}\nreturn 0;`;
  const ways = ['', '_reverse', '_continue', '_continue_reverse', '_from', '_from_reverse', '_rcu'];
  const begins = (way: string) =>
    /_(?:from|continue)/.test(way)
      ? `struct bulb *b = list_${way.includes('reverse') ? 'last' : 'first'}_entry(&lamp->bulbs, struct bulb, node);\n`
      : '';

  test.each(ways)('is not read, list_for_each_entry%s', (way) => {
    const body = walk(`list_for_each_entry${way}`, 'list_del_init(&b->node);').replace(
      'struct bulb *b, *next;\n',
      begins(way) || 'struct bulb *b;\n',
    );
    expect(construct(body)).toBe(
      'a walk of a list that goes on from an entry after list_del_init() in line 5 at lamp.c:4',
    );
  });

  test.each([
    ['list_move(&b->node, &lamp->spare);'],
    ['list_add_tail(&b->node, &lamp->spare);'],
    ['list_del_rcu(&b->node); list_del(&b->node);'],
    ['kfree(b);'],
    ['struct bulb *same = b; bulb_put(b); list_del(&same->node);'],
    ['if (!bulb_take(b)) list_del(&b->node);'],
  ])('by %s', (unlinks) => {
    expect(construct(walk('list_for_each_entry', unlinks))).toMatch(
      /^a walk of a list that goes on/,
    );
  });

  test('in a function that it calls', () => {
    const text = `static void drop(struct bulb *b) { bulb_put(b); list_del(&b->node); }
      int f(struct lamp *lamp, int n) {
      struct bulb *b;
      list_for_each_entry(b, &lamp->bulbs, node) drop(b);
      return 0; }`;
    expect(() => graphOf(text)).toThrow(/a walk .* after list_del\(\) in line 1 at lamp.c:4/);
  });

  test('and asks for the next one itself', () => {
    const body = `struct bulb *b = list_first_entry(&lamp->bulbs, struct bulb, node);
      list_del(&b->node);
      bulb_put(list_next_entry(b, node));
      return 0;`;
    expect(construct(body)).toMatch(/after list_del\(\) in line 4 at lamp.c:5$/);
  });

  test.each([
    ['list_for_each_entry_safe', 'list_del(&b->node); bulb_put(b);', 2],
    ['list_for_each_entry_safe_reverse', 'list_del(&b->node); kfree(b); bulb_put(b);', 2],
    ['list_for_each_entry', 'bulb_put(b); list_del(&b->node); break;', 1],
    ['list_for_each_entry', 'bulb_put(b); list_del(&b->other);', 2],
    ['list_for_each_entry', 'bulb_put(b); list_del(&lamp->node);', 2],
    ['list_for_each_entry_rcu', 'bulb_put(b); list_del_rcu(&b->node);', 2],
  ])('is read where it does not go on from it: %s, %s', (macro, unlinks, times) => {
    expect(runs(walk(macro, unlinks))[0]?.match(/put/g)).toHaveLength(times);
  });

  test('is read where another walk begins anew', () => {
    const body = `struct bulb *b, *next;
      list_for_each_entry_safe(b, next, &lamp->bulbs, node) list_del(&b->node);
      list_for_each_entry(b, &lamp->bulbs, node) bulb_put(b);
      return 0;`;
    expect(runs(body)).toEqual(['bulb[0].put bulb[1].put f:ok']);
  });
});

describe('rows', () => {
  /** The runs with rows that come before those of the lamp. */
  const withRows = (body: string, ...rows: Row[]) =>
    graphOf(`int f(struct lamp *lamp, int n)\n{\n${body}\n}`, { rows: [...rows, ...lampRows] });

  test('what others do on the thread meanwhile is part of an outcome', () => {
    const graph = withRows('if (lamp_wake(lamp)) return -EIO; return 0;', {
      c: 'lamp_wake($lamp)',
      label: '{lamp}.wake',
      returns: { slept: '0', lit: '0', failed: '-EIO' },
      runs: { slept: ['{lamp}.wake:slept', '{lamp}.off'] },
      because: 'it is switched off first',
    });
    expect(runsOf(graph)).toEqual(['wake:failed f:-EIO', 'wake:lit f:ok', 'wake:slept off f:ok']);
    expect(graph.assumptions.map(({ text }) => text)).toEqual([
      'lamp_wake($lamp), slept, is lamp.wake:slept, lamp.off: it is switched off first',
    ]);
  });

  test('an outcome may be no step', () => {
    const row = {
      c: 'lamp_wake($lamp)',
      label: '{lamp}.wake',
      returns: { ok: '0', failed: '-EIO' },
    };
    const graph = withRows('return lamp_wake(lamp);', { ...row, runs: { ok: [] } });
    expect(runsOf(graph)).toEqual(['(it ends with 0) f:ok', 'wake:failed f:-EIO']);
  });

  test('a step without outcomes has a value where the table says it', () => {
    const graph = withRows('return lamp_dim(lamp);', {
      c: 'lamp_dim($lamp)',
      label: '{lamp}.dim',
      returns: { '': '-EBUSY' },
    });
    expect(runsOf(graph)).toEqual(['dim f:-EBUSY']);
  });

  test('what is no step is said, with its reason', () => {
    const graph = withRows('lamp->lit = true; return 0;', {
      c: '$lamp->lit = true',
      because: 'it is on already',
    });
    expect(runsOf(graph)).toEqual(['f:ok']);
    expect(graph.assumptions.map(({ text }) => text)).toEqual([
      '$lamp->lit = true is no step: it is on already',
    ]);
  });

  test('a bit that is set in an array, by its value', () => {
    const row = { c: '$lamp->regs[$_] = $_ | 2', label: '{lamp}.bit' };
    const runs = (body: string) => runsOf(withRows(body, row));
    expect(runs('int *reg = &lamp->regs[n]; *reg &= ~2; *reg |= 2; return 0;')).toEqual([
      'bit f:ok',
    ]);
    expect(runs('lamp->regs[n] |= 1; return 0;')).toEqual(['f:ok']);
  });

  test('elements of an array are told apart where their indices are known', () => {
    const bodies = {
      'int a[2]; a[0] = 1; a[1] = 0; if (a[0] && !a[1]) lamp_off(lamp); return 0;': ['off f:ok'],
      'int a[2]; a[n] = 0; if (a[n]) lamp_off(lamp); return 0;': ['f:ok'],
      'int a[2]; a[0] = 1; a[n] = 0; if (a[0]) lamp_off(lamp); return 0;': ['f:ok', 'off f:ok'],
    };
    for (const [body, expected] of Object.entries(bodies)) {
      const plain = runsOf(withRows(body)).map((run) => run.replace(/^\(.*?\) /, ''));
      expect([...new Set(plain)].sort(), body).toEqual(expected);
    }
  });

  test('a pointer is asked where it is tested, not where it leads on or is handed on', () => {
    const row = { c: '$lamp->cord', label: '{lamp}.cord', returns: { true: '1', false: '0' } };
    const body = 'lamp->cord->length = 3; cord_put(lamp->cord);';
    expect(runsOf(withRows(`${body} return 0;`, row))).toEqual(['f:ok']);
    expect(
      runsOf(withRows(`${body} if (READ_ONCE(lamp->cord)) return -EIO; return 0;`, row)),
    ).toEqual(['cord:false f:ok', 'cord:true f:-EIO']);
  });

  test('the structure around a member of an object', () => {
    const body =
      'struct lamp *l = container_of(&lamp->plug, struct lamp, plug); lamp_off(l); return 0;';
    expect(runsOf(withRows(body))).toEqual(['off f:ok']);
  });
});

describe('choices', () => {
  test('that both end alike are none', () => {
    const graph = graphOf(
      'int f(struct lamp *lamp, int n) { if (n) note(n); lamp_off(lamp); return 0; }',
    );
    expect(runsOf(graph)).toEqual(['off f:ok']);
    expect(graph.choices).toEqual([]);
  });

  test('about a sum that a loop adds to do not go on for ever', () => {
    const body = 'for (; n < lamp->size; n += lamp->step) note(n); lamp_off(lamp); return 0;';
    const graph = graphOf(`int f(struct lamp *lamp, int n) { ${body} }`);
    expect(runsOf(graph)).toEqual(['off f:ok']);
  });
});

describe('what is not read is said, with its line', () => {
  /** What stands in the way of reading a function with this body, and the line. */
  const why = (body: string) => {
    try {
      graphOf(`int f(struct lamp *lamp, int n)\n{\n${body}\n}`);
    } catch (error) {
      if (error instanceof NotRead) return error.message;
      throw error;
    }
    return 'read';
  };

  test.each([
    ['asm("nop"); return 0;', 'gnu asm expression at lamp.c:3'],
    ['if (', 'text that does not parse at lamp.c:3'],
    ['\n<<<<<<< HEAD\nreturn 0;', 'a conflict marker at lamp.c:4'],
    [
      'if (lamp_off(lamp)) return 0;',
      'a test of what the table does not answer (unanswered(lamp_off($lamp))) at lamp.c:3',
    ],
    [
      'struct bulb *b;\nlist_for_each_entry(b, &lamp->others, node) bulb_put(b);',
      'a list that the table does not know (&lamp.others) at lamp.c:4',
    ],
    ['for_each_lamp(n) lamp_off(lamp);\nreturn 0;', 'the loop for_each_lamp() at lamp.c:3'],
    ['guard(fridge)(&lamp->lock);', 'guard(fridge) at lamp.c:3'],
    ['while (lamp->count) n = 1;\nreturn 0;', 'a loop in which nothing is to be seen at lamp.c:3'],
    ['return f(lamp, n) + lamp_on(lamp);', 'f() calls itself at lamp.c:3'],
  ])('%j', (body, reason) => {
    expect(why(body)).toBe(reason);
  });

  test('calls and assignments without a label are listed', () => {
    const { unlabelled } = graphOf(
      'int f(struct lamp *lamp, int n)\n{\n  note(n);\n  lamp->count = 1;\n  return 0;\n}',
    );
    expect(unlabelled.map(({ text, place }) => `${text} ${place.line}`)).toEqual([
      'note(n) 3',
      'lamp.count = 1 4',
    ]);
  });
});

test('a place is that of the file, whatever stands before it', () => {
  const graph = graphOf(`/* two
     lines */
#if IS_ENABLED(CONFIG_LAMP)
#define X(a) \\
   a
#else
#endif
int f(struct lamp *lamp, int n)
{
  lamp_off(lamp); return 0; /* line 10 */
}`);
  expect(graph.steps[1]![0]!.place).toEqual({ file: 'lamp.c', line: 10 });
});

describe('what the table says of more than a value', () => {
  const withRows = (rows: readonly Row[], more: Partial<Reading> = {}) => ({
    rows: [...rows, ...lampRows],
    ...more,
  });

  test('a test that is to be seen is asked once, wherever the value is read', () => {
    const row = { c: '$lamp->bulb', label: '{lamp}.bulb', tested: true } as const;
    const rows = withRows([{ ...row, returns: { set: '1', NULL: '0' } }]);
    const body =
      'if (lamp->bulb) lamp_off(lamp); bulb_put(lamp->bulb); if (!lamp->bulb) lamp->lit = true; return 0;';
    const text = `int f(struct lamp *lamp, int n)\n{\n${body}\n}`;
    expect(runsOf(graphOf(text, rows))).toEqual(['bulb:NULL lit.set f:ok', 'bulb:set off f:ok']);
  });

  test('what is behind a member whose test is to be seen is known after the test', () => {
    const row = { c: '$lamp->bulb', label: '{lamp}.bulb', tested: true } as const;
    const rows = withRows([{ ...row, returns: { set: '1', NULL: '0' } }], {
      leads: { 'lamp.bulb': '@bulb[0]' },
    });
    const text =
      'int f(struct lamp *lamp, int n) { if (lamp->bulb) bulb_put(lamp->bulb); return 0; }';
    expect(runsOf(graphOf(text, rows))).toEqual(['bulb:NULL f:ok', 'bulb:set bulb[0].put f:ok']);
  });

  test('what an outcome sets is found by the function that reads it', () => {
    const rows = withRows([
      {
        c: 'lamp_dim($lamp)',
        label: '{lamp}.dim',
        returns: { true: '1', false: '0' },
        sets: { true: '$lamp->level = 1', false: '$lamp->level = 0' },
      },
    ]);
    const text = `
      static bool is_dimmed(struct lamp *l) { return l->level != 0; }
      int f(struct lamp *lamp, int n) { lamp_dim(lamp); if (is_dimmed(lamp)) lamp_off(lamp); return 0; }`;
    expect(runsOf(graphOf(text, rows))).toEqual(['dim:false f:ok', 'dim:true off f:ok']);
  });

  test('an object that belongs to another one has the kind of its own name', () => {
    const rows = withRows([{ c: 'wire_cut($wire)', label: '{wire}.cut' }], {
      leads: { 'lamp.wire': '@lamp.wire' },
    });
    const text = 'int f(struct lamp *lamp, int n) { wire_cut(lamp->wire); return 0; }';
    expect(runsOf(graphOf(text, rows))).toEqual(['wire.cut f:ok']);
  });
});

describe('constant structures', () => {
  const table = `
    static int on(struct lamp *l) { return lamp_on(l); }
    static const struct lamp_ops ops = { .on = on, .quick = true };`;
  const body = `
    int f(struct lamp *lamp, int n) {
      if (lamp->ops->off) lamp_off(lamp);
      if (lamp->ops->quick && lamp->ops->on) return lamp->ops->on(lamp);
      return 0;
    }`;
  const leads = { 'lamp.ops': '&ops' };

  test('a member that is named is called, and one that is not is NULL', () => {
    expect(runsOf(graphOf(table + body, { leads }))).toEqual(['on:-EIO f:-EIO', 'on:ok f:ok']);
  });

  test('a member more, or one less, changes what the function does', () => {
    const more = table.replace('.on = on', '.on = on, .off = on');
    expect(runsOf(graphOf(more + body, { leads }))).toEqual([
      'off on:-EIO f:-EIO',
      'off on:ok f:ok',
    ]);
    const less = table.replace('.on = on,', '');
    expect(runsOf(graphOf(less + body, { leads }))).toEqual(['f:ok']);
  });
});

describe('objects of an array, numbers of an enum, types for objects', () => {
  test('the i-th of an array of objects is that object', () => {
    const text = `
      int f(struct bulb *all, int n) { for (int i = 0; i < n; i++) bulb_put(&all[i]); return 0; }`;
    const parameters = { all: '@bulb[]', n: '2' };
    const entries = [{ begins: 'f:begin', parameters, returns: { 'f:ok': '0' } }];
    expect(runsOf(graphOf(text, { entries }))).toEqual(['bulb[0].put bulb[1].put f:ok']);
  });

  test('an enumerator without a value is one more than that before it', () => {
    const text = `
      enum mode { OFF = 1, ON, BLINK };
      int f(struct lamp *lamp, int n) { if (ON == 2 && BLINK == 3) lamp_off(lamp); return 0; }`;
    expect(runsOf(graphOf(text))).toEqual(['off f:ok']);
  });

  test('what an allocation names by its type is no read, and tells two allocations apart', () => {
    const rows = [
      {
        c: 'kzalloc_obj(*$lamp->wire)',
        label: '{lamp}.wire',
        returns: { ok: '@wire', NULL: '0' },
      },
      { c: 'kzalloc_obj($_)', label: 'other', returns: { NULL: 'NULL' } },
      ...lampRows,
    ];
    const text = `
      int f(struct lamp *lamp, int n) { if (!kzalloc_obj(*lamp->wire)) kzalloc_obj(*n); return 0; }`;
    expect(runsOf(graphOf(text, { rows }))).toEqual(['wire:NULL other:NULL f:ok', 'wire:ok f:ok']);
  });

  test('the entries of a scatterlist are gone through like those of a list', () => {
    const text = `
      int f(struct lamp *lamp, int n) {
        struct bulb *b;
        for_each_sgtable_dma_sg(&lamp->bulbs, b, n) bulb_put(b);
        return 0;
      }`;
    expect(runsOf(graphOf(text))).toEqual(['bulb[0].put bulb[1].put f:ok']);
  });
});

describe('where two descriptions part', () => {
  const text = (leaves: string) =>
    `int f(struct lamp *lamp, int n)
{
  if (lamp->hot)
    return -EBUSY;
  mutex_lock(&lamp->lock);
  if (lamp_on(lamp)) {
    ${leaves}
    return -EBUSY;
  }
  mutex_unlock(&lamp->lock);
  return 0;
}`;

  test('the line is that of the run, where another one ends with the same step', () => {
    const right = graphOf(text('mutex_unlock(&lamp->lock);'));
    const [difference] = compare(graphOf(text('')), offersOf(right)).differences;
    expect(difference!.run).toEqual(['f:begin', 'lamp.hot:false', 'lamp.lock', 'lamp.on:-EIO']);
    expect(difference!.c.map(({ label, place }) => `${label} ${place.line}`)).toEqual([
      'f:-EBUSY 8',
    ]);
  });
});
