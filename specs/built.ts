import { fileURLToPath } from 'node:url';
import type { Built } from 'xstate-check/command';

/** This specification as it is built, with the folder of every project that is. */
export const built: Built = {
  root: fileURLToPath(new URL('..', import.meta.url)),
  beside: ['bench', 'oracles'],
  checked: ['machines', 'specs', 'simulator', 'targets', 'kernel'],
};
