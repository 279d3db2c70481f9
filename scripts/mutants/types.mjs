/**
 * The mutants that pass the types.
 *
 * The compiler looks at one mutant of each file at once. Where it finds nothing, all of them pass.
 * Those in whose file it finds something are looked at again without the others, which may have
 * changed the type of what they import; where it finds something in a file without a mutant, each is
 * looked at alone.
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
    for (const mutant of await passingOfOthers(tree, core, once)) valid.add(mutant);
  }
  return valid;
}

/** Of mutants of different files. */
async function passingOfOthers(tree, core, mutants) {
  const errors = await errorsWith(tree, core, mutants);
  if (errors.size === 0) return mutants;
  if (mutants.length === 1) return [];
  const hasErrors = ({ file }) => errors.has(file);
  const found = mutants.filter(hasErrors);
  if (found.length < errors.size) {
    const alone = [];
    for (const mutant of mutants) alone.push(...(await passingOfOthers(tree, core, [mutant])));
    return alone;
  }
  const again = await errorsWith(tree, core, found);
  return mutants.filter((mutant) => !hasErrors(mutant) || !again.has(mutant.file));
}

async function errorsWith(tree, core, mutants) {
  for (const { file, text } of mutants) tree.writeSource(file, text);
  const errors = await tree.filesWithErrors();
  for (const { file } of mutants) tree.writeSource(file, core.get(file));
  return errors;
}
