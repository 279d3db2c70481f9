import { readFileSync } from 'node:fs';

/** One call in a trace of a real kernel: the functions in order, and which its tracer could not see. */
export interface Section {
  readonly functions: readonly string[];
  readonly unseen: ReadonlySet<string>;
}

/** The sections of a fixture of the simulator, by name. */
export function fixture(name: string): ReadonlyMap<string, Section> {
  const url = new URL(`../../simulator/fixtures/${name}.txt`, import.meta.url);
  const [header, ...parts] = readFileSync(url, 'utf8').split(/^\[(.+)\]$/m);
  const everywhere = words(header!, 'not seen by this tracer');
  const sections = new Map<string, Section>();
  for (let i = 0; i < parts.length; i += 2) {
    const text = parts[i + 1]!;
    const functions = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const unseen = new Set([...everywhere, ...words(text, 'inlined here')]);
    sections.set(parts[i]!, { functions, unseen });
  }
  return sections;
}

function words(text: string, key: string): string[] {
  return new RegExp(`^# ${key}: (.*)$`, 'm').exec(text)?.[1]?.split(' ') ?? [];
}
