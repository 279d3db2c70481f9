/**
 * A document as HTML and Markdown are written from it. What is in a report is said once, here in
 * these terms; the two writers know nothing of what it is about.
 */
export interface Document {
  readonly title: string;
  readonly summary: readonly Block[];
  readonly sections: readonly Section[];
}

export interface Section {
  /** What a link leads to, unique in the document: made by `anchor`. */
  readonly id: string;
  readonly title: string;
  /** For the list of contents; the title where absent. */
  readonly short?: string;
  readonly blocks: readonly Block[];
  readonly sections?: readonly Section[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly text: Text }
  | { readonly kind: 'list'; readonly items: readonly Text[] }
  | Table
  | { readonly kind: 'code'; readonly text: string; readonly title: string }
  | Figure
  | Details;

export interface Table {
  readonly kind: 'table';
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
  /** Many narrow columns, whose heads are turned. */
  readonly narrow?: boolean;
}

export interface Row {
  readonly id?: string;
  readonly cells: readonly Text[];
}

export interface Figure {
  readonly kind: 'figure';
  readonly caption: string;
  readonly svg: string;
  /** The same for Markdown, as Mermaid; where absent, the text beside it says it all. */
  readonly mermaid?: string;
}

/** What is long, and closed until somebody asks for it. */
export interface Details {
  readonly kind: 'details';
  readonly id?: string;
  readonly summary: Text;
  readonly blocks: readonly Block[];
}

export type Text = readonly Inline[];

export type Inline =
  | string
  | { readonly code: string }
  | { readonly to: string; readonly text: string }
  | { readonly mark: Mark; readonly text: string };

/** What a word is said of; how it looks never says more than the word. */
export type Mark = 'good' | 'bad' | 'unknown' | 'plain';

/** An anchor from names: `property-door-whole-hinge-0`. */
export function anchor(...names: readonly string[]): string {
  return names
    .join('-')
    .replace(/[^\w.]+/g, '-')
    .replace(/^-|-$/g, '');
}

export function paragraph(...text: Text): Block {
  return { kind: 'paragraph', text };
}

export function list(items: readonly (Text | string)[]): Block {
  return { kind: 'list', items: items.map((item) => (typeof item === 'string' ? [item] : item)) };
}

/** Joins texts with a separator. */
export function joined(texts: readonly Text[], separator = ', '): Text {
  return texts.flatMap((text, i) => (i === 0 ? text : [separator, ...text]));
}

/** `1 system`, `1,204 systems`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}
