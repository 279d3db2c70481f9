import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Answers } from './answers.ts';
import { Store } from './store.ts';

const STORE = new Store(mkdtempSync(join(tmpdir(), 'answers-')));

function root(code: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'built-'));
  mkdirSync(join(directory, 'src'));
  writeFileSync(join(directory, 'src/index.js'), code);
  return directory;
}

const CODE = root('1');

interface Printed {
  readonly texts: readonly (readonly ['out' | 'error', string])[];
  readonly status: number;
}

/** Asks; what is printed is told in one text for each place, with whether it was found now. */
async function ask(question: unknown, { texts, status }: Printed, code = CODE) {
  let [out, error, found] = ['', '', false];
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    error: (text: string) => {
      error += text;
    },
    progress: () => {},
    colour: false,
  };
  const got = await new Answers(code, STORE).of(
    () => question,
    terminal,
    async (to) => {
      found = true;
      for (const [where, text] of texts) to[where](text);
      return status;
    },
  );
  return { out, error, status: got, found };
}

const printed = fc.record({
  texts: fc.array(fc.tuple(fc.constantFrom('out' as const, 'error' as const), fc.string())),
  status: fc.constantFrom(0, 1, 3),
});
let asked = 0;

test('an answer that was kept is the one that was found', async () => {
  await fc.assert(
    fc.asyncProperty(printed, async (answer) => {
      const question = asked++;
      const { found, ...first } = await ask(question, answer);
      expect(found).toBe(true);
      expect(await ask(question, { texts: [], status: 0 })).toEqual({ ...first, found: false });
    }),
  );
});

test('it is no answer to another question, nor of other code', async () => {
  const answer: Printed = { texts: [['out', 'yes']], status: 0 };
  await ask(['check', 'door'], answer);
  expect((await ask(['check', 'door'], answer)).found).toBe(false);
  expect((await ask(['check', 'window'], answer)).found).toBe(true);
  expect((await ask(['check', 'door'], answer, root('2'))).found).toBe(true);
  expect((await ask(['check', 'door'], answer, root('1'))).found).toBe(false);
});

test('input that is of no use is not remembered, nor is what fails', async () => {
  const unusable: Printed = { texts: [['error', 'no such system']], status: 2 };
  await ask('unusable', unusable);
  expect((await ask('unusable', unusable)).found).toBe(true);
  const terminal = { out: () => {}, error: () => {}, progress: () => {}, colour: false };
  const failing = new Answers(CODE, STORE).of(
    () => 'fails',
    terminal,
    () => Promise.reject(new Error('out of memory')),
  );
  await expect(failing).rejects.toThrow('out of memory');
  expect((await ask('fails', unusable)).found).toBe(true);
});

test('it is kept for what the command has left, where that is what it began with', async () => {
  let files = 'absent';
  const answers = new Answers(CODE, STORE);
  const terminal = { out: () => {}, error: () => {}, progress: () => {}, colour: false };
  const start = async () => {
    let wrote = false;
    await answers.of(
      () => ['start', files],
      terminal,
      async () => {
        wrote = true;
        files = 'as generated';
        return 0;
      },
    );
    return wrote;
  };
  expect([await start(), await start()]).toEqual([true, false]);
  files = 'edited';
  expect([await start(), await start()]).toEqual([true, false]);
});
