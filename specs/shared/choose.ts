import { InputError, suggested } from 'xstate-check';

/** What each variation point can be. */
export type Values<T> = { readonly [Point in keyof T]: readonly T[Point][] };

/**
 * The variation of a revision, some points of it decided otherwise:
 * `completed, existingVma=ignored`.
 *
 * @throws InputError for a revision, point or value that there is not
 */
export function choose<T extends object>(
  revision: string,
  revisions: Readonly<Record<string, T>>,
  values: Values<T>,
): T {
  const [base = '', ...changes] = revision.split(', ');
  const variation = revisions[base];
  if (variation === undefined) throw unknown('revision', base, Object.keys(revisions));
  return { ...variation, ...Object.fromEntries(changes.map((text) => readPoint(text, values))) };
}

function readPoint<T extends object>(text: string, values: Values<T>): [string, string] {
  const [point = '', value = ''] = text.split('=');
  const known = new Map(Object.entries<readonly unknown[]>(values)).get(point);
  if (known === undefined) throw unknown('variation point', point, Object.keys(values));
  if (!known.includes(value)) throw unknown(`value of ${point}`, value, known.map(String));
  return [point, value];
}

function unknown(kind: string, name: string, known: readonly string[]): InputError {
  return new InputError(`there is no ${kind} '${name}'; ${suggested(name, known)}`);
}
