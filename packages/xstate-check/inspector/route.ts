import { useSyncExternalStore } from 'react';
import type { Subject } from '../src/inspect/protocol.ts';

/** Where the page is: `#/system/door?revision=v2&steps=a,b&at=1`. */
export interface Route {
  /** The first word: `system`; empty for the overview. */
  readonly page: string;
  /** All that follows it, which may have slashes of its own. */
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
  readonly steps: readonly string[];
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = split(hash.replace(/^#?\/?/, ''), '?');
  const [page = '', name = ''] = split(path, '/');
  const query: Record<string, string> = {};
  let steps: string[] = [];
  for (const pair of search.split('&').filter((text) => text !== '')) {
    const [key = '', value = ''] = split(pair, '=');
    if (key === 'steps') steps = value === '' ? [] : value.split(',').map(decode);
    else query[decode(key)] = decode(value);
  }
  return { page: decode(page), name: decode(name), query, steps };
}

export function hrefOf(
  page: string,
  name = '',
  query: Query = {},
  steps: readonly string[] = [],
): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${encode(key)}=${encode(String(value))}`);
  if (steps.length > 0) pairs.push(`steps=${steps.map(encode).join(',')}`);
  const path = name === '' ? page : `${page}/${encode(name)}`;
  return `#/${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

/** The page on which a subject is played. */
export function subjectHref(
  subject: Subject,
  steps: readonly string[] = [],
  query: Query = {},
): string {
  if ('fault' in subject) return hrefOf('fault', subject.fault, query, steps);
  if ('suite' in subject) return hrefOf('play', subject.suite, query, steps);
  const { system, revision, scope } = subject;
  return hrefOf('system', system, { revision, scope, ...query }, steps);
}

/** What of an address is about how something is looked at, and stays at another step of it. */
export function viewOf({
  part,
  tab,
  sel,
  from,
  back,
  find,
  nth,
}: Route['query']): Record<string, string | undefined> {
  return { part, tab, sel, from, back, find, nth };
}

/** A subject as a query of the server. */
export function subjectQuery(subject: Subject): string {
  return Object.entries(subject)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}=${encodeURIComponent(value as string)}`)
    .join('&');
}

/** Goes there; with `replace`, without an entry in the history, for what changes at every step. */
export function navigate(href: string, how: 'push' | 'replace' = 'push'): void {
  if (href === window.location.hash) return;
  if (how === 'push') window.history.pushState(null, '', href);
  else window.history.replaceState(null, '', href);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  if (hash !== last.hash) last = { hash, route: parseRoute(hash) };
  return last.route;
}

/** The route read last, so that it is the same object as long as the address is the same. */
let last = { hash: '', route: parseRoute('') };

function subscribe(changed: () => void): () => void {
  const events = ['hashchange', 'popstate'];
  for (const event of events) window.addEventListener(event, changed);
  return () => {
    for (const event of events) window.removeEventListener(event, changed);
  };
}

/** Leaves `[]():` as they are, so that a link that is pasted into a mail can be read. */
function encode(text: string): string {
  return text.replace(/[%,&=#?+\s"<>\\^`{|}]/g, (sign) => encodeURIComponent(sign));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
