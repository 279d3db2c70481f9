import { answered, brokenOf } from '../questions/answered.ts';
import { templates } from '../questions/index.ts';
import { judged } from '../questions/judged.ts';

/** What is asked of every system by templates, and what each answers. */
export function questionsPage(): string {
  const all = answered();
  const broken = brokenOf(all);
  const rows = Object.entries(all).map(([system, { revision, answers }]) => {
    const cells = templates.map(({ id }) => {
      const one = answers[id];
      if (one === undefined) return '';
      const { holds, vacuous, broken } = one;
      return `${holds} / ${broken.length}${vacuous === 0 ? '' : ` (${vacuous})`}`;
    });
    return `| ${[system, revision, ...cells].join(' | ')} |`;
  });
  const found = judged.map((one) => {
    const { template, systems, finding, c } = one;
    const instances = broken.filter(({ judgement }) => judgement === one).length;
    return `| ${finding} | ${template} | ${instances} | ${systems.join(', ')} | ${c} |`;
  });
  return [
    '# Questions asked of every step\n',
    'Written by `npm run docs`; do not edit. A rule that is a template is not written for a step that somebody',
    'thought of: it is asked of every system in which there is what it speaks of, of each call, thread and buffer',
    'there. Each instance that is broken is an instance of a finding; equal ones are one family.\n',
    '| template | asks | source |',
    '| --- | --- | --- |',
    ...templates.map(({ id, title, source }) => `| ${id} | ${title} | ${source} |`),
    '',
    '## What each system answers\n',
    'At its default scope: instances that hold / that are broken, and in brackets those whose premise never happens.\n',
    `| system | version | ${templates.map(({ id }) => id).join(' | ')} |`,
    `| --- | --- | ${templates.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
    '## Ways to the same state\n',
    'Calls that reset a device (VFIO_DEVICE_RESET, the FLR bits) leave the same behind: in every state at rest that an',
    'owner comes to by calls of his own, each is made, and what is left of locks, flags, power and buffers compared.\n',
    '| system | pairs compared | that differ |',
    '| --- | --- | --- |',
    ...Object.entries(all).flatMap(([system, { ways }]) =>
      ways === undefined ? [] : [`| ${system} | ${ways.compared} | ${ways.unlike.length} |`],
    ),
    '',
    '## What is broken\n',
    '| finding | template | instances | systems | in the C of 7.3.4 |',
    '| --- | --- | --- | --- | --- |',
    ...found,
    '',
  ].join('\n');
}
