/** What a generated test drives. */

export {
  type Ability,
  parseLabel,
  plainLabel,
  type StepResult,
  type Target,
} from '../target/target.ts';
