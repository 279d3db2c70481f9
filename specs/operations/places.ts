import { readFileSync } from 'node:fs';
import { type JudgedOperations, keyOf, type Operation } from 'xstate-check/kernel';
import { operations } from './index.ts';

/** Where the lists and their entries are in Linux 7.3.4: by object and list, the line of each. */
export type Places = Readonly<
  Record<string, Readonly<Record<string, { readonly file: string; readonly at: Lines }>>>
>;
type Lines = Readonly<Record<string, number>>;

/** What of an answer is written down: places, of which what is said is a table by itself. */
export function placesOf(found: readonly Operation[]): Places {
  const all: Record<string, Record<string, { file: string; at: Record<string, number> }>> = {};
  for (const { object, list, name, place } of found) {
    all[object] ??= {};
    all[object][list] ??= { file: place.file, at: {} };
    all[object][list].at[name] = place.line;
  }
  return all;
}

/** The operations of Linux 7.3.4, as they were read, with what is said of each now. */
export function operationsOfNewest(): JudgedOperations['operations'] {
  const file = new URL('linux-7.3.4.json', import.meta.url);
  const places = JSON.parse(readFileSync(file, 'utf8')) as Places;
  return Object.entries(places).flatMap(([object, lists]) =>
    Object.entries(lists).flatMap(([list, { file, at }]) =>
      Object.entries(at).map(([name, line]) => {
        const said = operations.said[keyOf({ list, name })];
        return { object, list, name, place: { file, line }, ...(said !== undefined && { said }) };
      }),
    ),
  );
}
