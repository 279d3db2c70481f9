import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paragraphs } from './paragraphs.ts';

const texts = (...lines: string[]) => paragraphs(lines.join('\n')).map(({ text }) => text);
const hashes = (mail: string) => paragraphs(mail).map(({ hash }) => hash);

describe('a paragraph of a mail', () => {
  it('ends at an empty line, a ruler, `<...>`, and where quotation begins or ends', () => {
    expect(
      texts('one', 'more', '', 'two', '-----', 'three', '<...>', 'four', '> five', 'six'),
    ).toEqual(['one more', 'two', 'three', 'four', 'five', 'six']);
  });

  it('is as long as its words stand at one depth, whoever writes how the marks', () => {
    expect(texts('> > said', '>> before', '>', '> > and here')).toEqual([
      'said before',
      'and here',
    ]);
  });

  it('is an item of a list, a version of a changelog, or the line that says who wrote', () => {
    expect(texts('Changelog:', 'v2:', '* first', 'goes on', '* second', 'v1: address')).toEqual([
      'Changelog:',
      'v2:',
      '* first goes on',
      '* second',
      'v1: address',
    ]);
    expect(texts('1. stop', '2. start', 'On Sunday somebody wrote:', 'on Monday')).toEqual([
      '1. stop',
      '2. start',
      'On Sunday somebody wrote:',
      'on Monday',
    ]);
  });

  it('ends where a sentence does and the next word had room, as an archive drops empty lines', () => {
    const full = `${'so many words that there is room for none more on this line '.padEnd(68, 'x')}.`;
    expect(texts('It ends.', 'Here is another.')).toEqual(['It ends.', 'Here is another.']);
    expect(texts(full, 'Here it goes on.')).toHaveLength(1);
    expect(texts('It ends', 'Not here, as no sentence ended.')).toHaveLength(1);
    expect(texts('It is ver. 7', 'of it.', 'and goes on')).toHaveLength(1);
  });

  it('is code between two empty lines of it, without the marks of a patch and of its comments', () => {
    expect(
      texts('+int f(void)', '+{', '+\treturn 0.', '+', '+/**', '+ * Comment.', '+ */'),
    ).toEqual(['int f(void) { return 0.', '* Comment. */']);
  });

  it('is a part of a diff, whose lines with a dash are no items', () => {
    expect(
      texts('diff --git a b', 'index 1', '@@ -1 +1 @@', '- old', '- older', '@@ -9 +9 @@'),
    ).toEqual(['diff --git a b index 1', '@@ -1 +1 @@ - old - older', '@@ -9 +9 @@']);
    expect(texts('> diff --git a b', 'an answer', '- item', '- item')).toEqual([
      'diff --git a b',
      'an answer',
      '- item',
      '- item',
    ]);
  });

  it('goes on over a word that a mail client has broken off and quoted less', () => {
    expect(texts('>> it could be', '> confusing', '>>   if there were two')).toEqual([
      'it could be confusing if there were two',
    ]);
    expect(texts('>> it ends', '> yes', '', '>> another')).toEqual(['it ends', 'yes', 'another']);
    expect(texts('>> it ends', 'yes', '>> another')).toEqual(['it ends', 'yes', 'another']);
  });

  it('is found in a quotation that an archive has put into one line, longer than a mail may have', () => {
    const words = 'word '.repeat(250).trim();
    expect(texts(`> ${words} > more > > and then`)).toEqual([`${words} more`, 'and then']);
    expect(texts('> nr_ranges > 1')).toEqual(['nr_ranges > 1']);
  });

  it('has one hash, however often it is quoted and wherever its lines are broken', () => {
    expect(hashes('the same words\nin it')).toEqual(hashes('> > the same\n> > words in   it'));
    expect(hashes('the same words')).toEqual(['2cb6c988131c']);
  });
});

const word = fc.stringMatching(/^[a-z]{1,9}$/);
const paragraph = fc.array(word, { minLength: 3, maxLength: 40 });
const mail = fc.array(paragraph, { minLength: 1, maxLength: 8 });

describe('whatever the words', () => {
  const written = (words: readonly string[], perLine: number, mark: string) =>
    Array.from(
      { length: Math.ceil(words.length / perLine) },
      (_, i) => `${mark}${words.slice(i * perLine, (i + 1) * perLine).join(' ')}`,
    ).join('\n');

  it('paragraphs are as many as were written, with the hashes of the unquoted', () => {
    fc.assert(
      fc.property(
        mail,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 3 }),
        (told, n, depth) => {
          const mark = '> '.repeat(depth);
          const text = told.map((words) => written(words, n, mark)).join(`\n${mark}\n`);
          expect(hashes(text)).toEqual(told.flatMap((words) => hashes(words.join(' '))));
          expect(hashes(text)).toHaveLength(told.length);
        },
      ),
    );
  });

  it('no word is lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab >+-.\n'), maxLength: 60 }), (text) => {
        const letters = (of: string) => of.replace(/[^ab]/g, '');
        expect(letters(texts(text).join(''))).toBe(letters(text));
      }),
    );
  });
});
