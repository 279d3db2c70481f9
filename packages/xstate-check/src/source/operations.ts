import type { CElement, CTable, Expression, Place, Statement } from './ast.ts';
import type { Unit } from './parse.ts';
import { everyStatement, within } from './statements.ts';
import type { Tree } from './tree.ts';

/** Where operations are listed in the C, each list by one name. */
export type OperationList = { readonly file: string } & (
  | {
      /** Members of a structure, elements of an array. */
      readonly table: string;
    }
  | {
      /** The function whose switches have a case for each, also where it tests for one before them. */
      readonly cases: string;
    }
  | {
      /** The member to which functions are assigned: `writefn` of `perm->writefn = af_write`. */
      readonly assigned: string;
    }
  | {
      /** What the names of the functions have in them that modules may call. */
      readonly exported: readonly string[];
    }
  | {
      /** What is no entry of any table: functions by name, under one heading. */
      readonly functions: readonly string[];
      readonly heading: string;
    }
);

/** Something that somebody can hold, and where the C lists what he can do with it. */
export interface HeldObject {
  readonly name: string;
  /** Who holds it: the weakest permission with which he does. */
  readonly holder: string;
  readonly lists: readonly OperationList[];
}

/** What is said of an operation. */
export type OperationSaid =
  /** Labels of systems that stand for it, without indices and thread. */
  | { readonly is: 'modelled'; readonly by: Readonly<Record<string, readonly string[]>> }
  | { readonly is: 'limit' | 'not drawn'; readonly reason: string };

/** The objects, and what is said of each operation. */
export interface OperationTable {
  readonly objects: readonly HeldObject[];
  /** Types of structures that list operations: one that no object names is not passed over. */
  readonly types: readonly string[];
  /** Members that are no operation: a name, a size, who may see it. */
  readonly noOperation: readonly string[];
  /** Members whose function has the cases of an ioctl: they are to be listed, too. */
  readonly dispatches: readonly string[];
  /** Tables of these types that are nobody's here, and why. */
  readonly others: Readonly<Record<string, string>>;
  /** Names that older trees have, and what the newest calls the same: `$1` is a group. */
  readonly older: readonly (readonly [RegExp, string])[];
  /** By `list: operation`. */
  readonly said: Readonly<Record<string, OperationSaid>>;
}

/** An entry of a list of a tree. */
export interface Operation {
  readonly object: string;
  readonly list: string;
  readonly name: string;
  /** The function that does it, where the entry names one. */
  readonly does?: string;
  readonly place: Place;
}

/** What of a tree nobody has said anything of, and what of what is said it has not. */
export interface JudgedOperations {
  readonly operations: readonly (Operation & { readonly said?: OperationSaid })[];
  readonly unlisted: readonly { readonly text: string; readonly place: Place }[];
  /** Lists that are not in the tree, or not read; and operations, as `list: operation`. */
  readonly absent: readonly string[];
}

/** @param unitOf - a file of the tree, read; undefined where it has none of this path */
export function operationsOf(
  table: OperationTable,
  tree: Tree,
  unitOf: (path: string) => Unit | undefined,
): JudgedOperations {
  const absent: string[] = [];
  const all = table.objects.flatMap((object) =>
    object.lists.flatMap((list) => {
      const unit = unitOf(list.file);
      const found = unit && entriesOf(list, unit, tree, table);
      absent.push(...missing(list, found).map((name) => `${name} of ${list.file}`));
      return (found ?? []).map(({ name, ...entry }) => ({
        ...{ object: object.name, list: nameOf(list), name: newest(name, table.older) },
        ...entry,
      }));
    }),
  );
  // An array of groups leads to what is listed by itself.
  const listed = new Set(table.objects.flatMap(({ lists }) => lists.map(nameOf)));
  const operations = all
    .filter(({ does, name }) => !listed.has(does ?? name))
    .map((one) => {
      const said = table.said[keyOf(one)];
      return { ...one, ...(said !== undefined && { said }) };
    });
  const keys = new Set(operations.map(keyOf));
  const gone = Object.keys(table.said).filter((key) => !keys.has(key));
  return {
    operations,
    unlisted: unlistedOf(table, listed, unitOf),
    absent: [...absent, ...gone],
  };
}

