import { type CFunction, NotRead, type Place } from './ast.ts';
import type { Dialect } from './dialect.ts';
import type { Instruction, Operand } from './instruction.ts';
import type { Value } from './value.ts';

/** What is called where a scope ends, in the order in which it was entered. */
export interface Scope {
  readonly names: Map<string, string>;
  readonly leave: { readonly fn: string; readonly arg: Operand; readonly line: number }[];
}

/** Where `break` and `continue` lead; how many scopes were open there. */
export interface Target {
  readonly to: Label;
  readonly depth: number;
}

/** A place in the code that may not be known yet. */
export interface Label {
  at: number;
  readonly name: string;
}

/** An instruction whose targets are labels. */
export type Draft = Instruction | ((resolve: (label: Label) => number) => Instruction);

/** The steps of a function as they are written down, its scopes, and what ends with them. */
export class Emitter {
  protected readonly fn: CFunction;
  protected readonly dialect: Dialect;
  protected readonly code: Draft[] = [];
  protected readonly scopes: Scope[] = [];
  protected line: number;
  readonly #counts = new Map<string, number>();
  #temporaries = 0;

  constructor(fn: CFunction, dialect: Dialect) {
    this.fn = fn;
    this.dialect = dialect;
    this.line = fn.line;
  }

  protected emit(draft: Draft): void {
    this.code.push(draft);
  }

  protected mark(label: Label): void {
    label.at = this.code.length;
  }

  protected jump(label: Label): void {
    const line = this.line;
    this.emit((at) => ({ op: 'jump', line, to: at(label) }));
  }

  /** A step that does nothing, so that its line is one that was followed. */
  protected pass(): void {
    const next = label('next');
    this.jump(next);
    this.mark(next);
  }

  protected notRead(construct: string): NotRead {
    return new NotRead(construct, { file: this.fn.file, line: this.line } satisfies Place);
  }

  /** Calls what is called where the scopes beyond a depth end; they stay open. */
  protected leaveTo(depth: number): void {
    for (const scope of this.scopes.slice(depth).reverse()) {
      for (const { fn, arg, line } of [...scope.leave].reverse()) {
        this.emit({ op: 'call', line, into: this.temporary(), callee: fn, args: [arg] });
      }
    }
  }

  protected declared(name: string): string {
    const times = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, times);
    const isTaken = this.scopes.some(({ names }) => names.has(name));
    const own = isTaken || times > 1 ? `${name}#${times}` : name;
    this.scopes.at(-1)!.names.set(name, own);
    return own;
  }

  protected resolve(name: string): string | undefined {
    for (const { names } of this.scopes.toReversed()) {
      const own = names.get(name);
      if (own !== undefined) return own;
    }
    return undefined;
  }

  protected temporary(): string {
    this.#temporaries += 1;
    return `%${this.#temporaries}`;
  }
}

/** A place in the code that is not known yet. */
export function label(name: string): Label {
  return { at: -1, name };
}

/** A value that stands in the text. */
export function constant(value: Value): Operand {
  return { kind: 'value', value };
}
