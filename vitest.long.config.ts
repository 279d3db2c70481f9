import { defineConfig } from 'vitest/config';
import { sources } from './vitest.sources.ts';

/** What takes minutes: `npm run long`. */
export default defineConfig({
  ...sources,
  test: {
    include: ['**/*.long.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 600_000,
    maxWorkers: '100%',
  },
});
