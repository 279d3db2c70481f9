// Puts beside the compiled program what tsc does not: the data, the grammar of C with its licence
// (the package that it is from is no run-time dependency), and the command's mode.
import { chmodSync, copyFileSync } from 'node:fs';

copyFileSync('specs/manifest.json', 'dist/specs/manifest.json');
copyFileSync(
  'node_modules/tree-sitter-c/tree-sitter-c.wasm',
  'packages/xstate-check/dist/source/tree-sitter-c.wasm',
);
copyFileSync(
  'node_modules/tree-sitter-c/LICENSE',
  'packages/xstate-check/dist/source/tree-sitter-c.LICENSE',
);
chmodSync('dist/specs/bin.js', 0o755);
