import type { Catalogue, OfSource } from 'xstate-check';
import { readTrace } from 'xstate-check/traces';
import { Simulator } from '../../simulator/index.ts';
import { specification } from '../catalogue.ts';
import { modules } from '../modules.ts';
import { judgeTrace } from '../traces/judge.ts';

/** What reads C is loaded where a tree is asked about. */
const sourced: OfSource = async (of, terminal) => {
  const { ofSource } = await import('xstate-check/kernel');
  const { cSpecification } = await import('../source/index.ts');
  return ofSource({ ...specification, targets: [] }, cSpecification, of, terminal);
};

/** Everything that commands are about: the specification, with what its tests are run on. */
export const whole: Catalogue = {
  ...specification,
  modules,
  takenInTrace: (file) => judgeTrace(() => readTrace(file), {}).coverage,
  ofSource: sourced,
  targets: [{ name: 'simulated kernel', make: () => new Simulator() }],
};
