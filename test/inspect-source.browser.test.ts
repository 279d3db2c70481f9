import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { treeWith } from '../specs/source/own-tree.fixture.ts';
import {
  findChromium,
  launch,
  type RunningInspector,
  startInspector,
} from './inspector/browser.fixture.ts';

const FILE = 'drivers/vfio/pci/vfio_pci_dmabuf.c';
const chromium = findChromium();
const title =
  chromium === undefined
    ? 'machines made of C in a browser: NOT RUN, no Chromium was found (CHROMIUM=path says where one is)'
    : 'machines made of C in a browser';

describe.skipIf(chromium === undefined)(title, { timeout: 120_000 }, () => {
  let inspector: RunningInspector;
  let browser: Browser;
  let page: Page;
  const text = treeWith().read(FILE)!;
  const lines = text.split('\n');

  beforeAll(async () => {
    const tree = join(mkdtempSync(join(tmpdir(), 'inspect-')), 'my-tree');
    mkdirSync(dirname(join(tree, FILE)), { recursive: true });
    writeFileSync(join(tree, FILE), text);
    [inspector, browser] = await Promise.all([
      startInspector('rdma-pinned', '--source', tree),
      launch(chromium!),
    ]);
    page = await browser.newPage();
    page.setDefaultTimeout(60_000);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await inspector?.stop();
  });

  it('the statechart shows the line of each step', async () => {
    await page.goto(`${inspector.address}#/machine/move`);
    await page.locator('.react-flow__node', { hasText: 'line_15' }).first().click();
    await page.locator('.details .link-row', { hasText: 'buf[0].resv.lock' }).first().click();
    const source = await page.locator('.details .source').first().innerText();
    const [, line] = /^Source: drivers\/vfio\/pci\/vfio_pci_dmabuf\.c:(\d+)$/.exec(source) ?? [];
    expect(lines[Number(line) - 1]).toContain('dma_resv_lock(one->dmabuf->resv, NULL)');
  });

  it('the player shows the line of a step that the C takes', async () => {
    await page.goto(`${inspector.address}#/system/rdma-pinned?seed=7&walk=30`);
    await page.waitForURL(/steps=/);
    const last = page.locator('.position', { hasText: /^step 30 of 30$/ });
    await last.waitFor();
    const seen: [step: string, source: string][] = [];
    for (let at = 29; at > 0; at--) {
      await page.keyboard.press('ArrowLeft');
      await page.locator('.position', { hasText: new RegExp(`^step ${at} of 30$`) }).waitFor();
      await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
      const now = page.locator('.now');
      if ((await now.locator('.now-source').count()) === 0) continue;
      seen.push([
        await now.locator('code').first().innerText(),
        await now.locator('.now-source').innerText(),
      ]);
    }
    const ofC = seen.filter(([, source]) => source.includes(`${FILE}:`));
    expect(ofC).not.toEqual([]);
    for (const [, source] of ofC) {
      const line = Number(/:(\d+)\]$/.exec(source)![1]);
      expect(lines[line - 1]!.trim()).not.toBe('');
    }
  });
});
