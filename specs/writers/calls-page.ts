import type { Call } from 'xstate-check';
import { families } from '../catalogue.ts';

/** Every call of every system, as it is declared: who makes it, what it answers, how C writes it. */
export function callsPage(): string {
  const calls = new Map<string, { call: Call; systems: string[] }>();
  for (const family of families) {
    const { revisions, defaultScope } = family;
    const system = family.build({ revision: revisions[0]!, scope: defaultScope });
    for (const call of system.calls) {
      const key = JSON.stringify(call);
      const known = calls.get(key) ?? { call, systems: [] };
      calls.set(key, { call, systems: [...known.systems, family.name] });
    }
  }
  const rows = [...calls.values()]
    .toSorted((a, b) => (a.call.name < b.call.name ? -1 : 1))
    .map(({ call }) => rowOf(call));
  return [
    '# The steps of the systems\n',
    'Written by `npm run docs` from the calls that the systems declare; do not edit. A label is the',
    'object, the call and its outcome: `dev[0].memory_lock.down_write@command_write`. Outcomes in',
    'italics are chosen by the environment, a failed allocation for example. `{dev}`, `{buf}` and',
    '`{att}` are the indices of the objects. How labels are made is in [`labels.md`](labels.md).\n',
    '| call | outcomes | in C | may wait | source |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function rowOf({ name, outcomes, environment = [], written, blocks, spans, source }: Call): string {
  const answers = outcomes
    .filter((outcome) => outcome !== '')
    .map((outcome) => (environment.includes(outcome) ? `_${outcome}_` : outcome));
  const inC = typeof written === 'string' ? [written] : [...new Set(Object.values(written ?? {}))];
  const cells = [
    `\`${name}\``,
    [...(spans ? ['begin'] : []), ...answers].join(', '),
    inC.map((text) => `\`${text}\``).join('; '),
    blocks === undefined ? '' : blocks === 'lock' ? 'for a lock' : 'yes',
    source,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
