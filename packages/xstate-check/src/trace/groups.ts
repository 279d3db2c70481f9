/** The local states of some parts, by the names of the parts. */
export type Locals = ReadonlyMap<string, number>;

/** The states that parts may have which are followed together. */
export interface GroupStates {
  readonly key: string;
  readonly states: readonly Locals[];
}

/** One group of all parts: every combination of the groups' states. */
export function together(groups: readonly GroupStates[]): readonly GroupStates[] {
  let states: Locals[] = [new Map()];
  for (const group of groups) {
    states = states.flatMap((one) => group.states.map((other) => new Map([...one, ...other])));
  }
  return [{ key: '', states }];
}

/** The groups taken apart further: of each new group what its parts may be. */
export function split(
  groups: readonly GroupStates[],
  groupOf: (part: string) => string,
): readonly GroupStates[] {
  const parts = new Map<string, Locals[]>();
  for (const { states } of groups) {
    for (const state of states) {
      for (const [key, own] of byGroup(state, groupOf)) {
        const same = parts.get(key);
        if (same) same.push(own);
        else parts.set(key, [own]);
      }
    }
  }
  return [...parts].map(([key, states]) => ({ key, states }));
}

function byGroup(state: Locals, groupOf: (part: string) => string): Map<string, Locals> {
  const groups = new Map<string, Map<string, number>>();
  for (const [part, local] of state) {
    const key = groupOf(part);
    groups.set(key, (groups.get(key) ?? new Map<string, number>()).set(part, local));
  }
  return groups;
}
