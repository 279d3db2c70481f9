/** A message of `@statelyai/inspect`, as far as it is looked at here. */
interface ActorMessage {
  readonly type: '@xstate.actor' | '@xstate.event' | '@xstate.snapshot';
  readonly sessionId: string;
}

/** Bounds of what is kept for pages that come later. */
const MOST = { actors: 500, messages: 200, bytes: 32 * 2 ** 20 };

/** What is kept of one actor: how it was registered, its last snapshot, and what came last. */
interface Actor {
  registered?: string;
  snapshot?: string;
  recent: string[];
}

/**
 * What programs told of their actors, bounded: of each actor its registration and last snapshot are
 * kept whatever else is forgotten, so that a page that is opened late knows what it sees. Two
 * programs may call their actors the same, so that each message is given the number of its source.
 */
export class Sources {
  readonly #actors = new Map<string, Actor>();
  readonly #gone = new Set<number>();
  #last = 0;
  #bytes = 0;

  /** The number of a new source. */
  next(): number {
    return ++this.#last;
  }

  /** Takes a message; returns what is to be relayed, nothing for what is none of the protocol. */
  take(source: number, text: string): string | undefined {
    const message = read(text);
    if (message === undefined) return undefined;
    const relayed = JSON.stringify({ ...message, _source: source });
    const key = `${source} ${message.sessionId}`;
    const actor = this.#actors.get(key) ?? { recent: [] };
    this.#actors.delete(key);
    this.#actors.set(key, actor);
    this.#bytes -= sizeOf(actor);
    if (message.type === '@xstate.actor') actor.registered = relayed;
    else {
      if (message.type === '@xstate.snapshot') actor.snapshot = relayed;
      actor.recent.push(relayed);
      if (actor.recent.length > MOST.messages) actor.recent.shift();
    }
    this.#bytes += sizeOf(actor);
    this.#forget();
    return relayed;
  }

  /** Says that a source has gone; its actors stay to be looked at. */
  gone(source: number): string | undefined {
    if (!this.#isKept(source)) return undefined;
    this.#gone.add(source);
    return farewell(source);
  }

  /** What a page that comes now is to be told, in the order in which it happened to each actor. */
  backlog(): string[] {
    const told = [...this.#actors.values()].flatMap(({ registered, snapshot, recent }) => [
      ...(registered === undefined ? [] : [registered]),
      ...(snapshot === undefined || recent.includes(snapshot) ? [] : [snapshot]),
      ...recent,
    ]);
    return [...told, ...[...this.#gone].map(farewell)];
  }

  #isKept(source: number): boolean {
    return [...this.#actors.keys()].some((key) => key.startsWith(`${source} `));
  }

  /** Of the actors that were quiet for longest first the history, then all. */
  #forget(): void {
    for (const actor of this.#actors.values()) {
      if (this.#bytes <= MOST.bytes) break;
      this.#bytes -= sizeOf(actor);
      actor.recent = [];
      this.#bytes += sizeOf(actor);
    }
    for (const [key, actor] of this.#actors) {
      if (this.#actors.size <= MOST.actors && this.#bytes <= MOST.bytes) break;
      this.#bytes -= sizeOf(actor);
      this.#actors.delete(key);
    }
    for (const source of this.#gone) if (!this.#isKept(source)) this.#gone.delete(source);
  }
}

function farewell(source: number): string {
  return JSON.stringify({ type: '@statelyai.disconnected', _source: source });
}

function sizeOf({ registered = '', snapshot = '', recent }: Actor): number {
  return recent.reduce((sum, text) => sum + text.length, registered.length + snapshot.length);
}

const TYPES: readonly unknown[] = ['@xstate.actor', '@xstate.event', '@xstate.snapshot'];

function read(text: string): ActorMessage | undefined {
  try {
    const message = JSON.parse(text) as Partial<ActorMessage> | null;
    if (!TYPES.includes(message?.type) || typeof message?.sessionId !== 'string') return undefined;
    return message as ActorMessage;
  } catch {
    return undefined;
  }
}
