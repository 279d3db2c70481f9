/** The simulated kernel: a target for tests that needs no machine but this one. */
export { type FaultId, faultSets, type SimulatorFault, simulatorFaults } from './faults.ts';
export { type ChunkFaultId, chunkFaults } from './importers/chunk-faults.ts';
export { SimulatedScatterlist } from './importers/simulated-scatterlist.ts';
export { type MappingFaultId, mappingFaults } from './mapping-types/faults.ts';
export {
  dma_buf_match_mapping,
  type MatchCase,
  type MatchEntry,
  type MatchResult,
} from './mapping-types/match.ts';
export { SimulatedMapping } from './mapping-types/simulated-mapping.ts';
export { type P2pFaultId, p2pFaults } from './p2p-registration/faults.ts';
export { type FunctionFaultId, functionFaults } from './p2p-registration/function-faults.ts';
export { SimulatedFunctions } from './p2p-registration/simulated-functions.ts';
export { SimulatedP2p } from './p2p-registration/simulated-p2p.ts';
export { type PageBackedFaultId, pageBackedFaults } from './page-backed/faults.ts';
export { SimulatedPageBacked } from './page-backed/simulated-page-backed.ts';
export { SimulatedKernel, type SimulatedKernelOptions } from './simulated-kernel.ts';
export { Simulator } from './simulator.ts';
