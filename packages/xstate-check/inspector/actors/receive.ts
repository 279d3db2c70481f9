import { useEffect, useState, useSyncExternalStore } from 'react';
import { navigate } from '../route.ts';
import { type Actor, ActorStore } from './store.ts';

const store = new ActorStore();

export function useActors(): ReadonlyMap<string, Actor> {
  return useSyncExternalStore(store.subscribe, () => store.actors);
}

export function forgetActors(): void {
  store.clear();
}

/**
 * Listens to the window that opened this one, or the page around it: createBrowserInspector posts
 * there once it is told that somebody listens.
 */
export function receiveFromWindow(): void {
  const sender: Window | null = window.self === window.top ? window.opener : window.parent;
  if (sender === null) return;
  window.addEventListener('message', ({ source, data }) => {
    if (source !== sender || !store.receive('window', data)) return;
    if (window.location.hash === '') navigate('#/actors', 'replace');
  });
  sender.postMessage({ type: '@statelyai.connected' }, '*');
}

/** Reads what the server relays, and comes back when the connection is lost. */
export function useRelay(): 'connecting' | 'connected' | 'lost' {
  const [status, setStatus] = useState<'connecting' | 'connected' | 'lost'>('connecting');
  useEffect(() => {
    let socket: WebSocket | undefined;
    let timer = 0;
    const connect = () => {
      const url = new URL('api/actors', window.location.href);
      url.protocol = url.protocol.replace('http', 'ws');
      url.hash = '';
      socket = new WebSocket(url);
      socket.onopen = () => {
        store.beginRound('relay');
        setStatus('connected');
      };
      socket.onmessage = ({ data }) => store.receive('relay', parsed(data));
      socket.onclose = () => {
        setStatus('lost');
        timer = window.setTimeout(connect, 2000);
      };
    };
    connect();
    return () => {
      window.clearTimeout(timer);
      if (socket !== undefined) socket.onclose = null;
      socket?.close();
    };
  }, []);
  return status;
}

function parsed(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