/** The list itself, or those of its functions that the file has not. */
function missing(list: OperationList, found: readonly Entry[] | undefined): string[] {
  if (!('functions' in list)) return found === undefined ? [nameOf(list)] : [];
  const there = (found ?? []).map(({ name }) => name);
  return list.functions.filter((name) => !there.includes(name)).map((name) => `${name}()`);
}

function newest(name: string, older: OperationTable['older']): string {
  return older.reduce((now, [from, to]) => now.replace(from, to), name);
}

/** By what an operation is known: `lamp_fops: open`. */
export const keyOf = ({ list, name }: Pick<Operation, 'list' | 'name'>): string =>
  `${list}: ${name}`;

export function nameOf(list: OperationList): string {
  if ('table' in list) return list.table;
  if ('cases' in list) return list.cases;
  if ('assigned' in list) return `.${list.assigned}`;
  return 'exported' in list
    ? `exported by ${list.file.slice(list.file.lastIndexOf('/') + 1)}`
    : list.heading;
}

type Entry = Pick<Operation, 'name' | 'does' | 'place'>;

/** The entries of a list; undefined where the file has no such list, or it is not read. */
function entriesOf(
  list: OperationList,
  unit: Unit,
  tree: Tree,
  { noOperation }: OperationTable,
): Entry[] | undefined {
  if ('exported' in list) return exportsOf(list.exported, unit.file, tree.read(unit.file)!);
  if ('functions' in list) {
    const found = list.functions.flatMap((name) => unit.functions.get(name) ?? []);
    return found.map(({ name, file, line }) => ({ name, does: name, place: { file, line } }));
  }
  if ('table' in list) {
    const table = unit.tables.find(({ name }) => name === list.table);
    return table?.elements.flatMap((element) => entryOf(element, table, noOperation));
  }
  if ('cases' in list) {
    const fn = unit.functions.get(list.cases);
    return fn && casesOf(fn.body, fn.file);
  }
  return [...unit.functions.values()].flatMap(({ body, file }) =>
    assignmentsTo(list.assigned, body, file),
  );
}

