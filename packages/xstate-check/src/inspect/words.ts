import type { AnyStateMachine } from 'xstate';
import { type Catalogue, defaultRevision } from '../catalogue/catalogue.ts';
import { parseLabel } from '../lts/label.ts';
import { CallTable } from '../specification/call.ts';
import { ltsOf } from '../system/product.ts';
import type { Words } from './protocol.ts';

/**
 * The functions of the source and the labels, and the machines that have them. How the source writes
 * a label depends on the calls of a system, so that each machine is asked for in the systems that
 * have it; objects are written without their indices.
 */
export function wordsOf(
  catalogue: Catalogue,
  onlyDrawn: ReadonlyMap<string, unknown> = new Map(),
): Words {
  const words = new Map<string, { readonly label: string; readonly machines: Set<string> }>();
  const add = (word: string, label: string, machine: string) => {
    const known = words.get(word) ?? { label, machines: new Set() };
    known.machines.add(machine);
    words.set(word, known);
  };
  const machines = catalogue.machines.filter(({ name }) => !onlyDrawn.has(name));
  const tables = callTables(catalogue);
  for (const { name, machine } of machines) {
    for (const label of new Set(ltsOf(machine).labels.map(callOf))) {
      const texts = (tables.get(machine.id) ?? []).flatMap((calls) => codeTexts(calls, label));
      for (const word of new Set([label, ...texts])) add(word, label, name);
    }
  }
  return {
    words: [...words].map(([word, { label, machines: having }]) => ({
      ...{ word, label, machines: [...having] },
    })),
  };
}

/** By machine the calls of the systems that it is part of. */
function callTables(catalogue: Catalogue): Map<AnyStateMachine['id'], CallTable[]> {
  const tables = new Map<string, CallTable[]>();
  for (const family of catalogue.families) {
    const revision = defaultRevision(catalogue, family);
    const { calls, parts } = family.build({ scope: family.defaultScope, revision });
    const table = new CallTable(calls);
    for (const id of new Set(parts.map(({ machine }) => machine.id))) {
      tables.set(id, [...(tables.get(id) ?? []), table]);
    }
  }
  return tables;
}

function codeTexts(calls: CallTable, label: string): string[] {
  const { written } = calls.find(label) ?? {};
  const texts = typeof written === 'object' ? Object.values(written) : written ? [written] : [];
  return texts.map((text) => text.replace(/\{\w+\}/g, ''));
}

/** Without outcome and variant. */
function callOf(label: string): string {
  const { object, operation } = parseLabel(label);
  return object === '' ? operation : `${object}.${operation}`;
}
