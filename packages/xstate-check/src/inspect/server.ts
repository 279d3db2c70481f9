import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';
import { InputError } from '../base/errors.ts';
import { type Answer, answer, methodsOf } from './api.ts';
import type { Inspector } from './inspector.ts';
import { relayOn } from './relay.ts';

/** Only programs of this machine may ask. */
const HOST = '127.0.0.1';

/** Longest body of a question. */
const MOST_BYTES = 2 ** 20;

export interface InspectServer {
  /** `http://127.0.0.1:4711/`. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves the page, what it asks, and the relay for actors of other programs, on loopback only.
 *
 * @param page - the folder with the page
 * @param port - any free one where 0
 */
export async function serve(
  inspector: Inspector,
  page: string,
  port: number,
): Promise<InspectServer> {
  const files = existsSync(page) ? sirv(page, { dev: true, etag: true }) : undefined;
  const server = createServer((request, response) => {
    handle(inspector, files, request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: `a defect of this tool: ${error.message}` });
    });
  });
  await listening(server, port);
  const own = (server.address() as AddressInfo).port;
  const relay = relayOn(server, own);
  return {
    address: `http://${HOST}:${own}/`,
    close: () =>
      new Promise((resolve) => {
        relay.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new InputError(`port ${port} is in use; take another --port, or none for any`)
          : error,
      );
    });
    server.listen(port, HOST, () => resolve());
  });
}

async function handle(
  inspector: Inspector,
  files: ReturnType<typeof sirv> | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  secure(request, response);
  if (!isOwnHost(request)) {
    sendJson(response, 403, { error: 'this server answers to its own address only' });
    return;
  }
  const base = `http://${request.headers.host}`;
  if (!URL.canParse(request.url ?? '/', base)) {
    sendJson(response, 400, { error: 'this is no address' });
    return;
  }
  const url = new URL(request.url ?? '/', base);
  const path = /^\/api\/(.*)$/.exec(url.pathname)?.[1];
  if (path !== undefined) await handleApi(inspector, path, url.searchParams, request, response);
  else if (request.method !== 'GET' && request.method !== 'HEAD')
    notAllowed(response, ['GET', 'HEAD']);
  else if (files === undefined) sendText(response, 503, NOT_BUILT);
  else files(request, response, () => sendText(response, 404, 'there is no such page\n'));
}

const NOT_BUILT = 'the page is not built: run npm run build first\n';

async function handleApi(
  inspector: Inspector,
  path: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET' } = request;
  const methods = methodsOf(path);
  if (methods.length === 0) {
    sendJson(response, 404, { error: `there is no api/${path}` });
    return;
  }
  if (!methods.includes(method)) {
    notAllowed(response, methods);
    return;
  }
  try {
    const body = method === 'POST' ? await bodyOf(request) : undefined;
    send(response, await answer(inspector, { method, path, query, body }));
  } catch (error) {
    if (error instanceof InputError) sendJson(response, 400, { error: error.message });
    else if (error instanceof RangeError) {
      sendJson(response, 400, { error: `out of memory or range (${error.message})` });
    } else sendJson(response, 500, { error: `a defect of this tool: ${(error as Error).message}` });
  }
}

/**
 * What a browser may do with what is sent: nothing but ask this server. Other pages of this machine
 * may show the page in a frame, because `createBrowserInspector({ iframe })` does.
 */
function secure({ headers }: IncomingMessage, response: ServerResponse): void {
  const own = isOwnHostName(headers.host ?? '') ? ` ws://${headers.host}` : '';
  const policy = [
    "default-src 'self'",
    `connect-src 'self'${own}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self' http://127.0.0.1:* http://localhost:*",
  ];
  response.setHeader('Content-Security-Policy', policy.join('; '));
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}

/**
 * A page of another site whose name was made to point here still says that name; its script, which
 * says its origin where it posts, is refused too.
 */
export function isOwnHost({ headers, socket }: IncomingMessage): boolean {
  const { host = '', origin } = headers;
  const name = /^(.*):(\d+)$/.exec(host);
  if (!isOwnHostName(host) || Number(name?.[2]) !== socket.localPort) return false;
  return origin === undefined || origin === `http://${host}`;
}

function isOwnHostName(host: string): boolean {
  return /^(?:127\.0\.0\.1|localhost):\d+$/.test(host);
}

/** @throws InputError for what is too long, and for what is no JSON */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      throw new InputError(`what was sent is longer than ${MOST_BYTES / 1024} KiB`);
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new InputError('what was sent is no JSON');
  }
}

function send(response: ServerResponse, sent: Answer): void {
  if ('json' in sent) sendJson(response, 200, sent.json);
  else sendText(response, 200, sent.text, sent.type);
}

function sendJson(response: ServerResponse, status: number, json: unknown): void {
  sendText(response, status, JSON.stringify(json), 'application/json');
}

function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain',
): void {
  response.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Cache-Control': 'no-store',
  });
  response.end(text);
}

function notAllowed(response: ServerResponse, methods: readonly string[]): void {
  response.setHeader('Allow', methods.join(', '));
  sendJson(response, 405, { error: `only ${methods.join(' and ')} is allowed here` });
}
