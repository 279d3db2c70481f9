import { InputError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import type { Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import type { Place } from '../source/ast.ts';
import { type CSpecification, SourceReader } from '../source/judge-source.ts';
import { type JudgedOperations, keyOf, operationsOf } from '../source/operations.ts';
import { CReader } from '../source/parse.ts';
import type { Tree } from '../source/tree.ts';
import { mustHaveSome, type SourceOptions } from './source-command.ts';

/**
 * Everything that somebody can do, as the tables of a tree have it.
 *
 * @returns 1 where an operation, or a table of operations, is one that nothing is said of
 */
export async function operationsCommand(
  specification: CSpecification,
  tree: Tree,
  names: readonly string[],
  options: SourceOptions,
  terminal: Terminal,
): Promise<number> {
  const { operations: table, dialect, machines } = specification;
  if (table === undefined) throw new InputError('no operations are said: leave --operations out');
  if (names.length > 0) {
    throw new InputError(`--operations is of all objects: leave '${names[0]}' out`);
  }
  mustHaveSome(tree, machines);
  const reader = new SourceReader(specification, await CReader.load(dialect));
  const judged = operationsOf(table, tree, (path) => reader.unit(tree, path));
  const said = { tree: tree.name, ...judged };
  if (options.json) terminal.out(`${JSON.stringify(said, null, 2)}\n`);
  else {
    const objects = table.objects.map(({ name }) => name);
    for (const line of asText(tree, objects, judged, options)) terminal.out(line);
  }
  const isNew = judged.operations.some((one) => one.said === undefined);
  return isNew || judged.unlisted.length > 0 ? EXIT.differs : EXIT.ok;
}

function* asText(
  tree: Tree,
  objects: readonly string[],
  { operations, unlisted, absent }: JudgedOperations,
  { rests }: SourceOptions,
): Generator<string> {
  for (const object of objects) {
    const of = operations.filter((one) => one.object === object);
    yield* paragraph(`${object}: ${countsOf(of)}`, 0);
    for (const one of of) {
      const { said } = one;
      if (said === undefined) yield* entry(keyOf(one), 'nothing is said of it', one.place);
      else if (rests) yield* entry(keyOf(one), whatOf(said), one.place);
    }
  }
  for (const { text, place } of unlisted) yield* entry(text, 'nothing is said of it', place);
  if (absent.length > 0) {
    yield* paragraph(`not in this tree: ${absent.slice(0, rests ? undefined : 6).join('; ')}`, 0);
    if (!rests && absent.length > 6) yield `  and ${absent.length - 6} more\n`;
  }
  yield '\n';
  yield* paragraph(`${tree.name}: ${countsOf(operations)}.`, 0);
}

type Said = JudgedOperations['operations'][number]['said'];

/** `12 drawn, 3 limits, 1 not drawn`. */
export function countsOf(operations: JudgedOperations['operations']): string {
  const count = (is: 'modelled' | 'limit' | 'not drawn' | undefined) =>
    operations.filter(({ said }) => said?.is === is).length;
  const [nothing, all] = [count(undefined), operations.length];
  return (
    `${all} operations, ${count('modelled')} drawn, ${count('limit')} that cannot matter, ` +
    `${count('not drawn')} not drawn${nothing === 0 ? '' : `, ${nothing} that nothing is said of`}`
  );
}

function whatOf(said: NonNullable<Said>): string {
  if (said.is !== 'modelled') return `${said.is}: ${said.reason}`;
  return Object.entries(said.by)
    .map(([system, labels]) => `${labels.join(', ')} in ${system}`)
    .join('; ');
}

function* entry(what: string, said: string, { file, line }: Place): Generator<string> {
  yield* paragraph(`${what}  ${file}:${line}`, 2);
  yield* paragraph(said, 4);
}

function* paragraph(text: string, indent: number): Generator<string> {
  for (const line of wrap(text, 78 - indent)) yield `${' '.repeat(indent)}${line}\n`;
}
