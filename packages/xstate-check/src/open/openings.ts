/** What is asked of a machine more freely than its actors, its clock and its data would behave. */
export type Opening =
  | { readonly kind: 'actor'; readonly name: string; readonly state: string }
  | { readonly kind: 'timer'; readonly name: string; readonly state: string }
  | { readonly kind: 'guard'; readonly name: string }
  | { readonly kind: 'effect'; readonly name: string }
  | { readonly kind: 'sent'; readonly name: string }
  | { readonly kind: 'dropped'; readonly name: string }
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'cut'; readonly name: string };

/** What each kind means for the verdicts, with the names that it is said of. */
const SAID: Readonly<Record<Opening['kind'], readonly [one: string, several: string]>> = {
  actor: [
    'Actor, which may answer or fail at any time while it is active:',
    'Actors, which may answer or fail at any time while they are active:',
  ],
  timer: [
    'Timer, which may run out at any time:',
    'Timers, of which those of one state run out in their order, others in any:',
  ],
  guard: [
    'Guard on what nobody declared, free to answer either way:',
    'Guards on what nobody declared, free to answer either way:',
  ],
  effect: ['Effect, which is not run:', 'Effects, which are not run:'],
  sent: [
    'Sent to others, or later, and not followed:',
    'Sent to others, or later, and not followed:',
  ],
  dropped: [
    'Part of the context that nothing asks for, left out:',
    'Parts of the context that nothing asks for, left out:',
  ],
  unknown: [
    'Part of the context that is set from what nobody declared:',
    'Parts of the context that are set from what nobody declared:',
  ],
  cut: [
    'A loop of always that only free answers keep going, cut:',
    'Loops of always that only free answers keep going, cut:',
  ],
};

/** Those that make a run one that may not be: what breaks may not be reachable. */
const KINDS = Object.keys(SAID) as readonly Opening['kind'][];

/** One sentence for each kind, in a fixed order. */
export function openingsText(openings: readonly Opening[]): string[] {
  return KINDS.flatMap((kind) => {
    const names = [...new Set(openings.filter((one) => one.kind === kind).map(nameOf))];
    if (names.length === 0) return [];
    return [`${SAID[kind][names.length === 1 ? 0 : 1]} ${names.join('; ')}.`];
  });
}

function nameOf(opening: Opening): string {
  return 'state' in opening && opening.state !== ''
    ? `${opening.name} in ${opening.state}`
    : opening.name;
}
