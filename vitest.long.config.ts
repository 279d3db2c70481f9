import { defineConfig } from 'vitest/config';

/** What takes minutes: `npm run long`. */
export default defineConfig({
  test: {
    include: ['**/*.long.test.ts'],
    exclude: ['node_modules/**', 'dist/**'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 600_000,
    maxWorkers: '100%',
  },
});
