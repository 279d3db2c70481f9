import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebSocketInspector } from '@statelyai/inspect';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { findChromium, launch, type RunningInspector, startInspector } from './browser.fixture.ts';

const chromium = findChromium();
const title =
  chromium === undefined
    ? 'the inspector in a browser: NOT RUN, no Chromium was found (CHROMIUM=path says where one is)'
    : 'the inspector in a browser';

/** Each page, and what its heading says. */
const VIEWS: readonly [route: string, heading: RegExp][] = [
  ['#/', /What is specified/],
  ['#/machine/hot_reset', /hot_reset/],
  ['#/machine/buffer?coverage=generated%20tests', /buffer/],
  ['#/system/revoke?seed=7&walk=12', /revoke/],
  ['#/system/dma-buf-life?find=buf[0]%20is%20live%20and%20att[0]%20is%20mapped', /dma-buf-life/],
  ['#/fault/P4', /hot-reset/],
  ['#/play/buffer', /buffer/],
  ['#/suite/buffer', /Suite buffer/],
  ['#/counterexample/P4?at=22', /clobbers the iterator/],
  ['#/matrix', /Which revision breaks which rule/],
  ['#/compare/p2p-memory?rule=pool-is-there', /registration, or page-backed dma-bufs/],
  ['#/findings', /Findings/],
  ['#/actors', /Actors/],
  ['#/nowhere', /No such page/],
];

/** WCAG up to 2.2 AA, and what is good practice. */
const ACCESSIBLE = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Of long lists and tables the first rows are looked at: the others are made like them. */
const MORE_OF_THE_SAME = [['tbody > tr:nth-child(n+25)'], ['ul > li:nth-child(n+25)']];

