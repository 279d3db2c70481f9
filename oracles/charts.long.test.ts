import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dot, scxml } from 'xstate-check/engine';
import { specification } from '../specs/catalogue.ts';
import { inDirectory, missing, output } from './tools.ts';

const QSCXMLC = ['/usr/lib/qt5/bin/qscxmlc', 'qscxmlc'].find(
  (one) => existsSync(one) || missing(one).length === 0,
);
const machines = specification.machines;

/** What a program says of a text in a file. */
function check(
  program: string,
  args: readonly string[],
  file: string,
  text: string,
): Promise<string> {
  return inDirectory((directory) => {
    writeFileSync(join(directory, file), text);
    return output(directory, program, args);
  });
}

const qscxmlc = (text: string) =>
  check(QSCXMLC!, ['chart.scxml', '-o', 'chart'], 'chart.scxml', text);
const graphviz = (text: string) => check('dot', ['-Tcanon', 'chart.dot'], 'chart.dot', text);

describe(`SCXML${QSCXMLC === undefined ? ' (skipped: qscxmlc is not installed)' : ''}`, () => {
  it.skipIf(QSCXMLC === undefined)('of every machine is read by qscxmlc', async () => {
    for (const { machine } of machines) await qscxmlc(scxml(machine));
  });

  it.skipIf(QSCXMLC === undefined)('with a wrong target is refused', async () => {
    const broken = scxml(machines[0]!.machine).replace(/target="[^"]*"/, 'target="nowhere"');
    await expect(qscxmlc(broken)).rejects.toThrow(/nowhere/);
  });
});

const noDot = missing('dot').length > 0;
describe(`DOT${noDot ? ' (skipped: graphviz is not installed)' : ''}`, () => {
  it.skipIf(noDot)('of every machine is read by Graphviz', async () => {
    // One process for each: Graphviz 2.43 crashes on many graphs in one file.
    for (const { machine } of machines) {
      expect(await graphviz(dot(machine))).toMatch(/^digraph /);
    }
  });

  it.skipIf(noDot)('with an arrow to nothing is refused', async () => {
    await expect(graphviz(dot(machines[0]!.machine).replace(/-> "[^"]*"/, '->'))).rejects.toThrow();
  });
});
