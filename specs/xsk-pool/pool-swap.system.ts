import { InputError, type System, type SystemFamily } from 'xstate-check';
import { atMostOne } from '../shared/contract.ts';
import { poolCalls } from './calls.ts';
import { drivers } from './drivers.ts';
import { partsOf } from './parts.ts';
import { poolRules } from './rules.ts';
import { ONE_QUEUE, SENDING } from './scopes.ts';

/** A pool that comes to a queue and goes, while the device is brought up and down, and frames are sent. */
export const poolSwapFamily: SystemFamily = {
  name: 'pool-swap',
  title: 'an AF_XDP pool comes to a queue and goes: bind, close, ifup, ifdown, and polls',
  defaultScope: ONE_QUEUE,
  confidence: SENDING,
  revisions: Object.keys(drivers),
  build({ scope, revision }): System {
    for (const name of ['queues', 'sends', 'unresettable']) atMostOne(scope, name);
    if (scope.queues !== 1) throw new InputError("--scope: a queue is drawn; take 'queues=1'");
    const driver = drivers[revision]!;
    const shape = { sends: scope.sends === 1, resettable: scope.unresettable !== 1 };
    const parts = partsOf(driver, shape);
    const { monitors, properties } = poolRules(driver, parts, shape);
    return {
      name: 'pool-swap',
      revision,
      scope,
      parts: [...parts, ...monitors],
      calls: poolCalls,
      environment: ['user', ...(shape.sends ? ['interrupt'] : [])],
      properties,
    };
  },
};
