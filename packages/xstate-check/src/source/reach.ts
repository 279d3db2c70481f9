import type { Program } from './program.ts';
import type { Reading } from './table.ts';

/**
 * Every function that a reading can come to: by name, through the pointers that the table knows, and
 * as a member of a constant structure that is mentioned.
 */
export function reachable(program: Program, reading: Reading): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [
    reading.function,
    ...reading.entries.flatMap((entry) => entry.function ?? []),
    ...Object.values(reading.pointers ?? {}),
    ...Object.values(reading.leads ?? {}).map((lead) => lead.replace(/^[&@]/, '')),
  ];
  const seen = new Set<string>();
  while (open.length > 0) {
    const name = open.pop()!;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(program.table(name)?.values() ?? []));
    if (program.unread(name) !== undefined) found.add(name);
    if (program.function(name) === undefined) continue;
    found.add(name);
    open.push(...program.mentions(name));
  }
  return found;
}
