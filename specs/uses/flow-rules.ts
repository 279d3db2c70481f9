import { any, is, not, type Predicate, type Property, said } from 'xstate-check';
import { somethingMoves } from '../shared/every-system.ts';
import { isIdle } from '../shared/words.ts';

/** Whether an importer has a mapping, one that it has been told to give up too. */
export const hasMapped = (att: string): Predicate =>
  said(is(att, 'mapped', 'unmapping'), `${att} is mapped`, `${att} is not mapped`);

/** Whether the device does not answer: its memory is off, or nobody has it open. */
export const outOfReach = said(
  any(is('dev[0].memory', 'command.memory_off'), is('dev[0]', 'closed')),
  'memory of dev[0] is off, or it is closed',
  'dev[0] is open and its memory is on',
);

/** What every flow keeps. */
export const flowRules: readonly Property[] = [
  {
    id: 'owner-returns',
    kind: 'leads-to',
    title: 'a call of the owner of the device returns',
    when: not(isIdle('owner[0]')),
    then: isIdle('owner[0]'),
    rule: 'L2',
    source: 'derived: L2, importers unmap in bounded time',
    consequence: 'the reset, the write or the close hangs in D state, for want of an unmap',
  },
  {
    id: 'rest',
    kind: 'rest',
    title: 'every call returns and every mapping can be given up',
    source: 'derived: L2, importers unmap in bounded time',
  },
  somethingMoves('derived: L2'),
  {
    id: 'totality',
    kind: 'totality',
    title: 'every call has exactly one answer besides what the environment chooses',
    source: 'derived',
  },
];
