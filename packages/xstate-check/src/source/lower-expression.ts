import type { Node } from 'web-tree-sitter';
import { type Expression, NotRead, type Statement } from './ast.ts';
import type { Dialect } from './dialect.ts';

export interface LowerOptions {
  readonly file: string;
  readonly dialect: Dialect;
  /** Lines that stand before what is parsed. */
  readonly shift?: number;
}

const BINARY_ASSIGNMENT = /^(.*)=$/;

/** Statements and expressions within each other; nobody writes more. */
const DEEPEST = 250;

/** What the grammar made of expressions, without brackets, types and spelling. */
export abstract class ExpressionLowering {
  protected readonly file: string;
  protected readonly dialect: Dialect;
  protected readonly shift: number;
  #depth = 0;

  constructor({ file, dialect, shift = 0 }: LowerOptions) {
    this.file = file;
    this.dialect = dialect;
    this.shift = shift;
  }

  protected abstract lowerStatement(node: Node): Statement;

  statement(node: Node): Statement {
    return this.#within(node, () => this.lowerStatement(node));
  }

  expression(node: Node): Expression {
    return this.#within(node, () => this.#expression(node));
  }

  #within<T>(node: Node, lowered: () => T): T {
    if (this.#depth >= DEEPEST) throw this.notRead(node, 'text that nests too deep');
    this.#depth += 1;
    const result = lowered();
    this.#depth -= 1;
    return result;
  }

  #expression(node: Node): Expression {
    const line = this.line(node);
    const simple = simpleExpression(node, line);
    if (simple !== undefined) return simple;
    const field = (name: string) => this.expression(this.field(node, name));
    switch (node.type) {
      case 'parenthesized_expression':
        return this.#bracket(node);
      case 'call_expression':
        return { kind: 'call', line, callee: field('function'), args: this.#arguments(node) };
      case 'field_expression':
        return this.#member(node, line);
      case 'subscript_expression':
        return { kind: 'index', line, object: field('argument'), index: field('index') };
      case 'pointer_expression': {
        const of = field('argument');
        const isAddress = this.#operator(node) === '&';
        return isAddress ? { kind: 'address', line, of } : { kind: 'target', line, of };
      }
      case 'unary_expression':
        return { kind: 'unary', line, op: this.#operator(node), of: field('argument') };
      case 'binary_expression':
        return {
          kind: 'binary',
          line,
          op: this.#operator(node),
          left: field('left'),
          right: field('right'),
        };
      case 'update_expression':
        return this.#update(node, line);
      case 'assignment_expression': {
        const op = BINARY_ASSIGNMENT.exec(this.#operator(node))?.[1] ?? '';
        return { kind: 'assign', line, op, to: field('left'), value: field('right') };
      }
      case 'conditional_expression':
        return this.#choose(node, line);
      case 'comma_expression':
        return { kind: 'sequence', line, left: field('left'), right: field('right') };
      case 'cast_expression':
        return field('value');
      case 'compound_literal_expression':
      case 'initializer_list':
        return { kind: 'opaque', line, text: node.text, parts: this.#parts(node) };
      default:
        throw this.notRead(node);
    }
  }

  #member(node: Node, line: number): Expression {
    const object = this.expression(this.field(node, 'argument'));
    const arrow = this.#operator(node) === '->';
    return { kind: 'member', line, object, field: this.field(node, 'field').text, arrow };
  }

  #bracket(node: Node): Expression {
    const inner = node.namedChildren.find((child) => child?.type !== 'comment');
    if (!inner) throw this.notRead(node);
    if (inner.type !== 'compound_statement') return this.expression(inner);
    return { kind: 'block', line: this.line(node), body: this.statement(inner) };
  }

  #arguments(node: Node): Expression[] {
    return this.field(node, 'arguments')
      .namedChildren.filter((child) => child !== null && child.type !== 'comment')
      .map((child) => this.expression(child!));
  }

  /** What a literal of a structure evaluates. */
  #parts(node: Node): Expression[] {
    return node.namedChildren.flatMap((child): Expression[] => {
      if (child === null || /designator|type_descriptor|comment/.test(child.type)) return [];
      if (child.type === 'initializer_pair') {
        return [this.expression(this.field(child, 'value'))];
      }
      if (child.type === 'initializer_list') return this.#parts(child);
      return [this.expression(child)];
    });
  }

  #update(node: Node, line: number): Expression {
    const operator = this.#operator(node);
    const after = node.child(0)?.type !== operator;
    return {
      kind: 'assign',
      line,
      op: operator[0]!,
      to: this.expression(this.field(node, 'argument')),
      value: { kind: 'number', line, value: 1 },
      ...(after && { after }),
    };
  }

  #choose(node: Node, line: number): Expression {
    const yes = node.childForFieldName('consequence');
    return {
      kind: 'choose',
      line,
      test: this.expression(this.field(node, 'condition')),
      yes: yes === null ? undefined : this.expression(yes),
      no: this.expression(this.field(node, 'alternative')),
    };
  }

  #operator(node: Node): string {
    return node.childForFieldName('operator')?.text ?? node.child(0)?.text ?? '';
  }

  protected field(node: Node, name: string): Node {
    const child = node.childForFieldName(name);
    if (child === null) throw this.notRead(node);
    return child;
  }

  protected line(node: Node): number {
    return node.startPosition.row + 1 + this.shift;
  }

  protected notRead(node: Node, construct = node.type.replaceAll('_', ' ')): NotRead {
    return new NotRead(construct, { file: this.file, line: this.line(node) });
  }
}

/** What has nothing within it that is evaluated. */
function simpleExpression(node: Node, line: number): Expression | undefined {
  switch (node.type) {
    case 'identifier':
    case 'type_identifier':
    case 'field_identifier':
    case 'primitive_type':
      return { kind: 'name', line, name: node.text };
    case 'true':
      return { kind: 'number', line, value: 1 };
    case 'false':
    case 'null':
      return { kind: 'number', line, value: 0 };
    case 'number_literal':
      return { kind: 'number', line, value: numberOf(node.text) };
    case 'char_literal':
      return { kind: 'opaque', line, text: node.text, parts: [] };
    case 'string_literal':
    case 'concatenated_string':
      return { kind: 'string', line, text: node.text };
    case 'sizeof_expression':
    case 'alignof_expression':
    case 'offsetof_expression':
    case 'type_descriptor':
    case 'generic_expression':
      return { kind: 'opaque', line, text: node.text, parts: [] };
    default:
      return undefined;
  }
}

function numberOf(text: string): number {
  return Number(text.replace(/[uUlL]+$/, '').replace(/^0(?=\d)/, '0o'));
}
