import { type Lts, partNamed } from 'xstate-check';
import type { Coverage, Monitor, ShownState } from 'xstate-check/traces';
import { bufferName, type TraceScope } from './trace.system.ts';

/** For each machine how many of its transitions took part in explaining a trace. */
export function coverageOf(monitor: Monitor): Coverage[] {
  const { product } = monitor;
  const byMachine = new Map<string, Lts>(
    product.parts.map(({ machine }, part) => [machine.id, product.ltss[part]!]),
  );
  return [...byMachine].map(([machine, lts]) => ({
    machine,
    transitions: monitor.covered(machine).size,
    of: lts.next.reduce((count, to) => count + Number(to >= 0), 0),
    taken: () => [...monitor.covered(machine)].map((transition) => namesOf(lts, transition)),
  }));
}

function namesOf({ states, labels }: Lts, transition: number): [string, string] {
  const state = Math.floor(transition / labels.length);
  return [states[state]!.name, labels[transition % labels.length]!];
}

/** What the devices and the buffers are, or may be, at this place of a trace. */
export function statesOf(
  monitor: Monitor,
  scope: TraceScope,
  addresses: readonly string[],
  inoOf: ReadonlyMap<string, string>,
): ShownState[] {
  const { product } = monitor;
  const said = (name: string, inWords: (nodes: readonly string[]) => string) => {
    const part = partNamed(product, name);
    const { states } = product.ltss[part]!;
    const all = monitor.locals(part).map((local) => inWords(states[local]!.nodes));
    const different = [...new Set(all)];
    return different.length === 1 ? all[0]! : different.map((one) => `(${one})`).join(' or ');
  };
  return addresses.flatMap((address, d) => [
    {
      what: `vdev${d}${address === '' ? '' : ` (${address})`}`,
      is: `${said(`dev[${d}]`, deviceInWords)}; ${said(`dev[${d}].memory`, memoryInWords)}`,
    },
    ...Array.from({ length: scope.buffers }, (_, slot) => {
      const name = bufferName(d, slot);
      const ino = inoOf.get(name);
      return {
        what: `dma-buf${ino === undefined ? '' : ` ${ino}`} of vdev${d}`,
        is: said(name, (nodes) => nodes.at(-1)!),
      };
    }).filter(({ is }) => is !== 'unborn'),
  ]);
}

function deviceInWords(nodes: readonly string[]): string {
  return `${nodes[0]}, memory_lock ${nodes.at(-1)!.replace(/.*\./, '')}`;
}

function memoryInWords(nodes: readonly string[]): string {
  const is = (node: string) => nodes.includes(node);
  return [
    is('command.memory_on') ? 'memory on' : 'memory off',
    is('power.d0') ? 'D0' : 'D3hot',
    ...(is('low_power.engaged') ? ['low power engaged'] : []),
  ].join(', ');
}
