import { NotRead, type Place } from './ast.ts';
import type { Unlink } from './dialect.ts';
import { type Instruction, type Link, linkOf } from './instruction.ts';
import { addressOf, type Leads, memberAt } from './places.ts';
import type { Frame, State } from './state.ts';
import { keyOf, type Value } from './value.ts';

/**
 * Notes of each open walk whose cursor is at an entry that a call takes off its list: it may not go on
 * from there.
 */
export function unlink(
  state: State,
  call: { readonly name: string; readonly args: readonly Value[]; readonly line: number },
  { link: at, entry: whole, keepsNext = false }: Unlink,
  leads: Leads,
): void {
  const taken = call.args[at ?? whole ?? 0];
  if (taken === undefined) return;
  for (const frame of state.frames) {
    for (const link of openLinks(frame)) {
      const entry = frame.variables.get(link.cursor);
      if (entry === undefined || (keepsNext && link.direction === 'forward')) continue;
      const own = at === undefined ? entry : linkAt(entry, link, leads);
      if (keyOf(own) !== keyOf(taken)) continue;
      const by: Value = { kind: 'text', text: `${call.name}() in line ${call.line}` };
      frame.variables.set(link.unlinked, { kind: 'operation', op: 'unlinked', args: [entry, by] });
    }
  }
}

/** @throws NotRead where a step goes on from an entry that was taken off its list */
export function assertLinked({ top }: State, instruction: Instruction, place: Place): void {
  const link = linkOf(instruction);
  const noted = link && top.variables.get(link.unlinked);
  if (noted?.kind !== 'operation') return;
  const [entry, by] = noted.args;
  const isThere = keyOf(entry!) === keyOf(top.variables.get(link!.cursor) ?? entry!);
  if (!isThere || by?.kind !== 'text') return;
  throw new NotRead(`a walk of a list that goes on from an entry after ${by.text}`, place);
}

function linkAt(entry: Value, { member }: Link, leads: Leads): Value {
  return addressOf(
    member.reduce((of, name) => memberAt(of, name, leads), entry),
    leads,
  );
}

/** The links through which a function still may go. */
function openLinks({ flow, pc }: Frame): Link[] {
  const links = flow.code.flatMap((instruction) => linkOf(instruction) ?? []);
  return links.filter(({ unlinked }) => flow.live[pc]!.has(unlinked));
}
