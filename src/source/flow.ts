import {
  type CFunction,
  type Expression,
  NotRead,
  type Place,
  type Statement,
  type SwitchPart,
} from './ast.ts';
import type { Dialect, ListLoop } from './dialect.ts';
import type { Instruction, Operand } from './instruction.ts';
import { backward, calledBy, liveIn, readBy, withNames } from './liveness.ts';
import { number, type Value, ZERO } from './value.ts';

/** A function as steps. */
export interface Flow {
  readonly name: string;
  readonly file: string;
  readonly parameters: readonly string[];
  readonly code: readonly Instruction[];
  /** By step: the variables whose value is still asked for. */
  readonly live: readonly ReadonlySet<string>[];
  /** By step: the members and constants that are read from there on, calls aside. */
  readonly reads: readonly ReadonlySet<string>[];
  /** By step: the functions that may be called from there on. */
  readonly calls: readonly ReadonlySet<string>[];
}

/** @throws NotRead for a construct that is not read */
export function flowOf(fn: CFunction, dialect: Dialect): Flow {
  const code = new Compiler(fn, dialect).compile();
  const taken = code.flatMap((step) => (step.op === 'variable' ? [step.name] : []));
  return {
    name: fn.name,
    file: fn.file,
    parameters: fn.parameters,
    code,
    // What has an address may be asked for through it.
    live: backward(code, liveIn).map((live) => withNames(live, taken)),
    reads: backward(code, (instruction, after) => withNames(after, readBy(instruction))),
    calls: backward(code, (instruction, after) => withNames(after, calledBy(instruction))),
  };
}

/** What is called where a scope ends, in the order in which it was entered. */
interface Scope {
  readonly names: Map<string, string>;
  readonly leave: { readonly fn: string; readonly arg: Operand; readonly line: number }[];
}

/** Where `break` and `continue` lead; how many scopes were open there. */
interface Target {
  readonly to: Label;
  readonly depth: number;
}

/** A place in the code that may not be known yet. */
interface Label {
  at: number;
  readonly name: string;
}

/** An instruction whose targets are labels. */
type Draft = Instruction | ((resolve: (label: Label) => number) => Instruction);

class Compiler {
  readonly #fn: CFunction;
  readonly #dialect: Dialect;
  readonly #code: Draft[] = [];
  readonly #scopes: Scope[] = [];
  readonly #labels = new Map<string, { label: Label; depth: number }>();
  readonly #breaks: Target[] = [];
  readonly #continues: Target[] = [];
  readonly #counts = new Map<string, number>();
  #temporaries = 0;
  #line: number;

  constructor(fn: CFunction, dialect: Dialect) {
    this.#fn = fn;
    this.#dialect = dialect;
    this.#line = fn.line;
  }

