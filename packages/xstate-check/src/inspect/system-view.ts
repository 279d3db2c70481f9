import type { Expectation } from '../catalogue/catalogue.ts';
import { saysBroken } from '../catalogue/known.ts';
import { threadsOf } from '../check/threads.ts';
import type { Lts, LtsState } from '../lts/lts.ts';
import type { Part } from '../specification/part.ts';
import { inWords } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { PartView, PropertyView, StateView, SystemView } from './protocol.ts';
import { type Composed, scopeText } from './subjects.ts';
import { isLive } from './watch.ts';

export function systemView(composed: Composed): SystemView {
  const { subject, title, revisions, system, product, verdicts, size } = composed;
  return {
    subject,
    name: system.name,
    title,
    revision: system.revision,
    scope: scopeText(system.scope),
    revisions,
    parts: system.parts.map((part, i) => partView(part, product.ltss[i]!)),
    threads: threadsOf(product).names,
    properties: system.properties.map((property) => propertyView(property, verdicts)),
    ...(size !== undefined && { states: size.states, transitions: size.transitions }),
  };
}

function partView({ name, kind, machine, thread }: Part, lts: Lts): PartView {
  return {
    name,
    kind,
    machine: machine.id,
    ...(thread !== undefined && { thread }),
    states: lts.states.map(stateView),
  };
}

export function stateView({ name, nodes, context, tags }: LtsState): StateView {
  return { name, nodes, context, tags };
}

function propertyView(property: Property, verdicts: Expectation['properties']): PropertyView {
  const { id, kind, rule, source, consequence } = property;
  const expected = verdicts[id];
  return {
    id,
    kind,
    title: titleOf(property),
    ...(rule !== undefined && { rule }),
    source,
    ...(consequence !== undefined && { consequence }),
    ...(expected !== undefined && { expected }),
    ...(expected !== undefined && saysBroken(expected) && { isKnownBroken: true }),
    live: isLive(property),
  };
}

function titleOf(property: Property): string {
  if (property.title !== '') return property.title;
  return 'when' in property
    ? `${inWords(property.when)} -> ${inWords(property.then)}`
    : property.id;
}
