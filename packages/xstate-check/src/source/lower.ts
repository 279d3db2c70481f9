import type { Node } from 'web-tree-sitter';
import {
  type CFunction,
  type Expression,
  type Extent,
  NotRead,
  type Statement,
  type SwitchPart,
  type Variable,
} from './ast.ts';
import type { Dialect } from './dialect.ts';
import { ExpressionLowering, type LowerOptions } from './lower-expression.ts';

/**
 * What the grammar made of a function, without brackets, types and spelling.
 *
 * @throws NotRead for a construct that is not read, and where the grammar could not parse
 */
export function lowerFunction(node: Node, name: string, file: string, dialect: Dialect): CFunction {
  const error = firstError(node);
  if (error !== undefined) {
    throw new NotRead('text that does not parse', { file, line: error.startPosition.row + 1 });
  }
  const declarator = functionDeclarator(node.childForFieldName('declarator'));
  const parameters = declarator?.childForFieldName('parameters')?.namedChildren ?? [];
  const { body, extents } = lowerStatement(node.childForFieldName('body')!, { file, dialect });
  return {
    name,
    file,
    line: node.startPosition.row + 1,
    endLine: node.endPosition.row + 1,
    parameters: parameters
      .filter((parameter) => parameter?.type === 'parameter_declaration')
      .map((parameter) => nameOfDeclarator(parameter!.childForFieldName('declarator')) ?? ''),
    body,
    extents,
  };
}

export function lowerStatement(
  node: Node,
  options: LowerOptions,
): Pick<CFunction, 'body' | 'extents'> {
  const lowering = new Lowering(options);
  return { body: lowering.statement(node), extents: lowering.extents };
}

/** The name that a declarator declares, however it is wrapped. */
export function nameOfDeclarator(declarator: Node | null): string | undefined {
  for (let node = declarator; node !== null; ) {
    if (/identifier$/.test(node.type)) return node.text;
    node =
      node.childForFieldName('declarator') ??
      node.namedChildren.find((child) => /declarator$|identifier$/.test(child?.type ?? '')) ??
      null;
  }
  return undefined;
}

/** Whether the first thing that is declared of a name is of a kind: `int *a[2]` is an array. */
function declares(declarator: Node, type: string): boolean {
  let node: Node | null = declarator;
  for (
    let inner: Node | null = node;
    inner !== null;
    inner = inner.childForFieldName('declarator')
  ) {
    if (/_declarator$/.test(inner.type) && inner.type !== 'init_declarator') node = inner;
  }
  return node.type === type;
}

function functionDeclarator(declarator: Node | null): Node | null {
  let node = declarator;
  while (node !== null && node.type !== 'function_declarator') {
    node = node.childForFieldName('declarator');
  }
  return node;
}

export function firstError(node: Node): Node | undefined {
  if (!node.hasError) return undefined;
  const open = [node];
  while (open.length > 0) {
    const at = open.pop()!;
    if (at.isError || at.isMissing) return at;
    for (const child of at.children.toReversed())
      if (child?.hasError || child?.isMissing) open.push(child);
  }
  return node;
}

/** Statements whose own lines end where their condition does. */
const CONDITIONAL = /^(?:if|while|for|switch)_statement$/;

const SIMPLE = /^(?:expression|return|goto|break|continue)_statement$/;

class Lowering extends ExpressionLowering {
  readonly extents: Extent[] = [];