/** An entry of a table: `.open = lamp_open`, `&dev_attr_light.attr`, `OP(LAMP_SHINE, lamp_shine)`. */
function entryOf({ member, value, place }: CElement, { type }: CTable, no: readonly string[]) {
  if (value === 'NULL' || value === '{}') return [];
  const does = value.replace(/^&/, '').replace(/^dev_attr_(\w+)\.attr$|\.attr$/, '$1');
  if (member !== undefined) return no.includes(member) ? [] : [{ name: member, does, place }];
  const macro = /^(\w+)\(\s*(\w+)\s*,\s*(\w+)/.exec(value);
  if (macro === null || type.startsWith('attribute')) return [{ name: does, place }];
  // SET_RUNTIME_PM_OPS(suspend, resume, idle) is several members.
  if (/_OPS$/.test(macro[1]!)) {
    const names = value.slice(value.indexOf('(') + 1, -1).split(/,\s*/);
    return names.filter((name) => name !== 'NULL').map((name) => ({ name, does: name, place }));
  }
  return [{ name: macro[2]!, does: macro[3]!, place }];
}

/** The macro by which a function is given to modules, in the text: what is read has it no longer. */
function exportsOf(parts: readonly string[], file: string, text: string): Entry[] {
  const found = text.matchAll(/^EXPORT_SYMBOL\w*\((\w+)/gm);
  return [...found]
    .filter(([, name]) => parts.some((part) => name!.includes(part)))
    .map(({ index, 1: name }) => ({
      name: name!,
      does: name!,
      place: { file, line: text.slice(0, index).split('\n').length },
    }));
}

/** The cases of the switches of a function, those of one within a case with its name before them. */
function casesOf(body: Statement, file: string): Entry[] {
  const found = new Map<string, Entry>();
  const add = (path: readonly string[], line: number) => {
    const name = path.join(' ');
    if (!found.has(name)) found.set(name, { name, place: { file, line } });
  };
  const subjects = new Set<string>();
  const visit = (statement: Statement, path: readonly string[]): void => {
    if (statement.kind !== 'switch') {
      for (const inner of within(statement)) visit(inner, path);
      return;
    }
    if (path.length === 0) subjects.add(textOf(statement.on));
    let labels: string[] = [];
    for (const part of statement.body) {
      const own = part.values.map(([from, to]) => rangeOf(from, to));
      for (const label of own) add([...path, label], part.line);
      labels.push(...own);
      if (part.body.length === 0) continue;
      // What leads to another case by falling through belongs to both.
      for (const label of labels.length > 0 ? labels : ['default'])
        for (const inner of part.body) visit(inner, [...path, label]);
      labels = [];
    }
  };
  visit(body, []);
  for (const { name, line } of testedFor(body, subjects)) add([name], line);
  return [...found.values()].sort((a, b) => a.place.line - b.place.line);
}

function rangeOf(from: Expression, to: Expression): string {
  const [first, last] = [textOf(from), textOf(to)];
  return first === last ? first : `${first} ... ${last}`;
}

/** `if (cmd == LAMP_SHINE)`, of what a switch of the function is about. */
function testedFor(body: Statement, subjects: ReadonlySet<string>) {
  const found: { name: string; line: number }[] = [];
  everyStatement(body, (statement) => {
    if (statement.kind !== 'if') return;
    const { test } = statement;
    if (test.kind !== 'binary' || test.op !== '==' || test.right.kind !== 'name') return;
    if (subjects.has(textOf(test.left))) found.push({ name: test.right.name, line: test.line });
  });
  return found;
}

/** What is assigned to a member, by the function in which it is: `init_af: af_write`. */
function assignmentsTo(member: string, body: Statement, file: string): Entry[] {
  const found: Entry[] = [];
  everyStatement(body, (statement) => {
    if (statement.kind !== 'expression' || statement.of.kind !== 'assign') return;
    const { to, value, line } = statement.of;
    if (to.kind !== 'member' || to.field !== member || value.kind !== 'name') return;
    const index = to.object.kind === 'index' ? ` [${textOf(to.object.index)}]` : '';
    found.push({ name: `${value.name}${index}`, does: value.name, place: { file, line } });
  });
  return found;
}

function textOf(expression: Expression): string {
  switch (expression.kind) {
    case 'name':
      return expression.name;
    case 'number':
      return String(expression.value);
    case 'member':
      return `${textOf(expression.object)}.${expression.field}`;
    case 'binary':
      return `${textOf(expression.left)} ${expression.op} ${textOf(expression.right)}`;
    case 'opaque':
      return expression.text;
    default:
      return expression.kind;
  }
}

/** Tables that list operations and are no object's, and functions whose cases are in no list. */
function unlistedOf(
  { objects, types, dispatches, others }: OperationTable,
  listed: ReadonlySet<string>,
  unitOf: (path: string) => Unit | undefined,
): JudgedOperations['unlisted'] {
  const files = [...new Set(objects.flatMap(({ lists }) => lists.map(({ file }) => file)))];
  const units = files.flatMap((file) => unitOf(file) ?? []);
  const here = new Set(units.flatMap(({ functions }) => [...functions.keys()]));
  return units.flatMap(({ tables }) =>
    tables
      .filter(({ type, name }) => types.includes(type) && others[name] === undefined)
      .flatMap(({ name, type, place, elements }) => {
        if (!listed.has(name)) {
          return [{ text: `a struct ${type} that no object has: ${name}`, place }];
        }
        return elements
          .filter(({ member = '', value }) => dispatches.includes(member) && here.has(value))
          .filter(({ value }) => !listed.has(value) && others[value] === undefined)
          .map((one) => ({
            text: `the cases of ${one.value}() are in no list`,
            place: one.place,
          }));
      }),
  );
}
