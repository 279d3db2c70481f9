import { barBuffer } from '../../machines/bar/bar-buffer.contract.ts';
import { barDevice } from '../../machines/bar/bar-device.contract.ts';
import { devSet } from '../../machines/bar/dev-set.contract.ts';
import { dmabufs } from '../../machines/bar/dmabufs.resource.ts';
import { exportBuffer } from '../../machines/bar/export.procedure.ts';
import { mmapAndTouch } from '../../machines/bar/mmap-and-touch.procedure.ts';
import { pages } from '../../machines/bar/pages.contract.ts';
import { pgmap } from '../../machines/bar/pgmap.resource.ts';
import { ptes } from '../../machines/bar/ptes.resource.ts';
import { register } from '../../machines/bar/register.procedure.ts';
import { registeredMark } from '../../machines/bar/registered.resource.ts';
import type { Finding, MachineEntry } from '../../src/catalogue/catalogue.ts';
import type { Fault } from '../../src/faults/fault.ts';
import type { SystemFamily } from '../../src/specification/system.ts';
import { codeFamilies } from './code.system.ts';
import { codeFaults } from './code-faults.ts';
import { codeFindings } from './code-findings.ts';
import { codeMachines } from './code-machines.ts';
import { registrationFaults } from './faults.ts';
import { registrationFindings } from './findings.ts';
import { raceFamily } from './p2p-register-race.system.ts';
import { registrationFamily } from './p2p-registration.system.ts';
import { barOf, policyOf, poolOf, type1Of, vmaOf } from './policy.ts';

export { registrationExpectations as expectations } from './expectations.ts';
/** What breaks a rule of the policy, then what breaks one of the code. */
export const faults: readonly Fault[] = [...registrationFaults, ...codeFaults];
export const findings: readonly Finding[] = [...registrationFindings, ...codeFindings];

export { designs } from './policy.ts';

/** Those of the policy, whose expectations are written by hand. */
export const policyFamilies: readonly SystemFamily[] = [registrationFamily, raceFamily];

export { codeFamilies };

export const families: readonly SystemFamily[] = [...policyFamilies, ...codeFamilies];

const completed = policyOf('completed');

/** The machines as the completed policy has them. */
export const policyMachines: readonly MachineEntry[] = [
  {
    name: 'bar',
    kind: 'contract',
    machine: barOf(completed, { device: 0, buffers: 1, others: 0 }),
  },
  { name: 'bar_vma', kind: 'contract', machine: vmaOf(completed) },
  { name: 'type1_map', kind: 'contract', machine: type1Of(completed) },
  { name: 'bar_buffer', kind: 'contract', machine: barBuffer },
  { name: 'bar_device', kind: 'contract', machine: barDevice },
  { name: 'dev_set', kind: 'contract', machine: devSet },
  { name: 'pages', kind: 'contract', machine: pages() },
  { name: 'p2pmem', kind: 'contract', machine: poolOf(completed, 2) },
  { name: 'register', kind: 'procedure', machine: register },
  { name: 'export', kind: 'procedure', machine: exportBuffer },
  { name: 'mmap_and_touch', kind: 'procedure', machine: mmapAndTouch },
  { name: 'registered', kind: 'resource', machine: registeredMark() },
  { name: 'dmabufs', kind: 'resource', machine: dmabufs() },
  { name: 'pgmap', kind: 'resource', machine: pgmap() },
  { name: 'ptes', kind: 'resource', machine: ptes() },
];

/** The machines of the subject. */
export const machines: readonly MachineEntry[] = [...policyMachines, ...codeMachines];
