import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page is served from a directory of its own, with a policy that forbids inline scripts. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/inspector',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    // How long a build takes says more of the machine than of the page.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
