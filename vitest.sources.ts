import { defaultServerConditions } from 'vite';

/**
 * The sources of the tool, where a test names one of its doors: the built copy beside them would be
 * a second tool, whose classes are not those that the tests of its sources know.
 */
const conditions = ['xstate-check-source', ...defaultServerConditions];

export const sources = { environments: { ssr: { resolve: { conditions } } } };
