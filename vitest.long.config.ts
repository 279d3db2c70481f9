import { defineConfig } from 'vitest/config';

/** What takes minutes: `npm run long`. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 600_000,
  },
});
