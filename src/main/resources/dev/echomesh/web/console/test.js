// A form for every option of a test, its progress, its report, and those before it.
import { file, get, post, Refusal, remove } from './api.js';
import { follow } from './bus.js';
import { bytes, count, figures, h, micros, outcomes, table, time } from './dom.js';
import { percentiles, plot } from './plot.js';

const MODES = {
  ping: 'one frame in flight per connection', rate: 'an open loop at the rate', stream: 'a window of frames in flight',
  connect: 'a new connection for every frame', 'find-max': 'the highest rate that keeps all thresholds',
};
const FIELDS = [
  { name: 'target', label: 'Target', hint: 'HOST:PORT, [IPv6]:PORT, HOST:SERVICE, @NODE', required: true },
  { name: 'mode', label: 'Mode', choices: Object.keys(MODES) },
  { name: 'from', label: 'From', hint: 'this node; or names with commas, or all', list: true },
  { name: 'duration', label: 'Duration', hint: '10s' },
  { name: 'connections', label: 'Connections', hint: '1', number: true },
  { name: 'frameLength', label: 'Frame length', hint: '64, 64KiB, 1MiB' },
  { name: 'rate', label: 'Rate', hint: '1000, 50k or 1k..50k/30s' },
  { name: 'arrivals', label: 'Arrivals', choices: ['constant', 'poisson'] },
  { name: 'window', label: 'Window', hint: 'stream: 16', number: true },
  { name: 'count', label: 'Count', hint: 'frames in all', number: true },
  { name: 'warmup', label: 'Warm-up', hint: '1s' },
  { name: 'timeout', label: 'Timeout', hint: '5s' },
  { name: 'source', label: 'Source address', hint: 'of this node' },
  { name: 'family', label: 'Family', choices: ['any', 'ipv4', 'ipv6'] },
  { name: 'dscp', label: 'DSCP', hint: '0 to 63', number: true },
  { name: 'sendBuffer', label: 'Send buffer', hint: "the system's" },
  { name: 'receiveBuffer', label: 'Receive buffer', hint: "the system's" },
  { name: 'bandwidth', label: 'Bandwidth of the path', hint: '1Gbit/s, for RFC 6349' },
  { name: 'seed', label: 'Seed', hint: '0', number: true },
  { name: 'gracefulClose', label: 'End connections by FIN (connect)', flag: true },
  { name: 'timestamps', label: 'The endpoint stamps frames', flag: true },
  { name: 'failIf', label: 'Fail if', hint: 'one a line: p99 > 5ms', lines: true },
];
const TLS = [
  { name: 'tls.caFile', label: 'Authority', hint: "a file of this node; the JVM's" },
  { name: 'tls.certFile', label: 'Certificate', hint: 'a file of this node' },
  { name: 'tls.keyFile', label: 'Key', hint: 'a file of this node' },
  { name: 'tls.verifyHost', label: 'Verify the host name', flag: true, on: true },
];

const ASK_AGAIN_MILLIS = 2000;

let shown = null;
let listing;
let stopFollowing = () => {};
let running = null;
const compared = new Set();

/** Draws into `root` until what it returns is called. */
export function open(root) {
  shown = root;
  root.replaceChildren(h('h2', {}, 'Test a path'), form(), h('div', { id: 'run', 'aria-live': 'polite' }), h('div', { id: 'report' }), h('h2', {}, 'Runs'), h('div', { id: 'runs' }));
  refresh();
  return () => { shown = null; };
}

/** Asks for the runs anew, and for the one that was under way. */
export async function refresh() {
  if (running) await look(running);
  if (shown) await list();
}

function input(field) {
  const id = 'f-' + field.name;
  const common = { id, name: field.name, 'aria-describedby': id + '-error', required: field.required };
  if (field.choices) return h('select', common, field.choices.map((choice) => h('option', { value: choice }, choice)));
  if (field.flag) return h('input', { ...common, type: 'checkbox', checked: field.on });
  if (field.lines) return h('textarea', { ...common, placeholder: field.hint });
  return h('input', { ...common, type: 'text', placeholder: field.hint, inputmode: field.number ? 'numeric' : null, spellcheck: 'false', autocomplete: 'off' });
}

