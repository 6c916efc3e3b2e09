// Arrivals in the second before, over time, as a picture without fonts or scripts of its own.
import { engines } from './engines/index.mjs';
import { burstCalls } from './workloads.mjs';
import { quotaLimit, quotaWindowMs } from './quota.mjs';

const size = { width: 860, height: 400, left: 52, right: 16, top: 64, bottom: 44 };
const stepMs = 25;
/** In this order, with different dashes for readers who do not see the colours. */
const strokes = ['none', '7 3', '2 3', '9 3 2 3'];

const title = `${burstCalls} calls at once, four processes: arrivals in any one second`;

/**
 * @param {readonly { engine: string, arrivalTimes: readonly number[] }[]} rows at most four, ours first
 * @returns {string} an SVG
 */
export function drawChart(rows) {
  const lines = rows.map((row) => ({ ...row, counts: countsOf(row.arrivalTimes) }));
  const most = Math.max(2 * quotaLimit, ...lines.flatMap((line) => line.counts));
  const longest = Math.max(...lines.map((line) => line.counts.length)) * stepMs;
  const scale = {
    untilMs: Math.ceil(longest / 1_000) * 1_000,
    most: Math.ceil(most / 20) * 20,
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="title">
<title id="title">${title}</title>
${style}
${axes(scale)}
${lines.map((line, index) => polyline(line.counts, index, scale)).join('\n')}
${legend(lines)}
</svg>
`;
}

const style = `<style>
svg { font: 12px sans-serif; background: #ffffff }
text { fill: #24292f }
.grid { stroke: #d0d7de; stroke-width: 1 }
.limit { stroke: #cf222e; stroke-width: 1.5 }
.line { fill: none; stroke-width: 1.5 }
.line0 { stroke: #0969da; stroke-width: 2.5 } .line1 { stroke: #bc4c00 } .line2 { stroke: #1a7f37 } .line3 { stroke: #8250df }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117 }
text { fill: #e6edf3 }
.grid { stroke: #30363d }
.limit { stroke: #ff7b72 }
.line0 { stroke: #58a6ff } .line1 { stroke: #f0883e } .line2 { stroke: #3fb950 } .line3 { stroke: #bc8cff }
}
</style>`;

/** How many arrived in the window that ends at each step, until the last has left it. */
function countsOf(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const counts = [];
  let [first, next] = [0, 0];
  const endMs = (sorted.at(-1) ?? 0) + quotaWindowMs;
  for (let atMs = 0; atMs <= endMs; atMs += stepMs) {
    while (sorted[next] <= atMs) next += 1;
    while (sorted[first] <= atMs - quotaWindowMs) first += 1;
    counts.push(next - first);
  }
  return counts;
}

function axes({ untilMs, most }) {
  const scale = { untilMs, most };
  const right = size.width - size.right;
  const bottom = size.height - size.bottom;
  const levels = Array.from({ length: most / 20 + 1 }, (_, index) => index * 20);
  const seconds = Array.from({ length: untilMs / 1_000 + 1 }, (_, index) => index);
  return [
    ...levels.map((level) => {
      const y = yOf(level, scale);
      const kind = level === quotaLimit ? 'limit' : 'grid';
      return (
        `<line class="${kind}" x1="${size.left}" y1="${y}" x2="${right}" y2="${y}"/>` +
        `<text x="${size.left - 8}" y="${y + 4}" text-anchor="end">${level}</text>`
      );
    }),
    ...seconds.map(
      (second) =>
        `<text x="${xOf(second * 1_000, scale)}" y="${bottom + 18}" text-anchor="middle">${second}</text>`,
    ),
    `<text x="${right}" y="${yOf(quotaLimit, scale) - 6}" text-anchor="end">limit: ${quotaLimit} per second</text>`,
    `<text x="${(size.left + right) / 2}" y="${size.height - 8}" text-anchor="middle">seconds since the calls were made</text>`,
    `<text x="14" y="${(size.top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(size.top + bottom) / 2})">arrivals in the last second</text>`,
  ].join('\n');
}

/** Only the corners: between them the line is level. */
function polyline(counts, index, scale) {
  const points = counts.flatMap((count, step) => {
    const x = xOf(step * stepMs, scale);
    const previous = counts[step - 1];
    if (previous === count && step < counts.length - 1) return [];
    return previous === undefined
      ? [`${x},${yOf(count, scale)}`]
      : [`${x},${yOf(previous, scale)}`, `${x},${yOf(count, scale)}`];
  });
  const dashes = strokes[index % strokes.length];
  return `<polyline class="line line${index}" stroke-dasharray="${dashes}" points="${points.join(' ')}"/>`;
}

function legend(lines) {
  const width = (size.width - size.left - size.right) / lines.length;
  const entries = lines.map(({ engine }, index) => {
    const x = size.left + index * width;
    const name = engines[engine].title.replaceAll('*', '');
    const dashes = strokes[index % strokes.length];
    return (
      `<line class="line line${index}" stroke-dasharray="${dashes}" x1="${x}" y1="44" x2="${x + 18}" y2="44"/>` +
      `<text x="${x + 23}" y="48">${name}</text>`
    );
  });
  return [
    `<text x="${size.left}" y="22" font-size="14" font-weight="bold">${title}</text>`,
    ...entries,
  ].join('\n');
}

function xOf(atMs, { untilMs }) {
  return round(size.left + (atMs / untilMs) * (size.width - size.left - size.right));
}

function yOf(count, { most }) {
  const height = size.height - size.top - size.bottom;
  return round(size.height - size.bottom - (count / most) * height);
}

function round(value) {
  return Math.round(value * 10) / 10;
}
