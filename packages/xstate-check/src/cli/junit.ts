import { own } from '../base/own.ts';
import type { Caught } from '../catalogue/check-faults.ts';
import { type AnyResult, isExpected, type Judged } from '../catalogue/judge.ts';
import { diagram } from '../explain/diagram.ts';

/** JUnit XML: a suite for each system, a case for each property; and one suite for the faults. */
export function junit(judged: readonly Judged<AnyResult>[], faults: readonly Caught[]): string {
  const suites = judged.map(({ result, expectation, milliseconds }) => {
    const name = `${result.name} ${result.revision}`;
    const cases = result.properties.map((p) => {
      const expected = own(expectation?.properties, p.property.id) ?? 'holds';
      if (p.verdict === 'unfinished') return skippedCase(name, p.property.id, p.reason);
      const asExpected = isExpected(p.verdict, expected);
      const detail = p.verdict === 'broken' ? diagram(p.counterexample) : p.verdict;
      return testCase(name, p.property.id, asExpected ? undefined : { message: p.verdict, detail });
    });
    return suite(name, cases, milliseconds / 1000);
  });
  const faultCases = faults.map(({ fault, caughtBy }) => {
    const missed = fault.expected.filter((id) => !caughtBy.includes(id));
    const failure =
      missed.length === 0
        ? undefined
        : { message: `not caught by ${missed.join(', ')}`, detail: fault.title };
    return testCase('faults', fault.id, failure);
  });
  if (faults.length > 0) suites.push(suite('faults', faultCases, 0));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

interface Case {
  readonly xml: string;
  readonly failed: boolean;
}

function testCase(
  suiteName: string,
  name: string,
  failure: { message: string; detail: string } | undefined,
): Case {
  const open = `    <testcase classname="${escapeXml(suiteName)}" name="${escapeXml(name)}"`;
  if (failure === undefined) return { xml: `${open}/>\n`, failed: false };
  const inner = `      <failure message="${escapeXml(failure.message)}">${escapeXml(failure.detail)}</failure>\n`;
  return { xml: `${open}>\n${inner}    </testcase>\n`, failed: true };
}

/** Nothing was found, and not everything was seen. */
function skippedCase(suiteName: string, name: string, reason: string): Case {
  const open = `    <testcase classname="${escapeXml(suiteName)}" name="${escapeXml(name)}"`;
  const skipped = `      <skipped message="${escapeXml(reason)}"/>\n`;
  return { xml: `${open}>\n${skipped}    </testcase>\n`, failed: false };
}

function suite(name: string, cases: readonly Case[], seconds: number): string {
  const failures = cases.filter(({ failed }) => failed).length;
  const head = `  <testsuite name="${escapeXml(name)}" tests="${cases.length}" failures="${failures}" time="${seconds.toFixed(3)}">\n`;
  return `${head}${cases.map(({ xml }) => xml).join('')}  </testsuite>\n`;
}

function escapeXml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character]!);
}
