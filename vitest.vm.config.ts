import { defineConfig } from 'vitest/config';

/** What boots a kernel in QEMU, one machine at a time: `npm run test:kernel`. */
export default defineConfig({
  test: {
    include: ['**/*.vm.test.ts'],
    exclude: ['node_modules/**', 'dist/**'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 600_000,
    maxWorkers: 1,
  },
});
