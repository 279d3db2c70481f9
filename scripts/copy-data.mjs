// Puts the data files that the compiled specification reads beside it.
import { copyFileSync, mkdirSync } from 'node:fs';

mkdirSync('dist/specs', { recursive: true });
copyFileSync('specs/manifest.json', 'dist/specs/manifest.json');
