/**
 * How charts and sequence diagrams are written: one monospace font, and how much room a text takes in
 * it. Layout may not depend on the fonts of the machine on which it is made, so the advance of a
 * character is a constant, a little more than that of the fonts named here.
 */
export const FONT = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace";

/** Width of a character, as a part of the font size: DejaVu Sans Mono has 0.602. */
const ADVANCE = 0.605;

/** CSS pixels. */
export const TEXT = { title: 13, line: 12, small: 10.5, leading: 16 } as const;

export function textWidth(text: string, size: number): number {
  return Math.ceil([...text].length * size * ADVANCE);
}

/** The width of the widest of several lines. */
export function widest(lines: readonly string[], size: number): number {
  return Math.max(0, ...lines.map((line) => textWidth(line, size)));
}
