import { createWebSocketInspector } from '@statelyai/inspect';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createActor, createMachine } from 'xstate';
import { Inspector, type InspectServer, Sources, serve } from 'xstate-check/cli';
import { doors } from './cli-doors.fixture.ts';

/** Actors of any program, as the real package sends them. */

let server: InspectServer;
const opened: { close(): void }[] = [];

beforeEach(async () => {
  server = await serve(new Inspector(doors, { stately: false, taken: [] }), 'no page', 0);
});

afterEach(async () => {
  for (const one of opened.splice(0)) one.close();
  await server.close();
});

interface Message {
  readonly type: string;
  readonly sessionId?: string;
  readonly name?: string;
  readonly definition?: string;
  readonly snapshot?: { readonly value?: unknown };
  readonly event?: { readonly type: string };
  readonly _source?: number;
}

const at = (path: string) => `${server.address.replace('http', 'ws')}${path}`;

/** A page that listens, and what it was told. */
async function listening(): Promise<readonly Message[]> {
  const told: Message[] = [];
  const socket = new WebSocket(at('api/actors'));
  opened.push(socket);
  socket.on('message', (data) => told.push(JSON.parse(String(data)) as Message));
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  return told;
}

const light = createMachine({
  id: 'light',
  initial: 'off',
  states: { off: { on: { press: 'on' } }, on: { on: { press: 'off' } } },
});

/** A program with one actor that is looked at. */
function program() {
  const inspector = createWebSocketInspector({ url: at('') });
  opened.push({ close: () => inspector.stop() });
  const actor = createActor(light, { inspect: inspector.inspect });
  actor.start();
  return { actor, inspector };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !condition(); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(condition()).toBe(true);
}

test('a page is told how an actor is made, and every event and snapshot', async () => {
  const told = await listening();
  const { actor } = program();
  actor.send({ type: 'press' });
  await until(() => told.some(({ snapshot }) => snapshot?.value === 'on'));
  expect(told[0]).toMatchObject({ type: '@xstate.actor', _source: 1 });
  expect(JSON.parse(told[0]!.definition!)).toMatchObject({ id: 'light', initial: 'off' });
  expect(told.map(({ event }) => event?.type)).toContain('press');
});

test('a page that comes late is told who there is, and where they are', async () => {
  const early = await listening();
  const { actor } = program();
  for (let i = 0; i < 3; i++) actor.send({ type: 'press' });
  await until(() => early.filter(({ type }) => type === '@xstate.snapshot').length >= 4);
  const late = await listening();
  await until(() => late.length === early.length);
  expect(late[0]).toMatchObject({ type: '@xstate.actor' });
  expect(late.filter(({ type }) => type === '@xstate.snapshot').at(-1)?.snapshot?.value).toBe('on');
});

test('two programs that call their actors the same are told apart; one that ends is said to', async () => {
  const told = await listening();
  const one = program();
  await until(() => told.length > 0);
  const two = program();
  const registered = () => told.filter(({ type }) => type === '@xstate.actor');
  await until(() => registered().length === 2);
  two.actor.send({ type: 'press' });
  expect(registered().map(({ _source }) => _source)).toEqual([1, 2]);
  one.inspector.stop();
  await until(() => told.some(({ type }) => type === '@statelyai.disconnected'));
  expect(told.find(({ type }) => type === '@statelyai.disconnected')?._source).toBe(1);
});

test('what is none of the protocol is not relayed', async () => {
  const told = await listening();
  const socket = new WebSocket(at(''));
  opened.push(socket);
  await new Promise((resolve) => socket.on('open', resolve));
  for (const text of [
    '{',
    '7',
    'null',
    '{"type":"@xstate.actor"}',
    '{"type":"x","sessionId":"a"}',
  ]) {
    socket.send(text);
  }
  socket.send(JSON.stringify({ type: '@xstate.event', sessionId: 'a' }));
  await until(() => told.length > 0);
  expect(told).toEqual([{ type: '@xstate.event', sessionId: 'a', _source: 1 }]);
});

test.each([
  ['a page of another site listens', 'api/actors', { origin: 'http://evil.example' }, 403],
  ['one that is developed here listens', 'api/actors', { origin: 'http://localhost:5173' }, 403],
  ['a page of another site speaks', '', { origin: 'https://evil.example' }, 403],
  ['one that is developed here speaks', '', { origin: 'http://localhost:5173' }, 101],
  ['a name that was made to point here', 'api/actors', { host: 'evil.example' }, 403],
])('%s', async (_, path, headers, status) => {
  const socket = new WebSocket(at(path), { headers });
  opened.push(socket);
  const answered = await new Promise((resolve) => {
    socket.on('error', () => {});
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
  });
  expect(answered).toBe(status);
});

test('what is kept is bounded: the registration and the last snapshot stay', () => {
  const sources = new Sources();
  const source = sources.next();
  const say = (type: string, more: object) =>
    sources.take(source, JSON.stringify({ type, sessionId: 'a', ...more }));
  say('@xstate.actor', { name: 'busy' });
  say('@xstate.snapshot', { snapshot: { value: 'here' } });
  for (let i = 0; i < 1000; i++) say('@xstate.event', { event: { type: `e${i}` } });
  const backlog = sources.backlog().map((text) => JSON.parse(text) as Message);
  expect(backlog).toHaveLength(202);
  expect(backlog.slice(0, 2)).toMatchObject([{ name: 'busy' }, { snapshot: { value: 'here' } }]);
  expect(backlog.at(-1)).toMatchObject({ event: { type: 'e999' } });
  for (let i = 0; i < 1000; i++) {
    sources.take(source, JSON.stringify({ type: '@xstate.actor', sessionId: `s${i}` }));
  }
  expect(sources.backlog()).toHaveLength(500);
});

test('a page that is opened later is told who has gone', () => {
  const sources = new Sources();
  const [first, second] = [sources.next(), sources.next()];
  for (const source of [first, second]) {
    sources.take(source, JSON.stringify({ type: '@xstate.actor', sessionId: 'x:0' }));
  }
  sources.gone(first);
  const backlog = sources.backlog().map((text) => JSON.parse(text) as Message);
  expect(backlog.map(({ type, _source }) => [type, _source])).toEqual([
    ['@xstate.actor', first],
    ['@xstate.actor', second],
    ['@statelyai.disconnected', first],
  ]);
});
