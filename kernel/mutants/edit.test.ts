import { describe, expect, test } from 'vitest';
import { drop, editFunction, moveBefore, replace } from './edit.ts';

const SOURCE = `static int other(void)
{
	lock();
	return 0;
}

static void
subject(struct thing *thing,
	int count)
{
	lock();
	if (count)
		tell(thing,
		     count);
	thing->told = true;
	unlock();
}
`;

const edited = (...edits: Parameters<typeof editFunction>[2]) =>
  editFunction(SOURCE, 'subject', edits);

describe('a mutant is made in one function', () => {
  test('a statement is left out, to its semicolon', () => {
    expect(edited(drop('tell('))).toContain('if (count)\n\t\t;\n\tthing->told');
    expect(edited(drop('lock('))).toContain('other(void)\n{\n\tlock();');
    expect(edited(drop('lock('))).toContain('int count)\n{\n\t;\n');
  });

  test('a statement is put before another', () => {
    expect(edited(moveBefore('thing->told', 'lock('))).toContain(
      '{\n\tthing->told = true;\nlock();\n\tif (count)',
    );
  });

  test('a word is written instead of another', () => {
    expect(edited(replace('true', 'false'))).toContain('told = false;');
  });

  test('what is not there is said', () => {
    expect(() => edited(drop('gone('))).toThrow("no statement 'gone(' in static void");
    expect(() => edited(replace('gone', ''))).toThrow("no 'gone' in static void");
    expect(() => editFunction(SOURCE, 'gone', [])).toThrow('the source has no function gone()');
  });
});
