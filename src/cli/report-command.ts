import { writeFileSync } from 'node:fs';
import type { Bounds } from '../explore/explore.ts';
import { documentOf } from '../report/content.ts';
import { htmlOf } from '../report/html.ts';
import { markdownOf } from '../report/markdown.ts';
import { reviewOf } from '../report/review.ts';
import { type Catalogue, findByName } from './catalogue.ts';
import type { Terminal } from './terminal.ts';

export interface ReportOptions {
  readonly output?: string;
  readonly markdown?: boolean;
}

/**
 * Checks systems, and writes all that is specified of them and found as one file; 0 when everything
 * is as expected. What it writes depends on nothing but the specification.
 */
export async function reportCommand(
  catalogue: Catalogue,
  names: readonly string[],
  { output, markdown }: ReportOptions,
  bounds: Bounds,
  terminal: Terminal,
): Promise<number> {
  const families =
    names.length === 0
      ? catalogue.families
      : [...new Set(names)].map((name) =>
          findByName('system', name, catalogue.families, (family) => family.name),
        );
  const review = await reviewOf(catalogue, families, bounds, (text) => terminal.progress(text));
  terminal.progress('');
  const document = documentOf(review);
  const text = markdown ? markdownOf(document) : htmlOf(document);
  if (output === undefined) terminal.out(text);
  else {
    writeFileSync(output, text);
    terminal.out(`${output}: ${Math.ceil(Buffer.byteLength(text) / 1024)} KB\n`);
  }
  for (const difference of review.differences) {
    terminal.error(`dmabuf-spec: not as expected: ${difference}\n`);
  }
  return review.differences.length === 0 ? 0 : 1;
}
