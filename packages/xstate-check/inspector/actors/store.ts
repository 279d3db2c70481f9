/**
 * What the actors of any project say of themselves through @statelyai/inspect: a registration with
 * the machine's definition, events, snapshots. Kept here, bounded, whatever page is shown.
 *
 * Known defects of the sender (0.7) that are met here:
 * - it repeats what it has buffered when it connects again, so what is repeated is left out;
 * - it forgets the oldest of 200 messages, which is the registration: an actor may come unannounced;
 * - the registration's snapshot is taken late and may be younger than the first events.
 */
export interface Message {
  readonly type: '@xstate.actor' | '@xstate.event' | '@xstate.snapshot';
  readonly sessionId: string;
  readonly createdAt?: string;
  readonly rootId?: string;
  readonly name?: string;
  readonly parentId?: string;
  readonly definition?: string;
  readonly sourceId?: string;
  readonly event?: { readonly type?: string };
  readonly snapshot?: Snapshot;
  /** The connection over which it came, by number; given by the server. */
  readonly _source?: number;
}

export interface Snapshot {
  readonly status?: string;
  readonly value?: unknown;
  readonly context?: unknown;
  readonly output?: unknown;
  readonly error?: unknown;
}

export interface Actor {
  /** Distinguishes actors of several programs, which all call their first one `x:0`. */
  readonly key: string;
  readonly sessionId: string;
  readonly name: string;
  readonly parentId: string | undefined;
  /** The config of the machine as text; absent for other actors and where it was lost. */
  readonly definition: string | undefined;
  /** In the order of arrival; the oldest are dropped. */
  readonly log: readonly LogEntry[];
  /** How many entries were dropped before `log`. */
  readonly dropped: number;
  /** The newest that is known. */
  readonly snapshot: Snapshot | undefined;
  /** Its program has gone. */
  readonly gone: boolean;
  /** Its program, by the number of its connection; absent for the window that opened the page. */
  readonly source: number | undefined;
}

export interface LogEntry {
  readonly number: number;
  readonly time: string;
  readonly kind: 'registered' | 'event' | 'snapshot';
  readonly event: { readonly type?: string } | undefined;
  readonly from: string | undefined;
  readonly snapshot: Snapshot | undefined;
}

const MOST_ENTRIES = 1000;
const MOST_ACTORS = 200;

/** How often each message was seen: in all, and since its sender last began to repeat. */
interface Seen {
  readonly all: Map<string, number>;
  readonly round: Map<string, number>;
}

export class ActorStore {
  #actors = new Map<string, Actor>();
  readonly #seen = new Map<string, Seen>();
  readonly #listeners = new Set<() => void>();

  get actors(): ReadonlyMap<string, Actor> {
    return this.#actors;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** A connection begins: what it repeats was seen before. */
  beginRound(origin: string): void {
    for (const [key, seen] of this.#seen) if (key.startsWith(origin)) seen.round.clear();
  }

  /** Takes a message from anywhere; what is none is left alone. */
  receive(origin: string, message: unknown): boolean {
    if (isFarewell(message)) this.#leave(`${origin}${message._source ?? ''}`);
    if (!isMessage(message)) return false;
    const source = `${origin}${message._source ?? ''}`;
    if (this.#isRepeated(source, message)) return true;
    this.#add(`${source} ${message.sessionId}`, message);
    for (const listener of this.#listeners) listener();
    return true;
  }

  clear(): void {
    this.#actors = new Map();
    for (const listener of this.#listeners) listener();
  }

  #leave(source: string): void {
    const actors = [...this.#actors].map(([key, actor]): [string, Actor] => [
      key,
      key.startsWith(`${source} `) ? { ...actor, gone: true } : actor,
    ]);
    this.#actors = new Map(actors);
    for (const listener of this.#listeners) listener();
  }

  #isRepeated(source: string, message: Message): boolean {
    const seen = this.#seen.get(source) ?? { all: new Map(), round: new Map() };
    this.#seen.set(source, seen);
    const text = JSON.stringify(message);
    if (message.type === '@xstate.actor' && (seen.round.get(text) ?? 0) > 0) seen.round.clear();
    const count = (seen.round.get(text) ?? 0) + 1;
    seen.round.set(text, count);
    if (count <= (seen.all.get(text) ?? 0)) return true;
    seen.all.set(text, count);
    if (seen.all.size > 4 * MOST_ENTRIES) seen.all.delete(seen.all.keys().next().value!);
    return false;
  }

  #add(key: string, message: Message): void {
    const actors = new Map(this.#actors);
    const known = actors.get(key);
    actors.set(
      key,
      message.type === '@xstate.actor' ? registered(key, message) : told(key, message, known),
    );
    if (actors.size > MOST_ACTORS) actors.delete(actors.keys().next().value!);
    this.#actors = actors;
  }
}

/** A registration begins anew: the same name after a restart is another actor. */
function registered(key: string, message: Message): Actor {
  return {
    key,
    sessionId: message.sessionId,
    name: message.name ?? message.sessionId,
    parentId: message.parentId,
    definition: message.definition,
    log: [entry(0, 'registered', message)],
    dropped: 0,
    snapshot: message.snapshot,
    gone: false,
    source: message._source,
  };
}

function told(key: string, message: Message, known: Actor | undefined): Actor {
  const actor = known ?? { ...registered(key, message), log: [], definition: undefined };
  const kind = message.type === '@xstate.event' ? 'event' : 'snapshot';
  const number = actor.dropped + actor.log.length;
  const log = [...actor.log, entry(number, kind, message)];
  const excess = Math.max(0, log.length - MOST_ENTRIES);
  return {
    ...actor,
    log: log.slice(excess),
    dropped: actor.dropped + excess,
    snapshot: message.snapshot ?? actor.snapshot,
  };
}

function entry(number: number, kind: LogEntry['kind'], message: Message): LogEntry {
  const at = Number(message.createdAt);
  return {
    number,
    kind,
    time: Number.isFinite(at) ? new Date(at).toISOString().slice(11, 23) : '',
    event: message.event,
    from: message.sourceId,
    snapshot: message.snapshot,
  };
}

/** The server says that a connection has ended. */
function isFarewell(message: unknown): message is { readonly _source?: number } {
  return (message as { type?: unknown } | null | undefined)?.type === '@statelyai.disconnected';
}

function isMessage(message: unknown): message is Message {
  if (typeof message !== 'object' || message === null) return false;
  const { type, sessionId } = message as Partial<Message>;
  return (
    typeof sessionId === 'string' &&
    (type === '@xstate.actor' || type === '@xstate.event' || type === '@xstate.snapshot')
  );
}

/** Dotted paths of the active nodes of a snapshot's value, ancestors first. */
export function nodesOfValue(value: unknown, under = ''): readonly string[] {
  if (typeof value === 'string') return [`${under}${value}`];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    `${under}${name}`,
    ...nodesOfValue(inner, `${under}${name}.`),
  ]);
}

/** Whether it has ended, though its program may go on. */
export function isStopped({ gone, snapshot }: Actor): boolean {
  return gone || (snapshot?.status !== undefined && snapshot.status !== 'active');
}

/** Roots before what they spawned, what goes on before what has ended: the first is shown first. */
export function inOrder(actors: Iterable<Actor>): Actor[] {
  const rank = (actor: Actor) =>
    (isStopped(actor) ? 2 : 0) + (actor.parentId === undefined ? 0 : 1);
  return [...actors].toSorted((a, b) => rank(a) - rank(b));
}
