/**
 * What a context field holds that was set from something nobody declared: the data of an event, an
 * input, the result of an actor. Plain, so that states can be told apart by it.
 */
export const UNKNOWN = Object.freeze({ unknown: true });

export function isUnknown(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1 &&
    (value as { unknown?: unknown }).unknown === true
  );
}

/** Most looks of one function at what nobody declared. */
const MOST_LOOKS = 10_000;

/** What a function of somebody's machine did with what it was given. */
export interface Reading {
  /** It looked at something that nobody declared. */
  unknown: boolean;
  /** Fields of the context that it read and that are not kept. */
  readonly dropped: Set<string>;
  /** How often it looked at it. */
  looks: number;
}

export const newReading = (): Reading => ({ unknown: false, dropped: new Set(), looks: 0 });

/**
 * A value that nobody declared: it can be read, called and copied, and all that comes of it is
 * undeclared, too. What it is as a number and as a text differs by `seed`, so that two runs tell what
 * depends on it.
 */
export function opaque(reading: Reading, seed: number): unknown {
  const itself: unknown = new Proxy(function undeclared() {}, {
    get(_, key) {
      if (key === 'then') return undefined;
      reading.unknown = true;
      // A loop until something turns up has no end where nothing does.
      if (++reading.looks > MOST_LOOKS) throw new Error('it goes round on what nobody declared');
      if (key === Symbol.toPrimitive) return () => seed;
      if (key === Symbol.iterator) return () => [][Symbol.iterator]();
      if (key === 'toJSON') return () => UNKNOWN;
      if (key === 'length') return seed;
      return itself;
    },
    apply: () => itself,
    construct: () => itself as object,
    has: () => true,
    set: () => true,
    getPrototypeOf: () => Object.prototype,
  });
  opaques.add(itself as object);
  return itself;
}

const opaques = new WeakSet<object>();

export function isOpaque(value: unknown): boolean {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    opaques.has(value)
  );
}

/**
 * An event of whose data nothing is declared but its type, or, where a machine raised it, all.
 *
 * @param isDeclared - whether its data is as it stands there
 */
export function shownEvent(
  event: { readonly type: string },
  isDeclared: boolean,
  reading: Reading,
  seed: number,
): { readonly type: string } {
  if (isDeclared) return event;
  return new Proxy(event, {
    get(target, key) {
      if (key === 'type' || typeof key === 'symbol') return Reflect.get(target, key);
      reading.unknown = true;
      return opaque(reading, seed);
    },
    ownKeys(target) {
      reading.unknown = true;
      return Reflect.ownKeys(target);
    },
  });
}

/**
 * The context as a function of the machine sees it: kept fields as they are, the others undeclared.
 * Copying it whole (`{ ...context }`) reads nothing.
 *
 * @param fields - all that the machine has, in order
 */
export function shownContext(
  context: Readonly<Record<string, unknown>>,
  kept: ReadonlySet<string>,
  fields: readonly string[],
  reading: Reading,
  seed: number,
): Readonly<Record<string, unknown>> {
  let copied: string | undefined;
  const shownValue = (key: string, isCopied: boolean): unknown => {
    if (!kept.has(key)) {
      if (!isCopied) reading.dropped.add(key);
      return opaque(reading, seed);
    }
    if (!isUnknown(context[key])) return copyOf(context[key]);
    if (!isCopied) reading.unknown = true;
    return opaque(reading, seed);
  };
  return new Proxy({} as Record<string, unknown>, {
    get(_, key) {
      if (typeof key === 'symbol') return undefined;
      const isCopied = copied === key;
      copied = undefined;
      return shownValue(key, isCopied);
    },
    has: (_, key) => typeof key === 'string' && fields.includes(key),
    ownKeys: () => [...fields],
    getOwnPropertyDescriptor(_, key) {
      if (typeof key === 'symbol' || !fields.includes(key)) return undefined;
      copied = key;
      return { configurable: true, enumerable: true, writable: true, value: undefined };
    },
  });
}

/** Kept values are plain; who changes what it is shown changes its own. */
function copyOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? structuredClone(value) : value;
}
