/**
 * A factory that gives the very same for the same arguments. Systems have most of their machines in
 * common, and one machine is flattened once: of two that a factory made alike nobody can tell that
 * their guards and assigns close over the same.
 *
 * @param make - what it makes depends on its arguments alone: numbers, texts, and objects of them
 * @returns the same, which throws for an argument that is more than that
 */
export function madeOnce<Arguments extends readonly unknown[], Made extends object>(
  make: (...of: Arguments) => Made,
): (...of: Arguments) => Made {
  const before = new Map<string, Made>();
  return (...of) => {
    const key = JSON.stringify(of, plain);
    const made = before.get(key) ?? make(...of);
    before.set(key, made);
    return made;
  };
}

/** What is not there is not the same as what is nothing. */
function plain(_: string, value: unknown): unknown {
  if (value === undefined) return '(undefined)';
  if (typeof value === 'function' || typeof value === 'bigint') {
    throw new Error(`made once for numbers and texts, and not for a ${typeof value}`);
  }
  return value;
}
