import type { Scope } from 'xstate-check';

/** Which BAR is of which device, which mapping and which buffer of which BAR: dealt out in turn. */
export interface Topology {
  readonly devices: readonly {
    readonly name: string;
    readonly bars: readonly string[];
    readonly vmas: readonly string[];
    readonly buffers: readonly string[];
  }[];
  readonly bars: readonly {
    readonly name: string;
    readonly device: string;
    readonly vmas: readonly string[];
    readonly buffers: readonly string[];
    readonly type1: readonly string[];
  }[];
  readonly vmas: readonly OnBar[];
  readonly buffers: readonly OnBar[];
  /** The DMA maps of type1 containers, each of one mapping of a BAR. */
  readonly type1: readonly { readonly name: string; readonly vma: string; readonly bar: string }[];
}

interface OnBar {
  readonly name: string;
  readonly bar: string;
  readonly device: string;
}

export function topologyOf(scope: Scope): Topology {
  const { devices = 0, bars = 0, vmas = 0, buffers = 0, type1 = 0 } = scope;
  const deviceOf = (bar: number) => `dev[${bar % devices}]`;
  const onBars = (kind: string, count: number): OnBar[] =>
    range(count).map((i) => ({
      name: `${kind}[${i}]`,
      bar: `bar[${i % bars}]`,
      device: deviceOf(i % bars),
    }));
  const mappings = onBars('vma', vmas);
  const exports = onBars('buf', buffers);
  const maps = range(type1).map((i) => {
    const { name: vma, bar } = mappings[i % vmas]!;
    return { name: `type1[${i}]`, vma, bar };
  });
  const names = (items: readonly OnBar[], by: 'bar' | 'device', name: string) =>
    items.filter((item) => item[by] === name).map((item) => item.name);
  return {
    devices: range(devices).map((d) => {
      const name = `dev[${d}]`;
      return {
        name,
        bars: range(bars)
          .filter((bar) => deviceOf(bar) === name)
          .map((bar) => `bar[${bar}]`),
        vmas: names(mappings, 'device', name),
        buffers: names(exports, 'device', name),
      };
    }),
    bars: range(bars).map((b) => {
      const name = `bar[${b}]`;
      const on = { vmas: names(mappings, 'bar', name), buffers: names(exports, 'bar', name) };
      const type1 = maps.filter(({ bar }) => bar === name).map((map) => map.name);
      return { name, device: deviceOf(b), ...on, type1 };
    }),
    vmas: mappings,
    buffers: exports,
    type1: maps,
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
