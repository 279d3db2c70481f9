import { defineConfig } from 'vitest/config';
import { sources } from './vitest.sources.ts';

/** What boots a kernel in QEMU, one machine at a time: `npm run test:kernel`. */
export default defineConfig({
  ...sources,
  test: {
    include: ['**/*.vm.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 600_000,
    maxWorkers: 1,
  },
});
