// Plots as SVG, with what they show in their titles.
import { h } from './dom.js';

const WIDTH = 460;
const HEIGHT = 190;
const LEFT = 66;
const BOTTOM = 24;
const TOP = 8;

function ticks(max) {
  const step = 10 ** Math.floor(Math.log10(max || 1));
  const fitting = [1, 2, 5, 10].map((n) => n * step).find((s) => max / s <= 4) ?? step;
  return Array.from({ length: Math.floor(max / fitting) + 1 }, (_, i) => i * fitting);
}

/**
 * Lines over x. Each line has points [x, y], y null where there is a gap; `band` is an area between
 * [x, low, high].
 */
export function plot(title, lines, { band = [], format = String, formatX = String, xTicks } = {}) {
  const points = lines.flatMap((line) => line.points).filter(([, y]) => y !== null);
  if (points.length === 0) return h('figure', {}, h('figcaption', {}, title), h('p', { class: 'soft' }, 'Nothing was measured.'));
  const xs = points.map(([x]) => x);
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  const top = Math.max(...points.map(([, y]) => y), ...band.map(([, , high]) => high ?? 0)) * 1.05 || 1;
  const px = (x) => LEFT + ((WIDTH - LEFT - 10) * (x - from)) / (to - from || 1);
  const py = (y) => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - TOP) * y) / top;
  const at = (x, y) => px(x).toFixed(1) + ',' + py(y).toFixed(1);
  const figure = h('figure', {},
    h('figcaption', {}, title + (lines.length > 1 ? ': ' + lines.map((line, i) => line.name + (i ? ' dashed' : '')).join(', ') : '')),
    h('svg', { class: 'plot', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': title },
      ticks(top).map((y) => h('g', {},
        h('line', { class: 'axis', x1: LEFT, x2: WIDTH - 10, y1: py(y), y2: py(y) }),
        h('text', { x: LEFT - 6, y: py(y) + 4, 'text-anchor': 'end' }, format(y)))),
      (xTicks ?? [[from, formatX(from)], [to, formatX(to)]]).map(([x, text], i, all) =>
        h('text', { x: px(x), y: HEIGHT - 6, 'text-anchor': i === 0 ? 'start' : i === all.length - 1 ? 'end' : 'middle' }, text)),
      whole(band).map((part) => h('path', {
        class: 'band',
        d: 'M' + part.map(([x, , high]) => at(x, high)).join('L') + 'L' + [...part].reverse().map(([x, low]) => at(x, low)).join('L') + 'Z',
      })),
      lines.flatMap((line, i) => whole(line.points).map((part) =>
        h('polyline', { class: i ? 'line second' : 'line', points: part.map(([x, y]) => at(x, y)).join(' ') })))));
  return figure;
}

/** The stretches without a gap. */
function whole(points) {
  const parts = [[]];
  for (const point of points) {
    if (point[1] === null || point[1] === undefined) parts.push([]);
    else parts[parts.length - 1].push(point);
  }
  return parts.filter((part) => part.length > 0);
}

/** From the percentiles of a latency: its curve over an axis on which each nine has the same room. */
export function percentiles(title, latency, format) {
  const known = [[0.5, 'p50'], [0.9, 'p90'], [0.99, 'p99'], [0.999, 'p999']]
    .filter(([, name]) => latency[name + 'Micros'] !== null && latency[name + 'Micros'] !== undefined);
  const x = (p) => -Math.log10(1 - p);
  const points = [[0, latency.minMicros], ...known.map(([p, name]) => [x(p), latency[name + 'Micros']])];
  const end = x(1 - 1 / Math.max(latency.count, 2));
  if (end > points[points.length - 1][0]) points.push([end, latency.maxMicros]);
  return plot(title, [{ name: 'percentiles', points }], {
    format, xTicks: [[0, ''], ...known.map(([p]) => [x(p), p * 100 + ' %'])],
  });
}
