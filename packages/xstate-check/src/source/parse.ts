import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Language, type Node, Parser } from 'web-tree-sitter';
import {
  type CFunction,
  type CTable,
  type Entry,
  type Extent,
  NotRead,
  type Place,
} from './ast.ts';
import type { Dialect } from './dialect.ts';
import { firstError, lowerFunction, lowerStatement, nameOfDeclarator } from './lower.ts';
import { closing, type Macro, prepare } from './prepare.ts';

/** A file of C, read. */
export interface Unit {
  readonly file: string;
  readonly functions: ReadonlyMap<string, CFunction>;
  /** Functions that are not read, each with the first construct that stands in the way. */
  readonly unread: ReadonlyMap<string, NotRead>;
  readonly entries: readonly Entry[];
  /** Structures and arrays that are given their values where they are declared, outside of functions. */
  readonly tables: readonly CTable[];
  readonly constants: ReadonlyMap<string, number>;
  readonly assumed: readonly (Place & { readonly condition: string })[];
  /** Lines that a condition of the preprocessor leaves out. */
  readonly dropped: ReadonlySet<number>;
  /** Lines of file scope that only say what type a function has, or that it does nothing elsewhere. */
  readonly prototypes: readonly Extent[];
}

/** What is said of every function of a file that was committed with the markers of a merge. */
export const CONFLICT = 'a conflict marker';

/** Reads files of C. The grammar is loaded once. */
export class CReader {
  readonly #parser: Parser;
  readonly #dialect: Dialect;

  private constructor(parser: Parser, dialect: Dialect) {
    this.#parser = parser;
    this.#dialect = dialect;
  }

  static async load(dialect: Dialect): Promise<CReader> {
    await Parser.init();
    const parser = new Parser();
    parser.setLanguage(await Language.load(readFileSync(grammarFile())));
    return new CReader(parser, dialect);
  }

  /** @param file - the name that places have */
  read(file: string, source: string): Unit {
    const prepared = prepare(source, this.#dialect);
    const unit = {
      file,
      functions: new Map<string, CFunction>(),
      unread: new Map<string, NotRead>(),
      entries: [] as Entry[],
      tables: [] as CTable[],
      constants: new Map(prepared.constants),
      assumed: prepared.assumed.map(({ condition, line }) => ({ file, line, condition })),
      dropped: prepared.dropped,
      prototypes: [...prepared.empty],
    };
    const conflict = prepared.conflict;
    if (conflict !== undefined) {
      const why = new NotRead(CONFLICT, { file, line: conflict });
      for (const name of functionNames(prepared.text)) unit.unread.set(name, why);
      return unit;
    }
    const tree = this.#parser.parse(prepared.text);
    if (tree === null) throw new NotRead('text that ends the parser', { file, line: 1 });
    this.#collect(tree.rootNode, unit);
    // What the grammar gave up on is no function that somebody else has.
    if (tree.rootNode.hasError) {
      const why = new NotRead('text that does not parse', { file, line: errorLine(tree.rootNode) });
      for (const name of functionNames(prepared.text)) {
        if (!unit.functions.has(name) && !unit.unread.has(name)) unit.unread.set(name, why);
      }
    }
    tree.delete();
    for (const macro of prepared.macros) this.#macro(macro, unit);
    return unit;
  }

  #collect(root: Node, unit: Collected): void {
    for (const node of walk(root)) {
      if (node.type === 'function_definition') this.#function(node, unit);
      else if (node.type === 'enumerator_list') addEnumerators(node, unit);
      else if (node.type === 'init_declarator') {
        addEntries(node, unit);
        addTable(node, unit);
      } else if (isPrototype(node)) {
        const { startPosition, endPosition } = node;
        unit.prototypes.push({ from: startPosition.row + 1, to: endPosition.row + 1 });
      }
    }
  }

  #function(node: Node, unit: Collected): void {
    const place = { file: unit.file, line: node.startPosition.row + 1 };
    const name = nameOfDeclarator(node.childForFieldName('declarator'));
    if (name === undefined) return;
    // The first definition stays: the other is that of another configuration.
    if (unit.functions.has(name)) return;
    try {
      unit.functions.set(name, lowerFunction(node, name, unit.file, this.#dialect));
    } catch (error) {
      if (!(error instanceof NotRead)) throw error;
      unit.unread.set(name, new NotRead(error.construct, error.place ?? place));
    }
  }

  /** A macro with parameters is read as a function whose body is its text. */
  #macro({ name, parameters, body, line }: Macro, unit: Collected): void {
    if (unit.functions.has(name)) return;
    const text = `void macro(void) {${/^\(\{|^do\b/.test(body) ? body : `return ${body}`}\n;}`;
    const tree = this.#parser.parse(text);
    const found = tree?.rootNode.namedChildren.find((node) => node?.type === 'function_definition');
    try {
      if (!found || found.hasError) throw new NotRead('a macro', { file: unit.file, line });
      const lowered = lowerStatement(found.childForFieldName('body')!, {
        file: unit.file,
        dialect: this.#dialect,
        shift: line - 1,
      });
      unit.functions.set(name, {
        name,
        file: unit.file,
        line,
        endLine: line + body.split('\n').length - 1,
        parameters,
        ...lowered,
      });
    } catch (error) {
      if (!(error instanceof NotRead)) throw error;
      unit.unread.set(name, error);
    } finally {
      tree?.delete();
    }
  }
}

