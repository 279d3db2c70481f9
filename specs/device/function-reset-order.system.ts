import { monitor, procedure, type System, type SystemFamily } from 'xstate-check';
import { functionReset } from '../../machines/device/function-reset.procedure.ts';
import { givenBack } from '../../machines/device/given-back.monitor.ts';
import { asOf, designOf, revisionsOf } from '../revisions/index.ts';
import { contractSystem } from '../shared/contract.ts';
import { deviceResources, movePart } from '../shared/parts.ts';
import { procedureRules } from '../shared/rules.ts';
import { untouched } from '../shared/words.ts';
import { transitionCalls } from './calls.ts';

const THREAD = 'flr';

/** The steps of a function level reset alone: no buffer, so that a review of its code is enough. */
export const functionResetOrderFamily: SystemFamily = {
  name: 'function-reset-order',
  title: 'the steps of a function level reset, without a buffer',
  defaultScope: { devices: 1 },
  ...revisionsOf(['functionReset'], { also: ['move'], asked: ['handlers'] }),
  build({ scope, revision }): System {
    const design = designOf(revision);
    const flr = procedure(THREAD, asOf(design, functionReset()), {
      thread: THREAD,
      roles: ['function_reset'],
      bind: { dev: 'dev[0]' },
      also: {
        'dev.function_reset:begin': [`dev[0].flr:begin@${THREAD}`],
        'dev.function_reset:ok': [`dev[0].flr:ok@${THREAD}`],
      },
    });
    const threads = [flr, movePart(0, [], THREAD, design)];
    const parts = [...threads, ...deviceResources(0, 'open', threads)];
    const contract = contractSystem('function-reset-order-contract', {
      devices: 1,
      buffers: [],
      importers: [],
      initially: 'running',
    });
    const rules = procedureRules(parts, { devices: 1, buffers: 0 }, contract, transitionCalls);
    return {
      name: 'function-reset-order',
      revision,
      scope,
      parts: [...parts, givenBackMonitor(), ...rules.monitors],
      calls: transitionCalls,
      environment: ['user'],
      unused: untouched('command'),
      properties: [
        {
          id: 'given-back',
          kind: 'monitor',
          title: 'what a reset revokes comes back when it ends with memory enabled',
          parts: ['given_back@flr'],
          rule: 'L1',
          source:
            'Alex Williamson on v1 10/10, 2025-08-06, <20250806162455.350f73a4.alex.williamson@redhat.com>',
          consequence: 'every buffer of the device is dead after the first reset of its function',
        },
        // There is one lock alone, and so no order of locks.
        ...rules.properties.filter(({ id }) => id !== 'lock-order'),
      ],
    };
  },
};

function givenBackMonitor() {
  const step = (label: string) => `dev[0].${label}@${THREAD}`;
  return monitor('given_back@flr', givenBack, {
    revoke: [step('move(true):end')],
    enabled: [step('memory_enabled:true')],
    disabled: [step('memory_enabled:false')],
    unrevoke: [step('move(false):end')],
    unlock: [step('memory_lock.up_write')],
  });
}
