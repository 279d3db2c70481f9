/**
 * Names of this specification as identifiers of other languages: C, Promela, Murphi and TLA+ know
 * letters, digits and `_` only. One table, and no two names become one (see `identifier`).
 *
 * | text | identifier | |
 * | --- | --- | --- |
 * | letters, digits | as they are | |
 * | `_` before a lower-case letter or at the end | `_` | `down_write` |
 * | `_` elsewhere | `_U_` | |
 * | `.` | `__` | `resv.lock`: `resv__lock` |
 * | `[2]` before no digit | `_2` | `buf[2].map`: `buf_2__map` |
 * | `@` | `_AT_` | the thread: `up_write@writer0`: `up_write_AT_writer0` |
 * | `:` | `_IS_` | the outcome: `map:ok`: `map_IS_ok` |
 * | `#` | `_V_` | the variant |
 * | `-` before a capital | `_NEG_` | `-ENODEV`: `_NEG_ENODEV` |
 * | `-` elsewhere | `_H_` | `lock-order`: `lock_H_order` |
 * | `(` `)` `[` `]` `,` `=` and space | `_L_` `_R_` `_I_` `_J_` `_K_` `_EQ_` `_S_` | `move(true)`: `move_L_true_R_` |
 * | any other character | `_X`, its code point in hexadecimal, `_` | |
 */
const CODES: Readonly<Record<string, string>> = {
  '.': '__',
  '@': '_AT_',
  ':': '_IS_',
  '#': '_V_',
  '-': '_H_',
  '(': '_L_',
  ')': '_R_',
  '[': '_I_',
  ']': '_J_',
  ',': '_K_',
  '=': '_EQ_',
  ' ': '_S_',
};

/** What stands between the name of a part and that of its state; no text becomes this. */
const IN = '_IN_';

/**
 * The text as (the rest of) an identifier: two different texts have two different ones, because
 * what follows each `_` says what it means, read from the left. It may start with a digit, so that
 * whoever uses it puts a word in front, and that keeps it apart from the words of the language too.
 */
export function identifier(text: string): string {
  return text.replace(/\[\d+\](?!\d)|[^A-Za-z0-9]/gu, (special, at: number) => {
    if (special.length > 2) return `_${special.slice(1, -1)}`;
    if (special === '_') return /^(?:[a-z]|$)/.test(text.slice(at + 1)) ? '_' : '_U_';
    if (special === '-' && /^[A-Z]/.test(text.slice(at + 1))) return '_NEG_';
    return CODES[special] ?? `_X${special.codePointAt(0)!.toString(16)}_`;
  });
}

/** In front of what does not begin with a letter; no text becomes this either. */
const FIRST = 'x_FIRST_';

/** A state of a part: `buf[0]` in `live` is `buf_0_IN_live`. */
export function stateIdentifier(part: string, state: string): string {
  const name = identifier(part);
  return `${/^[A-Za-z]/.test(name) ? '' : FIRST}${name}${IN}${identifier(state)}`;
}
