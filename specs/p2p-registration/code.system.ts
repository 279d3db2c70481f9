import { InputError, type Property, type System, type SystemFamily, suggested } from 'xstate-check';
import { madeOnce } from '../../machines/made-once.ts';
import { afterChanges } from '../written-anew.ts';
import { codeCalls } from './code-calls.ts';
import { type CodeScope, codeResources, codeThreads, type OfVersion } from './code-parts.ts';
import { codeRules } from './code-rules.ts';
import { CODE_REVISIONS, versionOf } from './code-versions.ts';
import { registrationFamily } from './p2p-registration.system.ts';

const changesOf = madeOnce((revision: string, scope: CodeScope) =>
  versionOf(revision).changes.flatMap((change) => change(scope)),
);

/** The machine as the version has it: each of its differences on top of the one before. */
function ofVersion(revision: string, scope: CodeScope): OfVersion {
  return (machine) => afterChanges(machine, changesOf(revision, scope));
}

function build(name: string, scope: System['scope'], revision: string): System {
  if (!CODE_REVISIONS.includes(revision)) {
    const known = suggested(revision, CODE_REVISIONS);
    throw new InputError(`there is no revision '${revision}'; ${known}`);
  }
  const own = versionOf(revision).scope(scopeOf(scope));
  const threads = codeThreads(own, ofVersion(revision, own));
  const parts = [...threads, ...codeResources(own, threads)];
  const rules = codeRules(own, parts, versionOf(revision).takers);
  return {
    name,
    revision,
    scope,
    parts: [...parts, ...rules.monitors],
    calls: codeCalls,
    environment: ['user', 'process'],
    unused: rules.unused,
    properties: [...rules.properties, ...refinementOf(own, revision)],
  };
}

/** What was registered before the system starts the contract does not know. */
function refinementOf({ registered, bars }: CodeScope, revision: string): Property[] {
  const { policy } = versionOf(revision);
  if (policy === undefined || registered) return [];
  const scope = { devices: 1, bars, vmas: 0, buffers: 0 };
  return [
    {
      id: 'refinement',
      kind: 'refinement',
      title: 'every run is a run of the policy',
      contract: registrationFamily.build({ scope, revision: policy }),
      source: 'derived: the contract of BARs, their pages and their device',
    },
  ];
}

function scopeOf(scope: System['scope']): CodeScope {
  const { bars = 1, pages = 1, registered = 0, served = 0 } = scope;
  const {
    registrars = 0,
    mappers = 0,
    pinners = 0,
    type1 = 0,
    readers = 0,
    resets = 0,
    hot_resets: hotResets = 0,
    disables = 0,
    closes = 0,
    unbinds = 0,
    others = 0,
  } = scope;
  return {
    bars,
    pages,
    registered: registered > 0,
    served: served > 0,
    driver: 'vfio',
    probes: 0,
    registrars,
    mappers,
    pinners,
    type1,
    readers,
    resets,
    hotResets,
    disables,
    closes,
    unbinds,
    others,
  };
}

function family(
  name: string,
  title: string,
  defaultScope: System['scope'],
  confidence?: System['scope'],
): SystemFamily {
  return {
    name,
    title,
    defaultScope,
    ...(confidence && { confidence: { ...defaultScope, ...confidence } }),
    revisions: CODE_REVISIONS,
    build: ({ scope, revision }) => build(name, scope, revision),
  };
}

/** The registration of BARs as code: the whole, and parts of it with more of each. */
export const codeFamilies: readonly SystemFamily[] = [
  family('p2p-teardown', 'two registered BARs and an O_DIRECT out of one of them against reset', {
    bars: 2,
    registered: 1,
    mappers: 1,
    pinners: 1,
    resets: 1,
  }),
  family('p2p-session', 'registration, with all that can fail in it, against close and unbind', {
    bars: 2,
    registrars: 2,
    disables: 1,
    closes: 1,
    unbinds: 1,
  }),
  family('p2p-register-again', 'a BAR that is registered, used, reset and registered again', {
    bars: 1,
    registrars: 1,
    mappers: 1,
    resets: 1,
  }),
  family(
    'p2pmem-allocate',
    'two mmap() of p2pmem, page by page, against reset',
    { bars: 1, pages: 1, registered: 1, mappers: 2, resets: 1 },
    { pages: 2 },
  ),
  family('p2pmem-size', 'a read of p2pmem/size against reset', {
    bars: 1,
    registered: 1,
    mappers: 1,
    readers: 1,
    resets: 1,
  }),
  family('p2p-in-use', 'an O_DIRECT that the device itself has to serve against reset and close', {
    bars: 1,
    registered: 1,
    mappers: 1,
    pinners: 1,
    served: 1,
    closes: 1,
    others: 1,
  }),
  family('p2p-hot-reset-in-use', 'an O_DIRECT out of a BAR against a hot reset by another owner', {
    bars: 1,
    registered: 1,
    mappers: 1,
    pinners: 1,
    served: 1,
    hot_resets: 1,
    others: 1,
  }),
  family('p2p-memory-off', 'registered BARs in use against COMMAND.MEM', {
    bars: 1,
    registered: 1,
    mappers: 1,
    pinners: 1,
    type1: 1,
    disables: 1,
  }),
];
