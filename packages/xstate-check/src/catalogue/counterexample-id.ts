/** A broken property of a system at one revision, as `explain` takes it: `door/calm/v2`. */
export interface CounterexampleId {
  readonly system: string;
  /** With or without the instance; without, the shortest run of any instance is meant. */
  readonly property: string;
  readonly revision: string;
}

export function formatCounterexampleId({ system, property, revision }: CounterexampleId): string {
  return `${system}/${property}/${revision}`;
}

export function parseCounterexampleId(text: string): CounterexampleId | undefined {
  const parts = /^([^/]+)\/(.+)\/([^/]+)$/.exec(text);
  return parts === null
    ? undefined
    : { system: parts[1]!, property: parts[2]!, revision: parts[3]! };
}
