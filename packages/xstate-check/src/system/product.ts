import { InputError, nearest } from '../base/errors.ts';
import { formatLabel, parseLabel } from '../lts/label.ts';
import type { Lts } from '../lts/lts.ts';
import { ltsOf } from '../lts/lts-of.ts';
import { BEGIN, type Call, CallTable, WAIT } from '../specification/call.ts';
import type { Part } from '../specification/part.ts';
import type { System } from '../specification/system.ts';

/** One way in which parts can move together: a synchronisation vector. */
export interface Vector {
  readonly label: string;
  /** The contract label that the step decides. */
  readonly commits?: string;
  /** Index of the part that starts the step; -1 where the environment does. */
  readonly initiator: number;
  readonly participants: readonly Participant[];
}

export interface Participant {
  readonly part: number;
  /** `next[state of the part]`, -1 where the part does not allow the step. */
  readonly next: Int32Array;
  /** `local[state of the part]`: the label of the part's LTS that is taken, or -1: it may stay. */
  readonly local: Int32Array;
}

/** A system compiled to integer tables. */
export interface Product {
  readonly name: string;
  readonly parts: readonly Part[];
  readonly ltss: readonly Lts[];
  readonly vectors: readonly Vector[];
  readonly calls: CallTable;
  /** Labels that never happen because nobody in the system starts them. */
  readonly uninitiated: readonly string[];
}

export { ltsOf };

/** The number of the part with this name. @throws InputError that names the nearest known names */
export function partNamed(product: Product, name: string): number {
  const part = product.parts.findIndex((candidate) => candidate.name === name);
  if (part >= 0) return part;
  const known = nearest(
    name,
    product.parts.map((candidate) => candidate.name),
  );
  throw new InputError(`system '${product.name}' has no part '${name}'; ${known}`);
}

/**
 * The parallel composition: a label is enabled when every part that has it in its alphabet can
 * take it, and all take it together. Composition never looks inside a machine.
 *
 * @throws InputError for two parts of one name, a label of an undeclared call or outcome, one with
 * two initiators, or a monitor that can refuse
 */
export function compose(system: System): Product {
  const { name, parts, calls, environment } = system;
  const before = composed.get(parts);
  const isSame =
    before?.name === name && before.calls === calls && before.environment === environment;
  if (isSame) return before.product;
  const product = composedAnew(system);
  composed.set(parts, { name, calls, environment, product });
  return product;
}

/** What parts were composed as last: a system is asked for its fingerprint, then checked, then drawn. */
const composed = new WeakMap<
  System['parts'],
  Pick<System, 'name' | 'calls' | 'environment'> & { readonly product: Product }
>();

function composedAnew(system: System): Product {
  assertDifferentNames(system);
  const ltss = system.parts.map((part) => ltsOf(part.machine));
  const calls = new CallTable(system.calls);
  const uninitiated: string[] = [];
  const vectors: Vector[] = [];
  const byLabel = membersByLabel(system.parts, ltss);
  for (const [label, answering] of byLabel) {
    const members = [...answering, ...waitersOf(system, label, byLabel)];
    const initiator = initiatorOf(
      system,
      calls,
      label,
      members.map((m) => m.part),
    );
    if (initiator === undefined) uninitiated.push(label);
    else vectors.push(...vectorsOf(system, ltss, label, initiator, members));
  }
  system.parts.forEach((part, index) => {
    if (part.kind === 'monitor') assertReceptive(part, ltss[index]!);
  });
  return { name: system.name, parts: system.parts, ltss, vectors, calls, uninitiated };
}

function assertDifferentNames(system: System): void {
  const names = system.parts.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new InputError(`system '${system.name}' has two parts of the name '${twice}'; rename one`);
}

/** A part that has a system label in its alphabet, under these labels of its own. */
interface Member {
  readonly part: number;
  readonly locals: number[];
  /** It takes the label where it offers one of its own, and stays in the state. */
  readonly stays?: true;
}

/** Who offers a call takes the step by which it queues, and stays. */
function waitersOf(
  system: System,
  label: string,
  byLabel: ReadonlyMap<string, readonly Member[]>,
): Member[] {
  const { outcome, ...call } = parseLabel(label);
  if (outcome !== WAIT) return [];
  const offering = byLabel.get(formatLabel(call)) ?? [];
  return offering
    .filter(({ part }) => system.parts[part]!.kind !== 'resource')
    .filter(({ part }) => system.parts[part]!.kind !== 'monitor')
    .map((member) => ({ ...member, stays: true }));
}

function membersByLabel(parts: readonly Part[], ltss: readonly Lts[]): Map<string, Member[]> {
  const byLabel = new Map<string, Member[]>();
  parts.forEach((part, index) => {
    ltss[index]!.labels.forEach((local, id) => {
      for (const label of new Set(part.rename(local))) {
        const members = byLabel.get(label) ?? [];
        if (members.length === 0) byLabel.set(label, members);
        const own = members.find((member) => member.part === index);
        if (own) own.locals.push(id);
        else members.push({ part: index, locals: [id] });
      }
    });
  });
  return byLabel;
}

