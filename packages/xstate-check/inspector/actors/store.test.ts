import { describe, expect, it } from 'vitest';
import { ActorStore, inOrder, nodesOfValue } from './store.ts';

const registration = {
  type: '@xstate.actor',
  sessionId: 'x:0',
  name: 'lamp',
  createdAt: '1000',
  definition: '{"id":"lamp"}',
  snapshot: { status: 'active', value: 'off' },
};
const event = {
  type: '@xstate.event',
  sessionId: 'x:0',
  createdAt: '1001',
  event: { type: 'SWITCH' },
};
const snapshot = {
  ...event,
  type: '@xstate.snapshot',
  snapshot: { status: 'active', value: 'on' },
};

function received(...messages: readonly object[]) {
  const store = new ActorStore();
  for (const message of messages) store.receive('test', message);
  return [...store.actors.values()];
}

describe('what actors say', () => {
  it('makes an actor of a registration, with its newest snapshot', () => {
    const [actor] = received(registration, event, snapshot);
    expect(actor).toMatchObject({ name: 'lamp', snapshot: { value: 'on' } });
    expect(actor?.log.map(({ kind }) => kind)).toEqual(['registered', 'event', 'snapshot']);
  });

  it('takes the same event twice in a millisecond as two events', () => {
    expect(received(registration, event, event)[0]?.log).toHaveLength(3);
  });

  it('leaves out what a sender repeats when it connects again', () => {
    const again = received(registration, event, snapshot, registration, event, snapshot);
    expect(again).toHaveLength(1);
    expect(again[0]?.log).toHaveLength(3);
  });

  it('goes on where a sender that repeated itself goes on', () => {
    const later = { ...event, createdAt: '1002' };
    expect(received(registration, event, registration, event, later)[0]?.log).toHaveLength(3);
  });

  it('takes an actor whose registration was lost', () => {
    const [actor] = received(event, snapshot);
    expect(actor).toMatchObject({ name: 'x:0', definition: undefined, snapshot: { value: 'on' } });
  });

  it('tells the actors of two programs apart', () => {
    const actors = received(
      { ...registration, _source: 1 },
      { ...registration, name: 'door', _source: 2 },
    );
    expect(actors.map(({ name }) => name)).toEqual(['lamp', 'door']);
  });

  it('keeps the actors of a program that has gone', () => {
    const [actor] = received(
      { ...registration, _source: 1 },
      { type: '@statelyai.disconnected', _source: 1 },
    );
    expect(actor).toMatchObject({ name: 'lamp', gone: true });
  });

  it('begins anew where the same name is registered later', () => {
    const [actor] = received(registration, event, { ...registration, createdAt: '5000' });
    expect(actor?.log).toHaveLength(1);
  });

  it('keeps a bounded number of events', () => {
    const many = Array.from({ length: 1500 }, (_, index) => ({
      ...event,
      createdAt: String(index),
    }));
    const [actor] = received(registration, ...many);
    expect(actor?.log).toHaveLength(1000);
    expect(actor?.dropped).toBe(501);
    expect(actor?.log.at(-1)?.number).toBe(1500);
  });

  it.each([null, 1, 'text', {}, { type: '@xstate.actor' }, { type: 'x', sessionId: 'y' }])(
    'leaves alone what is no message: %j',
    (message) => {
      expect(new ActorStore().receive('test', message)).toBe(false);
    },
  );
});

describe('the order of actors', () => {
  it('has a root that goes on first, and what has ended last', () => {
    const as = (sessionId: string, more: object) => ({ ...registration, sessionId, ...more });
    const actors = received(
      as('ended', { snapshot: { status: 'done' } }),
      as('child', { parentId: 'root' }),
      as('root', {}),
    );
    expect(inOrder(actors).map(({ sessionId }) => sessionId)).toEqual(['root', 'child', 'ended']);
  });
});

describe('active nodes of a value', () => {
  it('are dotted paths, ancestors first', () => {
    expect(nodesOfValue({ a: { b: 'c', d: {} } })).toEqual(['a', 'a.b', 'a.b.c', 'a.d']);
    expect(nodesOfValue('off')).toEqual(['off']);
    expect(nodesOfValue(undefined)).toEqual([]);
  });
});
