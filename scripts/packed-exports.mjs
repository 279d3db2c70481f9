/**
 * A package that is packed names what is built and nothing else: the condition under which Vitest,
 * Vite and the compiler take the tool's sources is left out, and put back when it is packed.
 *
 *   node scripts/packed-exports.mjs leave-out | put-back
 */
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const SOURCES = 'xstate-check-source';
const manifest = fileURLToPath(new URL('../packages/xstate-check/package.json', import.meta.url));
const kept = join(manifest, '../package.unpacked.json');

/** A door that has sources alone is for the tests of this repository. */
function packed({ exports, scripts, ...others }) {
  const doors = Object.entries(exports).flatMap(([door, { [SOURCES]: _, ...built }]) =>
    Object.keys(built).length === 0 ? [] : [[door, built.default]],
  );
  return { ...others, exports: Object.fromEntries(doors) };
}

if (argv[2] === 'leave-out') {
  // What an earlier run that was ended has kept is the one that is meant.
  if (!existsSync(kept)) copyFileSync(manifest, kept);
  const whole = JSON.parse(readFileSync(kept, 'utf8'));
  writeFileSync(manifest, `${JSON.stringify(packed(whole), null, 2)}\n`);
} else if (existsSync(kept)) renameSync(kept, manifest);
