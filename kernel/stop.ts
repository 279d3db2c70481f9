/** Where a gated thread of the guest has stopped: before or after a function of the kernel. */
export interface Stop {
  /** `down_write<` before, `down_write>` after. */
  readonly at: string;
  /** Of the device, buffer or attachment that the call is about. */
  readonly index: number;
  /** Numbers that were seen with it: `value`, `where`, `busy`, `result`, `sgt`, `revoked`. */
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

/** Tells from stop to stop when vfio's own flag of a buffer changes. */
export class Flags {
  private readonly revoked = new Map<number, number>();

  /** 1 if the buffer of a stop has been revoked since the stop before, 0 if it was given back. */
  changed({ index, seen }: Stop): number | undefined {
    const { revoked } = seen;
    if (revoked === undefined) return undefined;
    const before = this.revoked.get(index);
    this.revoked.set(index, revoked);
    return before === undefined || before === revoked ? undefined : revoked;
  }
}
