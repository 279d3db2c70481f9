import { NotRead, type Place } from './ast.ts';
import type { Instruction } from './instruction.ts';
import type { List, Lists } from './lists.ts';
import { type Move, State } from './state.ts';
import { assertLinked } from './unlinked.ts';
import { ANY, keyOf, number, type Value, ZERO } from './value.ts';

/**
 * A step of a loop over a list; what is to be seen of it is whether an entry is on the list.
 *
 * @throws NotRead for a list that the table does not know
 */
export function stepList(
  lists: Lists,
  state: State,
  step: Extract<Instruction, { op: `list_${string}` }>,
  place: Place,
): Move[] | undefined {
  const { variables } = state.top;
  const head =
    step.head.kind === 'value' ? step.head.value : (variables.get(step.head.name) ?? ANY);
  const list = lists.of(head);
  if (list === undefined) {
    throw new NotRead(`a list that the table does not know (${keyOf(head)})`, place);
  }
  const cursor = variables.get(step.cursor) ?? ANY;
  if (step.op === 'list_next' || (step.op === 'list_start' && step.loop.start === 'beyond')) {
    assertLinked(state, step, place);
  }
  if (step.op === 'list_test') return test(state, step, list, cursor, place);
  const entry =
    step.op === 'list_start'
      ? list.start(step.loop, cursor, place)
      : list.beyond(cursor, step.loop.direction, place);
  if (step.link !== undefined) variables.delete(step.link.unlinked);
  variables.set(step.cursor, entry);
  if (step.index !== undefined) variables.set(step.index, number(list.indexOf(entry)));
  state.top.pc += 1;
  return undefined;
}

function test(
  state: State,
  step: Extract<Instruction, { op: 'list_test' }>,
  list: List,
  cursor: Value,
  place: Place,
): Move[] | undefined {
  if (cursor.kind === 'head') {
    if (step.loop.ends === 'null') state.top.variables.set(step.cursor, ZERO);
    state.top.pc = step.end;
    return undefined;
  }
  if (list.asks === undefined) {
    state.top.pc = step.body;
    return undefined;
  }
  const label = list.asks.replace(/\{\w+\}/, keyOf(cursor));
  return [true, false].map((is) => {
    const after = new State(state);
    after.top.pc = is ? step.body : step.next;
    return { label: `${label}:${is}`, place, state: after };
  });
}
