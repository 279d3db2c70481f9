import { readFileSync } from 'node:fs';
import type { Answered } from './index.ts';
import { type Judgement, judged } from './judged.ts';

/** What the systems answered, as it is written down: by system. */
export function answered(): Readonly<Record<string, Answered>> {
  return JSON.parse(readFileSync(new URL('answers.json', import.meta.url), 'utf8'));
}

/** An instance that is broken, and the finding that it is an instance of. */
export interface Broken {
  readonly system: string;
  readonly template: string;
  readonly instance: string;
  readonly judgement?: Judgement;
}

/** Every instance that is broken. */
export function brokenOf(all: Readonly<Record<string, Answered>>): Broken[] {
  return Object.entries(all).flatMap(([system, { answers }]) =>
    Object.entries(answers).flatMap(([template, { broken }]) =>
      broken.map((instance) => {
        const judgement = judged.find(
          (one) =>
            one.template === template &&
            one.systems.includes(system) &&
            instance.startsWith(`${template}(${one.instance}`),
        );
        return { system, template, instance, ...(judgement !== undefined && { judgement }) };
      }),
    ),
  );
}
