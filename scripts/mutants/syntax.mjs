/**
 * The single mutants of a TypeScript file, by its syntax: each differs from the file in one place.
 *
 * What a mutant is worth is judged elsewhere. One that does not pass the types is none, so nothing
 * here looks at types; what is a type itself is left alone.
 */
import { parseSync } from 'vite';

/**
 * @typedef {object} Mutant
 * @property {string} file the path from the root
 * @property {number} line
 * @property {number} start where the change is
 * @property {string} within the function, method or constant that it is in, or ''
 * @property {string} kind
 * @property {string} was the lines that it changes, as one
 * @property {string} becomes what they are then
 * @property {string} text the file with the change
 */

const OPERATORS = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '&&': '||',
  '||': '&&',
};
const METHODS = {
  min: 'max',
  max: 'min',
  some: 'every',
  every: 'some',
  floor: 'ceil',
  ceil: 'floor',
  push: 'unshift',
};

/** Whose order of arguments makes no difference, or is what `METHODS` changes. */
const SYMMETRIC = new Set(['min', 'max', 'is']);

/** Where types are, which have no behaviour. */
const TYPES = new Set(['typeAnnotation', 'typeArguments', 'typeParameters', 'returnType']);
const TYPED = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);

/**
 * @param {string} file
 * @param {string} text
 * @returns {Mutant[]} in the order of the text
 */
export function mutantsOf(file, text) {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  return [...changesBelow(program, text, '')]
    .sort((a, b) => a.start - b.start || a.end - b.end)
    .map((change) => mutantOf(file, text, change));
}

function mutantOf(file, text, { kind, start, end, to, within }) {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const until = text.indexOf('\n', end) < 0 ? text.length : text.indexOf('\n', end);
  const asOne = (lines) => lines.replace(/\s+/g, ' ').trim();
  return {
    file,
    line: text.slice(0, start).split('\n').length,
    start,
    within,
    kind,
    was: asOne(text.slice(from, until)),
    becomes: asOne(text.slice(from, start) + to + text.slice(end, until)),
    text: text.slice(0, start) + to + text.slice(end),
  };
}

function* changesBelow(node, text, outside) {
  if (node.type.startsWith('TS') && !TYPED.has(node.type)) return;
  const within = nameOf(node) ?? outside;
  for (const change of changesOf(node, text)) yield { ...change, within };
  for (const [key, child] of Object.entries(node)) {
    if (TYPES.has(key) || (key === 'key' && !node.computed)) continue;
    for (const each of Array.isArray(child) ? child : [child]) {
      if (typeof each?.type === 'string') yield* changesBelow(each, text, within);
    }
  }
}

/** The name of what has a body of its own. */
function nameOf({ type, id, key, init }) {
  const isFunction = /^(?:Arrow)?Function/.test(init?.type ?? '');
  if (type === 'FunctionDeclaration' || (type === 'VariableDeclarator' && isFunction))
    return id.name;
  if (type !== 'MethodDefinition') return undefined;
  return key.type === 'PrivateIdentifier' ? `#${key.name}` : key.name;
}

function* changesOf(node, text) {
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
      yield* otherOperator(node, text);
      return;
    case 'UnaryExpression':
      if (node.operator === '!')
        yield replaced('drop the negation', node, source(node.argument, text));
      return;
    case 'Literal':
      yield* otherLiteral(node);
      return;
    case 'CallExpression':
      yield* otherCall(node, text);
      return;
    case 'ConditionalExpression':
    case 'WhileStatement':
      yield* negated(node.test, text);
      return;
    case 'IfStatement':
      yield* negated(node.test, text);
      if (node.alternate === null) yield replaced('drop the statement', node, ';');
      return;
    default:
      if (canBeDropped(node)) yield replaced('drop the statement', node, ';');
  }
}

function canBeDropped({ type, argument, expression }) {
  if (type === 'ContinueStatement' || type === 'BreakStatement' || type === 'ThrowStatement')
    return true;
  if (type === 'ReturnStatement') return argument === null;
  return type === 'ExpressionStatement' && expression.callee?.type !== 'Super';
}

function* otherOperator({ operator, left, right }, text) {
  const to = OPERATORS[operator];
  if (to === undefined || [left, right].some(isText)) return;
  const start = text.indexOf(operator, left.end);
  yield { kind: `${operator} is ${to}`, start, end: start + operator.length, to };
}

const isText = ({ type, value }) => type === 'TemplateLiteral' || typeof value === 'string';

/** A comparison and a negation are turned round where they are. */
function* negated(test, text) {
  const isTurned = /^[!=]==$/.test(test.operator ?? '') || test.operator === '!';
  if (!isTurned) yield replaced('negate the condition', test, `!(${source(test, text)})`);
}

function* otherLiteral(node) {
  if (typeof node.value === 'boolean') yield replaced('the other truth', node, `${!node.value}`);
  if (!Number.isInteger(node.value)) return;
  yield replaced('one more', node, `${node.value + 1}`);
  if (node.value > 0) yield replaced('one less', node, `${node.value - 1}`);
}

function* otherCall({ callee, arguments: given }, text) {
  const { property } = callee;
  const name = property?.name;
  if (Object.hasOwn(METHODS, name ?? ''))
    yield replaced(`${name} is ${METHODS[name]}`, property, METHODS[name]);
  if (given.length < 2 || SYMMETRIC.has(name)) return;
  const [one, other] = given;
  if (one.type !== 'Identifier' || other.type !== 'Identifier') return;
  const to = `${source(other, text)}, ${source(one, text)}`;
  yield { kind: 'swap the arguments', start: one.start, end: other.end, to };
}

const replaced = (kind, { start, end }, to) => ({ kind, start, end, to });
const source = ({ start, end }, text) => text.slice(start, end);
