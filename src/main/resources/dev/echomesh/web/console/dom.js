// Elements and words.

/** An element; `on…` are listeners, null and false leave an attribute out. Text is never markup. */
export function h(name, attributes = {}, ...children) {
  const svg = ['svg', 'path', 'line', 'text', 'g', 'title', 'polyline'].includes(name);
  const element = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export function micros(value) {
  if (value === null || value === undefined) return '–';
  if (value < 1000) return value.toFixed(value < 10 ? 1 : 0) + ' µs';
  if (value < 1e6) return (value / 1e3).toFixed(value < 1e5 ? 2 : 0) + ' ms';
  return (value / 1e6).toFixed(2) + ' s';
}

export function bytes(value) {
  if (value === null || value === undefined) return '–';
  for (const [unit, size] of [['GB', 1e9], ['MB', 1e6], ['kB', 1e3]]) {
    if (value >= size) return (value / size).toFixed(1) + ' ' + unit;
  }
  return Math.round(value) + ' B';
}

export const count = (value) => (value === null || value === undefined ? '–' : Math.round(value).toLocaleString('en'));
export const percent = (ratio) => (ratio === null || ratio === undefined ? '–' : (ratio * 100).toFixed(ratio > 0 && ratio < 0.001 ? 3 : 1) + ' %');
export const time = (iso) => (iso ? new Date(iso).toLocaleTimeString() : '–');

/** How frames ended, the good ones first. */
export function outcomes(counts) {
  const all = Object.entries(counts ?? {}).filter(([, times]) => times > 0);
  all.sort(([a], [b]) => (b === 'ok') - (a === 'ok'));
  return all.length === 0 ? 'none yet' : all.map(([name, times]) => count(times) + ' ' + name.replace('_', ' ')).join(', ');
}

export function table(caption, heads, rows) {
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    h('table', {},
      h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col', class: head.number ? 'number' : null }, head.text ?? head)))),
      h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell, i) => h('td', { class: heads[i].number ? 'number' : null }, cell)))))));
}

export const figures = (pairs) => h('dl', { class: 'figures' }, pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
