import {
  builtOnce,
  type Expectation,
  type Fault,
  type Finding,
  type MachineEntry,
  type SystemFamily,
} from 'xstate-check';
import * as buffer from './buffer/index.ts';
import * as device from './device/index.ts';
import * as hotReset from './hot-reset/index.ts';
import * as importers from './importers/index.ts';
import * as iommufd from './iommufd/index.ts';
import * as locks from './locks/index.ts';
import * as mappingTypes from './mapping-types/index.ts';
import * as mmap from './mmap/index.ts';
import * as p2pRegistration from './p2p-registration/index.ts';
import * as pageBacked from './page-backed/index.ts';
import * as rdma from './rdma/index.ts';
import { citing } from './revisions/cited.ts';
import * as routes from './routes/index.ts';
import * as traces from './traces/index.ts';
import * as type1 from './type1/index.ts';
import * as uses from './uses/index.ts';
import * as xskPool from './xsk-pool/index.ts';

/** One thing that is specified, from its machines to its page. */
export interface Subject {
  /** Its folder in `machines/`, `specs/` and `simulator/`, and the name of its page. */
  readonly folder: string;
  readonly title: string;
  /** Whether `start` asks it in full; the others `check` and `test` do. */
  readonly isCore: boolean;
  readonly machines: readonly MachineEntry[];
  readonly families: readonly SystemFamily[];
  readonly faults: readonly Fault[];
  readonly findings: readonly Finding[];
  /** What systems are expected to be and to say of which no program writes it. */
  readonly expectations?: readonly Expectation[];
}

/** The life of a buffer, its registration, and what hot reset does to it. */
const CORE = { isCore: true };
const OTHER = { isCore: false };

function subject(
  folder: string,
  title: string,
  of: Partial<Subject> & Pick<Subject, 'machines'>,
  { isCore } = OTHER,
): Subject {
  const { machines, families = [], faults = [], findings = [], expectations } = of;
  const all = {
    folder,
    title,
    isCore,
    machines,
    families: families.map((family) => builtOnce({ ...citing(family), subject: title })),
    faults,
    findings,
  };
  return expectations === undefined ? all : { ...all, expectations };
}

/**
 * The subjects, in the order of a buffer's life: what it rests on, the device, the buffer, who imports
 * it, what takes it away; other ways to the same memory; who imports in the kernel; what users build of
 * that; what was seen.
 */
export const subjects: readonly Subject[] = [
  subject('locks', 'locks and counts', locks, CORE),
  subject('device', 'device', device),
  subject('buffer', 'exported buffer', buffer, CORE),
  subject('importers', 'attachment and importers', importers, CORE),
  subject('hot-reset', 'hot reset', hotReset, CORE),
  subject('p2p-registration', 'P2P registration', p2pRegistration, CORE),
  subject('page-backed', 'page-backed dma-bufs', pageBacked),
  subject('mmap', 'mapping into processes', mmap),
  subject('type1', 'VFIO type1', type1),
  subject('iommufd', 'iommufd', iommufd),
  subject('rdma', 'RDMA', rdma),
  subject('routes', 'routes and addresses', routes),
  subject('mapping-types', 'mapping types', mappingTypes),
  subject('xsk-pool', 'AF_XDP pool swap', xskPool),
  subject('uses', 'flows of users', uses),
  subject('traces', 'traces of real kernels', traces),
];

/** @throws Error for a folder that is no subject's */
export function titleOf(folder: string): string {
  const found = subjects.find((one) => one.folder === folder);
  if (found === undefined) throw new Error(`there is no subject in '${folder}'`);
  return found.title;
}

/** The systems of which a program says what they are: those that nobody writes it of by hand. */
export function writtenOf({ families, expectations = [] }: Subject): readonly SystemFamily[] {
  return families.filter(({ name }) => !expectations.some(({ system }) => system === name));
}

/** The subjects that have such systems. */
export const withManifest: readonly Subject[] = subjects.filter(
  (subject) => writtenOf(subject).length > 0,
);
