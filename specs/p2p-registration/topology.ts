import type { Scope } from '../../src/system/system.ts';

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
  }[];
  readonly vmas: readonly OnBar[];
  readonly buffers: readonly OnBar[];
}

interface OnBar {
  readonly name: string;
  readonly bar: string;
  readonly device: string;
}

export function topologyOf(scope: Scope): Topology {
  const { devices = 0, bars = 0, vmas = 0, buffers = 0 } = scope;
  const deviceOf = (bar: number) => `dev[${bar % devices}]`;
  const onBars = (kind: string, count: number): OnBar[] =>
    range(count).map((i) => ({
      name: `${kind}[${i}]`,
      bar: `bar[${i % bars}]`,
      device: deviceOf(i % bars),
    }));
  const mappings = onBars('vma', vmas);
  const exports = onBars('buf', buffers);
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
      return { name, device: deviceOf(b), ...on };
    }),
    vmas: mappings,
    buffers: exports,
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
