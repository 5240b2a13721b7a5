// Leads from view to view, and says when the node was lost.
import { get, Refusal, token } from './api.js';
import * as bus from './bus.js';
import * as echo from './echo.js';
import * as mesh from './mesh.js';
import * as test from './test.js';

const VIEWS = { '#mesh': mesh, '#test': test, '#echo': echo };
const content = document.getElementById('content');
const connection = document.getElementById('connection');
let close = () => {};
let view = null;
let lostAt = null;

function show() {
  const hash = VIEWS[location.hash] ? location.hash : '#mesh';
  close();
  view = VIEWS[hash];
  content.className = hash.slice(1);
  close = view.open(content);
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === hash) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

async function introduce() {
  try {
    const node = await get('api/v1/node');
    document.getElementById('node').textContent = `node ${node.name}${node.zone ? ' in ' + node.zone : ''}, version ${node.version}, transport ${node.transport}`;
    document.title = node.name + ' · Echomesh';
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (refusal.status === 401) dialog.showModal();
  }
}

bus.watch((open) => {
  if (open) {
    connection.textContent = '';
    introduce();
    if (lostAt) view?.refresh();
    lostAt = null;
  } else {
    lostAt ??= new Date();
    connection.textContent = `The node does not answer since ${lostAt.toLocaleTimeString()}. What is shown is from before; it is tried again.`;
  }
});

const dialog = document.getElementById('token-dialog');
document.getElementById('token-button').addEventListener('click', () => dialog.showModal());
dialog.addEventListener('close', () => {
  const field = document.getElementById('token');
  if (dialog.returnValue === 'save') {
    token.set(field.value.trim());
    bus.start();
    introduce();
    view?.refresh();
  }
  field.value = '';
});

addEventListener('hashchange', show);
show();
bus.start();
