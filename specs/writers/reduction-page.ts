import { check, checkReduced, defaultRevision, type SystemFamily } from 'xstate-check';
import { specification } from '../catalogue.ts';

/** The part of `docs/reduction.md` between `<!-- systems -->` and `<!-- end -->` made anew. */
export function reductionPage(text: string): string {
  return text.replace(
    /(<!-- systems -->\n)[\s\S]*?(<!-- end -->)/,
    (_, begin, end) => `${begin}${systems()}${end}`,
  );
}

interface Cut {
  readonly name: string;
  readonly states: number;
  readonly kept: number;
  readonly steps: number;
}

/** What reduction leaves of a system at its default scope; leads-to, which it does not keep, is not asked. */
function cutOf(family: SystemFamily): Cut {
  const revision = defaultRevision(specification, family);
  const system = family.build({ scope: family.defaultScope, revision });
  const properties = system.properties.filter(({ kind }) => kind !== 'leads-to');
  const { states } = check({ ...system, properties: [] });
  const { states: kept, steps } = checkReduced({ ...system, properties });
  return { name: family.name, states, kept, steps };
}

function systems(): string {
  const cuts = specification.families.map(cutOf);
  const rows = cuts.map(({ name, states, kept, steps }) => {
    const ratio = (states / kept).toFixed(1);
    return `| ${name} | ${number(states)} | ${number(kept)} | ${ratio} | ${number(steps)} |\n`;
  });
  const tenth = cuts.filter(({ states, kept }) => states >= 10 * kept).length;
  return (
    '| system | states | kept | ratio | steps |\n| --- | ---: | ---: | ---: | ---: |\n' +
    `${rows.join('')}\n${tenth} of ${cuts.length} are cut to a tenth or less.\n`
  );
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
