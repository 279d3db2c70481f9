/** What tests beside the package share with its own; no part of what is packed. */

export { legible } from '../chart/legible.fixture.ts';
export { Answers } from '../keep/answers.ts';
export { filesOfCode } from '../keep/code.ts';
export { Store } from '../keep/store.ts';
export { Verdicts } from '../keep/verdicts.ts';
export { broken, endOf } from '../source/hostile.fixture.ts';