function labelled(field) {
  const label = h('label', { for: 'f-' + field.name }, field.label);
  const error = h('span', { class: 'error', id: 'f-' + field.name + '-error' });
  return field.flag ? h('div', { class: 'field check' }, input(field), label, error) : h('div', { class: field.lines ? 'field wide' : 'field' }, label, input(field), error);
}

function form() {
  const tls = h('fieldset', {}, h('legend', {}, h('input', { type: 'checkbox', id: 'f-tls', onchange: (event) => { fields.hidden = !event.target.checked; } }), ' ', h('label', { for: 'f-tls' }, 'TLS')));
  const fields = h('div', { class: 'options', hidden: true }, TLS.map(labelled));
  tls.append(fields);
  const whole = h('form', { class: 'options', id: 'test-form', novalidate: true, onsubmit: (event) => { event.preventDefault(); start(whole); } },
    FIELDS.map(labelled), tls,
    h('p', { class: 'actions field wide' }, h('button', { class: 'primary' }, 'Start'), h('span', { class: 'error', id: 'form-error', role: 'alert' })));
  const mode = whole.elements.mode;
  const explain = () => { mode.title = MODES[mode.value]; };
  mode.addEventListener('change', explain);
  explain();
  return whole;
}

/** As the API takes it; what is not filled in is left to the node, which knows the defaults. */
function request(whole) {
  const value = (field) => {
    const element = whole.elements[field.name];
    if (field.flag) return element.checked;
    const text = element.value.trim();
    if (text === '') return undefined;
    if (field.number && /^-?\d+$/.test(text)) return BigInt(text);
    if (field.lines) return text.split('\n').map((line) => line.trim()).filter(Boolean);
    if (field.list) return text === 'all' ? text : text.split(/[\s,]+/);
    return text;
  };
  const body = {};
  for (const field of FIELDS) {
    const given = value(field);
    if (given !== undefined && given !== false && !(field.choices && given === field.choices[0])) body[field.name] = given;
  }
  if (whole.querySelector('#f-tls').checked) {
    body.tls = Object.fromEntries(TLS.map((field) => [field.name.slice(4), value(field)]).filter(([, given]) => given !== undefined));
  }
  return body;
}

async function start(whole) {
  whole.querySelectorAll('.error').forEach((each) => { each.textContent = ''; });
  whole.querySelectorAll('[aria-invalid]').forEach((each) => each.removeAttribute('aria-invalid'));
  try {
    const { id } = await post('api/v1/tests', request(whole));
    begin(id);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const field = refusal.field && whole.elements[refusal.field];
    const place = field ? whole.querySelector(`[id="f-${refusal.field}-error"]`) : whole.querySelector('#form-error');
    place.textContent = refusal.message;
    field?.setAttribute?.('aria-invalid', 'true');
    field?.focus?.();
  }
}

function begin(id) {
  stopFollowing();
  running = id;
  const seen = [];
  let heard = true;
  const unfollow = follow('echomesh.run.' + id, (news) => {
    heard = true;
    if (news.type === 'progress') {
      seen.push(news);
      progress(id, seen);
    } else if (news.schema) ended(news);
    else if (news.failure) lost(id, news.failure);
  });
  // it may have ended before the node knew that this page listens
  const asking = setInterval(() => { if (!heard) look(id); heard = false; }, ASK_AGAIN_MILLIS);
  stopFollowing = () => { unfollow(); clearInterval(asking); };
  shown?.querySelector('#report').replaceChildren();
  progress(id, seen);
  look(id);
  list();
}

/** Also finds a run whose end was missed. */
async function look(id) {
  try {
    const run = await get('api/v1/tests/' + id);
    if (run.schema) ended(run);
    else if (run.state === 'failed') lost(id, run.failure);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (refusal.status === 404) lost(id, 'the node knows nothing of it any more');
  }
}

