import { compose, explore } from 'xstate-check';
import { sweep } from 'xstate-check/engine';

/*
 * node dist/bench/engine.js explore|together|sweep|xstate|xstate-all SUBJECT
 *
 * One exploration in a process of its own; prints what it counted and what the process held.
 */

interface Counted {
  readonly states: number;
  readonly transitions: number;
  /** Without the start of the process and the reading of the code. */
  readonly exploring: number;
  /** The most bytes that the arrays of states held, for each state. */
  readonly bytesPerState?: number;
}

const [engine, subject = ''] = process.argv.slice(2);
const counted = await run();
const { maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ ...counted, megabytes: Math.round(maxRSS / 1024) }));

async function run(): Promise<Counted> {
  if (engine === 'xstate' || engine === 'xstate-all') {
    // Only here: to read it takes time that the others would not need.
    const { exploreWithXstateGraph } = await import('./peer.ts');
    const start = performance.now();
    const offered = engine === 'xstate' ? 'enabled' : 'all';
    const found = exploreWithXstateGraph(Number(subject.split(' ')[1]), offered);
    return { ...found, exploring: secondsSince(start) };
  }
  const system = await systemOf(subject);
  const start = performance.now();
  const product = compose(system);
  if (engine === 'sweep') {
    const { states, transitions, bytes } = sweep(product);
    return { states, transitions, bytesPerState: bytes / states, exploring: secondsSince(start) };
  }
  const threads = engine === 'together' ? 2 : 1;
  const { states, transitions, table } = explore(product, { states: 100_000_000, threads });
  const bytesPerState = table.peakBytes / states;
  return { states, transitions, bytesPerState, exploring: secondsSince(start) };
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}

/** The whole specification is read only where a system of it is asked for: that takes a while. */
async function systemOf(name: string) {
  const [first, devices] = name.split(' ');
  if (first === 'model') return (await import('./model.ts')).benchmarkSystem(Number(devices));
  return (await import('./subject.ts')).subjectNamed(name).system;
}
