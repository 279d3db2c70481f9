import { flatten, type Lts, transitionsOf } from 'xstate-check';
import { calcMapType } from '../../machines/routes/calc-map-type.procedure.ts';
import { hostBridgeWhitelist } from '../../machines/routes/host-bridge-whitelist.procedure.ts';
import type { MapType } from '../../machines/routes/map-types.ts';
import type { Tree } from './tree.ts';

/** By state, its steps. */
type Steps = readonly (readonly { readonly label: string; readonly to: number }[])[];

const known = new Map<Lts, Steps>();

function stepsOf(lts: Lts): Steps {
  const before = known.get(lts);
  if (before !== undefined) return before;
  const steps: { label: string; to: number }[][] = lts.states.map(() => []);
  for (const { from, label, to } of transitionsOf(lts)) {
    steps[from]!.push({ label: lts.labels[label]!, to });
  }
  known.set(lts, steps);
  return steps;
}

const flat = new Map<string, Lts>();

function ltsOf(name: string, make: () => Lts): Lts {
  const lts = flat.get(name) ?? make();
  flat.set(name, lts);
  return lts;
}

/**
 * The one run of a procedure from its call to its answer, where everything that it asks has one answer.
 *
 * @param says - whether a step is what this tree answers
 * @throws Error where it asks for what the tree does not answer, or answers in two ways
 */
function run(lts: Lts, call: string, says: (label: string) => boolean): string {
  const steps = stepsOf(lts);
  let state = 0;
  for (;;) {
    const taken = steps[state]!.filter(({ label }) => says(label) || label.startsWith(`${call}:`));
    if (taken.length !== 1) throw new Error(`${call}: ${taken.length} steps in state ${state}`);
    const { label, to } = taken[0]!;
    if (label.startsWith(`${call}:`) && label !== `${call}:begin`) {
      return label.slice(call.length + 1);
    }
    state = to;
  }
}

function whitelisted({ client, host, listed }: Tree): boolean {
  const lts = ltsOf(`whitelist ${client}`, () => flatten(hostBridgeWhitelist(client)));
  const answer = run(lts, 'whitelist', (label) => {
    const [, node, of] = /^node\[(\d)\]\.host:(\d)$/.exec(label) ?? [];
    if (node !== undefined) return host[Number(node)] === Number(of);
    const [, bridge, which, is] = /^host\[(\d)\]\.listed\((\w+)\):(\w+)$/.exec(label) ?? [];
    if (bridge === undefined) return false;
    const entry = listed[Number(bridge) as 0 | 1];
    return (which === 'same' ? entry !== 'no' : entry === 'any') === (is === 'true');
  });
  return answer === 'true';
}

/** What calc_map_type_and_dist() answers of a tree in which these devices redirect, as the machine has it. */
export function mapTypeOf(tree: Tree, redirects: readonly boolean[]): MapType {
  const { upstream, client, zen } = tree;
  const nodes = upstream.length;
  const lts = ltsOf(`calc ${nodes} ${client}`, () => flatten(calcMapType(nodes, client)));
  return run(lts, 'calc', (label) => {
    const [, node, question, answer] = /^node\[(\d)\]\.(\w+):(\w+)$/.exec(label) ?? [];
    if (question === 'acs_redir') return redirects[Number(node)] === (answer === '1');
    if (question === 'upstream') return String(upstream[Number(node)]) === answer;
    if (label.startsWith('cpu.')) return label.endsWith(`:${zen}`);
    if (label === 'whitelist:begin') return true;
    if (label.startsWith('whitelist:')) return label === `whitelist:${whitelisted(tree)}`;
    return label === 'dev.p2pdma:set' || /^dev\.types\.store\(\w+\):ok$/.test(label);
  }) as MapType;
}
