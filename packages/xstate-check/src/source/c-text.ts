import type { Expression } from './ast.ts';

/** An expression as C writes it, on one line; what is long in it is left out. */
export function cText(expression: Expression): string {
  switch (expression.kind) {
    case 'name':
      return expression.name;
    case 'number':
      return String(expression.value);
    case 'string':
      return expression.text;
    case 'member':
      return `${inner(expression.object)}${expression.arrow ? '->' : '.'}${expression.field}`;
    case 'index':
      return `${inner(expression.object)}[${cText(expression.index)}]`;
    case 'address':
      return `&${inner(expression.of)}`;
    case 'target':
      return `*${inner(expression.of)}`;
    case 'call':
      return `${inner(expression.callee)}(${expression.args.map(cText).join(', ')})`;
    case 'unary':
      return `${expression.op}${inner(expression.of)}`;
    case 'binary':
      return [expression.left, expression.right]
        .map((side) => (isWeaker(expression.op, side) ? cText(side) : inner(side)))
        .join(` ${expression.op} `);
    case 'assign':
      return `${cText(expression.to)} ${expression.op}= ${cText(expression.value)}`;
    case 'choose': {
      const yes = expression.yes === undefined ? '' : ` ${cText(expression.yes)} `;
      return `${inner(expression.test)} ?${yes}: ${inner(expression.no)}`;
    }
    case 'sequence':
      return `${cText(expression.left)}, ${cText(expression.right)}`;
    case 'opaque':
      return expression.text.replace(/\s+/g, ' ');
    case 'block':
      return '({ … })';
  }
}

/** Within another expression: in brackets where it has an operator of two sides. */
function inner(expression: Expression): string {
  const isApart = ['binary', 'assign', 'choose', 'sequence'].includes(expression.kind);
  return isApart ? `(${cText(expression)})` : cText(expression);
}

/** Whether `&&` or `||` has a comparison beside it, which needs no brackets. */
function isWeaker(operator: string, side: Expression): boolean {
  return /^(?:&&|\|\|)$/.test(operator) && side.kind === 'binary' && /^[<>=!]/.test(side.op);
}

/** A condition that does not hold. */
export function negated(condition: string): string {
  const [, left, operator, right] =
    /^([^=!<>&|?()]+) (==|!=) ([^=!<>&|?()]+)$/.exec(condition) ?? [];
  if (operator !== undefined) return `${left} ${operator === '==' ? '!=' : '=='} ${right}`;
  return / [^\s\w(]+ /.test(condition) ? `!(${condition})` : `!${condition}`;
}
