/// <reference lib="dom" />
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from './chromium.fixture.ts';
import { runCommand } from './cli.fixture.ts';
import { reportedDoors } from './report-doors.fixture.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const name =
  chromiumPath === undefined
    ? 'a report in a browser (skipped: no Chromium is found; name one with CHROMIUM=PATH)'
    : 'a report in a browser';

describe.skipIf(chromiumPath === undefined)(name, () => {
  const file = join(mkdtempSync(join(tmpdir(), 'report-')), 'review.html');
  const address = pathToFileURL(file).href;
  let browser: Browser;

  beforeAll(async () => {
    await runCommand(reportedDoors, 'report', '-o', file);
    browser = await chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  /** Opens the report and writes down what it asks for and complains of. */
  async function open(options: Parameters<Browser['newPage']>[0], hash = '') {
    // axe is put into the page, whose policy lets nothing in.
    const page = await browser.newPage({ ...options, bypassCSP: true });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(address + hash);
    return { page, requests };
  }

  test('asks for nothing but itself, and runs what its policy allows', async () => {
    const page = await browser.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(address);
    await page.getByRole('button', { name: 'Open all' }).click();
    expect(await page.locator('main details:not([open])').count()).toBe(0);
    expect(requests).toEqual([address]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('can be read without a script', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(address);
    await page.getByText('hinge: diagram and table').click();
    expect(await page.getByRole('img', { name: 'Statechart of hinge' }).isVisible()).toBe(true);
    await page.close();
  });

  test.each(
    [1280, 390].flatMap((width) => [
      { width, colorScheme: 'light' as const },
      { width, colorScheme: 'dark' as const },
    ]),
  )(
    'has nothing that keeps anybody out: $width px, $colorScheme',
    async ({ width, colorScheme }) => {
      const { page } = await open({ viewport: { width, height: 900 }, colorScheme });
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
      await page.addScriptTag({ content: axe });
      const violations = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 200)}`);
      });
      expect(violations).toEqual([]);
      const [content, window] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        innerWidth,
      ]);
      expect(content).toBe(window);
      await page.close();
    },
  );

  test('fits into a window, the matrix with its head in sight', async () => {
    const { page } = await open({ viewport: { width: 1280, height: 400 } }, '#machine-hinge');
    const svg = page.getByRole('img', { name: 'Statechart of hinge' });
    const sizes = () =>
      svg.evaluate((one) => [one.clientWidth, one.parentElement!.clientWidth] as const);
    await svg.evaluate((one) => one.setAttribute('width', '5000'));
    const [fitting, room] = await sizes();
    expect(fitting).toBeLessThanOrEqual(room);
    await page.locator('figure', { has: svg }).getByRole('button', { name: 'Full size' }).click();
    expect((await sizes())[0]).toBe(5000);
    const matrix = page.locator('table.narrow');
    const head = await matrix.evaluate((table) => {
      const rows = table.querySelector('tbody')!;
      for (let i = 0; i < 40; i++) rows.append(rows.firstElementChild!.cloneNode(true));
      table.scrollIntoView();
      scrollBy(0, 600);
      const last = table.querySelector('thead th:last-child')!.getBoundingClientRect();
      return { top: last.top, isIn: last.right <= innerWidth };
    });
    expect(head).toEqual({ top: 0, isIn: true });
    await page.close();
  });

  test('opens what a link leads to', async () => {
    const { page } = await open({}, '#machine-hinge');
    expect(await page.getByRole('img', { name: 'Statechart of hinge' }).isVisible()).toBe(true);
    await page.close();
  });

  test('writes no text out of a box', async () => {
    const { page } = await open({}, '#machine-hinge');
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll('svg.chart g')].flatMap((group) => {
        const box = group.querySelector('rect')?.getBoundingClientRect();
        if (box === undefined || box.width === 0) return [];
        return [...group.querySelectorAll('tspan, text')].flatMap((text) =>
          text.getBoundingClientRect().right > box.right ? [text.textContent] : [],
        );
      }),
    );
    expect(outside).toEqual([]);
    await page.close();
  });
});

interface Axe {
  run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}
