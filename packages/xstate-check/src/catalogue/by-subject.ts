/**
 * Things by what they are about, in the order in which each is met first.
 *
 * @param subjectOf - what a thing is about; absent where nobody has said
 */
export function bySubject<T>(
  all: readonly T[],
  subjectOf: (one: T) => string | undefined,
): (readonly [subject: string | undefined, ones: readonly T[]])[] {
  const subjects = new Set(all.map(subjectOf));
  return [...subjects].map((subject) => [subject, all.filter((one) => subjectOf(one) === subject)]);
}
