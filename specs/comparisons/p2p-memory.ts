import type { Comparison, Design, DesignSearch } from 'xstate-check';
import { codeFamilies, designs as registrations } from '../p2p-registration/index.ts';
import { questions as registrationQuestions } from '../p2p-registration/orders.ts';
import { searchedOrders as registrationOrders } from '../p2p-registration/searched-orders.ts';
import { designs as pageDesigns, families as pageFamilies } from '../page-backed/index.ts';
import { questions as pageQuestions } from '../page-backed/orders.ts';
import { searchedOrders as pageOrders } from '../page-backed/searched-orders.ts';
import { designSearch } from '../shared/searched-orders.ts';
import { answers } from './p2p-memory-answers.ts';

type Place = Design['places'][number];

/** The code at its revision, and the policy that it is the code of; who registers by probing has none. */
function registrationAt(name: string, policy: readonly Place[]): Design {
  const { title, source } = registrations.find((one) => one.name === name)!;
  const code = codeFamilies.map(({ name: system }) => ({ system, revision: name }));
  return { name, title, source, places: [...code, ...policy] };
}

const policyOf = (revision: string): Place => ({ system: 'p2p-registration', revision });
const race = { system: 'p2p-register-race', revision: 'completed' };

const pages: readonly Design[] = pageDesigns.map(({ name, title, source }) => ({
  ...{ name, title, source },
  places: pageFamilies.map(({ name: system }) => ({ system, revision: name })),
}));

const searches: readonly DesignSearch[] = [
  ...registrationQuestions.map((one) => designSearch(one, registrationOrders[one.id]!)),
  ...pageQuestions.map((one) => designSearch(one, pageOrders[one.id]!)),
];

/** Two ways to struct pages for memory of a device, and what merged code does. */
export const p2pMemory: Comparison = {
  name: 'p2p-memory',
  title: 'Struct pages for BARs of vfio-pci: registration, or page-backed dma-bufs',
  designs: [
    registrationAt('rfc-2026-06', [policyOf('rfc-2026-06')]),
    registrationAt('under-lock', [policyOf('rfc-2026-06')]),
    registrationAt('completed', [policyOf('completed'), race]),
    ...pages,
    registrationAt('devres', []),
  ],
  searches,
  calls: answers,
  sameSteps: [
    ['vma[0].mmap:begin@mapper[0]', 'buf[0].mmap:begin@mapping'],
    ['io[0].write:begin@io[0]', 'vma[0].o_direct:begin@o_direct'],
    ['vma[0].bar[0].page[0].pin@io[0]', 'page[0].pin:ok@o_direct'],
    ['dev[0].reset:begin@reset', 'dev[0].pci_try_reset_function:begin@reset'],
    ['dev[0].reset:end@reset', 'dev[0].pci_try_reset_function:ok@reset'],
  ],
};
