import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError, suggested } from '../base/errors.ts';
import { identity } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import { type Catalogue, defaultRevision } from '../catalogue/catalogue.ts';
import { formatCounterexampleId, parseCounterexampleId } from '../catalogue/counterexample-id.ts';
import { isMeantBy } from '../catalogue/instances.ts';
import { isRoute } from '../inspect/api.ts';
import type { TakenElsewhere } from '../inspect/coverage.ts';
import { Inspector } from '../inspect/inspector.ts';
import { passedIn } from '../inspect/junit-run.ts';
import { Runs, type RunsOptions } from '../inspect/runs.ts';
import { serve } from '../inspect/server.ts';
import { exportsOf, familiesOf } from '../load/file.ts';
import { parseFileArgument } from '../load/file-argument.ts';
import { isOld } from '../load/machine-file.ts';
import type { SystemFamily } from '../specification/system.ts';

export interface InspectOptions {
  readonly port?: string;
  readonly trace?: readonly string[];
  readonly run?: string;
  readonly stately?: boolean;
}

/** Where the page is built: beside the compiled tool, also where its sources are run. */
const PAGE = ['../inspector', '../../dist/inspector'].map((path) =>
  join(dirname(fileURLToPath(import.meta.url)), path),
);

/** Serves the inspector until it is interrupted. */
export async function inspectCommand(
  catalogue: Catalogue,
  name: string | undefined,
  options: InspectOptions,
  terminal: Terminal,
): Promise<number> {
  const port = portOf(options.port);
  const { catalogue: extended, open, complaints, file } = await openedBy(catalogue, name);
  const taken = [
    ...(options.trace ?? []).map((file) => takenInTrace(catalogue, file)),
    ...(options.run === undefined ? [] : [{ name: options.run, passed: passedIn(options.run) }]),
  ];
  const inspector = new Inspector(extended, {
    stately: options.stately === true,
    ...(open !== undefined && { open }),
    ...(complaints !== undefined && { complaints }),
    ...(file !== undefined && { file }),
    taken,
  });
  const page = import.meta.url.endsWith('.ts') ? PAGE[1]! : PAGE[0]!;
  const server = await serve(inspector, page, port);
  let isOver = false;
  const over = interrupted();
  terminal.out(`${server.address}${open ?? ''}\n`);
  terminal.out(
    `The inspector of ${catalogue.machines.length} machines runs at this address, for this machine only. ` +
      'Ctrl-C stops it.\nActors of any XState program: ' +
      `createWebSocketInspector({ url: '${server.address.replace('http', 'ws')}inspect' })\n`,
  );
  void inspector.warm(() => isOver);
  await over;
  isOver = true;
  await server.close();
  return 0;
}

/** The transitions that took part in explaining a trace. @throws InputError where nothing judges it */
export function takenInTrace({ takenInTrace: of }: Catalogue, file: string): TakenElsewhere {
  if (of === undefined) throw new InputError('--trace: nothing here judges traces');
  const entries = of(file).map(({ machine, taken }) => [machine, taken?.() ?? []] as const);
  return { name: file, transitions: new Map(entries) };
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function portOf(text = '0'): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InputError(`--port: '${text}' is no number from 0 to 65535`);
}

/**
 * Where the page begins; what a file exports is put before what the catalogue has.
 *
 * @throws InputError for a name that means nothing, and a file that is of no use
 */
