import { chart, colours, short } from './chart.ts';
import type { DashboardBody, MetricWidget } from './dashboard-body.schema.ts';
import type { Dashboard } from './dashboards.ts';
import type { Emitted } from './emitted.ts';
import { type Evaluation, type Series, seriesOf, spanOf, wholeOf } from './series.ts';

/** What the dashboards are drawn from. */
export interface PageInput {
  dashboards: readonly Dashboard[];
  emitted: readonly Emitted[];
  /** Of the functions' own metrics: the stack's name. */
  namespace: string;
  /** Where the metrics come from, for a person. */
  source: string;
}

type Widget = DashboardBody['widgets'][number];

/** CloudWatch's grid: 24 columns on a wide screen, and the height of one row, in px. */
const grid = { column: 60, row: 50 };

const style = `
body { font: 13px/1.35 system-ui, sans-serif; margin: 16px; background: #f2f3f3; color: #16191f; }
.note { max-width: 1440px; margin: 0 0 12px; color: #414d5c; }
.dashboard { position: relative; width: ${24 * grid.column}px; margin-bottom: 40px; }
.widget { position: absolute; box-sizing: border-box; padding: 3px; }
.card { height: 100%; box-sizing: border-box; background: #fff; border: 1px solid #d5dbdb; padding: 6px 8px; overflow: hidden; display: flex; flex-direction: column; }
.only-aws { background: #eaeded; }
.card h3 { font-size: 13px; margin: 0 0 2px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.text h1 { font-size: 22px; margin: 4px 0; } .text h3 { font-size: 16px; margin: 16px 0 0; border-bottom: 2px solid #aab7b8; } .text p { margin: 0; }
svg { flex: 1; min-height: 0; width: 100%; } svg text { font-size: 11px; fill: #545b64; }
polyline { fill: none; stroke-width: 1.6; } .grid { stroke: #eaeded; } .limit { stroke: #d13212; stroke-dasharray: 5 4; }
.legend { font-size: 11px; max-height: 48px; overflow: hidden; } .legend span { margin-right: 8px; white-space: nowrap; } .legend i { display: inline-block; width: 9px; height: 9px; margin-right: 3px; }
.aside { color: #879196; font-style: italic; } .empty { flex: 1; display: grid; place-items: center; text-align: center; }
.numbers { flex: 1; display: flex; gap: 18px; align-items: center; } .numbers b { font-size: 26px; display: block; }
`;

/** Draws dashboards as CloudWatch lays them out, on one page that needs nothing else. */
export function previewPage(input: PageInput): string {
  const { emitted, namespace } = input;
  const evaluation = { emitted, namespace, span: spanOf(emitted) };
  const { stepMs } = evaluation.span;
  const bodies = input.dashboards.map(({ widgets }) => {
    const rows = Math.max(...widgets.map(({ y, height }) => y + height));
    const drawn = widgets.map((widget) => placed(widget, content(widget, evaluation)));
    return `<div class="dashboard" style="height:${rows * grid.row}px">${drawn.join('')}</div>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(namespace)}: dashboards</title><style>${style}</style>
<p class="note">Preview: the layout is the template's, the numbers are ${escaped(input.source)}, in steps of ${stepMs / 1000} s (CloudWatch draws five minutes). Grey widgets are empty: only AWS fills them.</p>
${bodies.join('\n')}</html>
`;
}

function placed({ x, y, width, height }: Widget, inside: string): string {
  const at = [x * grid.column, y * grid.row, width * grid.column, height * grid.row];
  return `<div class="widget" style="left:${at[0]}px;top:${at[1]}px;width:${at[2]}px;height:${at[3]}px">${inside}</div>`;
}

function content(widget: Widget, evaluation: Evaluation): string {
  switch (widget.type) {
    case 'text':
      return `<div class="text">${markup(widget.properties.markdown)}</div>`;
    case 'alarm': {
      const { title, alarms } = widget.properties;
      return onlyAws(title, `${alarms.length} alarms`);
    }
    case 'metric':
      return metricCard(widget, evaluation);
  }
}

function metricCard({ properties, width, height }: MetricWidget, evaluation: Evaluation): string {
  const { title, view, stacked, metrics, yAxis, annotations, setPeriodToTimeRange } = properties;
  const span = setPeriodToTimeRange ? wholeOf(evaluation.span) : evaluation.span;
  const lines = metrics
    .filter(({ visible }) => visible)
    .map((line) => ({ line, series: seriesOf(line, metrics, { ...evaluation, span }) }));
  const series = lines.flatMap((each) => each.series ?? []);
  const fromAws = lines.filter((each) => each.series === undefined);
  if (fromAws.length === lines.length) {
    const labels = lines.map(({ line }) => line.label ?? line.name).join(', ');
    return onlyAws(title, labels);
  }
  if (view === 'singleValue') {
    return card(
      title,
      numbers(
        lines.map(({ line, series: [one] = [] }) => ({ label: line.label ?? line.name, one })),
      ),
    );
  }
  const more = fromAws.length > 0 ? [`${fromAws.length} more only in AWS`] : [];
  if (series.length === 0) {
    return card(title, empty(['Nothing was emitted', ...more].join(', ')));
  }
  const limit = annotations?.horizontal[0];
  const drawn = chart(series, {
    width: width * grid.column - 24,
    height: height * grid.row - 74,
    stacked,
    ends: [clock(span.fromMs), clock(span.toMs)],
    limit: limit?.value,
  });
  const legend = series.map(
    ({ label }, index) =>
      `<span><i style="background:${colours[index % colours.length]}"></i>${escaped(label)}</span>`,
  );
  const notes = [
    ...more,
    ...(limit ? [`${limit.label} at ${short(limit.value)}`] : []),
    yAxis?.left?.label ?? '',
  ];
  const aside = `<span class="aside">${escaped(notes.join(', '))}</span>`;
  return card(title, `${drawn}<div class="legend">${legend.join('')}${aside}</div>`);
}

function numbers(values: { label: string; one: Series | undefined }[]): string {
  const shown = values.map(({ label, one }) => {
    const latest = one?.values.findLast((value) => value !== undefined);
    return `<div><b>${latest === undefined ? '–' : whole(latest)}</b>${escaped(label)}</div>`;
  });
  return `<div class="numbers">${shown.join('')}</div>`;
}

function onlyAws(title: string, what: string): string {
  return card(title, empty(`Only AWS fills this: ${what}`), 'only-aws');
}

function card(title: string, inside: string, kind = ''): string {
  return `<div class="card ${kind}"><h3 title="${escaped(title)}">${escaped(title)}</h3>${inside}</div>`;
}

function empty(why: string): string {
  return `<div class="empty aside">${escaped(why)}</div>`;
}

/** Of Markdown what the dashboards use: headings, paragraphs, code and links, which lead nowhere here. */
function markup(markdown: string): string {
  const inline = (text: string) =>
    escaped(text)
      .replace(/`([^`]+)`/g, '<code>$1</code>')
      .replace(/\[([^\]]+)\]\([^)]+\)/g, '<u>$1</u>');
  return markdown
    .split('\n')
    .map((text) => {
      const [, marks, heading = ''] = /^(#+) (.*)$/.exec(text) ?? [];
      return marks === undefined
        ? `<p>${inline(text)}</p>`
        : `<h${marks.length}>${inline(heading)}</h${marks.length}>`;
    })
    .join('');
}

/** Hours, minutes and seconds in UTC. */
function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

function whole(value: number): string {
  return new Intl.NumberFormat('en', { maximumFractionDigits: 0 }).format(value);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
