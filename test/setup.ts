import fc from 'fast-check';
import { speakAs } from 'xstate-check/command';
import { program } from '../specs/program.ts';

/**
 * Random tests are the same in every run, so that a red one is red for whoever looks at it next.
 * `FC_SEED=$RANDOM npm test` looks elsewhere; `FC_SHRINK=no` stops at the first example.
 */
fc.configureGlobal({
  seed: Number(process.env.FC_SEED ?? 1),
  endOnFailure: process.env.FC_SHRINK === 'no',
});

/** What a test starts runs what is built: that sources are taken instead is said to the test alone. */
process.execArgv = [];

/** What is called here without a program speaks as that of the specification. */
speakAs(program);
