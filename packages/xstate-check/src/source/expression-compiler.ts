import type { Expression, Statement } from './ast.ts';
import { cText } from './c-text.ts';
import { constant, Emitter, type Label, label } from './emitter.ts';
import type { Link, Operand } from './instruction.ts';
import { number, type Value, ZERO } from './value.ts';

/** The steps of expressions, in the order in which C evaluates them; arguments from left to right. */
export abstract class ExpressionCompiler extends Emitter {
  protected abstract statement(statement: Statement): void;

  /** Evaluates an expression whose value nobody asks for. */
  protected effect(expression: Expression): void {
    if (expression.kind === 'call' && expression.callee.kind === 'call') {
      // guard(mutex)(&lock)
      const { callee } = expression.callee;
      if (callee.kind === 'name' && callee.name === 'guard') {
        this.enterGuard(expression.callee.args[0], expression.args, label('never'));
        return;
      }
    }
    if (expression.kind === 'assign') {
      this.assign({ ...expression, after: false });
      return;
    }
    if (expression.kind === 'name' || expression.kind === 'number') return;
    this.value(expression);
  }

  /** Goes to one of two places; what && and || leave out is not evaluated. */
  protected branch(test: Expression, yes: Label, no: Label): void {
    this.line = test.line;
    const middle = label('and');
    if (test.kind === 'unary' && test.op === '!') {
      this.branch(test.of, no, yes);
      return;
    }
    if (test.kind === 'binary' && test.op === '&&') {
      this.branch(test.left, middle, no);
      this.mark(middle);
      this.branch(test.right, yes, no);
      return;
    }
    if (test.kind === 'binary' && test.op === '||') {
      this.branch(test.left, yes, middle);
      this.mark(middle);
      this.branch(test.right, yes, no);
      return;
    }
    const on = this.value(test);
    const { line } = test;
    const c = cText(test);
    this.emit((at) => ({ op: 'test', line, on, yes: at(yes), no: at(no), c }));
  }

  protected value(expression: Expression): Operand {
    this.line = expression.line;
    const { line } = expression;
    switch (expression.kind) {
      case 'number':
        return constant(number(expression.value));
      case 'string':
        return constant({ kind: 'text', text: expression.text });
      case 'name': {
        const own = this.resolve(expression.name);
        if (own !== undefined) return { kind: 'variable', name: own };
        const known = this.dialect.constants[expression.name];
        return constant(
          known === undefined ? { kind: 'constant', name: expression.name } : number(known),
        );
      }
      case 'member':
      case 'index':
      case 'target': {
        const place = this.place(expression);
        const into = this.temporary();
        this.emit({ op: 'read', line, into, from: place });
        return { kind: 'variable', name: into };
      }
      case 'address':
        return this.address(expression.of, line);
      case 'call':
        return this.call(expression.callee, expression.args, line);
      case 'unary':
        return this.operate(expression.op, [this.value(expression.of)], line);
      case 'binary':
        if (expression.op === '&&' || expression.op === '||') return this.truth(expression);
        return this.operate(
          expression.op,
          [this.value(expression.left), this.value(expression.right)],
          line,
        );
      case 'assign':
        return this.assign(expression);
      case 'choose':
        return this.choose(expression);
      case 'sequence':
        this.effect(expression.left);
        return this.value(expression.right);
      case 'opaque':
        for (const part of expression.parts) this.value(part);
        return constant({ kind: 'constant', name: expression.text.replace(/\s+/g, ' ') });
      case 'block':
        return this.blockValue(expression.body);
    }
  }

  protected operate(operator: string, args: readonly Operand[], line: number): Operand {
    const into = this.temporary();
    this.emit({ op: 'operate', line, into, operator, args });
    return { kind: 'variable', name: into };
  }

  protected address(of: Expression, line: number): Operand {
    const place =
      of.kind === 'name' && this.resolve(of.name) === undefined ? this.value(of) : this.place(of);
    const into = this.temporary();
    this.emit({ op: 'address', line, into, of: place });
    return { kind: 'variable', name: into };
  }

