/**
 * The id of a property without the instance that it is about: `calm` for `calm(lamp[0])` and for
 * `calm:lamp[1]`. An id without an index is left as it is.
 */
export function withoutInstance(id: string): string {
  return id.replace(/\([^()]*\[\d+\][^()]*\)|:[^:()]*\[\d+\][^:()]*/g, '');
}

/** Whether a property is meant by its id, or by its id without the instance. */
export function isMeantBy(name: string, id: string): boolean {
  return id === name || withoutInstance(id) === name;
}
