import { MachineError } from '../lts/machine-error.ts';
import type { Step } from '../lts/step.ts';
import { answersText } from './free-answers.ts';
import type { OpenMachine } from './open-machine.ts';

/** Most combinations of free answers that one step is asked with. */
const MOST_ANSWERS = 1024;

/** A step, and what it was answered: `isValid, not isEmpty`. */
export interface Answered {
  readonly step: Step;
  readonly answers: string;
}

/**
 * A step once for every combination of answers that it asks for and with which it settles. Ends where
 * the machine reads what is not kept.
 *
 * @param where - the event and the state, for messages
 * @param unsettled - is told of a step that nothing free keeps from settling
 * @throws MachineError where the machine throws, or asks too much
 */
export function* everyAnswer(
  open: OpenMachine,
  take: () => Step,
  where: string,
  unsettled: (error: MachineError) => void,
): Generator<Answered> {
  const { answers, entered, sets, wants } = open;
  let asked = 0;
  do {
    answers.begin();
    entered.length = 0;
    sets.clear();
    if (++asked > MOST_ANSWERS) throw tooManyAnswers(open, where);
    let step: Step | undefined;
    try {
      step = take();
    } catch (error) {
      if (wants.failure !== undefined) throw wants.failure;
      if (answers.isEndless) foldWhatGrows(open);
      if (!wants.isAnew && !answers.isCircular) noteLoop(open, error, where, unsettled);
    }
    if (wants.isAnew) return;
    if (step !== undefined) yield { step, answers: answersText(answers.given()) };
  } while (answers.next());
}

/** A loop that free answers keep going is none of the machine's; any other never settles. */
function noteLoop(
  open: OpenMachine,
  error: unknown,
  where: string,
  unsettled: (error: MachineError) => void,
): void {
  if (!(error instanceof MachineError) || error.rule !== 'does-not-settle') throw error;
  if (open.answers.given().length > 0) open.note({ kind: 'cut', name: where });
  else unsettled(error);
}

function tooManyAnswers({ machine }: OpenMachine, where: string): MachineError {
  const reason = `${where} asks more than ten guards that nothing declared decides; keep what they read in the context`;
  return new MachineError('not-finite', machine.id, '', reason);
}

/** A step that asks on and on counts something up as it goes round: that is unknown from here on. */
function foldWhatGrows({ sets, wants, kept }: OpenMachine): void {
  const open = [...sets].filter(([field]) => !kept.folded.has(field));
  for (const [field, values] of open) if (values.size > 2) wants.folded.add(field);
}