  /** Where an expression that can be assigned to stands. */
  protected place(expression: Expression): Operand {
    const { line } = expression;
    const into = this.temporary();
    switch (expression.kind) {
      case 'name': {
        const name = this.resolve(expression.name);
        if (name === undefined) return this.value(expression);
        this.emit({ op: 'variable', line, into, name });
        break;
      }
      case 'member': {
        const { object, arrow, field } = expression;
        const of = arrow ? this.value(object) : this.place(object);
        this.emit({ op: 'place', line, into, of, field });
        break;
      }
      case 'index': {
        const of = this.value(expression.object);
        const index = this.value(expression.index);
        this.emit({ op: 'place', line, into, of, field: '[]', index });
        break;
      }
      case 'target': {
        const of = this.value(expression.of);
        this.emit({ op: 'target', line, into, of });
        break;
      }
      default:
        return this.value(expression);
    }
    return { kind: 'variable', name: into };
  }

  protected call(callee: Expression, args: readonly Expression[], line: number): Operand {
    const name =
      callee.kind === 'name' && this.resolve(callee.name) === undefined ? callee.name : undefined;
    if (name !== undefined) {
      if (this.dialect.configurationTests.includes(name)) return constant(this.configured(args));
      if (/^guard$|^CLASS$/.test(name)) throw this.notRead(`${name}() as a value`);
      if (this.dialect.helpers[name] === 'nothing') {
        this.line = line;
        this.pass();
        return constant(ZERO);
      }
    }
    const pointer = name === undefined ? this.place(callee) : undefined;
    // The type and the member of a container are names, whatever variables have them.
    const isContainer = name !== undefined && this.dialect.helpers[name] === 'container';
    const isNamed = name !== undefined && this.dialect.unevaluated.includes(name);
    const values = args.map((arg, i) => {
      if (isContainer && i > 0)
        return constant({ kind: 'text', text: arg.kind === 'name' ? arg.name : '' });
      return isNamed && arg.kind === 'target' ? this.place(arg.of) : this.value(arg);
    });
    this.line = line;
    const into = this.temporary();
    const link = this.linkAsked(name, args);
    this.emit({
      op: 'call',
      line,
      into,
      callee: name ?? pointer!,
      args: values,
      ...(link && { link }),
    });
    if (name !== undefined && this.dialect.takes.includes(name)) this.take(args[0]);
    if (name === 'return_ptr') {
      this.leaveTo(0);
      this.emit({ op: 'return', line, value: { kind: 'variable', name: into } });
    }
    return { kind: 'variable', name: into };
  }

  /** Of `list_next_entry(cursor, node)`: the link that it goes through. */
  protected linkAsked(name: string | undefined, args: readonly Expression[]): Link | undefined {
    const query = name === undefined ? undefined : this.dialect.listQueries[name];
    const entry = args[query?.entry ?? -1];
    const cursor = entry?.kind === 'name' ? this.resolve(entry.name) : undefined;
    if (cursor === undefined) return undefined;
    if (query?.answers === 'next') return this.linkOf(cursor, args[query.member!], 'forward');
    if (query?.answers === 'previous') return this.linkOf(cursor, args[query.member!], 'backward');
    return undefined;
  }

  protected linkOf(
    cursor: string,
    member: Expression | undefined,
    direction: Link['direction'],
  ): Link | undefined {
    const path = member && pathOf(member);
    if (path === undefined) return undefined;
    return { cursor, member: path, direction, unlinked: `${cursor}->${path.join('.')} is off` };
  }

  /** The variable is NULL from here on: nothing is cleaned up where its scope ends. */
  protected take(variable: Expression | undefined): void {
    const name = variable?.kind === 'name' ? this.resolve(variable.name) : undefined;
    if (name === undefined) throw this.notRead('no_free_ptr() of something that is no variable');
    this.emit({ op: 'copy', line: this.line, into: name, from: constant(ZERO) });
  }

  protected configured([symbol]: readonly Expression[]): Value {
    const name = symbol?.kind === 'name' ? symbol.name : '';
    const set = this.dialect.configured(name);
    if (set === undefined) throw this.notRead(`the test of ${name}`);
    return number(set ? 1 : 0);
  }

  protected truth(test: Expression): Operand {
    const [yes, no, end] = [label('yes'), label('no'), label('end')];
    const into = this.temporary();
    const { line } = test;
    this.branch(test, yes, no);
    this.mark(yes);
    this.emit({ op: 'copy', line, into, from: constant(number(1)) });
    this.jump(end);
    this.mark(no);
    this.emit({ op: 'copy', line, into, from: constant(ZERO) });
    this.mark(end);
    return { kind: 'variable', name: into };
  }

