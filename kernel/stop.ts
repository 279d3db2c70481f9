/** Where a gated thread of the guest has stopped: before or after a function of the kernel. */
export interface Stop {
  /** `down_write<` before, `down_write>` after. */
  readonly at: string;
  /** Of the device, buffer or attachment that the call is about. */
  readonly index: number;
  /** Numbers that were seen with it: `value`, `where`, `busy`, `result`, `sgt`. */
  readonly seen: Readonly<Record<string, number>>;
}

/** Reads `stop ACTOR POINT before|after INDEX name=number …`, or `pass …` where it went on. */
export function parseStop(
  line: string,
): { actor: string; stop: Stop; passes: boolean } | undefined {
  const [word, actor, point, phase, index, ...rest] = line.split(' ');
  if (actor === undefined || point === undefined) return undefined;
  if (word !== 'stop' && word !== 'pass') return undefined;
  if (phase !== 'before' && phase !== 'after') return undefined;
  const seen = Object.fromEntries(
    rest.map((item) => item.split('=')).map(([name, value]) => [name!, Number(value)]),
  );
  const at = `${point}${phase === 'before' ? '<' : '>'}`;
  return { actor, stop: { at, index: Number(index), seen }, passes: word === 'pass' };
}

export function formatStop({ at, index, seen }: Stop): string {
  const point = at.slice(0, -1);
  const numbers = Object.entries(seen).map(([name, value]) => `${name}=${value}`);
  return [at.endsWith('<') ? 'before' : 'after', point, index, ...numbers].join(' ');
}
