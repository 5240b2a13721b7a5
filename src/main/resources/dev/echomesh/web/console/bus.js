// The event bus over a WebSocket: Vert.x's bridge protocol, subscriptions only. Comes back by itself.
import { token } from './api.js';

const PING_MILLIS = 5000;
const LONGEST_WAIT_MILLIS = 10000;

const subscriptions = new Map();
const watchers = new Set();
let socket = null;
let wait = 500;
let coming;

const send = (message) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
const headers = () => (token.get() ? { token: token.get() } : {});
const tell = (open) => watchers.forEach((watcher) => watcher(open));

function connect() {
  const url = new URL('eventbus/websocket', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  const opening = new WebSocket(url);
  opening.binaryType = 'arraybuffer';
  socket = opening;
  let pinging;
  opening.onopen = () => {
    wait = 500;
    pinging = setInterval(() => send({ type: 'ping' }), PING_MILLIS);
    for (const address of subscriptions.keys()) send({ type: 'register', address, headers: headers() });
    tell(true);
  };
  opening.onmessage = (event) => {
    const message = JSON.parse(typeof event.data === 'string' ? event.data : new TextDecoder().decode(event.data));
    if (message.type === 'rec') subscriptions.get(message.address)?.forEach((handler) => handler(message.body));
  };
  opening.onclose = () => {
    clearInterval(pinging);
    if (socket !== opening) return;
    tell(false);
    coming = setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MILLIS);
  };
}

/** Told true when the node is there, also again, and false when it was lost. */
export function watch(watcher) {
  watchers.add(watcher);
}

/** Follows an address; returns what ends that. */
export function follow(address, handler) {
  if (!subscriptions.has(address)) {
    subscriptions.set(address, new Set());
    send({ type: 'register', address, headers: headers() });
  }
  subscriptions.get(address).add(handler);
  return () => {
    const handlers = subscriptions.get(address);
    handlers?.delete(handler);
    if (handlers?.size === 0) {
      subscriptions.delete(address);
      send({ type: 'unregister', address });
    }
  };
}

/** Connects, or anew with another token. */
export function start() {
  clearTimeout(coming);
  const old = socket;
  socket = null;
  old?.close();
  connect();
}
