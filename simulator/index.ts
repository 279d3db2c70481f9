/** The simulated kernel: a target for tests that needs no machine but this one. */
export { type FaultId, faultSets, type SimulatorFault, simulatorFaults } from './faults.ts';
export { SimulatedKernel, type SimulatedKernelOptions } from './simulated-kernel.ts';
