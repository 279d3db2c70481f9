import type { Statement } from './ast.ts';

/** A statement, and all that it has in it. */
export function everyStatement(statement: Statement, visit: (statement: Statement) => void): void {
  visit(statement);
  for (const inner of within(statement)) everyStatement(inner, visit);
}

/** The statements that a statement has in it. */
export function within(statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case 'block':
      return statement.body;
    case 'if':
      return statement.no === undefined ? [statement.yes] : [statement.yes, statement.no];
    case 'loop':
      return [statement.body];
    case 'switch':
      return statement.body.flatMap(({ body }) => body);
    default:
      return [];
  }
}
