// Puts beside the compiled program what tsc does not: the data, the grammar of C with its licence
// (the package that it is from is no run-time dependency), and the command's mode.
import { chmodSync, copyFileSync, existsSync, readdirSync } from 'node:fs';

for (const subject of readdirSync('specs')) {
  const manifest = `specs/${subject}/manifest.json`;
  if (existsSync(manifest)) copyFileSync(manifest, `dist/${manifest}`);
}
for (const read of ['specs/operations/linux-7.3.4.json', 'specs/questions/answers.json']) {
  copyFileSync(read, `dist/${read}`);
}
const SKELETON = 'specs/writers/kselftest/skeleton.c';
copyFileSync(SKELETON, `dist/${SKELETON}`);
const GRAMMAR = 'packages/xstate-check/dist/source/tree-sitter-c';
copyFileSync('node_modules/tree-sitter-c/tree-sitter-c.wasm', `${GRAMMAR}.wasm`);
copyFileSync('node_modules/tree-sitter-c/LICENSE', `${GRAMMAR}.LICENSE`);
chmodSync('dist/specs/bin.js', 0o755);
