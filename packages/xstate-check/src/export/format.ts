import type { SystemFamily } from '../specification/system.ts';
import type { FormatName } from './format-names.ts';

/** A form of another tool in which what is specified can be written. */
export interface ExportFormat extends FormatName {
  /** Whether it is of whatever machine: then also of one that is made of C. */
  readonly takesC?: true;
  /**
   * The text, of what is named or of everything; several files where there is one for each machine.
   *
   * @throws InputError where it is not of what was asked for
   */
  readonly write: (
    name: string | undefined,
    options: ExportScope,
  ) => string | readonly ExportedFile[];
}

export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

/** The version and size of the system that is meant, and where it is from. */
export interface ExportScope {
  readonly scope?: string;
  readonly revision?: string;
  /** What the user's file has that the name leads to; absent where it leads to none. */
  readonly file?: ExportedFrom;
}

export interface ExportedFrom {
  readonly path: string;
  /** Of all that is in it, what is meant; all where absent. */
  readonly inside?: string;
  readonly families: readonly SystemFamily[];
}
