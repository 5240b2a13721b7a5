// Who reaches whom: the matrix, what is wrong in a sentence, and one path in detail.
import { get, Refusal } from './api.js';
import { follow } from './bus.js';
import { count, figures, h, micros, outcomes, percent, table, time } from './dom.js';
import { percentiles, plot } from './plot.js';

const MARKS = { ok: '●', degraded: '◐', failing: '▲', down: '✕', stale: '?', unknown: '…', unsampled: '' };
/** Nodes up to which the matrix is a table; above, it is a picture and a list of what is not ok. */
const TABLE_UP_TO = 40;
const HISTORY = 360;
const ALONE = 'This node is on its own. With mesh.enabled in their configurations, nodes find and probe each other.';

const history = new Map();
let matrix = null;
let chosen = null;
let shown = null;
let listed = false;

const key = (from, to) => from + ' → ' + to;
const state = (path) => h('span', { class: 'state s-' + path.state }, MARKS[path.state] + ' ' + path.state);

/** Draws into `root` and keeps it true until what it returns is called. */
export function open(root) {
  shown = root;
  const stop = follow('echomesh.mesh.changes', take);
  refresh();
  return () => { stop(); shown = null; };
}

/** Asks for the matrix anew, after the node was away. */
export async function refresh() {
  if (!shown) return;
  try {
    take(await get('api/v1/mesh'));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    shown?.replaceChildren(h('h2', {}, 'Mesh'), h('p', { class: 'say' }, refusal.status === 409 ? ALONE : refusal.message));
  }
}

function take(news) {
  matrix = news;
  const at = Date.parse(news.generatedAt) / 1000;
  for (const path of news.paths) {
    const points = history.get(key(path.from, path.to)) ?? [];
    points.push({ at, p50: path.p50Micros ?? null, p99: path.p99Micros ?? null });
    if (points.length > HISTORY) points.shift();
    history.set(key(path.from, path.to), points);
  }
  if (shown) draw();
}

function draw() {
  const focused = document.activeElement?.dataset?.path;
  const panel = shown.querySelector('#path');
  const broken = matrix.paths.some((path) => ['failing', 'down', 'stale'].includes(path.state));
  const plain = matrix.paths.filter((path) => path.to.startsWith('probe:'));
  shown.replaceChildren(
    h('h2', {}, matrix.nodes.length > 1 ? 'Mesh of ' + count(matrix.nodes.length) + ' nodes' : 'Mesh'),
    matrix.nodes.length > 1 ? '' : h('p', {}, ALONE),
    h('p', { class: broken || matrix.findings.length ? 'say bad' : 'say', role: 'status' }, matrix.summary),
    matrix.findings.length ? h('ul', { id: 'findings' }, matrix.findings.map((finding) => h('li', {}, finding.sentence))) : '',
    ...(matrix.nodes.length <= TABLE_UP_TO ? [grid()] : picture()),
    h('ul', { class: 'legend', 'aria-label': 'States' }, Object.keys(MARKS).map((name) => h('li', {}, h('i', { class: 's-' + name }, MARKS[name]), ' ' + name))),
    panel ?? h('div', { id: 'path' }),
    plain.length ? h('h2', {}, 'Other targets') : '',
    plain.length ? pathTable('Other targets', plain) : '',
    ...nodes());
  if (focused) shown.querySelector(`[data-path="${CSS.escape(focused)}"]`)?.focus();
  goOn();
}

/** Many of them only if they are asked for; those that are not up in any case. */
function nodes() {
  const list = (some) => table('Nodes', ['name', 'zone', 'host', 'version', 'state', 'since'], some.map((node) =>
    [node.name, node.zone, node.host, node.version, node.state + (node.slowed ? ', short of CPU' : ''), time(node.since)]));
  if (matrix.nodes.length <= TABLE_UP_TO) return [h('h2', {}, 'Nodes'), list(byZone())];
  const odd = byZone().filter((node) => node.state !== 'up' || node.slowed);
  return [
    odd.length ? h('h2', {}, 'Nodes that are not well') : '', odd.length ? list(odd) : '',
    h('details', { open: listed, ontoggle: (event) => { listed = event.target.open; } }, h('summary', {}, 'All ' + count(matrix.nodes.length) + ' nodes'), list(byZone()))];
}