function progress(id, seen) {
  if (!shown || running !== id) return;
  const last = seen[seen.length - 1];
  const series = (name) => seen.map((news) => [news.elapsedSeconds, news[name] ?? null]);
  const place = shown.querySelector('#run');
  const cancel = h('button', { type: 'button', id: 'cancel', onclick: () => remove('api/v1/tests/' + id).catch((refusal) => { place.append(h('p', { class: 'error' }, refusal.message)); }) }, 'Cancel');
  const focused = document.activeElement?.id === 'cancel';
  place.className = 'panel';
  place.replaceChildren(h('p', { class: 'actions' }, last ? `Under way for ${last.elapsedSeconds.toFixed(0)} s` : 'Under way', cancel),
    ...(last ? [
      figures([['frames', count(last.frames)], ['per second', count(last.framesPerSecond)], ['p50', micros(last.p50Micros)], ['p99', micros(last.p99Micros)], ['errors', count(last.failed)]]),
      h('div', { class: 'plots' }, plot('Frames per second', [{ name: 'frames', points: series('framesPerSecond') }], { format: count, formatX: (s) => s.toFixed(0) + ' s' }),
        plot('Round trip', [{ name: 'p50', points: series('p50Micros') }, { name: 'p99', points: series('p99Micros') }], { format: micros, formatX: (s) => s.toFixed(0) + ' s' }))] : []));
  if (focused) cancel.focus();
}

function ended(report) {
  if (running === report.id) {
    stopFollowing();
    running = null;
    const place = shown?.querySelector('#run');
    if (place) { place.className = ''; place.replaceChildren(); }
    show(report);
  }
  list();
}

function lost(id, why) {
  if (running !== id) return;
  stopFollowing();
  running = null;
  shown?.querySelector('#run').replaceChildren(h('p', { class: 'error' }, 'The run ended without a report: ' + why));
  list();
}

function show(report) {
  const place = shown?.querySelector('#report');
  if (!place) return;
  place.className = 'panel';
  place.replaceChildren(...(report.schema.startsWith('echomesh.check/') ? checks(report) : test(report)));
  place.scrollIntoView({ block: 'nearest' });
}

const outcome = (run) => ({ ended: verdict(run.verdict), failed: h('span', { class: 'fail' }, '✕ no report: ' + run.failure) })[run.state] ?? 'under way';
const verdict = (word) => h('span', { class: word === 'pass' ? 'pass' : 'fail' }, word === 'pass' ? '✓ PASS' : '✕ FAIL');

