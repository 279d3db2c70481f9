import { type AnyStateMachine, assign } from 'xstate';
import type { Lists } from '../../machines/mapping-types/match-lists.resource.ts';

/** The lists with the loops of the search exchanged: for each entry of the importer, the exporter's. */
export function importerOrder(machine: AnyStateMachine): AnyStateMachine {
  const at = (context: unknown) => context as Lists;
  type Of = { readonly context: unknown };
  return machine.provide({
    guards: {
      moreExp: ({ context }: Of) => at(context).i + 1 < at(context).imp.length,
      lastExp: ({ context }: Of) => at(context).i + 1 >= at(context).imp.length,
      moreImp: ({ context }: Of) => at(context).e + 1 < at(context).exp.length,
      lastImp: ({ context }: Of) => at(context).e + 1 >= at(context).exp.length,
    },
    actions: {
      nextExp: assign({ i: ({ context }) => at(context).i + 1, e: -1 }),
      nextImp: assign({ e: ({ context }) => at(context).e + 1 }),
    },
  });
}