/** What the panel of the chosen path shows of now; figures of windows are those of the click. */
function goOn() {
  const path = matrix.paths.find((each) => key(each.from, each.to) === chosen);
  if (!path) return;
  shown.querySelector('#now')?.replaceChildren(...now(path));
  shown.querySelector('#live')?.replaceChildren(live(path.from, path.to));
}

const now = (path) => [state(path), ' since ' + time(path.since) + '. ' + (path.lastProblem ?? '')];

const byZone = () => [...matrix.nodes].sort((a, b) => a.zone.localeCompare(b.zone) || a.name.localeCompare(b.name));
const lookUp = () => new Map(matrix.paths.map((path) => [key(path.from, path.to), path]));

/** Rows are from, columns are to; the upper half of a cell is the way there, the lower the way back. */
function grid() {
  const nodes = byZone();
  const paths = lookUp();
  const starts = (i) => i > 0 && nodes[i].zone !== nodes[i - 1].zone;
  const cell = (from, to) => {
    const there = paths.get(key(from.name, to.name));
    const back = paths.get(key(to.name, from.name));
    if (from === to || (!there && !back)) return h('span', { class: 'none' });
    const [a, b] = [there?.state ?? 'unsampled', back?.state ?? 'unsampled'];
    const name = `${from.name} to ${to.name}: ${a}, back: ${b}`;
    const button = h('button', {
      type: 'button', class: 'cell', title: name, 'aria-label': name, 'data-path': key(from.name, to.name),
      onclick: () => choose(there ? [from.name, to.name] : [to.name, from.name]),
    }, h('span', { class: 'there', 'aria-hidden': 'true' }, MARKS[a]), h('span', { class: 'back', 'aria-hidden': 'true' }, MARKS[b]));
    button.style.setProperty('--there', `var(--${a === 'unsampled' ? 'page' : a})`);
    button.style.setProperty('--back', `var(--${b === 'unsampled' ? 'page' : b})`);
    return button;
  };
  return h('div', {}, h('p', { class: 'soft' }, 'From the row to the column; the lower half of a cell is the way back.'), h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Matrix' }, h('table', { class: 'matrix' },
    h('thead', {}, h('tr', {}, h('td', {}), nodes.map((node) => h('th', { scope: 'col' }, h('span', { title: node.zone || null }, node.name))))),
    h('tbody', {}, nodes.map((from, i) => h('tr', { class: starts(i) ? 'zone-start' : null },
      h('th', { scope: 'row', title: node(from) }, from.name, from.zone ? h('span', { class: 'soft' }, ' ' + from.zone) : ''),
      nodes.map((to, j) => h('td', { class: starts(j) ? 'zone-left' : null }, cell(from, to)))))))));
}

const node = (one) => `${one.host}, ${one.state}`;

/** Points of what is wrong are larger, and above the others. */
const weight = (path) => (['ok', 'unknown'].includes(path.state) ? 0 : 1);

/** A point for each path, and those that are not ok as a list that can be read and clicked. */
function picture() {
  const nodes = byZone();
  const index = new Map(nodes.map((each, i) => [each.name, i]));
  const size = Math.max(3, Math.floor(800 / nodes.length));
  const canvas = h('canvas', {
    width: size * nodes.length, height: size * nodes.length, role: 'img', 'aria-label': 'Matrix; the list below has every path that is not ok',
    onclick: (event) => {
      const box = canvas.getBoundingClientRect();
      const name = (offset, length) => nodes[Math.floor((offset / length) * nodes.length)]?.name;
      choose([name(event.clientY - box.top, box.height), name(event.clientX - box.left, box.width)]);
    },
  });
  const colours = getComputedStyle(document.documentElement);
  const colour = (name) => colours.getPropertyValue('--' + name);
  const pen = canvas.getContext('2d');
  pen.fillStyle = colour('line');
  nodes.forEach((each, i) => {
    if (i === 0 || each.zone === nodes[i - 1].zone) return;
    pen.fillRect(i * size - 1, 0, 1, canvas.height);
    pen.fillRect(0, i * size - 1, canvas.width, 1);
  });
  const dots = matrix.paths.filter((each) => index.has(each.to)).sort((a, b) => weight(a) - weight(b));
  for (const path of dots) {
    const more = weight(path);
    pen.fillStyle = colour('dot-' + path.state);
    pen.fillRect(index.get(path.to) * size - more, index.get(path.from) * size - more, size - 1 + 2 * more, size - 1 + 2 * more);
  }
  const wrong = matrix.paths.filter((path) => !['ok', 'unknown'].includes(path.state));
  return [h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Matrix' }, canvas),
    h('h2', {}, count(wrong.length) + ' paths are not ok'), wrong.length ? pathTable('Paths that are not ok', wrong) : ''];
}

