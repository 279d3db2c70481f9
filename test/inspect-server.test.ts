import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Catalogue, parseSuite } from 'xstate-check';
import {
  type Coverage,
  type FindingsView,
  Inspector,
  type InspectServer,
  type MachineView,
  type MatrixView,
  type Overview,
  type PathList,
  type Play,
  type RunView,
  type SystemView,
  serve,
  type Words,
} from 'xstate-check/cli';
import { door, doors, window } from './cli-doors.fixture.ts';

/** Doors and windows, with a machine by itself and tests of it. */
const catalogue: Catalogue = {
  ...doors,
  machines: [
    {
      name: 'hinge',
      kind: 'contract',
      machine: door.build({ scope: { hinges: 1 }, revision: 'v1' }).parts[0]!.machine,
    },
  ],
  suites: [
    {
      name: 'pane',
      system: window.build({ scope: { panes: 1 }, revision: '2.0' }),
      parts: ['pane[0]'],
      whole: true,
      targetScope: { devices: 0, buffers: [], attachments: [], grain: 'contract' },
      performed: () => true,
    },
  ],
};

let server: InspectServer;
let page: string;

beforeAll(async () => {
  page = mkdtempSync(join(tmpdir(), 'inspect-'));
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>doors</title>');
  server = await serve(new Inspector(catalogue, { stately: false, taken: [] }), page, 0);
});

afterAll(async () => {
  await server.close();
  rmSync(page, { recursive: true });
});

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${server.address}api/${path}`);
  const body: unknown = await response.json();
  if (response.status !== 200) throw new Error(`${response.status} ${JSON.stringify(body)}`);
  return body as T;
}

async function post(path: string, body: unknown): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${server.address}api/${path}`, { method: 'POST', body: text });
}

async function play(body: unknown): Promise<Play> {
  return (await (await post('play', body)).json()) as Play;
}

