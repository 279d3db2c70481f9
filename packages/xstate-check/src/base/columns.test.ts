import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, header, row } from './columns.ts';

const word = fc.stringMatching(/^[a-z_(&>,=. -]{1,30}$/);
const line = fc
  .tuple(fc.nat({ max: 90 }), fc.array(word, { maxLength: 8 }))
  .map(([indent, words]) => ' '.repeat(indent) + words.join(' '));
const column = fc.record({
  title: fc.stringMatching(/^[A-Z]{1,12}[0-9]{0,3}( \([a-z_]{1,60}\))?$/),
  lines: fc.array(line, { maxLength: 4 }),
});

function layout(columns: readonly { title: string; lines: string[] }[], width: number) {
  const placed = columnsOf(
    columns.map(({ title }) => title),
    columns.map(({ lines }) => lines),
    width,
  );
  const rows = columns.map(({ lines }, i) => lines.map((text) => row(placed[i]!, text)));
  return { heads: header(placed, width), rows };
}

/** The text of a row without the blanks, where it may be broken. */
const said = (text: string) => text.replace(/\s/g, '');

describe('columns', () => {
  it('end within the width, whatever it is and however many there are', () => {
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 120 }),
        (columns, width) => {
          const { heads, rows } = layout(columns, width);
          const longest = [...heads, ...rows.flat(2)].map((text) => text.trimEnd().length);
          expect(Math.max(...longest)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('say all of each line, whatever is broken', () => {
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 120 }),
        (columns, width) => {
          const { rows } = layout(columns, width);
          columns.forEach(({ lines }, i) => {
            lines.forEach((text, at) => {
              expect(said(rows[i]![at]!.join('')).endsWith(said(text))).toBe(true);
            });
          });
        },
      ),
    );
  });

  it('lie side by side where they fit, and a little to the right of each other where they do not', () => {
    const three = ['a', 'b', 'c'].map((title) => ({ title, lines: ['down_write()'] }));
    expect(layout(three, 60).rows.flat(2)).toEqual([
      'down_write()',
      '               down_write()',
      '                              down_write()',
    ]);
    expect(layout(three, 30).rows.flat(2)).toEqual([
      'down_write()',
      '         down_write()',
      '                  down_write()',
    ]);
  });

  it('lie above each other, with their names, where there is no room for that either', () => {
    const forty = Array.from({ length: 40 }, (_, i) => ({
      title: `CPU${i} (reader)`,
      lines: [`  down_read(&vdev${i}->memory_lock)`],
    }));
    const { heads, rows } = layout(forty, 75);
    expect(heads.at(0)).toBe(
      'CPU0 (reader), CPU1 (reader), CPU2 (reader), CPU3 (reader), CPU4 (reader),',
    );
    expect(heads.slice(-2)).toEqual(['', '-'.repeat(75)]);
    expect(rows.at(39)).toEqual([['CPU39    down_read(&vdev39->memory_lock)']]);
  });
});