  protected choose({ test, yes, no, line }: Extract<Expression, { kind: 'choose' }>): Operand {
    const [taken, other, end] = [label('yes'), label('no'), label('end')];
    const into = this.temporary();
    if (yes === undefined) {
      // GNU: `x ?: y` evaluates x once.
      const value = this.value(test);
      this.emit({ op: 'copy', line, into, from: value });
      const c = cText(test);
      this.emit((at) => ({ op: 'test', line, on: value, yes: at(end), no: at(other), c }));
    } else {
      this.branch(test, taken, other);
      this.mark(taken);
      this.emit({ op: 'copy', line, into, from: this.value(yes) });
      this.jump(end);
    }
    this.mark(other);
    this.emit({ op: 'copy', line, into, from: this.value(no) });
    this.mark(end);
    return { kind: 'variable', name: into };
  }

  protected assign({
    to,
    op,
    value,
    after,
    line,
  }: Extract<Expression, { kind: 'assign' }>): Operand {
    const own = to.kind === 'name' ? this.resolve(to.name) : undefined;
    const place = own === undefined ? this.place(to) : undefined;
    const before = op === '' ? undefined : this.valueAt(own, place, line);
    const assigned =
      before === undefined
        ? this.value(value)
        : this.operate(op, [before, this.value(value)], line);
    this.line = line;
    const kept = after && before !== undefined ? this.kept(before, line) : undefined;
    if (own === undefined) this.emit({ op: 'write', line, to: place!, value: assigned });
    else this.emit({ op: 'copy', line, into: own, from: assigned });
    return kept ?? assigned;
  }

  protected kept(value: Operand, line: number): Operand {
    const into = this.temporary();
    this.emit({ op: 'copy', line, into, from: value });
    return { kind: 'variable', name: into };
  }

  protected valueAt(own: string | undefined, place: Operand | undefined, line: number): Operand {
    if (own !== undefined) return this.kept({ kind: 'variable', name: own }, line);
    const into = this.temporary();
    this.emit({ op: 'read', line, into, from: place! });
    return { kind: 'variable', name: into };
  }

  /** The value of `({ … x; })` is that of its last statement. */
  protected blockValue(body: Statement): Operand {
    if (body.kind !== 'block') throw this.notRead('a statement as an expression');
    this.scopes.push({ names: new Map(), leave: [] });
    let value: Operand = constant(ZERO);
    for (const [i, statement] of body.body.entries()) {
      const isLast = i === body.body.length - 1;
      if (isLast && statement.kind === 'expression') {
        value = this.kept(this.value(statement.of), statement.line);
      } else this.statement(statement);
    }
    this.leaveTo(this.scopes.length - 1);
    this.scopes.pop();
    return value;
  }

  /** Takes a lock that is given back where the innermost scope ends. */
  protected enterGuard(
    kind: Expression | undefined,
    args: readonly Expression[],
    failed: Label,
  ): void {
    const line = this.line;
    const name = kind?.kind === 'name' ? kind.name : '';
    const guard = this.dialect.guards[name];
    if (guard === undefined) throw this.notRead(`guard(${name})`);
    const [lock] = args.map((arg) => this.value(arg));
    const kept: Operand = { kind: 'variable', name: `lock#${this.code.length}` };
    this.emit({ op: 'copy', line, into: kept.name, from: lock ?? constant(ZERO) });
    const result = this.temporary();
    this.emit({ op: 'call', line, into: result, callee: guard.enter, args: lock ? [kept] : [] });
    if (guard.fails !== undefined) {
      const taken = label('taken');
      const on: Operand = { kind: 'variable', name: result };
      const [yes, no] = guard.fails === 0 ? [taken, failed] : [failed, taken];
      const c = `${guard.enter}(${args.map(cText).join(', ')})`;
      this.emit((at) => ({ op: 'test', line, on, yes: at(yes), no: at(no), c }));
      this.mark(taken);
    }
    this.scopes.at(-1)!.leave.push({ fn: guard.leave, arg: kept, line });
  }
}

/** The members of `vdev.dev_set_list`. */
function pathOf(member: Expression): readonly string[] | undefined {
  if (member.kind === 'name') return [member.name];
  if (member.kind !== 'member') return undefined;
  const path = pathOf(member.object);
  return path && [...path, member.field];
}
