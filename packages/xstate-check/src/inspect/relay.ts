import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { Sources } from './sources.ts';

/** Longest message of an actor. */
const MOST_BYTES = 8 * 2 ** 20;

/** Most that waits for one page to read it. */
const MOST_UNREAD = 64 * 2 ** 20;

/** Where the page listens; everybody else who connects is a source. */
const PAGE = '/api/actors';

/**
 * Relays what `createWebSocketInspector({ url })` of any program sends to the pages that are open,
 * and to one that is opened later what is needed to catch up. Programs have no origin; a page of
 * another site has one, and may neither listen nor speak.
 */
export function relayOn(server: Server, port: number): { close(): void } {
  const sources = new Sources();
  const pages = new Set<WebSocket>();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!isAllowed(request, port)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connection) => {
      connection.on('error', () => connection.terminate());
      if (pathOf(request) === PAGE) welcome(connection, pages, sources);
      else listenTo(connection, pages, sources);
    });
  });
  return {
    close: () => {
      for (const connection of sockets.clients) connection.terminate();
      sockets.close();
    },
  };
}

function welcome(page: WebSocket, pages: Set<WebSocket>, sources: Sources): void {
  pages.add(page);
  page.on('close', () => pages.delete(page));
  for (const message of sources.backlog()) tell(page, message);
}

/** A page that does not read is let go; it is told again what it needs when it comes back. */
function tell(page: WebSocket, message: string): void {
  if (page.bufferedAmount > MOST_UNREAD) page.terminate();
  else page.send(message);
}

function listenTo(source: WebSocket, pages: Set<WebSocket>, sources: Sources): void {
  const number = sources.next();
  source.on('message', (data: RawData, isBinary: boolean) => {
    if (isBinary) return;
    const message = sources.take(number, String(data));
    if (message === undefined) return;
    for (const page of pages) tell(page, message);
  });
  source.on('close', () => {
    const message = sources.gone(number);
    if (message === undefined) return;
    for (const page of pages) tell(page, message);
  });
}

/**
 * The page listens. A program, which has no origin, and a page that is developed on this machine
 * may send what their actors do, and listen to nothing.
 */
function isAllowed(request: IncomingMessage, port: number): boolean {
  const { host = '', origin } = request.headers;
  if (![`127.0.0.1:${port}`, `localhost:${port}`].includes(host)) return false;
  if (origin === undefined || origin === `http://${host}`) return true;
  return pathOf(request) !== PAGE && LOCAL_ORIGIN.test(origin);
}

const LOCAL_ORIGIN = /^https?:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?$/;

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/\?.*$/, '');
}
