// The endpoints of this node, and the faults they have on purpose.
import { get, post, Refusal } from './api.js';
import { bytes, count, h, outcomes, table } from './dom.js';

const EVERY_MILLIS = 2000;

let shown = null;
let before = null;

/** Draws into `root` and asks every other second until what it returns is called. */
export function open(root) {
  shown = root;
  before = null;
  root.replaceChildren(h('h2', {}, 'Endpoints'), h('div', { id: 'endpoints' }), h('h2', {}, 'Faults'),
    h('p', { class: 'soft' }, 'They hold for connections that are made from now on. Without any, the endpoint is well again.'), h('div', { id: 'faults' }));
  refresh();
  const timer = setInterval(() => document.visibilityState === 'visible' && refresh(), EVERY_MILLIS);
  return () => { clearInterval(timer); shown = null; };
}

export async function refresh() {
  if (!shown) return;
  let endpoints;
  try {
    ({ endpoints } = await get('api/v1/endpoints'));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    shown?.querySelector('#endpoints').replaceChildren(h('p', { class: 'error' }, refusal.message));
    return;
  }
  if (!shown) return;
  const now = performance.now();
  const rate = (endpoint, direction) => {
    const old = before?.endpoints.find((each) => each.name === endpoint.name && each.port === endpoint.port);
    return old ? bytes(Math.max(0, endpoint[direction] - old[direction]) / ((now - before.at) / 1000)) + '/s' : '–';
  };
  shown.querySelector('#endpoints').replaceChildren(table('Endpoints',
    ['name', 'address', 'mode', 'TLS', { text: 'connections', number: true }, { text: 'received', number: true }, { text: 'sent', number: true }, 'rejected', 'ended', 'faults'],
    endpoints.map((endpoint) => [endpoint.name + (endpoint.accepting ? '' : ' (cannot accept)'), endpoint.host + ':' + endpoint.port, endpoint.mode + (endpoint.frameLength ? ' ' + endpoint.frameLength : ''), endpoint.tls,
      count(endpoint.connections), rate(endpoint, 'bytesReceived'), rate(endpoint, 'bytesSent'), reasons(endpoint.rejected), reasons(endpoint.ended), faults(endpoint)])));
  const names = endpoints.map((endpoint) => endpoint.name).join();
  const place = shown.querySelector('#faults');
  if (place.dataset.names !== names) {
    place.dataset.names = names;
    place.replaceChildren(...endpoints.map(switches));
  }
  before = { at: now, endpoints };
}

const reasons = (counts) => (Object.values(counts).some((times) => times > 0) ? outcomes(counts) : 'none');
const faults = (endpoint) => (endpoint.faults ? Object.entries(endpoint.faults).map(([name, value]) => name + ' ' + value).join(', ') : 'none');

function switches(endpoint) {
  const id = 'faults-' + endpoint.name;
  const text = h('input', { id, type: 'text', placeholder: 'delay=20ms corrupt=1/100', spellcheck: 'false', value: Object.entries(endpoint.faults ?? {}).map(([name, value]) => name + '=' + value).join(' ') });
  const said = h('span', { role: 'status' });
  const set = async (wanted) => {
    try {
      await post(`api/v1/endpoints/${encodeURIComponent(endpoint.name)}/faults`, wanted);
      said.className = '';
      said.textContent = Object.keys(wanted).length ? 'It misbehaves.' : 'It is well.';
      refresh();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      said.className = 'error';
      said.textContent = refusal.message;
    }
  };
  return h('form', { class: 'actions panel', onsubmit: (event) => { event.preventDefault(); set(parse(text.value)); } },
    h('label', { for: id }, endpoint.name), text, h('button', { class: 'primary' }, 'Switch on'),
    h('button', { type: 'button', onclick: () => { text.value = ''; set({}); } }, 'Heal'), said);
}

/** name=value …, numbers as numbers. */
function parse(text) {
  return Object.fromEntries(text.trim().split(/\s+/).filter(Boolean).map((pair) => {
    const at = pair.indexOf('=');
    const value = at < 0 ? '' : pair.slice(at + 1);
    return [at < 0 ? pair : pair.slice(0, at), /^\d+$/.test(value) ? Number(value) : value];
  }));
}
