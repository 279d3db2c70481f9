import type { System } from '../specification/system.ts';
import { compose } from '../system/product.ts';
import { Player } from './play.ts';
import type { Composed } from './subjects.ts';

/** A system as the inspector has it. */
export function composed(system: System): Composed {
  const subject = { system: system.name };
  return { subject, title: '', revisions: [], system, product: compose(system), verdicts: {} };
}

export function playerOf(system: System): Player {
  return new Player(composed(system));
}
