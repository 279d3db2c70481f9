import type { Fault, Finding, MachineEntry, SystemFamily } from 'xstate-check';
import { codeFamilies } from './code.system.ts';
import { codeFaults } from './code-faults.ts';
import { codeFindings } from './code-findings.ts';
import { codeMachines } from './code-machines.ts';
import { faults as policyFaults } from './faults.ts';
import { findings as policyFindings } from './findings.ts';
import { machines as policyMachines } from './machines.ts';
import { raceFamily } from './p2p-register-race.system.ts';
import { registrationFamily } from './p2p-registration.system.ts';

export { expectations } from './expectations.ts';
export { designs } from './policy.ts';
export { codeFamilies, policyMachines };

/** What breaks a rule of the policy, then what breaks one of the code. */
export const faults: readonly Fault[] = [...policyFaults, ...codeFaults];
export const findings: readonly Finding[] = [...policyFindings, ...codeFindings];

/** Those of the policy, whose expectations are written by hand. */
export const policyFamilies: readonly SystemFamily[] = [registrationFamily, raceFamily];

export const families: readonly SystemFamily[] = [...policyFamilies, ...codeFamilies];

/** The machines of the subject. */
export const machines: readonly MachineEntry[] = [...policyMachines, ...codeMachines];
