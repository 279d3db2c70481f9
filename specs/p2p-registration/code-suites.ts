import {
  alphabetOf,
  type Part,
  type Product,
  parseLabel,
  plainLabel,
  type Scope,
  type SuiteSource,
  type System,
  suiteOf,
} from 'xstate-check';
import { oneAtATime } from '../../machines/p2p-registration/one-at-a-time.resource.ts';
import type { TargetScope } from '../../targets/target-scope.ts';
import { codeFamilies } from './code.system.ts';

type Design = 'completed' | 'devres';

/** What there is of each kind of object at the start, for a target. */
function targetScopeOf(design: Design, scope: Scope): TargetScope {
  const { bars = 1, pages = 1, mappers = 0, registered = 0, served = 0 } = scope;
  return {
    devices: 1,
    buffers: [],
    attachments: [],
    design: design === 'devres' ? 'p2pdma-driver' : 'p2p-register',
    objects: { bars, pages, mappers, registered, served },
    grain: 'procedure',
  };
}

function fromOutside(product: Product, vector: number): boolean {
  return product.vectors[vector]!.initiator < 0;
}

/** A system of the registration as code, at the smallest scope in which these parts have all to do. */
function code(
  name: string,
  system: string,
  scope: Scope,
  parts: readonly string[],
  design: Design = 'completed',
): SuiteSource<TargetScope> {
  const family = codeFamilies.find((one) => one.name === system)!;
  const suite = {
    name,
    parts,
    whole: false,
    targetScope: targetScopeOf(design, scope),
    performed: fromOutside,
  };
  return suiteOf(suite, () => family.build({ scope, revision: design }));
}

/** What a label of a thread is to the schedule of a process. */
function turnOf(label: string): string {
  const thread = parseLabel(label).thread!.replace(/\[.*$/, '');
  const plain = plainLabel(label);
  if (thread === 'process') return 'touch';
  if (/\.fd\.(open|close)/.test(plain)) return 'mapper.once';
  if (/^io\[0\]\.(submit|complete)$/.test(plain)) return plain.replace('[0]', '');
  if (/\.pgmap\.put_many$/.test(plain)) return 'unbind.waits';
  if (/\.pgmap\.wait$/.test(plain)) return 'unbind.goes_on';
  if (!/^(vma\[0\]\.(mmap|munmap)|io\[0\]\.write|dev\[0\]\.unbind):/.test(plain)) {
    return `${thread}.step`;
  }
  return plain.endsWith(':begin') ? `${thread}.begin` : `${thread}.return`;
}

/** The system, in the orders that one process can arrange. */
function arranged(system: System): System {
  const labels = [
    ...new Set(
      system.parts
        .filter(({ kind }) => kind !== 'monitor')
        .flatMap((part) => alphabetOf(part).flatMap(part.rename)),
    ),
  ].filter((label) => parseLabel(label).thread !== undefined);
  const schedule: Part = {
    name: 'schedule',
    machine: oneAtATime(),
    kind: 'resource',
    roles: ['schedule'],
    rename: (turn) => labels.filter((label) => turnOf(label) === turn),
    renameCommit: (label) => label,
  };
  return { ...system, parts: [...system.parts, schedule] };
}

const DRIVER: Scope = { registered: 1, mappers: 1, pinners: 1, unbinds: 1 };

/** Calls of a driver and of the users of its memory, as a process can make them: for a real kernel. */
export const driverCalls: SuiteSource<TargetScope> = suiteOf(
  {
    name: 'p2p-driver-calls',
    parts: [
      ...['mapper[0]', 'alloc_mmap@mapper[0]', 'io[0]', 'folio_free@io[0]', 'unbind'],
      ...['unmap_mappings(bar[0])@unbind', 'vma[0]', 'schedule'],
    ],
    whole: false,
    targetScope: targetScopeOf('devres', DRIVER),
    performed: fromOutside,
  },
  () => {
    const family = codeFamilies.find(({ name }) => name === 'p2pmem-allocate')!;
    return arranged(family.build({ scope: DRIVER, revision: 'devres' }));
  },
);

/** The functions of the registration, by the completed policy; and those of a driver of the kernel. */
export const codeSuites: readonly SuiteSource<TargetScope>[] = [
  code('p2p-code-again', 'p2p-register-again', { registrars: 1, mappers: 1, resets: 1 }, [
    ...['register[0]', 'add_resource(bar[0])@register[0]'],
    ...['mapper[0]', 'alloc_mmap@mapper[0]', 'folio_free@mapper[0]'],
    ...['reset', 'remove_resource(bar[0])@reset', 'unmap_mappings(bar[0])@reset'],
    'memunmap_pages(bar[0])@reset',
  ]),
  code(
    'p2p-code-session',
    'p2p-session',
    { bars: 2, registrars: 2, disables: 1, closes: 1, unbinds: 1 },
    ['register[0]', 'add_resource(bar[1])@register[1]', 'close', 'unbind', 'p2pdma_release@unbind'],
  ),
  code(
    'p2p-code-teardown',
    'p2p-teardown',
    { bars: 2, registered: 1, mappers: 1, pinners: 1, resets: 1 },
    ['io[0]', 'folio_free@io[0]', 'reset', 'remove_resource(bar[1])@reset'],
  ),
  code(
    'p2p-code-in-use',
    'p2p-in-use',
    { registered: 1, mappers: 1, pinners: 1, served: 1, closes: 1, others: 1 },
    ['io[0]', 'close', 'other'],
  ),
  code(
    'p2p-code-hot-reset',
    'p2p-hot-reset-in-use',
    { registered: 1, mappers: 1, pinners: 1, hot_resets: 1, others: 1 },
    ['hot_reset', 'other', 'memunmap_pages(bar[0])@hot_reset'],
  ),
  code(
    'p2p-code-memory-off',
    'p2p-memory-off',
    { registered: 1, mappers: 1, type1: 1, disables: 1 },
    ['disable', 'type1[0]'],
  ),
  code('p2p-code-size', 'p2pmem-size', { registered: 1, mappers: 1, readers: 1, resets: 1 }, [
    'size_show[0]',
  ]),
  code(
    'p2p-driver',
    'p2p-session',
    { bars: 2, unbinds: 1 },
    [...['probe', 'add_resource(bar[1])@probe', 'unbind', 'p2pdma_release@unbind']],
    'devres',
  ),
  code(
    'p2p-driver-allocate',
    'p2pmem-allocate',
    { registered: 1, mappers: 1, pinners: 1, unbinds: 1 },
    ['mapper[0]', 'alloc_mmap@mapper[0]', 'io[0]', 'unbind', 'memunmap_pages(bar[0])@unbind'],
    'devres',
  ),
  driverCalls,
];