describe('what the page is told', () => {
  test('overview: systems with what the manifest says, machines, and what can be explained', async () => {
    const overview = await get<Overview>('overview');
    expect(overview.systems[0]).toMatchObject({
      name: 'door',
      scope: 'hinges=2',
      defaultRevision: '2.0',
      states: 9,
      transitions: 18,
      broken: [{ property: 'whole(hinge[2])', finding: 'D2', scope: '3 hinges' }],
    });
    expect(overview.machines).toEqual([
      { name: 'hinge', kind: 'contract', states: 4, transitions: 5 },
    ]);
    expect(overview.counterexamples.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      'D1 finding',
      'D2 finding',
      'F1 fault',
    ]);
    expect(overview.stately).toBe(false);
  });

  test('system: parts with their states, properties with their verdicts', async () => {
    const view = await get<SystemView>('system?system=door&revision=v1&scope=hinges=2');
    expect(view.subject).toEqual({ system: 'door', revision: 'v1', scope: 'hinges=2' });
    expect(view.parts.map(({ name }) => name)).toEqual(['hinge[0]', 'hinge[1]']);
    expect(view.parts[0]!.states.map(({ name }) => name)).toContain('broken');
    expect(view.properties).toMatchObject([
      { id: 'whole(hinge[0])', rule: 'S10', expected: 'D1', live: true },
      { id: 'whole(hinge[1])', expected: 'D1', live: true },
      { id: 'rest', expected: 'holds', live: false },
    ]);
  });

  test('play: a run, and the property that it breaks', async () => {
    const subject = { system: 'door', revision: 'v1' };
    const { steps, properties } = await play({
      subject,
      steps: ['hinge[0].swing', 'hinge[0].slam'],
    });
    expect(steps.map(({ moved }) => moved[0]!.part)).toEqual([0, 0]);
    expect(properties.at(-1)).toEqual([
      { id: 'whole(hinge[0])', status: 'broken', why: 'hinge[0] is broken' },
    ]);
  });

  test('counterexample: of a fault, a finding and a broken property, ready to be played', async () => {
    for (const id of ['F1', 'D1', 'D2', 'door/whole/v1']) {
      const run = await get<RunView>(`counterexample?id=${encodeURIComponent(id)}`);
      const { properties, refusedStep } = await play({ subject: run.subject, steps: run.steps });
      expect(refusedStep).toBeUndefined();
      expect(properties.at(-1)).toMatchObject([
        { id: run.property, status: 'broken', why: run.finding },
      ]);
      expect(run.text).toContain('CPU0');
    }
  });

  test('paths: the generated tests, each a run of the system of its suite', async () => {
    const { paths } = await get<PathList>('paths?suite=pane');
    expect(paths.length).toBeGreaterThan(0);
    for (const { id, steps } of paths) {
      const run = await get<RunView>(`path?id=${encodeURIComponent(id)}`);
      expect(run.steps).toHaveLength(steps);
      const played = await play({ subject: run.subject, steps: run.steps });
      expect(played.steps).toHaveLength(steps);
    }
    const { suites } = await get<Overview>('overview');
    expect(suites).toEqual([{ name: 'pane', paths: new Set(paths.map(({ id }) => id)).size }]);
  });

  test('machine: by itself and as a part, with its chart and its table', async () => {
    const alone = await get<MachineView>('machine?name=hinge');
    const state = (name: string) => alone.states.findIndex((one) => one.name === name);
    const slam = alone.labels.indexOf('slam');
    expect(alone.table[state('ajar')]![slam]).toBe(state('broken'));
    expect(alone.table[state('shut')]![slam]).toBe(-1);
    expect(alone.via[`${state('ajar')} ${slam}`]).toEqual([{ node: 'ajar', event: 'slam' }]);
    expect(alone.chart.nodes.map(({ id }) => id)).toContain('broken');
    const part = await get<MachineView>('machine?system=door&revision=v1&part=hinge[0]');
    expect(part).toEqual({ ...alone, kind: 'procedure' });
  });

  test('matrix and findings, from the manifest', async () => {
    const { rows } = await get<MatrixView>('matrix');
    const whole = rows.find(({ property }) => property === 'whole')!;
    expect(whole.cells[1]).toEqual({
      verdict: 'broken',
      counterexample: 'door/whole/v1',
      known: ['D1', 'D2', 'F1'],
    });
    const { findings } = await get<FindingsView>('findings');
    expect(findings.map(({ id, current }) => [id, current])).toEqual([
      ['D1', false],
      ['D2', true],
    ]);
  });

  test('the matrix of one system, which has the rules of that system alone', async () => {
    const { rows } = await get<MatrixView>('matrix?system=door');
    expect(new Set(rows.flatMap(({ systems }) => systems))).toEqual(new Set(['door']));
  });

  test('which machines have a label', async () => {
    const { words } = await get<Words>('words');
    const slam = words.find(({ label }) => label === 'slam')!;
    expect(slam.machines).toContain('hinge');
  });

  test('coverage: what the tests of a machine take of it', async () => {
    const { by, transitions } = await get<Coverage>('coverage?machine=hinge');
    expect(transitions).toBe(5);
    expect(by.map(({ name, covered }) => [name, covered.length])).toEqual([
      ['generated tests', 3],
      ['tests of pane', 3],
    ]);
  });

  test('export: a diagram as SVG and Mermaid, a run as text and as a test that reads back', async () => {
    const diagram = async (what: string) =>
      (await fetch(`${server.address}api/export?what=${what}&name=hinge`)).text();
    expect(await diagram('svg')).toMatch(/^<svg /);
    expect(await diagram('mermaid')).toMatch(/^stateDiagram-v2/);
    const run = {
      subject: { system: 'door', revision: 'v1' },
      steps: ['hinge[0].swing', 'hinge[0].slam'],
    };
    const exported = async (what: string) => (await post('export', { ...run, what })).text();
    expect(await exported('run')).toMatch(/CPU0[\s\S]*swing[\s\S]*slam[\s\S]*is broken\./);
    const suite = parseSuite(await exported('test'));
    expect(suite.tests.map(({ steps }) => steps.map(({ label }) => label))).toEqual([run.steps]);
  });

  test("chart: of a machine of somebody else's program, as its inspector sends it", async () => {
    const definition = JSON.stringify({
      id: 'light',
      initial: 'off',
      states: { off: { on: { go: 'on' } }, on: {} },
    });
    const chart = (await (await post('chart', { definition })).json()) as MachineView['chart'];
    expect(chart.machine).toBe('light');
    expect(chart.nodes.map(({ id }) => id)).toEqual(['', 'off', 'on']);
  });
});