  compile(): Instruction[] {
    this.#scopes.push({ names: new Map(this.#fn.parameters.map((p) => [p, p])), leave: [] });
    findLabels(this.#fn.body, 1, (name, depth) => {
      this.#labels.set(name, { label: { at: -1, name }, depth });
    });
    this.#statement(this.#fn.body);
    this.#line = this.#fn.endLine;
    this.#leaveTo(0);
    this.#emit({ op: 'return', line: this.#line });
    return this.#code.map((draft) =>
      typeof draft === 'function' ? draft((label) => label.at) : draft,
    );
  }

  #emit(draft: Draft): void {
    this.#code.push(draft);
  }

  #mark(label: Label): void {
    label.at = this.#code.length;
  }

  #jump(label: Label): void {
    const line = this.#line;
    this.#emit((at) => ({ op: 'jump', line, to: at(label) }));
  }

  /** A step that does nothing, so that its line is one that was followed. */
  #pass(): void {
    const next = label('next');
    this.#jump(next);
    this.#mark(next);
  }

  #notRead(construct: string): NotRead {
    return new NotRead(construct, { file: this.#fn.file, line: this.#line } satisfies Place);
  }

  // Statements

  #statement(statement: Statement): void {
    this.#line = statement.line;
    switch (statement.kind) {
      case 'block':
        this.#block(statement.body);
        return;
      case 'expression':
        this.#effect(statement.of);
        return;
      case 'declare':
        this.#declare(statement);
        return;
      case 'if':
        this.#if(statement);
        return;
      case 'loop':
        this.#loop(statement);
        return;
      case 'switch':
        this.#switch(statement.on, statement.body);
        return;
      case 'goto':
        this.#goto(statement.label);
        return;
      case 'label':
        this.#mark(this.#labels.get(statement.label)!.label);
        return;
      case 'return':
        this.#return(statement.value);
        return;
      case 'break':
      case 'continue':
        this.#breakOut(statement.kind);
        return;
    }
  }

  #block(body: readonly Statement[]): void {
    this.#scopes.push({ names: new Map(), leave: [] });
    for (const statement of body) this.#statement(statement);
    this.#leaveTo(this.#scopes.length - 1);
    this.#scopes.pop();
  }

  /** Calls what is called where the scopes beyond a depth end; they stay open. */
  #leaveTo(depth: number): void {
    for (const scope of this.#scopes.slice(depth).reverse()) {
      for (const { fn, arg, line } of [...scope.leave].reverse()) {
        this.#emit({ op: 'call', line, into: this.#temporary(), callee: fn, args: [arg] });
      }
    }
  }

  #declare({ variables }: Extract<Statement, { kind: 'declare' }>): void {
    for (const { name, line, value, cleanup } of variables) {
      this.#line = line;
      // The value is evaluated where an outer variable of the name may still be meant.
      const initial = value === undefined ? undefined : this.#value(value);
      const own = this.#declared(name);
      if (initial !== undefined) this.#emit({ op: 'copy', line, into: own, from: initial });
      if (cleanup !== undefined) {
        const arg: Operand = { kind: 'variable', name: own };
        this.#scopes.at(-1)!.leave.push({ fn: cleanup, arg, line });
      }
    }
  }

  #declared(name: string): string {
    const times = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, times);
    const isTaken = this.#scopes.some(({ names }) => names.has(name));
    const own = isTaken || times > 1 ? `${name}#${times}` : name;
    this.#scopes.at(-1)!.names.set(name, own);
    return own;
  }

  #if({ test, yes, no }: Extract<Statement, { kind: 'if' }>): void {
    const [taken, other, end] = [label('then'), label('else'), label('end')];
    this.#branch(test, taken, other);
    this.#mark(taken);
    this.#statement(yes);
    if (no !== undefined) this.#jump(end);
    this.#mark(other);
    if (no !== undefined) this.#statement(no);
    this.#mark(end);
  }

  #loop(loop: Extract<Statement, { kind: 'loop' }>): void {
    const macro =
      loop.test?.kind === 'call' && loop.test.callee.kind === 'name' ? loop.test : undefined;
    const name = macro?.callee.kind === 'name' ? macro.callee.name : '';
    if (macro !== undefined && loop.tests === 'before') {
      const list = this.#dialect.listLoops[name];
      if (list !== undefined) {
        this.#listLoop(list, macro.args, loop.body);
        return;
      }
      if (name === 'scoped_guard') {
        this.#scopedGuard(macro.args, loop.body);
        return;
      }
      if (isLoopMacro(name, this.#dialect)) throw this.#notRead(`the loop ${name}()`);
    }
    this.#scopes.push({ names: new Map(), leave: [] });
    if (loop.first !== undefined) this.#statement(loop.first);
    const [top, body, next, end] = [label('top'), label('body'), label('next'), label('end')];
    this.#mark(top);
    if (loop.test !== undefined && loop.tests === 'before') this.#branch(loop.test, body, end);
    this.#mark(body);
    this.#inLoop(next, end, () => this.#statement(loop.body));
    this.#mark(next);
    if (loop.next !== undefined) this.#effect(loop.next);
    if (loop.test !== undefined && loop.tests === 'after') this.#branch(loop.test, top, end);
    else this.#jump(top);
    this.#mark(end);
    this.#scopes.pop();
  }

  #inLoop(next: Label, end: Label, body: () => void): void {
    const depth = this.#scopes.length;
    this.#breaks.push({ to: end, depth });
    this.#continues.push({ to: next, depth });
    body();
    this.#breaks.pop();
    this.#continues.pop();
  }

  #listLoop(loop: ListLoop, args: readonly Expression[], statement: Statement): void {
    const line = this.#line;
    const cursor = this.#variableOf(args[0]);
    const head = this.#value(args[loop.head]!);
    const [top, body, next, end] = [label('top'), label('body'), label('next'), label('end')];
    this.#emit({ op: 'list_start', line, loop, cursor, head });
    this.#mark(top);
    this.#emit((at) => ({
      op: 'list_test',
      line,
      cursor,
      head,
      body: at(body),
      next: at(next),
      end: at(end),
    }));
    this.#mark(body);
    this.#scopes.push({ names: new Map(), leave: [] });
    this.#inLoop(next, end, () => this.#statement(statement));
    this.#scopes.pop();
    this.#mark(next);
    this.#emit({ op: 'list_next', line, loop, cursor, head });
    this.#jump(top);
    this.#mark(end);
  }

  #variableOf(expression: Expression | undefined): string {
    const name = expression?.kind === 'name' ? this.#resolve(expression.name) : undefined;
    if (name === undefined) throw this.#notRead('a loop whose cursor is no variable');
    return name;
  }

  /** `scoped_guard(mutex, &lock) body` */
  #scopedGuard([kind, ...args]: readonly Expression[], body: Statement): void {
    const end = label('end');
    this.#scopes.push({ names: new Map(), leave: [] });
    this.#enterGuard(kind, args, end);
    this.#inScope(end, body);
  }

  #inScope(end: Label, body: Statement): void {
    this.#statement(body);
    this.#leaveTo(this.#scopes.length - 1);
    this.#scopes.pop();
    this.#mark(end);
  }

  /** Takes a lock that is given back where the innermost scope ends. */
  #enterGuard(kind: Expression | undefined, args: readonly Expression[], failed: Label): void {
    const line = this.#line;
    const name = kind?.kind === 'name' ? kind.name : '';
    const guard = this.#dialect.guards[name];
    if (guard === undefined) throw this.#notRead(`guard(${name})`);
    const [lock] = args.map((arg) => this.#value(arg));
    const kept: Operand = { kind: 'variable', name: `lock#${this.#code.length}` };
    this.#emit({ op: 'copy', line, into: kept.name, from: lock ?? constant(ZERO) });
    const result = this.#temporary();
    this.#emit({ op: 'call', line, into: result, callee: guard.enter, args: lock ? [kept] : [] });
    if (guard.fails !== undefined) {
      const taken = label('taken');
      const on: Operand = { kind: 'variable', name: result };
      this.#emit((at) => ({ op: 'test', line, on, yes: at(taken), no: at(failed) }));
      this.#mark(taken);
    }
    this.#scopes.at(-1)!.leave.push({ fn: guard.leave, arg: kept, line });
  }

  #switch(on: Expression, parts: readonly SwitchPart[]): void {
    const line = this.#line;
    const value = this.#value(on);
    const end = label('end');
    const bodies = parts.map(() => label('case'));
    for (const [i, { values }] of parts.entries()) {
      for (const [low, high] of values) this.#case(value, low, high, bodies[i]!);
    }
    const other = parts.findIndex(({ isDefault }) => isDefault);
    this.#line = line;
    this.#jump(other === -1 ? end : bodies[other]!);
    this.#scopes.push({ names: new Map(), leave: [] });
    this.#breaks.push({ to: end, depth: this.#scopes.length });
    for (const [i, { body }] of parts.entries()) {
      this.#mark(bodies[i]!);
      for (const statement of body) this.#statement(statement);
    }
    this.#breaks.pop();
    this.#leaveTo(this.#scopes.length - 1);
    this.#scopes.pop();
    this.#mark(end);
  }

  #case(value: Operand, low: Expression, high: Expression, body: Label): void {
    const { line } = low;
    const next = label('next');
    if (low === high) {
      const on = this.#operate('==', [value, this.#value(low)], line);
      this.#emit((at) => ({ op: 'test', line, on, yes: at(body), no: at(next) }));
      this.#mark(next);
      return;
    }
    const above = label('above');
    const from = this.#operate('>=', [value, this.#value(low)], line);
    this.#emit((at) => ({ op: 'test', line, on: from, yes: at(above), no: at(next) }));
    this.#mark(above);
    const to = this.#operate('<=', [value, this.#value(high)], line);
    this.#emit((at) => ({ op: 'test', line, on: to, yes: at(body), no: at(next) }));
    this.#mark(next);
  }

  #goto(name: string): void {
    const target = this.#labels.get(name);
    if (target === undefined) throw this.#notRead(`goto ${name}`);
    this.#leaveTo(target.depth);
    this.#jump(target.label);
  }

  #return(value: Expression | undefined): void {
    const line = this.#line;
    const result = value === undefined ? undefined : this.#value(value);
    this.#leaveTo(0);
    this.#emit({ op: 'return', line, ...(result !== undefined && { value: result }) });
  }

  #breakOut(kind: 'break' | 'continue'): void {
    const target = (kind === 'break' ? this.#breaks : this.#continues).at(-1);
    if (target === undefined) throw this.#notRead(kind);
    this.#leaveTo(target.depth);
    this.#jump(target.to);
  }

  // Expressions

  /** Evaluates an expression whose value nobody asks for. */
  #effect(expression: Expression): void {
    if (expression.kind === 'call' && expression.callee.kind === 'call') {
      // guard(mutex)(&lock)
      const { callee } = expression.callee;
      if (callee.kind === 'name' && callee.name === 'guard') {
        this.#enterGuard(expression.callee.args[0], expression.args, label('never'));
        return;
      }
    }
    if (expression.kind === 'assign') {
      this.#assign({ ...expression, after: false });
      return;
    }
    if (expression.kind === 'name' || expression.kind === 'number') return;
    this.#value(expression);
  }

  /** Goes to one of two places; what && and || leave out is not evaluated. */
  #branch(test: Expression, yes: Label, no: Label): void {
    this.#line = test.line;
    const middle = label('and');
    if (test.kind === 'unary' && test.op === '!') {
      this.#branch(test.of, no, yes);
      return;
    }
    if (test.kind === 'binary' && test.op === '&&') {
      this.#branch(test.left, middle, no);
      this.#mark(middle);
      this.#branch(test.right, yes, no);
      return;
    }
    if (test.kind === 'binary' && test.op === '||') {
      this.#branch(test.left, yes, middle);
      this.#mark(middle);
      this.#branch(test.right, yes, no);
      return;
    }
    const on = this.#value(test);
    const { line } = test;
    this.#emit((at) => ({ op: 'test', line, on, yes: at(yes), no: at(no) }));
  }

  #value(expression: Expression): Operand {
    this.#line = expression.line;
    const { line } = expression;
    switch (expression.kind) {
      case 'number':
        return constant(number(expression.value));
      case 'string':
        return constant({ kind: 'text', text: expression.text });
      case 'name': {
        const own = this.#resolve(expression.name);
        if (own !== undefined) return { kind: 'variable', name: own };
        const known = this.#dialect.constants[expression.name];
        return constant(
          known === undefined ? { kind: 'constant', name: expression.name } : number(known),
        );
      }
      case 'member':
      case 'index':
      case 'target': {
        const place = this.#place(expression);
        const into = this.#temporary();
        this.#emit({ op: 'read', line, into, from: place });
        return { kind: 'variable', name: into };
      }
      case 'address':
        return this.#address(expression.of, line);
      case 'call':
        return this.#call(expression.callee, expression.args, line);
      case 'unary':
        return this.#operate(expression.op, [this.#value(expression.of)], line);
      case 'binary':
        if (expression.op === '&&' || expression.op === '||') return this.#truth(expression);
        return this.#operate(
          expression.op,
          [this.#value(expression.left), this.#value(expression.right)],
          line,
        );
      case 'assign':
        return this.#assign(expression);
      case 'choose':
        return this.#choose(expression);
      case 'sequence':
        this.#effect(expression.left);
        return this.#value(expression.right);
      case 'opaque':
        for (const part of expression.parts) this.#value(part);
        return constant({ kind: 'constant', name: expression.text.replace(/\s+/g, ' ') });
      case 'block':
        return this.#blockValue(expression.body);
    }
  }

  #operate(operator: string, args: readonly Operand[], line: number): Operand {
    const into = this.#temporary();
    this.#emit({ op: 'operate', line, into, operator, args });
    return { kind: 'variable', name: into };
  }

  #address(of: Expression, line: number): Operand {
    const place =
      of.kind === 'name' && this.#resolve(of.name) === undefined
        ? this.#value(of)
        : this.#place(of);
    const into = this.#temporary();
    this.#emit({ op: 'address', line, into, of: place });
    return { kind: 'variable', name: into };
  }

  /** Where an expression that can be assigned to stands. */
  #place(expression: Expression): Operand {
    const { line } = expression;
    const into = this.#temporary();
    switch (expression.kind) {
      case 'name': {
        const name = this.#resolve(expression.name);
        if (name === undefined) return this.#value(expression);
        this.#emit({ op: 'variable', line, into, name });
        break;
      }
      case 'member': {
        const { object, arrow, field } = expression;
        const of = arrow ? this.#value(object) : this.#place(object);
        this.#emit({ op: 'place', line, into, of, field });
        break;
      }
      case 'index': {
        const of = this.#value(expression.object);
        this.#value(expression.index);
        this.#emit({ op: 'place', line, into, of, field: '[]' });
        break;
      }
      case 'target': {
        const of = this.#value(expression.of);
        this.#emit({ op: 'target', line, into, of });
        break;
      }
      default:
        return this.#value(expression);
    }
    return { kind: 'variable', name: into };
  }

  #call(callee: Expression, args: readonly Expression[], line: number): Operand {
    const name =
      callee.kind === 'name' && this.#resolve(callee.name) === undefined ? callee.name : undefined;
    if (name !== undefined) {
      if (this.#dialect.configurationTests.includes(name)) return constant(this.#configured(args));
      if (/^guard$|^CLASS$/.test(name)) throw this.#notRead(`${name}() as a value`);
      if (this.#dialect.helpers[name] === 'nothing') {
        this.#line = line;
        this.#pass();
        return constant(ZERO);
      }
    }
    const pointer = name === undefined ? this.#place(callee) : undefined;
    const values = args.map((arg) => this.#value(arg));
    this.#line = line;
    const into = this.#temporary();
    this.#emit({ op: 'call', line, into, callee: name ?? pointer!, args: values });
    if (name !== undefined && this.#dialect.takes.includes(name)) this.#take(args[0]);
    if (name === 'return_ptr') {
      this.#leaveTo(0);
      this.#emit({ op: 'return', line, value: { kind: 'variable', name: into } });
    }
    return { kind: 'variable', name: into };
  }

  /** The variable is NULL from here on: nothing is cleaned up where its scope ends. */
  #take(variable: Expression | undefined): void {
    const name = variable?.kind === 'name' ? this.#resolve(variable.name) : undefined;
    if (name === undefined) throw this.#notRead('no_free_ptr() of something that is no variable');
    this.#emit({ op: 'copy', line: this.#line, into: name, from: constant(ZERO) });
  }

  #configured([symbol]: readonly Expression[]): Value {
    const name = symbol?.kind === 'name' ? symbol.name : '';
    const set = this.#dialect.configured(name);
    if (set === undefined) throw this.#notRead(`the test of ${name}`);
    return number(set ? 1 : 0);
  }

  #truth(test: Expression): Operand {
    const [yes, no, end] = [label('yes'), label('no'), label('end')];
    const into = this.#temporary();
    const { line } = test;
    this.#branch(test, yes, no);
    this.#mark(yes);
    this.#emit({ op: 'copy', line, into, from: constant(number(1)) });
    this.#jump(end);
    this.#mark(no);
    this.#emit({ op: 'copy', line, into, from: constant(ZERO) });
    this.#mark(end);
    return { kind: 'variable', name: into };
  }

  #choose({ test, yes, no, line }: Extract<Expression, { kind: 'choose' }>): Operand {
    const [taken, other, end] = [label('yes'), label('no'), label('end')];
    const into = this.#temporary();
    if (yes === undefined) {
      // GNU: `x ?: y` evaluates x once.
      const value = this.#value(test);
      this.#emit({ op: 'copy', line, into, from: value });
      this.#emit((at) => ({ op: 'test', line, on: value, yes: at(end), no: at(other) }));
    } else {
      this.#branch(test, taken, other);
      this.#mark(taken);
      this.#emit({ op: 'copy', line, into, from: this.#value(yes) });
      this.#jump(end);
    }
    this.#mark(other);
    this.#emit({ op: 'copy', line, into, from: this.#value(no) });
    this.#mark(end);
    return { kind: 'variable', name: into };
  }

  #assign({ to, op, value, after, line }: Extract<Expression, { kind: 'assign' }>): Operand {
    const own = to.kind === 'name' ? this.#resolve(to.name) : undefined;
    const place = own === undefined ? this.#place(to) : undefined;
    const before = op === '' ? undefined : this.#valueAt(own, place, line);
    const assigned =
      before === undefined
        ? this.#value(value)
        : this.#operate(op, [before, this.#value(value)], line);
    this.#line = line;
    const kept = after && before !== undefined ? this.#kept(before, line) : undefined;
    if (own === undefined) this.#emit({ op: 'write', line, to: place!, value: assigned });
    else this.#emit({ op: 'copy', line, into: own, from: assigned });
    return kept ?? assigned;
  }

  #kept(value: Operand, line: number): Operand {
    const into = this.#temporary();
    this.#emit({ op: 'copy', line, into, from: value });
    return { kind: 'variable', name: into };
  }

  #valueAt(own: string | undefined, place: Operand | undefined, line: number): Operand {
    if (own !== undefined) return this.#kept({ kind: 'variable', name: own }, line);
    const into = this.#temporary();
    this.#emit({ op: 'read', line, into, from: place! });
    return { kind: 'variable', name: into };
  }

  /** The value of `({ … x; })` is that of its last statement. */
  #blockValue(body: Statement): Operand {
    if (body.kind !== 'block') throw this.#notRead('a statement as an expression');
    this.#scopes.push({ names: new Map(), leave: [] });
    let value: Operand = constant(ZERO);
    for (const [i, statement] of body.body.entries()) {
      const isLast = i === body.body.length - 1;
      if (isLast && statement.kind === 'expression') {
        value = this.#kept(this.#value(statement.of), statement.line);
      } else this.#statement(statement);
    }
    this.#leaveTo(this.#scopes.length - 1);
    this.#scopes.pop();
    return value;
  }

  #resolve(name: string): string | undefined {
    for (const { names } of this.#scopes.toReversed()) {
      const own = names.get(name);
      if (own !== undefined) return own;
    }
    return undefined;
  }

  #temporary(): string {
    this.#temporaries += 1;
    return `%${this.#temporaries}`;
  }
}

function label(name: string): Label {
  return { at: -1, name };
}

function constant(value: Value): Operand {
  return { kind: 'value', value };
}

function isLoopMacro(name: string, { bodyMacros }: Dialect): boolean {
  return new RegExp(`^(?:${bodyMacros.source})$`).test(name);
}

/** The labels of a function, and how many scopes are open at each. */
function findLabels(
  statement: Statement,
  depth: number,
  found: (name: string, depth: number) => void,
): void {
  switch (statement.kind) {
    case 'label':
      found(statement.label, depth);
      break;
    case 'block':
      // A label and the statements after it stand in one block of their own.
      for (const inner of statement.body) findLabels(inner, depth + 1, found);
      break;
    case 'if':
      findLabels(statement.yes, depth, found);
      if (statement.no !== undefined) findLabels(statement.no, depth, found);
      break;
    case 'loop':
      findLabels(statement.body, depth + 1, found);
      break;
    case 'switch':
      for (const { body } of statement.body) {
        for (const inner of body) findLabels(inner, depth + 1, found);
      }
      break;
  }
}
