import type { Place } from './ast.ts';
import type { CGraph, Note } from './graph.ts';

/** What is noted while a function is run, each once. */
export class Notes {
  readonly #notes = {
    assumptions: new Map<string, Note>(),
    choices: new Map<string, Note>(),
    unlabelled: new Map<string, Note>(),
    unasked: new Map<string, Note>(),
  };
  readonly #read = new Map<string, Place>();
  readonly #followed = new Set<string>();

  add(
    kind: 'assumptions' | 'choices' | 'unlabelled' | 'unasked',
    text: string,
    place: Place,
    c?: string,
  ): void {
    const note = { text, place, ...(c !== undefined && { c }) };
    this.#notes[kind].set(`${place.file}:${place.line} ${text}`, note);
  }

  /** A function is gone into. */
  enter(fn: string, place: Place): void {
    this.#read.set(fn, place);
  }

  follow({ file, line }: Place): void {
    this.#followed.add(`${file}:${line}`);
  }

  all(): Omit<CGraph, 'name' | 'steps' | 'rows'> {
    const { assumptions, choices, unlabelled, unasked } = this.#notes;
    return {
      assumptions: [...assumptions.values()],
      choices: [...choices.values()],
      unlabelled: [...unlabelled.values()],
      unasked: [...unasked.values()],
      read: this.#read,
      followed: this.#followed,
    };
  }
}
