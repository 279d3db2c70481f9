import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { siteText } from 'xstate-check/kernel';
import { runtimeMonitors } from './monitors.ts';
import { type Presence, STOCK, symbols } from './symbols.ts';

const sites = runtimeMonitors.flatMap(({ watch }) => watch.attachments.flatMap(({ at }) => at));
const page = readFileSync(new URL('../../docs/exports.md', import.meta.url), 'utf8');

describe('the functions that runtime monitors watch', () => {
  it('are those of the table of symbols', () => {
    const named = sites.flatMap((site) => [site.function, ...(site.calledBy ?? [])]);
    expect([...new Set(named)].sort()).toEqual(Object.keys(symbols).sort());
  });

  it('are there in the stock kernel; where a caller is inlined, the one around it is named', () => {
    for (const { function: name, calledBy = [] } of sites) {
      expect(symbols[name]).toBeTypeOf('string');
      for (const caller of calledBy) {
        const here = symbols[caller]!;
        if (typeof here !== 'string') expect(calledBy).toContain(here.inlinedIn);
      }
    }
  });

  it('say of which object a monitor of objects speaks', () => {
    for (const { watch } of runtimeMonitors) {
      for (const site of watch.attachments.flatMap(({ at }) => at)) {
        expect(site.object !== undefined).toBe(watch.type === 'per_obj');
      }
    }
  });

  it('have events that start a monitor', () => {
    for (const { watch } of runtimeMonitors) {
      expect(watch.attachments.some(({ starts }) => starts)).toBe(true);
    }
  });
});

describe('docs/exports.md', () => {
  it.each(
    runtimeMonitors.flatMap(({ name, watch }) =>
      watch.attachments.map((one) => [name, one.event, one.at.map(siteText)] as const),
    ),
  )('%s: says where %s is', (name, event, texts) => {
    expect(page).toContain(`| \`${name}\` | \`${event}\` | ${texts.join('; ')} |`);
  });

  it.each(Object.entries(symbols))('says whether stock has %s', (name, here) => {
    expect(page).toContain(STOCK);
    expect(page).toContain(`| \`${name}()\` | ${presenceText(name, here)} |`);
  });
});

function presenceText(name: string, here: Presence): string {
  if (typeof here !== 'string') return `no: inlined in \`${here.inlinedIn}()\``;
  return { symbol: 'yes', constprop: `as \`${name}.constprop.0\``, called: 'called by it' }[here];
}
