/** Where something stands in the C. Lines count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** An expression of C, brackets and types left out. */
export type Expression = { readonly line: number } & (
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly text: string }
  /** `object.field`, or `object->field` where it goes through a pointer. */
  | {
      readonly kind: 'member';
      readonly object: Expression;
      readonly field: string;
      readonly arrow: boolean;
    }
  | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression }
  | { readonly kind: 'address'; readonly of: Expression }
  | { readonly kind: 'target'; readonly of: Expression }
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Expression[] }
  | { readonly kind: 'unary'; readonly op: string; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly op: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** `op` is `''` for a plain assignment, `+` for `+=`. */
  | {
      readonly kind: 'assign';
      readonly op: string;
      readonly to: Expression;
      readonly value: Expression;
      /** Of `x++`: the expression has the old value. */
      readonly after?: boolean;
    }
  | {
      readonly kind: 'choose';
      readonly test: Expression;
      readonly yes: Expression | undefined;
      readonly no: Expression;
    }
  | { readonly kind: 'sequence'; readonly left: Expression; readonly right: Expression }
  /** What is known of it is its text: a size, a literal of a structure. */
  | { readonly kind: 'opaque'; readonly text: string; readonly parts: readonly Expression[] }
  /** `({ … })` */
  | { readonly kind: 'block'; readonly body: Statement }
);

export interface Variable {
  readonly name: string;
  readonly line: number;
  readonly value?: Expression;
  /** The variable is its own address. */
  readonly isArray?: boolean;
  /** A function that is called with the variable where its scope ends. */
  readonly cleanup?: string;
}

export type Statement = { readonly line: number } & (
  | { readonly kind: 'block'; readonly body: readonly Statement[] }
  | { readonly kind: 'expression'; readonly of: Expression }
  | { readonly kind: 'declare'; readonly variables: readonly Variable[] }
  | {
      readonly kind: 'if';
      readonly test: Expression;
      readonly yes: Statement;
      readonly no?: Statement;
    }
  | {
      readonly kind: 'loop';
      /** A `do` loop tests after its body. */
      readonly tests: 'before' | 'after';
      readonly first?: Statement;
      readonly test?: Expression;
      readonly next?: Expression;
      readonly body: Statement;
    }
  | { readonly kind: 'switch'; readonly on: Expression; readonly body: readonly SwitchPart[] }
  | { readonly kind: 'goto'; readonly label: string }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'return'; readonly value?: Expression }
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' }
);

/** A `case` of a switch, `default` where it has no values, and the statements up to the next one. */
export interface SwitchPart {
  readonly line: number;
  /** Ranges, ends included. */
  readonly values: readonly (readonly [Expression, Expression])[];
  readonly isDefault: boolean;
  readonly body: readonly Statement[];
}

/** A function as it stands in a file. */
export interface CFunction {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly parameters: readonly string[];
  readonly body: Statement;
  /** The lines of each statement that does something, and of each condition. */
  readonly extents: readonly Extent[];
}

/** Lines, ends included. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** What a member of a constant structure names: `.pin = buffer_pin` of `buffer_ops`. */
export interface Entry {
  readonly table: string;
  readonly member: string;
  readonly value: string;
  readonly place: Place;
}

/** A structure or an array that is given its values where it is declared. */
export interface CTable {
  readonly name: string;
  /** Of the structure, `file_operations`; empty where it is no structure. */
  readonly type: string;
  readonly elements: readonly CElement[];
  readonly place: Place;
}

/** `.open = door_open`, of an array `&door_attr.attr`. */
export interface CElement {
  readonly member?: string;
  readonly value: string;
  readonly place: Place;
}

/** Something that is not read, and why. Whoever meets it says so. */
export class NotRead extends Error {
  override readonly name = 'NotRead';
  readonly place: Place;
  /** What stands there, in words: `inline assembly`. */
  readonly construct: string;

  constructor(construct: string, place: Place) {
    super(place.line === 0 ? construct : `${construct} at ${place.file}:${place.line}`);
    this.construct = construct;
    this.place = place;
  }
}
