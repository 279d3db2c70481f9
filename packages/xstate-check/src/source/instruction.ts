import type { ListLoop } from './dialect.ts';
import type { Value } from './value.ts';

/** What an instruction works on: a variable of the function, or a value that stands in the text. */
export type Operand =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'value'; readonly value: Value };

/** The member by which a walk goes on from its cursor, and where it stands that it cannot. */
export interface Link {
  readonly cursor: string;
  readonly member: readonly string[];
  readonly direction: ListLoop['direction'];
  /** A variable of the walk: the entry that was taken off, and what did it. */
  readonly unlinked: string;
}

/** One step of a function. `into` is the variable that gets the result. */
export type Instruction = { readonly line: number } & (
  | { readonly op: 'copy'; readonly into: string; readonly from: Operand }
  /** The place of a variable, of a member, or what an expression points at. */
  | {
      readonly op: 'place';
      readonly into: string;
      readonly of: Operand;
      readonly field?: string;
      readonly index?: Operand;
    }
  | { readonly op: 'variable'; readonly into: string; readonly name: string }
  | { readonly op: 'address'; readonly into: string; readonly of: Operand }
  | { readonly op: 'target'; readonly into: string; readonly of: Operand }
  | { readonly op: 'read'; readonly into: string; readonly from: Operand }
  | { readonly op: 'write'; readonly to: Operand; readonly value: Operand }
  | {
      readonly op: 'operate';
      readonly into: string;
      readonly operator: string;
      readonly args: readonly Operand[];
    }
  | {
      readonly op: 'call';
      readonly into: string;
      /** The function's name, or the place of a pointer to it. */
      readonly callee: string | Operand;
      readonly args: readonly Operand[];
      /** Of a call that asks for the entry beyond another one. */
      readonly link?: Link;
    }
  | {
      readonly op: 'test';
      readonly on: Operand;
      readonly yes: number;
      readonly no: number;
      /** The condition as it is written. */
      readonly c: string;
    }
  | { readonly op: 'jump'; readonly to: number }
  /** A construct that is not read: nothing is said of a run that comes here. */
  | { readonly op: 'unread'; readonly construct: string }
  | { readonly op: 'return'; readonly value?: Operand }
  /** The cursor goes to where the loop starts. */
  | {
      readonly op: 'list_start';
      readonly loop: ListLoop;
      readonly cursor: string;
      readonly index?: string;
      readonly head: Operand;
      readonly link?: Link;
    }
  /** Leaves the loop where the cursor is the head; else the body runs for it. */
  | {
      readonly op: 'list_test';
      readonly loop: ListLoop;
      readonly cursor: string;
      readonly head: Operand;
      readonly body: number;
      readonly next: number;
      readonly end: number;
    }
  | {
      readonly op: 'list_next';
      readonly loop: ListLoop;
      readonly cursor: string;
      readonly index?: string;
      readonly head: Operand;
      /** Absent where the next entry was looked up ahead. */
      readonly link?: Link;
    }
);

/** The link through which a step goes on from an entry. */
export function linkOf(instruction: Instruction): Link | undefined {
  return 'link' in instruction ? instruction.link : undefined;
}

/** What an instruction works on. */
export function operandsOf(instruction: Instruction): readonly Operand[] {
  switch (instruction.op) {
    case 'copy':
    case 'read':
      return [instruction.from];
    case 'place':
      return instruction.index === undefined
        ? [instruction.of]
        : [instruction.of, instruction.index];
    case 'address':
    case 'target':
      return [instruction.of];
    case 'write':
      return [instruction.to, instruction.value];
    case 'operate':
      return instruction.args;
    case 'call':
      return typeof instruction.callee === 'string'
        ? instruction.args
        : [instruction.callee, ...instruction.args];
    case 'test':
      return [instruction.on];
    case 'return':
      return instruction.value === undefined ? [] : [instruction.value];
    case 'list_start':
    case 'list_test':
    case 'list_next':
      return [instruction.head];
    default:
      return [];
  }
}
