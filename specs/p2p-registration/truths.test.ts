import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readings } from '../readings.ts';

/** Which of three things a file of the folder is true to: its first line. */
const C = '// Truth: the C of v7.3.';
const RFC = '// Truth: what the RFC states; where it is silent, derived.';
const RULES = '// Truth: what the rules ask for; nobody has code of it.';

const FOLDER = 'machines/p2p-registration';
const files = readdirSync(FOLDER)
  // How labels are written is true to nothing.
  .filter((name) => name !== 'spelt.ts')
  .map((name) => {
    const text = readFileSync(`${FOLDER}/${name}`, 'utf8');
    return { name, first: text.slice(0, text.indexOf('\n')), text };
  });

it.each(files)('$name says which of the three truths it is', ({ first }) => {
  expect([C, RFC, RULES]).toContain(first);
});

const procedures = files.filter(({ name }) => name.endsWith('.procedure.ts'));

it.each(procedures)('$name is the C where, and only where, no proposal was read', (file) => {
  const id = /\bid: '(\w+)'/.exec(file.text)![1];
  const { read } = readings.find(({ machine }) => machine === id)!;
  expect(file.first === C).toBe(read !== 'proposal');
});

it.each(files.filter(({ text }) => /^ {2}file: '/m.test(text)))(
  '$name, which is compared with its C, is the C',
  ({ first }) => {
    expect(first).toBe(C);
  },
);
