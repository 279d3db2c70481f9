import { defineConfig } from 'vitest/config';
import { sources } from './vitest.sources.ts';

/** What reads the source of Linux 7.3, of which LINUX_TREE is the root: `npm run test:source`. */
export default defineConfig({
  ...sources,
  test: {
    include: ['**/*.source.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: '100%',
  },
});
