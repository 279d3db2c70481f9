import { useEffect, useState } from 'react';

export interface Loaded<T> {
  readonly data?: T | undefined;
  readonly error?: string | undefined;
  /** What `data` answers, which may be the question before the present one. */
  readonly of?: string | undefined;
}

/** Answers that do not change while the server runs. */
const answers = new Map<string, Promise<unknown>>();
const MOST = 400;

export function get<T>(path: string): Promise<T> {
  return remembered(path, () => fetch(path));
}

export function post<T>(path: string, body: unknown): Promise<T> {
  const text = JSON.stringify(body);
  return remembered(`${path} ${text}`, () => send(path, text));
}

/** For what is asked once, and answered by text. */
export async function postForText(path: string, body: unknown): Promise<string> {
  const response = await send(path, JSON.stringify(body));
  if (!response.ok) throw new Error(await errorOf(response));
  return response.text();
}

export async function getText(path: string): Promise<string> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(await errorOf(response));
  return response.text();
}

/** The answer to a GET; the one before stays until it is there. Nothing is asked for `undefined`. */
export function useGet<T>(path: string | undefined): Loaded<T> {
  return useAnswer(path, () => get<T>(path ?? ''));
}

/** The answer to a question; `key` says which it is. */
export function useAnswer<T>(key: string | undefined, ask: () => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({});
  useEffect(() => {
    if (key === undefined) return;
    let current = true;
    ask().then(
      (data) => current && setLoaded({ data, of: key }),
      (error: unknown) => current && setLoaded({ error: messageOf(error), of: key }),
    );
    return () => {
      current = false;
    };
  }, [key]);
  return key === undefined ? {} : loaded;
}

export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text === 'Failed to fetch' || text.startsWith('NetworkError')
    ? 'The server does not answer. Is `inspect` still running?'
    : text;
}

function remembered<T>(key: string, ask: () => Promise<Response>): Promise<T> {
  const known = answers.get(key);
  if (known !== undefined) return known as Promise<T>;
  const answer = ask().then(async (response) => {
    if (!response.ok) throw new Error(await errorOf(response));
    return (await response.json()) as T;
  });
  answers.set(key, answer);
  answer.catch(() => answers.delete(key));
  if (answers.size > MOST) answers.delete(answers.keys().next().value!);
  return answer;
}

function send(path: string, body: string): Promise<Response> {
  return fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

async function errorOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { error?: string };
    if (error !== undefined) return error;
  } catch {
    // Not JSON: the status says as much as there is to say.
  }
  return `The server answers ${response.status} ${response.statusText}.`;
}
