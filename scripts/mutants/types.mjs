/**
 * The mutants that pass the types.
 *
 * The compiler looks at one mutant of each file at once. Where it finds nothing, all of them pass.
 * Those in whose file it finds something are looked at again, each alone, for another one may have
 * changed the type of what they import; so are all where it finds something in a file without one.
 *
 * @param {import('./tree.mjs').Tree} tree
 * @param {Map<string, string>} core the texts without mutants
 * @param {import('./syntax.mjs').Mutant[]} mutants
 * @returns {Promise<Set<import('./syntax.mjs').Mutant>>}
 */
export async function passing(tree, core, mutants) {
  const valid = new Set();
  for (let left = mutants; left.length > 0; ) {
    const once = left.filter(({ file }, i) => left.findIndex((each) => each.file === file) === i);
    left = left.filter((mutant) => !once.includes(mutant));
    const errors = await errorsWith(tree, core, once);
    const found = once.filter(({ file }) => errors.has(file));
    const unclear = found.length < errors.size ? once : found;
    for (const mutant of once) {
      const isClear = !unclear.includes(mutant);
      if (isClear || (await passesAlone(tree, core, mutant, once))) valid.add(mutant);
    }
  }
  return valid;
}

async function passesAlone(tree, core, mutant, among) {
  if (among.length === 1) return false;
  return (await errorsWith(tree, core, [mutant])).size === 0;
}

async function errorsWith(tree, core, mutants) {
  for (const { file, text } of mutants) tree.writeSource(file, text);
  const errors = await tree.filesWithErrors();
  for (const { file } of mutants) tree.writeSource(file, core.get(file));
  return errors;
}
