import type { Scope, System, SystemFamily } from './system.ts';

/** Systems of all families that are kept: those of a family's last few scopes and revisions. */
const MOST = 32;

const built = new Map<string, System>();
let families = 0;

/**
 * A family that is asked for the same system again has it still, with its machines, which then need
 * not be flattened anew. Of many systems those are let go that were not asked for longest.
 */
export function builtOnce(family: SystemFamily): SystemFamily {
  const number = families++;
  return {
    ...family,
    build(options) {
      const key = JSON.stringify([number, options.revision, entriesOf(options.scope)]);
      const system = built.get(key) ?? family.build(options);
      built.delete(key);
      built.set(key, system);
      if (built.size > MOST) built.delete(built.keys().next().value!);
      return system;
    },
  };
}

/** A scope says the same in whatever order, and a system shows the order: it counts. */
function entriesOf(scope: Scope): readonly unknown[] {
  return Object.entries(scope);
}
