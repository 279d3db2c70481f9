import type { CFunction, Expression, Statement, SwitchPart } from './ast.ts';
import { cText } from './c-text.ts';
import type { Dialect, ListLoop } from './dialect.ts';
import { type Label, label, type Target } from './emitter.ts';
import { ExpressionCompiler } from './expression-compiler.ts';
import type { Instruction, Operand } from './instruction.ts';
import { backward, calledBy, liveIn, readBy, withNames } from './liveness.ts';

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

/** The steps of statements. */
class Compiler extends ExpressionCompiler {
  readonly #labels = new Map<string, { label: Label; depth: number }>();
  readonly #breaks: Target[] = [];
  readonly #continues: Target[] = [];

  compile(): Instruction[] {
    this.scopes.push({ names: new Map(this.fn.parameters.map((p) => [p, p])), leave: [] });
    findLabels(this.fn.body, 1, (name, depth) => {
      this.#labels.set(name, { label: { at: -1, name }, depth });
    });
    this.statement(this.fn.body);
    this.line = this.fn.endLine;
    this.leaveTo(0);
    this.emit({ op: 'return', line: this.line });
    return this.code.map((draft) =>
      typeof draft === 'function' ? draft((label) => label.at) : draft,
    );
  }

  protected override statement(statement: Statement): void {
    this.line = statement.line;
    switch (statement.kind) {
      case 'block':
        this.block(statement.body);
        return;
      case 'expression':
        this.effect(statement.of);
        return;
      case 'declare':
        this.declare(statement);
        return;
      case 'if':
        this.if(statement);
        return;
      case 'loop':
        this.loop(statement);
        return;
      case 'switch':
        this.switch(statement.on, statement.body);
        return;
      case 'goto':
        this.goto(statement.label);
        return;
      case 'label':
        this.mark(this.#labels.get(statement.label)!.label);
        return;
      case 'return':
        this.return(statement.value);
        return;
      case 'break':
      case 'continue':
        this.breakOut(statement.kind);
        return;
    }
  }

  protected block(body: readonly Statement[]): void {
    this.scopes.push({ names: new Map(), leave: [] });
    for (const statement of body) this.statement(statement);
    this.leaveTo(this.scopes.length - 1);
    this.scopes.pop();
  }

  protected declare({ variables }: Extract<Statement, { kind: 'declare' }>): void {
    for (const { name, line, value, cleanup, isArray } of variables) {
      this.line = line;
      // The value is evaluated where an outer variable of the name may still be meant.
      const initial = value === undefined ? undefined : this.value(value);
      const own = this.declared(name);
      if (isArray) {
        const place = this.temporary();
        this.emit({ op: 'variable', line, into: place, name: `${own}[]` });
        this.emit({ op: 'address', line, into: own, of: { kind: 'variable', name: place } });
      } else if (initial !== undefined) this.emit({ op: 'copy', line, into: own, from: initial });
      if (cleanup !== undefined) {
        const arg: Operand = { kind: 'variable', name: own };
        this.scopes.at(-1)!.leave.push({ fn: cleanup, arg, line });
      }
    }
  }

  protected if({ test, yes, no }: Extract<Statement, { kind: 'if' }>): void {
    const [taken, other, end] = [label('then'), label('else'), label('end')];
    this.branch(test, taken, other);
    this.mark(taken);
    this.statement(yes);
    if (no !== undefined) this.jump(end);
    this.mark(other);
    if (no !== undefined) this.statement(no);
    this.mark(end);
  }

  protected loop(loop: Extract<Statement, { kind: 'loop' }>): void {
    const macro =
      loop.test?.kind === 'call' && loop.test.callee.kind === 'name' ? loop.test : undefined;
    const name = macro?.callee.kind === 'name' ? macro.callee.name : '';
    if (macro !== undefined && loop.tests === 'before') {
      const list = this.dialect.listLoops[name];
      if (list !== undefined) {
        this.listLoop(list, macro.args, loop.body);
        return;
      }
      if (name === 'scoped_guard') {
        this.scopedGuard(macro.args, loop.body);
        return;
      }
      if (name === 'scoped_cond_guard') {
        const [kind, otherwise, ...args] = macro.args;
        this.scopedGuard([kind!, ...args], loop.body, otherwise);
        return;
      }
      if (isLoopMacro(name, this.dialect)) {
        this.emit({ op: 'unread', line: this.line, construct: `the loop ${name}()` });
        return;
      }
    }
    this.scopes.push({ names: new Map(), leave: [] });
    if (loop.first !== undefined) this.statement(loop.first);
    const [top, body, next, end] = [label('top'), label('body'), label('next'), label('end')];
    this.mark(top);
    if (loop.test !== undefined && loop.tests === 'before') this.branch(loop.test, body, end);
    this.mark(body);
    this.inLoop(next, end, () => this.statement(loop.body));
    this.mark(next);
    if (loop.next !== undefined) this.effect(loop.next);
    if (loop.test !== undefined && loop.tests === 'after') this.branch(loop.test, top, end);
    else this.jump(top);
    this.mark(end);
    this.scopes.pop();
  }

  protected inLoop(next: Label, end: Label, body: () => void): void {
    const depth = this.scopes.length;
    this.#breaks.push({ to: end, depth });
    this.#continues.push({ to: next, depth });
    body();
    this.#breaks.pop();
    this.#continues.pop();
  }

  protected listLoop(loop: ListLoop, args: readonly Expression[], statement: Statement): void {
    const line = this.line;
    const cursor = this.variableOf(args[loop.cursor ?? 0]);
    const counter = loop.index === undefined ? undefined : this.variableOf(args[loop.index]);
    const index = counter !== undefined && { index: counter };
    const head = this.value(args[loop.head]!);
    const link = this.linkOf(cursor, args[loop.member ?? -1], loop.direction);
    const goesOn = loop.ahead === undefined && link !== undefined && { link };
    const [top, body, next, end] = [label('top'), label('body'), label('next'), label('end')];
    this.emit({ op: 'list_start', line, loop, cursor, head, ...index, ...(link && { link }) });
    this.mark(top);
    this.emit((at) => ({
      op: 'list_test',
      line,
      loop,
      cursor,
      head,
      body: at(body),
      next: at(next),
      end: at(end),
    }));
    this.mark(body);
    this.scopes.push({ names: new Map(), leave: [] });
    this.inLoop(next, end, () => this.statement(statement));
    this.scopes.pop();
    this.mark(next);
    this.emit({ op: 'list_next', line, loop, cursor, head, ...index, ...goesOn });
    this.jump(top);
    this.mark(end);
  }

  protected variableOf(expression: Expression | undefined): string {
    const name = expression?.kind === 'name' ? this.resolve(expression.name) : undefined;
    if (name === undefined) throw this.notRead('a loop whose cursor is no variable');
    return name;
  }

  /**
   * `scoped_guard(mutex, &lock) body`. It is a loop that is gone through once, which `break` and
   * `continue` leave; @param otherwise - where the lock was not to be had: `return -EBUSY`
   */
  protected scopedGuard(
    [kind, ...args]: readonly Expression[],
    body: Statement,
    otherwise?: Expression,
  ): void {
    const [failed, end] = [label('failed'), label('end')];
    this.scopes.push({ names: new Map(), leave: [] });
    const outer = this.scopes.length - 1;
    this.enterGuard(kind, args, failed);
    this.#breaks.push({ to: end, depth: outer });
    this.#continues.push({ to: end, depth: outer });
    this.statement(body);
    this.leaveTo(outer);
    this.scopes.pop();
    this.jump(end);
    this.mark(failed);
    if (otherwise !== undefined) this.effect(otherwise);
    this.#breaks.pop();
    this.#continues.pop();
    this.mark(end);
  }

  protected switch(on: Expression, parts: readonly SwitchPart[]): void {
    const line = this.line;
    const value = this.value(on);
    const end = label('end');
    const bodies = parts.map(() => label('case'));
    for (const [i, { values }] of parts.entries()) {
      for (const range of values) this.case(on, value, range, bodies[i]!);
    }
    const other = parts.findIndex(({ isDefault }) => isDefault);
    this.line = line;
    this.jump(other === -1 ? end : bodies[other]!);
    this.scopes.push({ names: new Map(), leave: [] });
    this.#breaks.push({ to: end, depth: this.scopes.length });
    for (const [i, { body }] of parts.entries()) {
      this.mark(bodies[i]!);
      for (const statement of body) this.statement(statement);
    }
    this.#breaks.pop();
    this.leaveTo(this.scopes.length - 1);
    this.scopes.pop();
    this.mark(end);
  }

  protected case(
    tested: Expression,
    value: Operand,
    [low, high]: SwitchPart['values'][number],
    body: Label,
  ): void {
    const { line } = low;
    const next = label('next');
    const c = (op: string, right: Expression) => `${cText(tested)} ${op} ${cText(right)}`;
    if (low === high) {
      const on = this.operate('==', [value, this.value(low)], line);
      const is = c('==', low);
      this.emit((at) => ({ op: 'test', line, on, yes: at(body), no: at(next), c: is }));
      this.mark(next);
      return;
    }
    const above = label('above');
    const from = this.operate('>=', [value, this.value(low)], line);
    const isFrom = c('>=', low);
    this.emit((at) => ({ op: 'test', line, on: from, yes: at(above), no: at(next), c: isFrom }));
    this.mark(above);
    const to = this.operate('<=', [value, this.value(high)], line);
    const isTo = c('<=', high);
    this.emit((at) => ({ op: 'test', line, on: to, yes: at(body), no: at(next), c: isTo }));
    this.mark(next);
  }

  protected goto(name: string): void {
    const target = this.#labels.get(name);
    if (target === undefined) throw this.notRead(`goto ${name}`);
    this.leaveTo(target.depth);
    this.jump(target.label);
  }

  protected return(value: Expression | undefined): void {
    const line = this.line;
    const result = value === undefined ? undefined : this.value(value);
    this.leaveTo(0);
    this.emit({ op: 'return', line, ...(result !== undefined && { value: result }) });
  }

  protected breakOut(kind: 'break' | 'continue'): void {
    const target = (kind === 'break' ? this.#breaks : this.#continues).at(-1);
    if (target === undefined) throw this.notRead(kind);
    this.leaveTo(target.depth);
    this.jump(target.to);
  }
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
