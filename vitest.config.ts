import { defineConfig } from 'vitest/config';
import { sources } from './vitest.sources.ts';

/** What takes minutes is `*.long.test.ts`, what boots a kernel `*.vm.test.ts`, what reads one `*.source.test.ts`. */
export default defineConfig({
  ...sources,
  test: {
    include: ['**/*.test.ts'],
    exclude: [
      ...['**/node_modules/**', '**/dist/**', '**/*.long.test.ts', '**/*.vm.test.ts'],
      '**/*.source.test.ts',
    ],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: '100%',
    // Files share what they import: no test changes a module, and importing takes a third of the time.
    isolate: false,
  },
});