describe.skipIf(chromium === undefined)(title, () => {
  let inspector: RunningInspector;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** What went wrong on a page, and what it asked of others. */
  let trouble: string[];

  beforeAll(async () => {
    [inspector, browser] = await Promise.all([startInspector(), launch(chromium!)]);
    await begin();
  });

  afterAll(async () => {
    await browser?.close();
    await inspector?.stop();
  });

  beforeEach(async () => {
    trouble = [];
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: 'light' });
  });

  afterEach(async () => {
    // What belongs to a page that was left is not asked for by the next.
    await page.goto('about:blank');
    expect(trouble).toEqual([]);
  });

  /** Pages of one test after the other are one page: a new one is as new as a new address. */
  async function begin(): Promise<void> {
    context = await browser.newContext({ reducedMotion: 'reduce' });
    // Nothing ends a wait before the test's own limit, whatever else the machine does.
    context.setDefaultTimeout(60_000);
    watch(context);
    page = await context.newPage();
  }

  function watch(watched: BrowserContext): void {
    watched.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'data:' && url.origin !== new URL(inspector.address).origin) {
        trouble.push(`asks ${request.url()}`);
      }
    });
    watched.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) trouble.push(message.text());
    });
    watched.on('weberror', (error) => trouble.push(error.error().message));
  }

  async function open(route: string): Promise<void> {
    await page.goto(`${inspector.address}${route}`);
    await settled();
  }

  /** Whatever the page asked for is there, and drawn. */
  async function settled(): Promise<void> {
    await page.waitForSelector('h1');
    if (/[?&]walk=/.test(page.url())) await page.waitForURL(/steps=/);
    await page.waitForFunction(() => {
      const isBusy = document.querySelector('.waiting, [aria-busy=true]') !== null;
      const isDrawn = (chart: Element) => chart.querySelector('.react-flow__edge') !== null;
      return !isBusy && [...document.querySelectorAll('.p-chart')].every(isDrawn);
    });
  }

  /** Waits until the player is at this position. */
  async function isAt(position: string): Promise<void> {
    await page.locator('.position', { hasText: new RegExp(`^${position}$`) }).waitFor();
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
  }

  async function violations(...rules: readonly string[]): Promise<string[]> {
    if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
    return page.evaluate(`axe.run({ exclude: ${JSON.stringify(MORE_OF_THE_SAME)} }, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'], preload: false }).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ html, any }) => id + ': ' + html.slice(0, 160) + ' ' + (any[0]?.message ?? '')),
    ))`);
  }

  describe.each(VIEWS)('%s', (route, heading) => {
    it('opens, is accessible in both themes, and fits a phone', async () => {
      await open(route);
      expect(await page.locator('h1').first().innerText()).toMatch(heading);
      expect(await page.locator('[role=alert]').allInnerTexts()).toEqual([]);
      expect(await violations(...ACCESSIBLE)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations('color-contrast')).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    });
  });

  it('plays a run until a label is refused, and says by whom and why', async () => {
    await open('#/system/revoke');
    for (let taken = 0; taken < 12; taken++) {
      if ((await page.locator('.refusal').count()) > 0) break;
      await page.locator('.take').first().click();
      await isAt(`step ${taken + 1} of ${taken + 1}`);
    }
    const refusal = page.locator('.refusal').first();
    expect(await refusal.getAttribute('aria-disabled')).toBe('true');
    const why = page.locator('.refused-group').first().locator('.why').first();
    expect(await why.innerText()).toMatch(/^\S+ in \S.*: \S/);
    const before = page.url();
    await refusal.click({ force: true });
    expect(page.url()).toBe(before);
  });

  it('finds a run to a state that is put together from lists, and the next one', async () => {
    await open('#/system/revoke');
    await page.keyboard.press('f');
    const box = page.getByRole('textbox', { name: 'Find a run to' });
    await box.waitFor();
    await page.getByLabel('Part, lock, count or rule').selectOption('dev[0].memory_lock');
    await page.getByLabel('What it is to be').selectOption('is held by close');
    await page.getByRole('button', { name: '+ and' }).click();
    expect(await box.inputValue()).toBe('dev[0].memory_lock is held by close');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await isAt('step 4 of 4');
    expect(await page.locator('.find-answer').innerText()).toBe(
      'The shortest run to a state in which dev[0].memory_lock is held by close: 4 steps.',
    );
    expect(await page.locator('.p-held').innerText()).toMatch(/held for writing by close/);
    const first = await page.locator('.seq-row').allInnerTexts();
    await page.getByRole('button', { name: 'Next one' }).click();
    await page.locator('.find-answer', { hasText: 'Run 2, by length' }).waitFor();
    await settled();
    expect(await page.locator('.seq-row').allInnerTexts()).not.toEqual(first);
    expect(await page.locator('.p-held').innerText()).toMatch(/held for writing by close/);
    await page.goto('about:blank');
    await open('#/system/revoke?find=dev[0].memory_lock%20is%20held%20by%20close');
    await isAt('step 4 of 4');
    expect(await page.locator('.seq-row').allInnerTexts()).toEqual(first);
  });

  it('says that a state is not reachable, and where a condition is wrong', async () => {
    await open('#/system/dma-buf-life');
    await page.getByRole('button', { name: 'Find a run to …' }).click();
    const box = page.getByRole('textbox', { name: 'Find a run to' });
    await box.fill('buf[0] is live and buf[0] is not live');
    await page.keyboard.press('Enter');
    const answer = page.locator('.find-answer');
    await answer.filter({ hasText: 'not reachable at this scope; all 4,760 states' }).waitFor();
    await box.fill('buf[0] is alive');
    await page.keyboard.press('Enter');
    await answer.filter({ hasText: "column 11: 'buf[0]' (machine 'buffer')" }).waitFor();
    trouble = trouble.filter((text) => !text.includes('400'));
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('find=');
  });

  it('takes back, does again and begins anew', async () => {
    await open('#/system/revoke');
    await page.locator('.take').first().click();
    await isAt('step 1 of 1');
    await page.locator('.take').first().click();
    await isAt('step 2 of 2');
    const there = page.url();
    await page.keyboard.press('u');
    await isAt('step 1 of 2');
    await page.keyboard.press('r');
    await isAt('step 2 of 2');
    expect(page.url()).toBe(there);
    await page.getByRole('button', { name: 'Restart' }).click();
    await isAt('step 0 of 2');
  });

  it('steps a counterexample to its end, where the rule is marked as broken', async () => {
    await open('#/counterexample/P4');
    await isAt('step 22 of 22');
    expect(await page.locator('.wrong.at-end').innerText()).toMatch(
      /write-returns CPU1 waits for ever in down_write/,
    );
    await page.keyboard.press('Home');
    await isAt('step 0 of 22');
    expect(await page.locator('.wrong.at-end').count()).toBe(0);
    const title = page.locator('.p-chart h2');
    expect(await page.locator('.seq-row').nth(9).innerText()).toMatch(/ returns$/);
    for (let position = 1; position <= 22; position++) {
      await page.keyboard.press('ArrowRight');
      await isAt(`step ${position} of 22`);
      if (position === 21) expect(await title.innerText()).toBe('hot_reset');
    }
    expect(await title.innerText()).toBe('command_write');
    expect(await page.locator('.p-chart .state-now').innerText()).toContain('disable.lock');
    expect(await page.locator('.property.broken').allInnerTexts()).toContainEqual(
      expect.stringMatching(/broke at step 21/),
    );
    expect(await page.locator('.wrong.at-end').innerText()).toContain('write-returns');
    expect(await page.locator('.seq-breaks').last().innerText()).toContain('write-returns');
    expect(await page.locator('.property.broken').first().innerText()).toContain('write-returns');
    await page.keyboard.press('ArrowLeft');
    await isAt('step 21 of 22');
    expect(await page.locator('.wrong.at-end').count()).toBe(0);
    await page.getByRole('button', { name: 'CPU0/CPU1' }).click();
    expect(await page.locator('.run-text pre').innerText()).toContain('CPU0 (hot_reset)');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.locator('.run-text pre', { hasText: 'dev_set.lock.mutex_lock' }).waitFor();
    expect(page.url()).toMatch(/[?&]tab=test/);
  });

  it('gives a run to be pasted into a mail', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = async () => {
      await page.getByRole('button', { name: 'Copy for mail' }).click();
      await page.getByRole('button', { name: '✓ copied' }).waitFor();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    await open('#/counterexample/P4');
    const mail = await copied();
    expect(mail).toMatch(/^P4: /);
    expect(mail).toMatch(/Shown again by dmabuf-spec \S+:\n\n {2}dmabuf-spec explain P4\n$/);
    expect(mail.split('\n').filter((line) => line.length > 75)).toEqual([]);
    await open('#/system/revoke?seed=3&walk=3');
    expect(await copied()).toMatch(/\n {2}dmabuf-spec inspect \\\n {4}'#\/system\/revoke\?steps=/);
  });

  it('leaves a counterexample at any position, and goes on by itself', async () => {
    await open('#/counterexample/P4?at=3');
    const other = page.locator('.take:not(.next)').first();
    const label = await other.getAttribute('data-label');
    await other.click();
    await page.waitForURL(/#\/fault\/P4\?/);
    await isAt('step 4 of 4');
    expect(decodeURIComponent(page.url())).toContain(label!);
    await page.getByRole('link', { name: /back to P4 at step 3/ }).click();
    await page.waitForURL(/#\/counterexample\/P4\?at=3$/);
    await isAt('step 3 of 22');
    await page.locator('.same-steps select').selectOption('7.3');
    await page.waitForURL(/#\/system\/hot-reset\?revision=7\.3&/);
    await page
      .locator('.problem', { hasText: /The run stops after step \d+; steps \d+ to 22/ })
      .waitFor();
  });

  it('keeps the run where a scope is none, and says so beside the field', async () => {
    await open('#/system/revoke?seed=3&walk=3');
    await isAt('step 3 of 3');
    const there = page.url();
    await page.getByRole('textbox', { name: 'scope' }).fill('importers=many');
    await page.keyboard.press('Enter');
    const problem = page.locator('.choices [role=alert]');
    await problem.waitFor();
    expect(await problem.innerText()).toMatch(/^scope: 'importers=many'/);
    expect(page.url()).toBe(there);
    trouble = trouble.filter((text) => !text.includes('400'));
    await page.getByRole('textbox', { name: 'scope' }).fill('importers=1');
    await page.keyboard.press('Enter');
    await page.waitForURL(/scope=importers%3D1/);
    expect(page.url()).toContain('steps=');
    await page.locator('.position').waitFor();
    await settled();
  });

  it('keeps the focus where a step was taken, and every key that is pressed', async () => {
    await open('#/system/revoke');
    const focus = () =>
      page.evaluate(() => document.activeElement?.closest('.labels, .transport, body')?.className);
    await page.locator('.take').first().focus();
    await page.keyboard.press('Enter');
    await isAt('step 1 of 1');
    expect(await focus()).toBe('labels');
    await page.getByRole('button', { name: 'Undo' }).focus();
    await page.keyboard.press('Enter');
    await isAt('step 0 of 1');
    expect(await focus()).toBe('transport');
    await page.evaluate(() => {
      for (let press = 0; press < 6; press++) {
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '1', bubbles: true }));
      }
    });
    await isAt('step 6 of 6');
  });

  it('finds functions of the kernel, labels, rules and revisions, and closes at Escape', async () => {
    await open('#/findings');
    await page.keyboard.press('/');
    const found = page.locator('.search-found');
    for (const [text, kind] of [
      ['down_write(', 'function'],
      ['memory_lock.down_write', 'label'],
      ['v6', 'revision'],
      ['S1', 'rule'],
    ] as const) {
      await page.locator('.search input').fill(text);
      await found
        .locator('[role=option]', { hasText: new RegExp(`^${kind}`) })
        .first()
        .waitFor();
    }
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  });

  /** One of the choices of the page of designs. */
  const choice = (name: string) =>
    page.locator('.choices label', { hasText: new RegExp(`^${name} `) }).locator('select');

  it.each([
    ['P2P_REGISTER', /VFIO_DEVICE_FEATURE_P2P_REGISTER/],
    ['exclusive', /Mutual Exclusivity Policy/],
    ['Block ZONE_DEVICE registration for BARs', /with active DMABUFs/],
    ['rfc-2026-06 design', /rfc-2026-06/],
  ])('leads who looks for %s to the design under review', async (text, name) => {
    await open('#/findings');
    await page.keyboard.press('/');
    await page.locator('.search input').fill(text);
    const found = page.locator('.search-found [role=option]', { hasText: name }).first();
    await found.waitFor();
    await found.click();
    await page.waitForURL(/#\/compare\/p2p-memory\?left=rfc-2026-06$/);
    await settled();
    expect(await choice('left').inputValue()).toBe('rfc-2026-06');
  });

  it('shows two designs that take the same steps until they part, and opens the run of a cell', async () => {
    await open('#/compare/p2p-memory');
    expect(await choice('left').inputValue()).toBe('rfc-2026-06');
    await choice('right').selectOption('completed');
    await choice('rule').selectOption('pool-is-there');
    await page.waitForURL(/right=completed&rule=pool-is-there$/);
    await settled();
    const rows = page.locator('.beside tbody tr');
    expect(await page.locator('.beside tr.both').count()).toBe((await rows.count()) - 2);
    const parted = await page.locator('.beside tr.parted td').allInnerTexts();
    expect(parted).toEqual([
      expect.stringContaining('p2pdma->pool = NULL'),
      expect.stringMatching(
        /^refused\. remove_resource\(bar\[0\]\)@reset is .*instead: other BARs are in the pool/s,
      ),
    ]);
    // What one design knows and the other does not is in one of the columns alone.
    await choice('left').selectOption('pages-read');
    await choice('rule').selectOption('reset-after-last-pin');
    await page.waitForURL(/left=pages-read&right=completed&rule=reset-after-last-pin$/);
    await settled();
    expect(await page.locator('.beside tr.alone').count()).toBeGreaterThan(20);
    expect(await page.locator('.beside tr.both').allInnerTexts()).toContainEqual(
      expect.stringMatching(/VFIO_DEVICE_RESET of vdev0\s+reset VFIO_DEVICE_RESET of vdev0$/),
    );
    const answers = page.locator('table.stack tbody tr', { hasText: 'O_DIRECT with the mapping' });
    expect(await answers.innerText()).toMatch(/for which nobody waits[\s\S]*until the I\/O ends/);
    const never = page.getByRole('link', {
      name: /^reset-after-last-pin in pages-read: each of the 60 orders/,
    });
    await never.click();
    await page.waitForURL(/#\/counterexample\/page-backed\/reset-after-last-pin\/pages-read$/);
    await isAt('step 23 of 23');
  });

  it('does not say that nothing is called like that while it is still loading', async () => {
    let go = () => {};
    const asked = new Promise<void>((resolve) => {
      go = resolve;
    });
    await page.route('**/api/words', async (route) => {
      await asked;
      await route.continue();
    });
    await open('#/findings');
    await page.keyboard.press('/');
    await page.locator('.search input').fill('down_write(');
    const note = page.locator('dialog .note');
    await note.waitFor();
    expect(await note.innerText()).toBe('Still being loaded …');
    go();
    await page.locator('.search-found [role=option]').first().waitFor();
    await page.unroute('**/api/words');
  });

  it('shows a position and what can happen there together', async () => {
    await open('#/counterexample/P4?at=0');
    await page.locator('.p-labels [aria-busy=true]').waitFor({ state: 'detached' });
    await isAt('step 0 of 22');
    const now = page.locator('.p-labels .take');
    const first = await now.allInnerTexts();
    let go = () => {};
    const asked = new Promise<void>((resolve) => {
      go = resolve;
    });
    await page.route('**/api/play', async (route) => {
      await asked;
      await route.continue();
    });
    try {
      await page.keyboard.press('End');
      await page.locator('.p-labels [aria-busy=true]').waitFor();
      expect(await page.locator('.position').innerText()).toBe('step 0 of 22');
      expect(await now.allInnerTexts()).toEqual(first);
    } finally {
      go();
    }
    await isAt('step 22 of 22');
    expect(await now.allInnerTexts()).not.toEqual(first);
    await page.unroute('**/api/play');
  });

  it('repeats for ever what a run repeats for ever', async () => {
    await open('#/counterexample/O9');
    await page.keyboard.press('End');
    const [, length] = /of (\d+)$/.exec(await page.locator('.position').innerText()) ?? [];
    await isAt(`step ${length} of ${length}`);
    expect(await page.locator('.seq-loop').count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    const rows = page.locator('.seq-row-item', { has: page.locator('.seq-loop') });
    await rows.locator('[aria-current=step]').waitFor();
  });

  it('follows a deep link, and a link to a random walk leads everybody to the same place', async () => {
    await open('#/system/revoke?seed=3&walk=8');
    await isAt('step 8 of 8');
    const link = page.url();
    const rows = await page.locator('.seq-row').allInnerTexts();
    await page.goto('about:blank');
    await open('#/system/revoke?seed=3&walk=8');
    expect(page.url()).toBe(link);
    await page.goto('about:blank');
    await page.goto(`${link}&at=5`);
    await settled();
    await isAt('step 5 of 8');
    expect(await page.locator('.seq-row').allInnerTexts()).toEqual(rows);
  });

  it('steps the path of a generated test', async () => {
    await open('#/suite/buffer');
    await page.locator('.paths a').first().click();
    await page.waitForURL(/#\/path\/buffer\/[0-9a-f]{8}$/);
    await settled();
    await page.keyboard.press('End');
    await page.locator('.seq-row[aria-current=step]:not(.start)').waitFor();
    expect(await page.locator('.wrong').count()).toBe(0);
  });

  it('says in a sentence what a link has wrong', async () => {
    await open('#/system/revok');
    expect(await page.locator('[role=alert]').innerText()).toContain("'revok'");
    trouble = trouble.filter((text) => !text.includes('400'));
  });

  it('is used by the keyboard alone', async () => {
    await open('#/');
    await page.keyboard.press('/');
    await page.keyboard.type('P4');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/counterexample\/P4$/);
    await settled();
    await page.keyboard.press('?');
    expect(await page.locator('dialog.help').innerText()).toContain('one step forward');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    await isAt('step 22 of 22');
    await page.keyboard.press('Home');
    await page.keyboard.press('1');
    await isAt('step 1 of 22');
    const part = await page.locator('.part[aria-pressed=true]').innerText();
    await page.keyboard.press(']');
    await settled();
    expect(await page.locator('.part[aria-pressed=true]').innerText()).not.toBe(part);
    await page.locator('.react-flow__node:not(.frame)').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^About / }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.waitForURL(/#\/matrix$/);
  });

  it('reaches everything that can be pressed by Tab, and shows where it is', async () => {
    await open('#/counterexample/P4?at=3');
    const seen = new Set<string>();
    for (let presses = 0; presses < 36; presses++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const element = document.activeElement ?? document.body;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return { text: element.textContent.slice(0, 40), outline: outlineStyle + outlineWidth };
      });
      expect(focused.outline, focused.text).not.toMatch(/^none|^\D*0px/);
      seen.add(focused.text);
    }
    expect([...seen].some((text) => text.includes('Skip'))).toBe(true);
    expect([...seen].some((text) => text.includes('Walk'))).toBe(true);
    expect([...seen].some((text) => text.includes('hot_reset'))).toBe(true);
    await page.locator('.part[tabindex="0"]').first().focus();
    await page.keyboard.press('ArrowDown');
    const below = await page.evaluate(() => document.activeElement?.textContent);
    expect(below).not.toBe(await page.locator('.part').first().innerText());
    expect(await page.locator('.part:focus').count()).toBe(1);
  });

  it('opens the run of a broken cell of the matrix', async () => {
    await open('#/matrix');
    await page.locator('a.cell.broken').first().click();
    await page.waitForURL(/#\/counterexample\//);
    await settled();
    expect(await page.locator('.seq-row').count()).toBeGreaterThan(1);
    expect(await page.locator('.wrong').count()).toBe(1);
    await page.goBack();
    await page.locator('.several-cell').first().click();
    expect(await page.locator('dialog.several a').count()).toBeGreaterThan(1);
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'rules of' }).selectOption('export');
    await page.waitForURL(/system=export/);
  });

  it('marks what generated tests take by line, colour and number', async () => {
    await open('#/machine/buffer?coverage=generated%20tests');
    expect(await page.locator('.arrow.cov-all').count()).toBeGreaterThan(0);
    expect(await page.locator('.arrow-count').first().innerHTML()).toMatch(/\d+\/\d+/);
    expect(await page.locator('.transitions .tested').count()).toBeGreaterThan(0);
  });

  it('says where a state of a machine comes from, and plays the machine by itself', async () => {
    await open('#/machine/buffer');
    await page.locator('.box:not(.root)').first().click();
    expect(await page.locator('.p-about').innerText()).toContain('Out');
    const svg = await page.getByRole('link', { name: 'SVG' }).getAttribute('href');
    expect(await (await fetch(new URL(svg!, inspector.address))).text()).toMatch(/^<svg/);
    await page.locator('.take').first().click();
    expect(page.url()).toContain('steps=');
    expect(await page.locator('.box.active').count()).toBeGreaterThan(0);
  });

  it('shows the actors of a program that uses @statelyai/inspect', async () => {
    const machine = createMachine({
      id: 'lamp',
      initial: 'off',
      states: { off: { on: { SWITCH: 'on' } }, on: { on: { SWITCH: 'off' } } },
    });
    const { inspect, stop } = createWebSocketInspector({
      url: `${inspector.address.replace('http', 'ws')}inspect`,
    });
    const actor = createActor(machine, { inspect });
    actor.start();
    await open('#/actors');
    await page.getByRole('button', { name: /lamp/ }).waitFor();
    actor.send({ type: 'SWITCH' });
    await page.locator('.box.active', { hasText: 'on' }).waitFor();
    expect(await page.locator('.events').innerText()).toContain('SWITCH');
    stop();
    actor.stop();
  });

  it('shows the actors of a page that opened it', async () => {
    const message = {
      type: '@xstate.actor',
      sessionId: 'x:0',
      name: 'door',
      createdAt: '1',
      _version: '0.7.2',
      definition: JSON.stringify({
        id: 'door',
        initial: 'shut',
        states: { shut: { on: { OPEN: 'open' } }, open: {} },
      }),
      snapshot: { status: 'active', value: 'shut' },
    };
    const opener = createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<script>
        const opened = window.open(${JSON.stringify(inspector.address)});
        window.addEventListener('message', ({ data }) => {
          if (data.type === '@statelyai.connected') opened.postMessage(${JSON.stringify(message)}, '*');
        });
      </script>`);
    });
    await new Promise<void>((resolve) => opener.listen(0, '127.0.0.1', resolve));
    const { port } = opener.address() as AddressInfo;
    const popup = context.waitForEvent('page', (one) => one !== page);
    await page.goto(`http://127.0.0.1:${port}/`);
    const opened = await popup;
    await opened.waitForURL(/#\/actors$/);
    await opened.locator('.box.active', { hasText: 'shut' }).waitFor();
    await opened.close();
    await new Promise((resolve) => opener.close(resolve));
    trouble = trouble.filter((text) => !text.includes(`:${port}/`) && !text.includes('favicon'));
  });

  it('sends a machine to the hosted inspector only where asked to, and only when told', async () => {
    await open('#/machine/buffer');
    expect(await page.getByRole('button', { name: /Stately/ }).count()).toBe(0);
    await page.route('**/api/overview', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ json: { ...(await response.json()), stately: true } });
    });
    await context.route('https://stately.ai/**', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<script>
          addEventListener('message', ({ data }) => {
            if (data.type === '@xstate.actor') document.title = JSON.parse(data.definition).id;
          });
          opener.postMessage({ type: '@statelyai.connected' }, '*');
        </script>`,
      }),
    );
    await page.reload();
    await settled();
    expect(trouble).toEqual([]);
    const hosted = context.waitForEvent('page', (one) => one !== page);
    await page.getByRole('button', { name: /Stately/ }).click();
    await (await hosted).waitForFunction(() => document.title === 'buffer');
    expect(trouble).toContain('asks https://stately.ai/inspect');
    trouble = trouble.filter((text) => !text.includes('https://stately.ai/'));
  });
});
