/** A form in which something can be written, as `--help` lists it: the form itself is loaded later. */
export interface FormatName {
  /** As `--to` calls it. */
  readonly name: string;
  /** A phrase: what is written. */
  readonly description: string;
}

/** The formats of other checkers, of charts and of the kernel's runtime monitors, in their order. */
export const FORMAT_NAMES = [
  { name: 'promela', description: 'a system for SPIN' },
  { name: 'murphi', description: 'a system for Rumur and CMurphi' },
  { name: 'tla', description: 'a system for TLC' },
  { name: 'scxml', description: 'a machine, or those of a system, as state charts' },
  { name: 'mermaid', description: 'the same as Mermaid diagrams' },
  { name: 'dot', description: 'the same for Graphviz' },
  {
    name: 'rv-dot',
    description: "a runtime monitor, or those of a system's machines, for the kernel's rvgen",
  },
] as const satisfies readonly FormatName[];
