import { identity } from '../base/program.ts';
import { placeOf } from '../catalogue/catalogue.ts';
import type { Counterexample } from '../check/verdict.ts';
import { drawn } from '../explain/diagram.ts';
import { ruleBroken } from '../explain/diagrams.ts';
import { packingFor } from '../explore/packing.ts';
import { StateTable } from '../explore/state-table.ts';
import { stepperFor } from '../explore/stepper.ts';
import { formatSuite } from '../generate/format-suite.ts';
import { testsOf } from '../generate/make-suite.ts';
import { observablesOf } from '../generate/observables.ts';
import type { Product } from '../system/product.ts';
import { type Mail, mailText } from './mail.ts';
import type { Replay } from './play.ts';
import type { PropertyStatus } from './protocol.ts';
import type { Composed } from './subjects.ts';

/** A run as a diagram of columns, below its length; what is wrong at its end is said below. */
export interface ShownRun {
  readonly text: string;
  readonly mail: Pick<Mail, 'text' | 'length' | 'rule'>;
}

export function runShown(
  { product, system }: Composed,
  replay: Replay,
  last: readonly PropertyStatus[],
): ShownRun {
  const broken = last.find(({ status }) => status === 'broken');
  const property = system.properties.find(({ id }) => id === broken?.id);
  const finding = broken?.why ?? 'no rule that is told along a run is broken here';
  const counterexample: Counterexample = {
    property: property ?? { id: '', kind: 'invariant', title: '', source: '', ...NO_PREMISE },
    ...walked(product, replay),
    finding,
  };
  const { text, length } = drawn(counterexample);
  const rule = property === undefined ? {} : { rule: ruleBroken(counterexample) };
  return { text: `${length}:\n\n${text}`, mail: { text, length: `A run, ${length}`, ...rule } };
}

/**
 * A run of one's own as a mail.
 *
 * @param route - where the page shows it
 */
export function mailOf({ title, system }: Composed, { mail }: ShownRun, route = ''): string {
  const { name, revision, scope } = system;
  return mailText({
    ...{ title, where: placeOf(name, revision, scope), ...mail },
    command: ['inspect', `'${route.replaceAll("'", '%27')}'`],
  });
}

const NO_PREMISE = { when: { kind: 'and', of: [] }, then: { kind: 'and', of: [] } } as const;

/** The states of a run as a state space of their own, which is what a diagram reads. */
function walked(
  product: Product,
  { vectors, locals }: Replay,
): Pick<Counterexample, 'space' | 'run'> {
  const packing = packingFor(product.ltss.map(({ states }) => states.length));
  const table = new StateTable(packing.words);
  const states = locals.map((local, i) => {
    const key = new Int32Array(packing.words);
    local.forEach((state, part) => {
      key[packing.wordOf[part]!]! |= state << packing.shiftOf[part]!;
    });
    return table.add(key, -1, i === 0 ? -1 : vectors[i - 1]!);
  });
  const space = {
    ...{ product, packing, table },
    states: table.count,
    transitions: vectors.length,
    depth: vectors.length,
    levels: [0],
    stepper: stepperFor(product, packing),
    stuck: [],
  };
  return { space, run: { states, vectors } };
}

/**
 * A run as a test, in the form of the generated ones.
 *
 * @param performed - whether the test does a step, or waits for it
 */
export function runAsTest(
  { product, system }: Composed,
  { vectors, locals }: Replay,
  performed: (vector: number) => boolean,
): string {
  const explored = {
    product,
    graph: { states: 0, start: new Int32Array(1), target: NONE, vector: NONE },
    local: Int32Array.from(locals.flatMap((local) => [...local])),
  };
  const run = { states: [...locals.keys()], vectors };
  const vocabulary = { performed, observables: observablesOf(product) };
  return formatSuite(
    {
      system: system.name,
      revision: system.revision,
      scope: system.scope,
      criterion: 'one run',
      states: locals.length,
      transitions: vectors.length,
      required: 1,
      obstacles: [],
      tests: testsOf(system, explored, [run], vocabulary),
    },
    {
      generate: `${identity().name} inspect`,
      run: `\`runSuite()\` of ${identity().package}, on a target of your own`,
    },
  );
}

const NONE = new Int32Array(0);
