import type { Series } from './series.ts';

/** A graph's measures, in px. */
interface ChartOptions {
  width: number;
  height: number;
  stacked: boolean;
  /** What stands below the first step and below the last one. */
  ends: readonly [string, string];
  /** Drawn across, where it is in sight. */
  limit: number | undefined;
}

/** CloudWatch's order of colours, more or less. */
export const colours = [
  ...['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b'],
  ...['#e377c2', '#7f7f7f', '#bcbd22', '#17becf', '#393b79', '#637939'],
];

/** Room for the axis, in px. */
const margin = { left: 44, right: 6, top: 8, bottom: 18 };

/** Draws lines, or areas on top of each other, as an SVG. */
export function chart(
  series: readonly Series[],
  { width, height, stacked, ends, limit }: ChartOptions,
): string {
  const drawn = stacked ? stackedUp(series) : series;
  const all = drawn.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const top = niceTop(Math.max(1, ...all));
  const steps = Math.max(1, ...series.map(({ values }) => values.length));
  const right = width - margin.right;
  const bottom = height - margin.bottom;
  const x = (step: number) =>
    round(margin.left + (step / Math.max(1, steps - 1)) * (right - margin.left));
  const y = (value: number) => round(bottom - (value / top) * (bottom - margin.top));

  const grid = [0, top / 2, top].map(
    (value) =>
      `<line x1="${margin.left}" x2="${right}" y1="${y(value)}" y2="${y(value)}" class="grid"/>` +
      `<text x="${margin.left - 6}" y="${y(value) + 4}" text-anchor="end">${short(value)}</text>`,
  );
  const times =
    `<text x="${margin.left}" y="${height - 4}">${ends[0]}</text>` +
    `<text x="${right}" y="${height - 4}" text-anchor="end">${ends[1]}</text>`;
  const lines = drawn.map(({ values }, index) => {
    const colour = colours[index % colours.length];
    const points = values.flatMap((value, step) =>
      value === undefined ? [] : [`${x(step)},${y(value)}`],
    );
    if (stacked) {
      const area = [`${x(0)},${bottom}`, ...points, `${x(steps - 1)},${bottom}`].join(' ');
      return `<polygon points="${area}" fill="${colour}"/>`;
    }
    const dots = points.map((point) => {
      const [cx, cy] = point.split(',');
      return `<circle cx="${cx}" cy="${cy}" r="2" fill="${colour}"/>`;
    });
    return `<polyline points="${points.join(' ')}" stroke="${colour}"/>${dots.join('')}`;
  });
  const across =
    limit !== undefined && limit <= top
      ? `<line x1="${margin.left}" x2="${right}" y1="${y(limit)}" y2="${y(limit)}" class="limit"/>`
      : '';
  // The highest area first: each lower one is drawn over it.
  const inOrder = stacked ? lines.toReversed() : lines;
  return `<svg viewBox="0 0 ${width} ${height}">${grid.join('')}${times}${inOrder.join('')}${across}</svg>`;
}

/** Each series on top of those before it, nothing counting as 0. */
function stackedUp(series: readonly Series[]): Series[] {
  let below: number[] = [];
  return series.map(({ label, values }) => {
    below = values.map((value, step) => (value ?? 0) + (below[step] ?? 0));
    return { label, values: below };
  });
}

/** The next of 1, 2, 5, 10, 20, ... */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((factor) => factor * power >= value) ?? 10) * power;
}

/** A number in few characters: 1.5k, 20M. */
export function short(value: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(
    value,
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