describe('what cannot be used is told in a sentence', () => {
  const subject = { system: 'door' };
  const REFUSED = { subject: { system: 'door', revision: 'v1' }, steps: ['hinge[0].slam'] };
  const NOWHERE = { initial: 'gone', states: { here: {} } };

  test.each([
    ['system?system=dor', /there is no system 'dor'; the nearest is door/],
    ['system', /say what to look at/],
    ['system?system=door&fault=F1', /say what to look at/],
    ['system?system=door&revision=v9', /there is no revision 'v9'/],
    ['system?system=door&scope=hinges=many', /^scope: .* is not NAME=NUMBER/],
    ['system?system=door&scope=hinges=9', /at most 8 of each/],
    ['machine?name=hing', /there is no machine 'hing'; the nearest is hinge/],
    ['machine?system=door&part=hinge[7]', /has no part 'hinge\[7\]'/],
    ['machine', /say which machine/],
    ['counterexample?id=F9', /there is no fault, finding or system 'F9'/],
    ['counterexample', /'id' is missing/],
    ['path?id=pane/00000000', /have none with the id '00000000'/],
    ['path?id=pain/00000000', /there is no suite 'pain'/],
    ['matrix?system=dor', /there is no system 'dor'; the nearest is door/],
    ['paths?suite=pain', /there is no suite 'pain'/],
    ['coverage?machine=pain', /there is no machine 'pain'/],
    ['export?what=png&name=hinge', /svg or mermaid, not as 'png'/],
  ])('GET %s', async (path, sentence) => {
    const response = await fetch(`${server.address}api/${path}`);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toMatch(sentence);
  });

  test.each([
    ['what is no JSON', 'play', '{', /no JSON/],
    ['no object', 'play', '[]', /an object is expected/],
    ['no subject', 'play', { steps: [] }, /an object is expected/],
    [
      'a subject of numbers',
      'play',
      { subject: { system: 7 }, steps: [] },
      /'system' must be a text/,
    ],
    ['no steps', 'play', { subject }, /'steps' must be a list/],
    ['steps that are no labels', 'play', { subject, steps: [1] }, /'steps' must be a list/],
    ['a position before the first', 'play', { subject, steps: [], at: -1 }, /'at' must be/],
    ['a position behind the last', 'play', { subject, steps: [], at: 5 }, /no position 5/],
    ['too many steps', 'play', { subject, steps: Array(6000).fill('x') }, /more than the 5000/],
    ['an unknown form', 'export', { subject, steps: [], what: 'film' }, /run, test or mail/],
    ['a run that is refused', 'export', { ...REFUSED, what: 'run' }, /step 1, .* is refused/],
    ['half a definition', 'chart', { definition: '{' }, /no machine/],
    ['a number for one', 'chart', { definition: 7 }, /no machine/],
    ['one that XState refuses', 'chart', { definition: NOWHERE }, /no machine/],
    ['more than anybody sends', 'play', 'x'.repeat(2 ** 20 + 1), /longer than 1024 KiB/],
  ])('POST: %s', async (_, path, body, sentence) => {
    const response = await post(path, body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toMatch(sentence);
  });

  test('an address that there is not, and a method that is not meant', async () => {
    expect((await fetch(`${server.address}api/secrets`)).status).toBe(404);
    expect((await fetch(`${server.address}api/constructor`)).status).toBe(404);
    const wrong = await fetch(`${server.address}api/play`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(server.address, { method: 'DELETE' })).status).toBe(405);
  });
});

describe('only this machine asks, and the page asks only here', () => {
  test('the page is served with a policy that forbids every other host', async () => {
    const response = await fetch(server.address);
    expect(await response.text()).toContain('doors');
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*(?!;|$| )/);
    expect(policy).not.toMatch(/https?:\/\/(?!127\.0\.0\.1:\*|localhost:\*)/);
  });

  test('what is no address is told so, and the server goes on', async () => {
    expect((await asked({ path: '//' })).status).toBe(400);
    expect((await asked({ path: '/%' })).status).toBe(404);
    expect((await asked({})).status).toBe(200);
  });

  test('no file outside of the page is served', async () => {
    for (const path of ['../package.json', '..%2fpackage.json', '%2e%2e/package.json']) {
      expect((await asked({ path: `/${path}` })).status).toBe(404);
    }
  });

  test('a name that was made to point here, and a script of another site, are refused', async () => {
    const { port } = new URL(server.address);
    expect((await asked({})).status).toBe(200);
    expect((await asked({ host: `localhost:${port}` })).status).toBe(200);
    expect((await asked({ host: `evil.example:${port}` })).status).toBe(403);
    expect((await asked({ host: '127.0.0.1:1' })).status).toBe(403);
    expect((await asked({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await asked({ origin: 'null' })).status).toBe(403);
  });

  /** Asks with headers that `fetch` does not let one set. */
  function asked(options: { host?: string; origin?: string; path?: string }) {
    const { port } = new URL(server.address);
    const { host = `127.0.0.1:${port}`, origin, path = '/api/overview' } = options;
    return new Promise<{ status: number | undefined }>((resolve, reject) => {
      const headers = { host, ...(origin !== undefined && { origin }) };
      request({ host: '127.0.0.1', port, path, headers }, (response) => {
        response.resume();
        resolve({ status: response.statusCode });
      })
        .on('error', reject)
        .end();
    });
  }
});

test('a port that is taken is told in a sentence', async () => {
  const { port } = new URL(server.address);
  const inspector = new Inspector(catalogue, { stately: false, taken: [] });
  await expect(serve(inspector, page, Number(port))).rejects.toThrow(/port \d+ is in use/);
});

test('where the page is not built, the server says so', async () => {
  const inspector = new Inspector(catalogue, { stately: false, taken: [] });
  const bare = await serve(inspector, join(page, 'nowhere'), 0);
  try {
    const response = await fetch(bare.address);
    expect([response.status, await response.text()]).toEqual([
      503,
      'the page is not built: run npm run build first\n',
    ]);
  } finally {
    await bare.close();
  }
});