function errorLine(root: Node): number {
  return (firstError(root)?.startPosition.row ?? 0) + 1;
}

interface Collected {
  readonly file: string;
  readonly functions: Map<string, CFunction>;
  readonly unread: Map<string, NotRead>;
  readonly entries: Entry[];
  readonly tables: CTable[];
  readonly constants: Map<string, number>;
  readonly prototypes: Extent[];
}

function isPrototype(node: Node): boolean {
  if (node.type !== 'declaration' || node.hasError) return false;
  let declarator = node.childForFieldName('declarator');
  while (declarator?.type === 'pointer_declarator') {
    declarator = declarator.childForFieldName('declarator');
  }
  return declarator?.type === 'function_declarator' && declarator.parent !== null;
}

/** Nodes of file scope, and what is inside declarations; functions are not entered. */
function* walk(root: Node): Generator<Node> {
  const open = [root];
  while (open.length > 0) {
    const node = open.pop()!;
    yield node;
    if (node.type === 'function_definition') continue;
    for (const child of node.namedChildren.toReversed()) if (child !== null) open.push(child);
  }
}

/** One without a value is one more than that before it; after a value that is not read, none is known. */
function addEnumerators(list: Node, unit: Collected): void {
  let next: number | undefined = 0;
  for (const node of list.namedChildren) {
    if (node?.type !== 'enumerator') continue;
    const name = node.childForFieldName('name')?.text;
    const value = node.childForFieldName('value')?.text;
    if (value !== undefined) {
      next = /^-?(?:0x[\da-f]+|\d+)$/i.test(value) ? Number(value) : undefined;
    }
    if (name === undefined || next === undefined) continue;
    unit.constants.set(name, next);
    next += 1;
  }
}

function addEntries(node: Node, unit: Collected): void {
  const table = nameOfDeclarator(node.childForFieldName('declarator'));
  const list = node.childForFieldName('value');
  if (table === undefined || list?.type !== 'initializer_list') return;
  for (const pair of list.namedChildren) {
    if (pair?.type !== 'initializer_pair') continue;
    const member = pair.childForFieldName('designator')?.text.replace(/^\./, '');
    const value = pair.childForFieldName('value')?.text.replace(/^&/, '');
    if (member === undefined || value === undefined) continue;
    const place = { file: unit.file, line: pair.startPosition.row + 1 };
    unit.entries.push({ table, member, value, place });
  }
}

/** What a table consists of: `.open = door_open` by its member, and of an array each element. */
function addTable(node: Node, unit: Collected): void {
  const name = nameOfDeclarator(node.childForFieldName('declarator'));
  const list = node.childForFieldName('value');
  if (name === undefined || list?.type !== 'initializer_list') return;
  const type = node.parent?.childForFieldName('type')?.childForFieldName('name')?.text ?? '';
  const placeOf = (at: Node) => ({ file: unit.file, line: at.startPosition.row + 1 });
  const elements = list.namedChildren.flatMap((element) => {
    if (element === null || element.type === 'comment') return [];
    const designator = element.childForFieldName('designator')?.text.replace(/^\./, '');
    const value = (designator && element.childForFieldName('value')) || element;
    return [
      {
        ...(designator !== undefined && { member: designator }),
        value: value.text.replace(/\s+/g, ' '),
        place: placeOf(element),
      },
    ];
  });
  unit.tables.push({ name, type, elements, place: placeOf(node) });
}

/** Names before a bracket at the start of a line: what a file that is not parsed seems to define. */
function functionNames(text: string): string[] {
  const names: string[] = [];
  for (const match of text.matchAll(/^\w[^;(){}=]*?\b(\w+)\s*\(/gm)) {
    const close = closing(text, match.index + match[0].length - 1);
    if (/^\s*\{/.test(text.slice(close + 1, close + 80))) names.push(match[1]!);
  }
  return names;
}

/** The grammar, beside this file where it was built, else in the package that has it. */
function grammarFile(): string {
  const built = fileURLToPath(new URL('tree-sitter-c.wasm', import.meta.url));
  if (existsSync(built)) return built;
  const require = createRequire(import.meta.url);
  return require.resolve('tree-sitter-c/tree-sitter-c.wasm');
}
