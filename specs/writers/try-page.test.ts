import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError } from 'xstate-check';
import { change } from '../change.ts';
import { pagesOfCommands, tryPage } from './try-page.ts';

const page = () => readFileSync(new URL('../../docs/try-your-change.md', import.meta.url), 'utf8');

it.each(pagesOfCommands())(
  '%s shows what its commands print, with the files that it shows',
  async (path) => {
    const text = readFileSync(path, 'utf8');
    expect(await tryPage(text)).toBe(text);
  },
);

it('a file that it shows is run: the unmended one in place of the mended one breaks rules', async () => {
  const [file = ''] = /<!-- file [\s\S]*?<!-- end -->/.exec(page()) ?? [];
  const check = '<!-- run check my-change.ts --scope buffers=0,importers=0 -->\n<!-- end -->';
  const followed = await tryPage(`${file}\n${check}`);
  expect(followed).toMatch(/^ {2}broken {2}lock-balance$/m);
});

it('its first change is the loop of v6, and its second that of v7', () => {
  const diff = /```diff\n([\s\S]*?)```/.exec(page())![1]!;
  expect(diff.match(/^-.*move\(vdev, false\)/gm)).toHaveLength(1);
  expect(diff.match(/^\+.*move\(vdev, false\)/gm)).toHaveLength(1);
});

describe('a change that is not one', () => {
  const tried = (more: Partial<Parameters<typeof change>[0]>) => () =>
    change({ system: 'hot-reset', from: '7.3', ...more });

  it('is told, with the nearest names', () => {
    expect(tried({ system: 'hot-rest' })).toThrow(InputError);
    expect(tried({ from: 'v77' })).toThrow(/no version 'v77'.*v7/);
    expect(tried({ states: { 'hot_rest.unwind': {} } })).toThrow(/no machine 'hot_rest'/);
  });

  it('is told where XState does not know a target, or a label is not declared', () => {
    const unwind = (on: Record<string, string>) => ({
      states: { 'hot_reset.unwind': { initial: 'unlock', states: { unlock: { on } } } },
    });
    expect(tried(unwind({ 'dev[i].memory_lock.up_write': 'nowhere' }))).toThrow(InputError);
    expect(tried(unwind({ 'dev[i].memory_lock.up': '#hot_reset.put_all' }))).toThrow(
      /change 'hot-reset': machine 'hot_reset', state .*memory_lock\.up'/,
    );
  });
});
