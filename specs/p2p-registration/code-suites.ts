import { type Product, type Scope, type SuiteSource, suiteOf } from 'xstate-check';
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
];
