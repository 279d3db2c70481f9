import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { passedIn } from './junit-run.ts';

function passed(inside: string): string[] {
  const file = join(mkdtempSync(join(tmpdir(), 'junit-')), 'run.xml');
  writeFileSync(file, `<?xml version="1.0"?>\n<testsuites>\n${inside}\n</testsuites>\n`);
  return [...passedIn(file)].flatMap(([suite, ids]) => [...ids].map((id) => `${suite} ${id}`));
}

const attributes = (id: string, more = '') =>
  `classname="lamp/lamp.transitions" name="${id} press it"${more}`;
const good = (id: string, more = '') => `<testcase ${attributes(id, more)}/>`;
const bad = (id: string, why = 'failure') =>
  `<testcase ${attributes(id)}><${why} message="no">why</${why}></testcase>`;

describe('a test of a JUnit file has passed', () => {
  it('where its case has nothing inside that says otherwise', () => {
    const cases = [good('00000001'), bad('00000002'), bad('00000003', 'error')];
    const told = `<testcase ${attributes('00000005')}><system-out>&lt;failure/></system-out></testcase>`;
    expect(passed([...cases, bad('00000004', 'skipped'), told].join('\n'))).toEqual([
      'lamp 00000001',
      'lamp 00000005',
    ]);
  });

  it('not where it only stands in a comment or a text', () => {
    const hidden = [`<!-- ${good('00000002')} -->`, `<![CDATA[${good('00000003')}]]>`];
    expect(passed([good('00000001'), ...hidden].join('\n'))).toEqual(['lamp 00000001']);
    const failed = `<testcase ${attributes('00000002')}><system-out><![CDATA[</testcase>]]></system-out><failure/></testcase>`;
    expect(passed(good('00000001') + failed)).toEqual(['lamp 00000001']);
  });

  it('not where its attributes say otherwise', () => {
    const cases = ['status="failed"', 'status="notrun"', 'result="suppressed"', 'status="run"'].map(
      (said, i) => good(`0000000${i}`, ` ${said}`),
    );
    expect(passed(cases.join(''))).toEqual(['lamp 00000003']);
  });

  it('not where another case of it has not, before or after', () => {
    expect(passed(good('00000001') + bad('00000001') + good('00000002'))).toEqual([
      'lamp 00000002',
    ]);
    expect(passed(bad('00000001') + good('00000001') + good('00000002'))).toEqual([
      'lamp 00000002',
    ]);
  });

  it('whatever is in its name', () => {
    const named = `<testcase name='00000001 "a" &gt; b' classname="lamp/x>y"/>`;
    expect(passed(named)).toEqual(['lamp 00000001']);
  });
});

describe('what is no XML is refused', () => {
  it('with the line', () => {
    expect(() => passed('<testcase>')).toThrow(
      /run\.xml' is no XML: Unexpected close tag \(line 4\); give the JUnit file of a run/,
    );
    expect(() => passed('<a b></a>')).toThrow(/is no XML: Attribute without value \(line 3\)/);
  });

  it('soon, however much is open', () => {
    const start = performance.now();
    expect(() => passed(`<testcase ${attributes('00000001')}>`.repeat(20_000))).toThrow(
      /is no XML/,
    );
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