/**
 * The part that starts the steps of a label, -1 where the environment does, `undefined` where
 * nobody does: the others do not perform it alone, and a monitor only ever observes others.
 */
function initiatorOf(
  system: System,
  calls: CallTable,
  label: string,
  members: readonly number[],
): number | undefined {
  if (members.every((part) => system.parts[part]!.kind === 'monitor')) return undefined;
  if (system.calls.length === 0) return -1;
  const roles = calls.rolesOf(label);
  if (roles === undefined) {
    throw new InputError(
      `system '${system.name}': the label '${label}' belongs to no declared call; declare it`,
    );
  }
  assertDeclaredOutcome(system, calls.find(label)!, label);
  const plays = (part: number, role: string) => system.parts[part]!.roles.includes(role);
  const initiators = members.filter(
    (part) =>
      plays(part, roles.initiator) && (roles.bySide === 'callee' || !plays(part, roles.callee)),
  );
  if (initiators.length > 1) {
    const names = initiators.map((part) => system.parts[part]!.name).join(' and ');
    throw new InputError(
      `system '${system.name}': the label '${label}' has two initiators, ${names}; rename one`,
    );
  }
  if (initiators.length === 1) return initiators[0];
  return system.environment.includes(roles.initiator) ? -1 : undefined;
}

function assertDeclaredOutcome(system: System, call: Call, label: string): void {
  const { outcome = '' } = parseLabel(label);
  if (call.outcomes.includes(outcome) || (call.spans && outcome === BEGIN)) return;
  throw new InputError(
    `system '${system.name}': the label '${label}' has an outcome that the call '${call.name}' does ` +
      `not declare (${call.outcomes.join(', ') || 'it has none'}); declare it`,
  );
}

/** One vector for each contract label that the members' steps may decide. */
function vectorsOf(
  system: System,
  ltss: readonly Lts[],
  label: string,
  initiator: number,
  members: readonly Member[],
): Vector[] {
  let partial: { commits?: string; participants: Participant[] }[] = [{ participants: [] }];
  for (const member of members) {
    const part = system.parts[member.part]!;
    const groups = groupByCommit(part, member, ltss[member.part]!, label);
    partial = partial.flatMap((vector) =>
      groups.map(({ commits, participant }) => {
        if (commits !== undefined && vector.commits !== undefined) {
          throw new InputError(
            `system '${system.name}': two parts commit at '${label}' ('${vector.commits}' and ` +
              `'${commits}'); only the part that decides may say so`,
          );
        }
        const committed = commits ?? vector.commits;
        return {
          ...(committed !== undefined && { commits: committed }),
          participants: [...vector.participants, participant],
        };
      }),
    );
  }
  return partial.map((vector) => ({ label, initiator, ...vector }));
}

function groupByCommit(
  part: Part,
  member: Member,
  lts: Lts,
  label: string,
): { commits?: string; participant: Participant }[] {
  const width = lts.labels.length;
  const groups = new Map<string | undefined, Participant>();
  const group = (commits: string | undefined) => {
    let participant = groups.get(commits);
    if (participant === undefined) {
      const empty = () => new Int32Array(lts.states.length).fill(-1);
      participant = { part: member.part, next: empty(), local: empty() };
      groups.set(commits, participant);
    }
    return participant;
  };
  for (let state = 0; state < lts.states.length; state++) {
    const enabled = member.locals.filter((local) => lts.next[state * width + local]! >= 0);
    if (enabled.length > 1) {
      throw new InputError(
        `part '${part.name}', state ${lts.states[state]!.name}: '${label}' stands for two enabled ` +
          `labels of the machine (${enabled.map((id) => lts.labels[id]).join(', ')}); rename one`,
      );
    }
    const [local] = enabled;
    if (local === undefined) continue;
    if (member.stays) {
      group(undefined).next[state] = state;
      continue;
    }
    const commits = lts.edges.get(state * width + local)!.commits;
    const participant = group(commits === undefined ? undefined : part.renameCommit(commits));
    participant.next[state] = lts.next[state * width + local]!;
    participant.local[state] = local;
  }
  if (groups.size === 0) group(undefined);
  return [...groups].map(([commits, participant]) => ({
    ...(commits !== undefined && { commits }),
    participant,
  }));
}

/** A monitor observes: a refusal would turn a bug into a block. */
function assertReceptive(part: Part, lts: Lts): void {
  const refused = lts.next.indexOf(-1);
  if (refused < 0) return;
  const state = lts.states[Math.floor(refused / lts.labels.length)]!;
  throw new InputError(
    `monitor '${part.name}', state ${state.name}: it refuses '${lts.labels[refused % lts.labels.length]}'; ` +
      'a monitor only observes, so take the label in every state',
  );
}
