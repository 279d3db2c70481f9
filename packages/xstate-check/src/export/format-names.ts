/** A form in which something can be written, as `--help` lists it: the form itself is loaded later. */
export interface FormatName {
  /** As `--to` calls it. */
  readonly name: string;
  /** A phrase: what is written. */
  readonly description: string;
}

/** The formats of other checkers and of charts, in their order. */
export const FORMAT_NAMES = [
  { name: 'promela', description: 'a system for SPIN' },
  { name: 'murphi', description: 'a system for Rumur and CMurphi' },
  { name: 'tla', description: 'a system for TLC' },
  { name: 'scxml', description: 'a machine, or those of a system, as state charts' },
  { name: 'mermaid', description: 'the same as Mermaid diagrams' },
  { name: 'dot', description: 'the same for Graphviz' },
] as const satisfies readonly FormatName[];