function downloads(report) {
  const save = (blob, name) => {
    const link = h('a', { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  // as the node has it: a number in it may be longer than a script can keep
  const button = (form, type, words) => h('button', { type: 'button', onclick: async () => save(await file('api/v1/tests/' + report.id, type), report.id + form) }, words);
  return h('p', { class: 'actions' }, button('.json', 'application/json', 'Download JSON'),
    report.schema.startsWith('echomesh.report/') ? button('.html', 'text/html', 'Download HTML') : '');
}

function test(report) {
  const latencies = [['resolve', 'name resolution'], ['connect', 'TCP handshake'], ['tls', 'TLS handshake'], ['rtt', 'round trip'], ['blocked', 'blocked'], ['lag', 'lag'], ['residence', 'residence']].filter(([name]) => report[name]);
  const series = (name) => (report.series ?? []).map((point) => [point.second, point[name] ?? null]);
  const seconds = (s) => Math.round(s) + ' s';
  return [
    h('h2', {}, verdict(report.verdict), ' ' + report.request.target + ', ' + report.request.mode),
    ...(report.reasons.length ? [h('ul', {}, report.reasons.map((reason) => h('li', {}, reason)))] : []),
    ...(report.trust && !report.trust.ok ? [h('p', { class: 'error' }, 'Not to be trusted: ' + report.trust.reasons.join('; '))] : []),
    figures([['frames', outcomes(report.outcomes)], ['connections', `${count(report.connections.opened)} opened, ${count(report.connections.failed)} failed`], ['throughput', bytes(report.throughput?.bytesPerSecond) + '/s'], ['retransmits', count(report.tcp?.retransmits)]]),
    h('div', { class: 'plots' },
      report.rtt ? percentiles('Round trip by percentile', report.rtt, micros) : '',
      plot('Round trip by second', [{ name: 'p50', points: series('p50Micros') }, { name: 'p99', points: series('p99Micros') }], { format: micros, formatX: seconds, band: (report.series ?? []).map((point) => [point.second, point.p50Micros ?? null, point.p99Micros]) }),
      plot('Frames by second', [{ name: 'ok or not', points: series('frames') }, { name: 'failed', points: series('failed') }], { format: count, formatX: seconds })),
    table('Latencies', ['latency', ...['count', 'min', 'p50', 'p90', 'p99', 'p99.9', 'max'].map((text) => ({ text, number: true }))],
      latencies.map(([name, words]) => [words, count(report[name].count), ...['min', 'p50', 'p90', 'p99', 'p999', 'max'].map((figure) => micros(report[name][figure + 'Micros']))])),
    ...(report.sources?.length ? [h('h3', {}, 'Sources'), table('Sources', ['node', 'verdict', 'frames'], report.sources.map((source) => [source.node, source.verdict ?? source.problem ?? '–', outcomes(source.outcomes)]))] : []),
    ...(report.notes?.length ? [h('ul', { class: 'soft' }, report.notes.map((note) => h('li', {}, note)))] : []),
    downloads(report)];
}

function checks(report) {
  return [h('h2', {}, verdict(report.verdict), ' checks of ' + report.request.target),
    table('Checks', ['check', 'verdict', 'evidence'], (report.checks ?? report.results ?? []).map((check) => [check.name, check.verdict, [].concat(check.evidence ?? []).join(' ')])),
    downloads(report)];
}

async function list() {
  const place = shown?.querySelector('#runs');
  if (!place) return;
  let runs;
  try {
    ({ runs } = await get('api/v1/tests?limit=50'));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    place.replaceChildren(h('p', { class: 'error' }, refusal.message));
    return;
  }
  const again = async (id) => show(await get('api/v1/tests/' + id));
  place.replaceChildren(runs.length === 0 ? h('p', { class: 'soft' }, 'None yet.') : table('Runs', ['compare', 'run', 'target', 'mode', 'started', 'verdict'], runs.map((run) => [
    run.state === 'ended' && run.kind === 'test' ? h('input', { type: 'checkbox', 'aria-label': 'compare ' + run.id, checked: compared.has(run.id), onchange: (event) => { compared[event.target.checked ? 'add' : 'delete'](run.id); compare(); } }) : '',
    run.state === 'ended' ? h('button', { type: 'button', onclick: () => again(run.id) }, run.id) : run.id,
    run.request?.target ?? '', run.kind === 'check' ? 'check' : run.request?.mode ?? 'ping', time(run.startedAt), outcome(run)])),
  h('div', { id: 'comparison' }));
  // what the node has forgotten can be compared with nothing
  for (const id of compared) if (!runs.some((run) => run.id === id)) compared.delete(id);
  if (compared.size > 1) compare();
  clearTimeout(listing);
  if (runs.some((run) => run.state === 'running')) listing = setTimeout(list, ASK_AGAIN_MILLIS);
}

/** The chosen runs side by side. */
async function compare() {
  const chosen = [...compared];
  let reports;
  try {
    reports = await Promise.all(chosen.map((id) => get('api/v1/tests/' + id)));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    shown?.querySelector('#comparison')?.replaceChildren(h('p', { class: 'error' }, refusal.message));
    return;
  }
  // others were chosen meanwhile, and may have been shown already
  if (chosen.join() !== [...compared].join()) return;
  const rows = [
    ['verdict', (r) => r.verdict], ['target', (r) => r.request.target], ['mode', (r) => r.request.mode], ['frames', (r) => outcomes(r.outcomes)],
    ['connect p50', (r) => micros(r.connect?.p50Micros)], ['round trip p50', (r) => micros(r.rtt?.p50Micros)], ['round trip p99', (r) => micros(r.rtt?.p99Micros)],
    ['round trip max', (r) => micros(r.rtt?.maxMicros)], ['bytes per second', (r) => bytes(r.throughput?.bytesPerSecond)], ['retransmits', (r) => count(r.tcp?.retransmits)]];
  shown?.querySelector('#comparison')?.replaceChildren(...(reports.length < 2 ? [] : [h('h3', {}, 'Side by side'),
    table('Side by side', ['', ...reports.map((report) => report.id)], rows.map(([name, cell]) => [name, ...reports.map(cell)]))]));
}
