import type { Product } from '../system/product.ts';

/**
 * Writes the objects in a text as the calls of a product write them: where a call reads
 * `&vdev{dev}->memory_lock`, `dev[0].memory_lock` becomes `vdev0->memory_lock`, and `dev[0]` becomes
 * `vdev0`. Where calls write an object in several ways, it is the one that begins as its name does:
 * `attach0` of `att[0]`, which some calls know by its pages; or else the only one that ends as it
 * does: `desklamp0` of `lamp[0]`, whose members are those of `bulb0`.
 */
export function objectNames(product: Product): (text: string) => string {
  const written = codeTextsOf(product).flatMap((text) =>
    [...text.matchAll(/(\w+)\{(\w+)\}(?:->(\w+))?/g)].map(([, prefix, object, member]) => ({
      prefix: prefix!,
      object: object!,
      name: member === undefined ? object! : `${object}.${member}`,
    })),
  );
  const prefixOf = (name: string) => mostFrequent(written.filter((w) => w.name === name));
  return (text) =>
    text.replace(/\b([a-z_]\w*)\[(\d+)\]((?:\.[a-z_]\w*)*)/g, (whole, object, index, path) => {
      const member = /^\.(\w+)/.exec(path)?.[1];
      const holder = member && prefixOf(`${object}.${member}`);
      if (holder) return `${holder}${index}${path.replace('.', '->')}`;
      const same = written.filter((w) => w.object === object);
      const own = same.filter(({ prefix }) => prefix.startsWith(object));
      const prefix =
        mostFrequent(own) ?? endingAs(object, same) ?? prefixOf(object) ?? mostFrequent(same);
      return prefix ? `${prefix}${index}${path}` : whole;
    });
}

/** The way to write an object that ends as its name does, if there is just one. */
function endingAs(object: string, written: readonly { readonly prefix: string }[]) {
  const ending = new Set(written.map(({ prefix }) => prefix).filter((p) => p.endsWith(object)));
  return ending.size === 1 ? [...ending][0] : undefined;
}

/** How the calls of a product are written, each once. */
function codeTextsOf({ vectors, calls }: Product): string[] {
  const used = new Set(vectors.map(({ label }) => calls.find(label)?.written));
  return [...used].flatMap((written) =>
    written === undefined ? [] : typeof written === 'string' ? [written] : Object.values(written),
  );
}

function mostFrequent(written: readonly { readonly prefix: string }[]): string | undefined {
  const count = new Map<string, number>();
  for (const { prefix } of written) count.set(prefix, (count.get(prefix) ?? 0) + 1);
  return [...count].reduce<[string, number] | undefined>(
    (best, entry) => (best !== undefined && best[1] >= entry[1] ? best : entry),
    undefined,
  )?.[0];
}
