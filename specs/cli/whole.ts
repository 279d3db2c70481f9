import type { Catalogue, OfSource } from 'xstate-check';
import { ofSource } from 'xstate-check/kernel';
import { readTrace } from 'xstate-check/traces';
import { Simulator } from '../../simulator/index.ts';
import { specification } from '../catalogue.ts';
import { modules } from '../modules.ts';
import { cSpecification } from '../source/index.ts';
import { judgeTrace } from '../traces/judge.ts';

const sourced: OfSource = (of, terminal) =>
  ofSource({ ...specification, targets: [] }, cSpecification, of, terminal);

/** Everything that commands are about: the specification, with what its tests are run on. */
export const whole: Catalogue = {
  ...specification,
  modules,
  takenInTrace: (file) => judgeTrace(() => readTrace(file), {}).coverage,
  ofSource: sourced,
  targets: [{ name: 'simulated kernel', make: () => new Simulator() }],
};
