/** What an exploration says: counts, and for each property that is broken. */
export interface Findings {
  readonly states: number;
  readonly transitions: number;
  /** Ids of the safety properties, deadlock among them, that some state breaks. */
  readonly broken: ReadonlySet<string>;
  /** In how many states a property is broken, all properties together. */
  readonly violations: number;
}

/** What differs between what we say and what another checker says, as sentences. */
export function differences(ours: Findings, theirs: Findings, checker: string): string[] {
  const said: string[] = [];
  for (const what of ['states', 'transitions', 'violations'] as const) {
    if (ours[what] !== theirs[what]) {
      said.push(`${what}: ${ours[what]} here, ${theirs[what]} by ${checker}`);
    }
  }
  for (const id of ours.broken) {
    if (!theirs.broken.has(id)) said.push(`${id}: broken here, holds by ${checker}`);
  }
  for (const id of theirs.broken) {
    if (!ours.broken.has(id)) said.push(`${id}: holds here, broken by ${checker}`);
  }
  return said;
}
