/** The simulated kernel: a target for tests that needs no machine but this one. */
export { type FaultId, faultSets, type SimulatorFault, simulatorFaults } from './faults.ts';
export { type P2pFaultId, p2pFaults } from './p2p-registration/faults.ts';
export { SimulatedP2p } from './p2p-registration/simulated-p2p.ts';
export { SimulatedKernel, type SimulatedKernelOptions } from './simulated-kernel.ts';
export { Simulator } from './simulator.ts';
