/**
 * What an object has under a name that somebody else gave. Every object inherits `constructor` and
 * `toString`, and a state, a label, a rule or an outcome may be called so.
 */
export function own<T>(of: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return of !== undefined && Object.hasOwn(of, name) ? of[name] : undefined;
}
