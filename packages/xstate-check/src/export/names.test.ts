import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifier, stateIdentifier } from './names.ts';

/** Texts of the characters that matter, so that collisions would be met. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'aZ_0.[]@:#-(),= XUINSL') }),
  fc.string({ unit: fc.constantFrom('_', '[0]', '[12]', '.', '_IS_', '_U_', 'a', '1', 'é', '💥') }),
  fc.string(),
);

/** Reads an identifier from the left, as the table in names.ts says. */
function readBack(name: string): string {
  const codes: Record<string, string> = {
    AT: '@',
    IS: ':',
    V: '#',
    NEG: '-',
    H: '-',
    L: '(',
    R: ')',
    I: '[',
    J: ']',
    K: ',',
    EQ: '=',
    S: ' ',
    U: '_',
  };
  return name.replace(
    /__|_(\d+)|_X([0-9a-f]+)_|_([A-Z]+)_|_/g,
    (whole, index?: string, hex?: string, code?: string) => {
      if (whole === '__') return '.';
      if (index !== undefined) return `[${index}]`;
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      return code === undefined ? '_' : codes[code]!;
    },
  );
}

describe('names as identifiers', () => {
  it.each([
    ['buf[0].resv.lock@importer0', 'buf_0__resv__lock_AT_importer0'],
    [
      'dev[1].memory_lock.down_write_trylock:1@worker0',
      'dev_1__memory_lock__down_write_trylock_IS_1_AT_worker0',
    ],
    ['map:-ENODEV', 'map_IS__NEG_ENODEV'],
    ['move(true):end#close', 'move_L_true_R__IS_end_V_close'],
    ['lock-order', 'lock_H_order'],
    ['__vfs_read', '_U__vfs_read'],
    ['unwind (i=1)', 'unwind_S__L_i_EQ_1_R_'],
  ])('%s is %s', (name, expected) => {
    expect(identifier(name)).toBe(expected);
  });

  it('are letters, digits and _ only', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(`x${identifier(name)}`).toMatch(/^\w+$/);
      }),
    );
  });

  it('can be read back, so that no two texts have one identifier', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(readBack(identifier(name))).toBe(name);
      }),
      { numRuns: 5_000 },
    );
  });

  it('of a part and its state say where the one ends and the other begins', () => {
    fc.assert(
      fc.property(text, text, (part, state) => {
        const name = stateIdentifier(part, state);
        expect(name).toMatch(/^[A-Za-z]\w*$/);
        const [before, ...after] = name.split('_IN_');
        const own = before!.replace(/^x_FIRST_/, '');
        expect([readBack(own), readBack(after.join('_IN_'))]).toEqual([part, state]);
      }),
    );
  });
});
