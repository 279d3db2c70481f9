import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { InputError } from '../base/errors.ts';
import { uninterrupted } from '../base/write-file.ts';
import { GENERATED } from './format-suite.ts';

/** A file to write; its path is relative to the directory of all generated files. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Makes `directory` hold exactly these files. They are written beside it first and take its place
 * when all are there, so that an interrupted run leaves the old files or the new ones (one that is
 * killed between the two renames is mended by the next). Where it holds them already it is left alone.
 *
 * @throws InputError when the directory holds a file that was not generated, which would be lost,
 * or when two files have one path
 */
export function writeSuites(directory: string, files: readonly GeneratedFile[]): void {
  const target = resolve(directory);
  const beside = (what: string) => join(dirname(target), `.${basename(target)}.${what}`);
  const [fresh, old] = [beside('new'), beside('old')];
  if (!existsSync(target) && existsSync(old)) renameSync(old, target);
  const before = assertGenerated(target);
  assertWritable(files);
  const isSame =
    before.size === files.length && files.every(({ path, text }) => before.get(path) === text);
  uninterrupted(() => {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
    if (isSame && existsSync(target)) return;
    try {
      mkdirSync(fresh, { recursive: true });
      for (const { path, text } of files) {
        mkdirSync(dirname(join(fresh, path)), { recursive: true });
        writeFileSync(join(fresh, path), text);
      }
      if (existsSync(target)) renameSync(target, old);
      renameSync(fresh, target);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
    rmSync(old, { recursive: true, force: true });
  });
}

/** The files that are in some folders of `directory`, as they are. */
export function suitesAsWritten(directory: string, folders: readonly string[]): GeneratedFile[] {
  const target = resolve(directory);
  return folders
    .filter((folder) => existsSync(join(target, folder)))
    .flatMap((folder) =>
      readdirSync(join(target, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => ({
          path: `${folder}/${name}`,
          text: readFileSync(join(target, folder, name), 'utf8'),
        })),
    );
}

/** The files of a directory, by their paths below it, all of which were generated. */
function assertGenerated(target: string): Map<string, string> {
  const texts = new Map<string, string>();
  if (!existsSync(target)) return texts;
  const entries = readdirSync(target, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((entry) => !entry.isDirectory())) {
    const path = relative(target, join(entry.parentPath, entry.name));
    const text = entry.isFile() ? readFileSync(join(target, path), 'utf8') : '';
    if (!text.startsWith(GENERATED)) {
      throw new InputError(
        `'${target}' holds ${path}, which was not generated and would be lost; ` +
          'move it, or choose another directory',
      );
    }
    texts.set(path, text);
  }
  return texts;
}

function assertWritable(files: readonly GeneratedFile[]): void {
  const paths = new Set<string>();
  for (const { path, text } of files) {
    if (paths.has(path)) throw new InputError(`two generated files have the path '${path}'`);
    if (path.startsWith('/') || path.split('/').includes('..')) {
      throw new InputError(`the generated file '${path}' would lie outside its directory`);
    }
    if (!text.startsWith(GENERATED)) {
      throw new InputError(`the generated file '${path}' does not begin with '${GENERATED}'`);
    }
    paths.add(path);
  }
}
