/** What tests beside the package share with its own; no part of what is packed. */

export { legible } from '../chart/legible.fixture.ts';
export { broken, endOf } from '../source/hostile.fixture.ts';
