import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**', 'test/long/**'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
  },
});
