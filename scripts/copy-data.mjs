// Puts beside the compiled specification what tsc does not: its data, and the command's mode.
import { chmodSync, copyFileSync } from 'node:fs';

copyFileSync('specs/manifest.json', 'dist/specs/manifest.json');
chmodSync('dist/specs/bin.js', 0o755);