  protected override lowerStatement(node: Node): Statement {
    const line = this.line(node);
    this.#note(node, line);
    switch (node.type) {
      case 'compound_statement':
        return { kind: 'block', line, body: this.#statements(node.namedChildren) };
      case 'expression_statement': {
        const inner = node.namedChildren.find((child) => child?.type !== 'comment');
        if (!inner) return { kind: 'block', line, body: [] };
        return { kind: 'expression', line, of: this.expression(inner) };
      }
      case 'declaration':
        return { kind: 'declare', line, variables: this.#variables(node) };
      case 'if_statement':
        return this.#if(node, line);
      case 'while_statement':
      case 'do_statement':
      case 'for_statement':
        return this.#loop(node, line);
      case 'switch_statement':
        return this.#switch(node, line);
      case 'goto_statement':
        return { kind: 'goto', line, label: this.field(node, 'label').text };
      case 'labeled_statement':
        return this.#labelled(node, line);
      case 'return_statement': {
        const value = node.namedChildren.find((child) => child?.type !== 'comment');
        return { kind: 'return', line, ...(value && { value: this.expression(value) }) };
      }
      case 'break_statement':
        return { kind: 'break', line };
      case 'continue_statement':
        return { kind: 'continue', line };
      case 'type_definition':
      case 'struct_specifier':
      case 'enum_specifier':
      case 'empty_statement':
      case ';':
        return { kind: 'block', line, body: [] };
      case 'attributed_statement':
        return { kind: 'block', line, body: this.#statements(node.namedChildren.slice(-1)) };
      default:
        throw this.notRead(node);
    }
  }

  /** The lines that a statement itself takes; a declaration without a value does nothing. */
  #note(node: Node, from: number): void {
    const isDeclaration = node.type === 'declaration' && /=/.test(node.text);
    const end = CONDITIONAL.test(node.type)
      ? (node.childForFieldName('condition') ?? node.childForFieldName('update') ?? node)
      : SIMPLE.test(node.type) || isDeclaration
        ? node
        : undefined;
    if (end !== undefined) this.extents.push({ from, to: end.endPosition.row + 1 + this.shift });
  }

  #statements(nodes: readonly (Node | null)[]): Statement[] {
    return nodes
      .filter((node) => node !== null && node.type !== 'comment')
      .flatMap((node) => {
        const statement = this.statement(node!);
        // A label and what follows it belong to the block around them.
        return node!.type === 'labeled_statement' && statement.kind === 'block'
          ? statement.body
          : [statement];
      });
  }

  #if(node: Node, line: number): Statement {
    const otherwise = node.childForFieldName('alternative');
    const no = otherwise?.type === 'else_clause' ? otherwise.namedChildren.at(-1) : otherwise;
    return {
      kind: 'if',
      line,
      test: this.expression(this.field(node, 'condition')),
      yes: this.statement(this.field(node, 'consequence')),
      ...(no && { no: this.statement(no) }),
    };
  }

  #loop(node: Node, line: number): Statement {
    const test = node.childForFieldName('condition');
    const next = node.childForFieldName('update');
    const initializer = node.childForFieldName('initializer');
    return {
      kind: 'loop',
      line,
      tests: node.type === 'do_statement' ? 'after' : 'before',
      ...(initializer && { first: this.#initializer(initializer) }),
      ...(test && { test: this.expression(test) }),
      ...(next && { next: this.expression(next) }),
      body: this.statement(this.field(node, 'body')),
    };
  }

  #initializer(node: Node): Statement {
    if (node.type === 'declaration') return this.statement(node);
    return { kind: 'expression', line: this.line(node), of: this.expression(node) };
  }

  #switch(node: Node, line: number): Statement {
    const parts: SwitchPart[] = [];
    for (const child of this.field(node, 'body').namedChildren) {
      if (child === null || child.type === 'comment') continue;
      if (child.type !== 'case_statement') throw this.notRead(child, 'a statement before a case');
      const value = child.childForFieldName('value');
      const body = child.namedChildren.filter((part) => part?.id !== value?.id);
      parts.push({
        line: this.line(child),
        values: value ? [this.#range(value)] : [],
        isDefault: value === null,
        body: this.#statements(body),
      });
    }
    return {
      kind: 'switch',
      line,
      on: this.expression(this.field(node, 'condition')),
      body: parts,
    };
  }

  /** `RANGE(first, last)` is what a range of cases was made to. */
  #range(node: Node): readonly [Expression, Expression] {
    const value = this.expression(node);
    if (value.kind !== 'call' || value.callee.kind !== 'name' || value.callee.name !== 'RANGE') {
      return [value, value];
    }
    return [value.args[0]!, value.args[1]!];
  }

  #labelled(node: Node, line: number): Statement {
    const label = this.field(node, 'label');
    const rest = node.namedChildren.filter((child) => child?.id !== label.id);
    return {
      kind: 'block',
      line,
      body: [{ kind: 'label', line, label: label.text }, ...this.#statements(rest)],
    };
  }

  #variables(node: Node): Variable[] {
    const type = node.childForFieldName('type')?.id;
    const variables: Variable[] = [];
    for (const declarator of node.childrenForFieldName('declarator')) {
      if (declarator === null || declarator.id === type) continue;
      const name = nameOfDeclarator(declarator);
      if (name === undefined) throw this.notRead(declarator);
      const value = declarator.childForFieldName('value');
      const isArray = declares(declarator, 'array_declarator');
      const about = { name, line: this.line(declarator), ...(isArray && { isArray }) };
      variables.push({ ...about, ...this.#initial(value) });
    }
    return variables;
  }

  /** `x = __free(f) = e` is what `x __free(f) = e` was made to. */
  #initial(node: Node | null): Pick<Variable, 'value' | 'cleanup'> {
    if (node === null) return {};
    const value = this.expression(node);
    const call = value.kind === 'assign' ? value.to : value;
    const isCleanup =
      call.kind === 'call' &&
      call.callee.kind === 'name' &&
      call.callee.name === this.dialect.cleanup;
    if (!isCleanup) return { value };
    const named = call.args[0];
    const cleanup = named?.kind === 'name' ? named.name : '';
    return { cleanup, ...(value.kind === 'assign' && { value: value.value }) };
  }
}