function pathTable(caption, paths) {
  return table(caption, ['path', 'state', 'since', { text: 'p50', number: true }, { text: 'p99', number: true }, { text: 'loss', number: true }, 'last problem'],
    paths.map((path) => [
      h('button', { type: 'button', 'data-path': 'list ' + key(path.from, path.to), onclick: () => choose([path.from, path.to]) }, key(path.from, path.to)),
      state(path), time(path.since), micros(path.p50Micros), micros(path.p99Micros), percent(path.lossRatio), path.lastProblem ?? '']));
}

async function choose([from, to]) {
  chosen = key(from, to);
  const title = h('h2', { tabindex: -1 }, chosen);
  let detail;
  try {
    detail = await get(`api/v1/mesh/paths/${encodeURIComponent(from)}/${encodeURIComponent(to)}`);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    show(title, h('p', { id: 'now' }), h('p', { class: 'error' }, refusal.message), h('div', { id: 'live' }, live(from, to)));
    goOn();
    return;
  }
  const path = detail.path;
  const window = (each) => (each.seconds >= 3600 ? each.seconds / 3600 + ' h' : each.seconds / 60 + ' min');
  const longest = [...detail.windows].reverse().find((each) => each.rtt);
  show(title,
    h('p', { id: 'now' }, now(path)),
    figures([['round trip p50', micros(path.p50Micros)], ['p99', micros(path.p99Micros)], ['connect p99', micros(path.connect?.p99Micros)], ['loss', percent(path.lossRatio)], ['retransmits', count(path.retransmits)]]),
    h('div', { class: 'plots' }, h('div', { id: 'live' }, live(from, to)), longest ? percentiles('Round trip, ' + window(longest), longest.rtt, micros) : ''),
    table('Windows', ['last', 'outcomes', { text: 'connect p50', number: true }, { text: 'rtt p50', number: true }, { text: 'p99', number: true }, { text: 'max', number: true }, { text: 'large frames p50', number: true }],
      detail.windows.map((each) => [window(each), outcomes(each.outcomes), micros(each.connect?.p50Micros), micros(each.rtt?.p50Micros), micros(each.rtt?.p99Micros), micros(each.rtt?.maxMicros), micros(each.rttLarge?.p50Micros)])),
    detail.failures.length ? h('h3', {}, 'Failures of the last hour, the latest') : h('p', { class: 'soft' }, 'No probe of it has failed in the last hour.'),
    detail.failures.length ? table('Failures of the last hour', ['at', 'outcome', 'problem'], detail.failures.map((each) => [time(each.at), each.outcome, each.problem])) : '');
}

/** The band from p50 to p99 since the page was opened. */
function live(from, to) {
  const points = history.get(key(from, to)) ?? [];
  return plot('Round trip since this page was opened', [
    { name: 'p50', points: points.map(({ at, p50 }) => [at, p50]) }, { name: 'p99', points: points.map(({ at, p99 }) => [at, p99]) }],
  { band: points.map(({ at, p50, p99 }) => [at, p50, p99]), format: micros, formatX: (at) => new Date(at * 1000).toLocaleTimeString() });
}

function show(title, ...content) {
  const panel = shown?.querySelector('#path');
  if (!panel || title.textContent !== chosen) return;
  panel.className = 'panel';
  panel.replaceChildren(title, ...content);
  title.focus();
}