export async function openedBy(catalogue: Catalogue, name: string | undefined): Promise<Opened> {
  if (name === undefined) return { catalogue };
  if (isRoute(name)) return { catalogue, open: name };
  const argument = parseFileArgument(name);
  if (argument === undefined) return { catalogue, open: routeOf(catalogue, name) };
  const exports = await exportsOf(catalogue, argument.file);
  const { families, complaints: all } = familiesOf(argument.file, exports);
  const complaints = new Map(
    [...all].map(([machine, found]) => [
      machine,
      found.map(({ state, message }) => (state === '' ? message : `${state}: ${message}`)),
    ]),
  );
  const drawable = exports.machines.filter((machine) => !isOld(machine));
  if (drawable.length + families.length === 0) {
    const [[machine, [first]]] = [...complaints] as [[string, [string]]];
    throw new InputError(`machine '${machine}': ${first}`);
  }
  const entries = drawable.map((machine) => ({
    ...{ name: machine.id, kind: 'contract' as const, machine },
  }));
  const extended = {
    ...catalogue,
    families: [...families, ...catalogue.families],
    machines: [...entries, ...catalogue.machines],
  };
  const file = { path: argument.file, systems: families.map((family) => family.name) };
  if (complaints.size === 0) {
    return { catalogue: extended, file, open: routeInFile(extended, families, argument.inside) };
  }
  const [first] = complaints.keys();
  return { catalogue: extended, file, open: route('machine', first!), complaints };
}

/** What the page is told of, and where it begins. */
interface Opened {
  readonly catalogue: Catalogue;
  readonly open?: string;
  readonly file?: NonNullable<RunsOptions['file']>;
  /** Of machines of the file that can be drawn, and not be played. */
  readonly complaints?: ReadonlyMap<string, readonly string[]>;
}

/** Of a file its first system, the one that is named, or what breaks the property that is. */
function routeInFile(
  catalogue: Catalogue,
  families: readonly SystemFamily[],
  inside: string | undefined,
): string {
  const [first = '', ...rest] = inside?.split('/') ?? [];
  const named = families.find((family) => family.name === first);
  const property = named === undefined ? inside : rest.join('/') || undefined;
  if (property === undefined) return route('system', (named ?? families[0]!).name);
  const idsOf = (family: SystemFamily) =>
    family
      .build({ scope: family.defaultScope, revision: defaultRevision(catalogue, family) })
      .properties.map(({ id }) => id);
  const has = (family: SystemFamily) => idsOf(family).some((id) => isMeantBy(property, id));
  const family = (named === undefined ? families : [named]).find(has);
  if (family === undefined) {
    const known = suggested(
      property,
      families.flatMap(idsOf),
      `'${identity().name} list FILE' lists them all`,
    );
    throw new InputError(`there is no property '${property}' in the file; ${known}`);
  }
  const revision = defaultRevision(catalogue, family);
  return route(
    'counterexample',
    formatCounterexampleId({ system: family.name, property, revision }),
  );
}

function route(kind: string, name: string): string {
  return `#/${kind}/${encodeURIComponent(name)}`;
}

/** The route of the page that shows something by its name. @throws InputError for what there is not */
function routeOf(catalogue: Catalogue, name: string): string {
  const { families, machines, suites, faults, findings, comparisons = [] } = catalogue;
  const is = (names: readonly string[]) => names.includes(name);
  const systems = families.map((family) => family.name);
  const kinds: [string, readonly string[]][] = [
    ['system', systems],
    ['counterexample', [...findings, ...faults].map(({ id }) => id)],
    ['machine', machines.map((machine) => machine.name)],
    ['suite', suites.map((suite) => suite.name)],
    ['compare', comparisons.map((comparison) => comparison.name)],
  ];
  const kind = kinds.find(([, names]) => is(names))?.[0];
  if (kind !== undefined) return route(kind, name);
  const path = pathOf(catalogue, name);
  if (path !== undefined) return route('path', path);
  const counterexample = parseCounterexampleId(name);
  if (counterexample !== undefined && systems.includes(counterexample.system)) {
    return route('counterexample', name);
  }
  const all = kinds.flatMap(([, names]) => names);
  throw new InputError(
    `there is no machine, system, counterexample or path '${name}'; ` +
      suggested(
        name,
        all,
        `'${identity().name} list' and '${identity().name} findings --all' list them`,
      ),
  );
}

/** A generated test by suite and id, or by its id alone, as a failed run prints it. */
function pathOf(catalogue: Catalogue, name: string): string | undefined {
  if (/^[0-9a-f]{8}$/.test(name)) return new Runs(catalogue).find(name);
  const [suite] = /^[^/]+(?=\/[0-9a-f]{8}$)/.exec(name) ?? [];
  return catalogue.suites.some((source) => source.name === suite) ? name : undefined;
}
