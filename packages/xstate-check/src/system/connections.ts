import { nearest } from '../base/errors.ts';
import { own } from '../base/own.ts';
import { metaOf } from '../lts/alphabet.ts';
import { parseLabel, plainLabel } from '../lts/label.ts';
import { BEGIN, type Call, CallTable, WAIT } from '../specification/call.ts';
import { alphabetOf, type Part } from '../specification/part.ts';
import type { System } from '../specification/system.ts';

/**
 * What of a system meets nothing, although it was written to: composition would leave a part
 * standing still, or let one side of a call go on without the other, and every rule would hold. What
 * is left out on purpose the system says, in `unused`.
 *
 * A system that declares no calls says nothing of who starts and who answers, and is not asked. An
 * operation that only other parts could start, and that none of them does, is no loose end: a
 * resource may be able to do more than it is asked for.
 */
export function looseEnds(system: System): string[] {
  if (system.calls.length === 0) return [];
  const table = tableOf(system);
  const unmet = table.members.flatMap((member) => unmetBy(table, member));
  const idle = idleParts(table, unmet);
  const others = unmet.filter(({ parts }) => !idle.some(({ part }) => parts.includes(part)));
  return [
    ...idle.map(({ text }) => text),
    ...droppedLabels(table),
    ...oneForEachCall(table, others),
  ];
}

/** A system label, and the parts that have it. */
interface Member {
  readonly label: string;
  readonly parts: readonly Part[];
}

interface Table {
  readonly system: System;
  readonly calls: CallTable;
  readonly members: readonly Member[];
  isUnused(label: string): boolean;
}

function tableOf(system: System): Table {
  const byLabel = new Map<string, Part[]>();
  for (const part of system.parts) {
    for (const label of new Set(alphabetOf(part).flatMap((local) => part.rename(local)))) {
      const parts = byLabel.get(label) ?? [];
      byLabel.set(label, parts);
      parts.push(part);
    }
  }
  const calls = new CallTable(system.calls);
  const isUnused = (label: string) => {
    const exact = plainLabel(label);
    const operation = exact.replace(/:.*$/, '');
    const said = [exact, operation];
    const names = [...said, ...said.map(withoutIndices), calls.find(label)?.name];
    return names.some((name) => name !== undefined && own(system.unused, name) !== undefined);
  };
  const members = [...byLabel].map(([label, parts]) => ({ label, parts }));
  return { system, calls, members, isUnused };
}

const withoutIndices = (name: string): string => name.replace(/\[[^\]]*\]/g, '');

/** A label that a part has and that cannot happen as it was meant. */
interface Unmet extends Member {
  readonly call: Call;
  readonly side: 'starts' | 'answers';
  /** The role that is missing. */
  readonly role: string;
}

/** Whether nobody starts a label; or nobody answers it, although the role is played. */
function unmetBy({ system, calls, isUnused }: Table, { label, parts }: Member): Unmet[] {
  const call = calls.find(label);
  if (call === undefined || isUnused(label)) return [];
  if (parts.every(({ kind }) => kind === 'monitor')) return [];
  const { outcome = '' } = parseLabel(label);
  // Whoever offers the call waits; only the lock has a label for it.
  if (outcome === WAIT) return [];
  const starter = call.spans && outcome !== BEGIN ? call.callee : call.caller;
  const has = (role: string) => parts.some(({ roles }) => roles.includes(role));
  const byOthers = (role: string) => system.environment.includes(role);
  const unmet = { label, parts, call };
  if (!has(starter) && !byOthers(starter)) return [{ ...unmet, side: 'starts', role: starter }];
  const isThere = system.parts.some(({ roles }) => roles.includes(call.callee));
  const isChosen = call.environment?.includes(outcome) === true;
  if (has(call.callee) || byOthers(call.callee) || !isThere || isChosen) return [];
  return [{ ...unmet, side: 'answers', role: call.callee }];
}

/** Parts that have no label in the system, or none that another part has, and one that nobody starts. */
function idleParts(table: Table, unmet: readonly Unmet[]): Idle[] {
  const { system, members } = table;
  return system.parts.flatMap((part): Idle[] => {
    const { name } = part;
    const isAlone = ({ parts }: Member) => parts.length === 1 && parts[0] === part;
    if ([name, withoutIndices(name)].some((one) => own(system.unused, one) !== undefined))
      return [];
    const labels = members.filter(({ parts }) => parts.includes(part));
    if (labels.length === 0) {
      const text = `part '${name}' takes part in no step: no label of the system is one of its own${REMEDY}`;
      return [{ part, text }];
    }
    const lost = unmet.filter((one) => one.side === 'starts' && isAlone(one));
    if (lost.length === 0 || !labels.every(isAlone)) return [];
    const some = lost.slice(0, 3).map(({ label }) => `'${label}'`);
    const text =
      `part '${name}' takes part in no step of another part: nobody starts ${some.join(', ')}` +
      `${lost.length > 3 ? ' …' : ''}; ${othersLike(table, lost[0]!)}${REMEDY}`;
    return [{ part, text }];
  });
}

interface Idle {
  readonly part: Part;
  readonly text: string;
}

const REMEDY = "; connect it, take it out, or name it in 'unused'";

/** The labels that may be meant: those that differ only in their thread, else the nearest. */
function othersLike({ members }: Table, { label, parts }: Member): string {
  const others = members.filter((one) => !one.parts.some((part) => parts.includes(part)));
  const labels = others.map((one) => one.label);
  const same = labels.filter((one) => withoutThread(one) === withoutThread(label));
  if (same.length === 0) return nearest(label, labels);
  return `${same.slice(0, 3).join(', ')} ${same.length === 1 ? 'differs' : 'differ'} from '${label}' only in the thread`;
}

const withoutThread = (label: string): string => label.replace(/@.*$/, '');

/** Operations of a part that the environment would start, and for which there is no step. */
function droppedLabels({ system, calls, members, isUnused }: Table): string[] {
  const known = members.map(({ label }) => label);
  return system.parts.flatMap((part) => {
    const never = part.kind === 'monitor' ? alphabetOf(part) : (metaOf(part.machine).unused ?? []);
    return alphabetOf(part).flatMap((local) => {
      const label = `${part.name}.${local}`;
      const caller = calls.find(label)?.caller;
      if (part.rename(local).length > 0 || never.includes(local) || isUnused(label)) return [];
      if (caller === undefined || !system.environment.includes(caller)) return [];
      return [
        `'${label}' is declared, '${caller}' may start it, and no step stands for it; ` +
          `${nearest(label, known)}; connect it, or name it in 'unused'`,
      ];
    });
  });
}

/** What is missing, once for each call: what is wrong with one of its outcomes is so with the others. */
function oneForEachCall(table: Table, unmet: readonly Unmet[]): string[] {
  const groups = new Map<string, Unmet[]>();
  for (const one of unmet) {
    const parts = one.parts.map(({ name }) => name).join(' ');
    const key = `${one.call.name} ${one.side} ${parts}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group as [Unmet];
    const names = first.parts.map(({ name }) => `'${name}'`).join(' and ');
    const more = group.length === 1 ? '' : ` (and ${group.length - 1} more of that call)`;
    return (
      `nobody ${first.side} '${first.label}'${more} of ${names}: no part that has it is a ` +
      `'${first.role}'; ${othersLike(table, first)}; connect it, or name it in 'unused'`
    );
  });
}
