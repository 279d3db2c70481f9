import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { abilityOf } from './labels.ts';

/** The labels of docs/labels.md, which writes alike ones short: `.up_write`, `:failed`, `(MEM=1)`. */

const PAGE = readFileSync(new URL('../docs/labels.md', import.meta.url), 'utf8');

/** A short form, written out after the label that it follows. */
function writtenOut(short: string, after: string): string {
  const before = after.replace(/[:#].*$/, '');
  if (short.startsWith(':')) return before + short;
  if (short.startsWith('(')) return before.replace(/\(.*$/, short);
  if (!short.startsWith('.')) return short;
  return after === before ? before.replace(/\.[^.]*$/, short) : before + short;
}

/** The labels in the first column of the table under a heading. */
function labelsUnder(heading: string): string[] {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| (`.*?`) +\|/gm)].flatMap(([, cell]) => {
    const labels: string[] = [];
    let full = '';
    for (const [, token] of cell!.matchAll(/`([^`]+)`/g)) {
      if (token!.startsWith('#')) continue;
      if (/^[a-z]/.test(token!)) full = token!;
      labels.push(writtenOut(token!, full).replace(/\[[a-z]\]/g, '[0]'));
    }
    return labels;
  });
}

/** To queue at a lock is no step of the simulated kernel, which has the call stand where it is. */
const isQueueing = (label: string) => label.endsWith(':wait');

const unknown = (labels: readonly string[]) =>
  labels.filter((label) => !isQueueing(label) && !abilityOf(label));

describe('the labels of docs/labels.md', () => {
  it('contract labels', () => {
    const labels = labelsUnder('Contract labels');
    expect(labels).toContain('att[0].map_file:-EOPNOTSUPP');
    expect(unknown(labels)).toEqual([]);
  });

  it('calls with a beginning and an end', () => {
    const calls = labelsUnder('Calls with');
    expect(calls).toContain('dev[0].write_pmcsr(D2)');
    expect(unknown(calls.flatMap((call) => [`${call}:begin`, `${call}:ok`]))).toEqual([]);
  });

  it('procedure labels', () => {
    const labels = labelsUnder('Procedure labels');
    expect(labels).toContain('dev[0].pm_runtime_engaged.clear');
    expect(labels).toContain('dev[0].memory_lock.up_read');
    expect(unknown(labels)).toEqual([]);
  });

  it('nothing that looks like one', () => {
    expect(abilityOf('dev[0].close:closed')).toBeUndefined();
    expect(abilityOf('att[0].invalidate')).toBeUndefined();
    expect(abilityOf('bar[0].register:ok')).toBeUndefined();
    expect(abilityOf('dev[0].no_such_step')).toBeUndefined();
  });
});
