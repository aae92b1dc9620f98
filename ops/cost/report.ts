import { assumptions } from './assumptions.ts';
import { listPrices, pricesReadOn, pricesRegion } from './list-prices.ts';
import type { CostMeasurement, FlowName } from './measurement.schema.ts';
import {
  keptAMillion,
  linesAMillion,
  linesAMonth,
  type PriceLine,
  requestsEach,
  totalOf,
} from './price-lines.ts';

/** What a price is of. */
const titles: Readonly<Record<FlowName, string>> = {
  text: 'inbound texts, ten at a time',
  textAlone: 'inbound texts, each alone',
  status: 'statuses of sends, ten at a time',
  outbound: 'outbound texts, without their statuses',
  voice: 'voice notes, ten at a time',
};

const flowNames = ['text', 'textAlone', 'status', 'outbound', 'voice'] as const;

/** What an inbound text may cost at most: in requests to AWS, and in US dollars a million. */
const goals = { requests: 5.5, usd: 4, aimedUsd: 2.8 };

/** The price of a million of one kind of traffic. */
export interface FlowPrice {
  flow: FlowName;
  title: string;
  lines: PriceLine[];
  usd: number;
  /** Of it, what Transcribe takes. */
  transcribeUsd: number;
  requestsEach: number;
  /** For each month that it is kept. */
  kept: PriceLine[];
}

/** All that there is to say of what a stage costs. */
export interface CostReport {
  measuredAt: string;
  pricesReadOn: string;
  pricesRegion: string;
  stage: string;
  flows: FlowPrice[];
  month: PriceLine[];
  goals: { name: string; goal: number; figure: number; met: boolean }[];
  assumptions: string[];
}

/**
 * Prices what was measured.
 * @throws CommandError for a call of a service that has no price
 */
export function costReport(measurement: CostMeasurement): CostReport {
  const { measuredAt, stage } = measurement;
  const flows = flowNames.map((flow): FlowPrice => {
    const use = measurement.flows[flow];
    const lines = linesAMillion(use);
    return {
      ...{ flow, title: titles[flow], lines, usd: totalOf(lines) },
      transcribeUsd: totalOf(lines.filter(({ price }) => price === 'transcribeSecond')),
      requestsEach: requestsEach(use),
      kept: keptAMillion(use),
    };
  });
  const [text] = flows;
  const requests = text?.requestsEach ?? Number.POSITIVE_INFINITY;
  const usd = text?.usd ?? Number.POSITIVE_INFINITY;
  const goal = (name: string, goal: number, figure: number) => ({
    ...{ name, goal, figure },
    met: figure <= goal,
  });
  return {
    ...{ measuredAt, pricesReadOn, pricesRegion, stage, flows },
    month: linesAMonth(measurement.fixed),
    goals: [
      goal('AWS requests an inbound text', goals.requests, requests),
      goal('US dollars a million inbound texts', goals.usd, usd),
      goal('the same, aimed at', goals.aimedUsd, usd),
    ],
    assumptions: assumptionsOf(measurement),
  };
}

function assumptionsOf(measurement: CostMeasurement): string[] {
  const { answerMs, cpuLimited, retentionDays, flows } = measurement;
  const batch = (flow: FlowName, queue: string) => {
    const found = flows[flow].received.find((each) => each.queue === queue);
    return found ? (found.messages / found.batches).toFixed(1) : 'no';
  };
  return [
    `List prices of ${pricesRegion}; no free tier, no discount, no tax. Another region's are some percent above: change ops/cost/list-prices.ts.`,
    `A webhook holds one message or status. Normalise took ${batch('text', 'WebhookEvents')} of them at once where they came ten at a time, and ${batch('textAlone', 'WebhookEvents')} where each came alone.`,
    'A text has some 60 Arabic letters and comes from somebody who has written before.',
    `Durations are medians on the machine that measured, x86 and not arm64; ${cpuLimited ? 'each function had the CPU that its memory brings in Lambda' : 'no function was held to the CPU that its memory brings in Lambda: they are too short'}. Cold starts, and the rare timeouts and repeats, are left out.`,
    `AWS answers in ${answerMs.aws} ms and Meta in ${answerMs.graph} ms: set, and waited for by the functions.`,
    `A voice note has ${assumptions.voiceNoteSeconds} seconds, and none is the same as another. Transcribe bills by the second, without a minimum.`,
    'Reading the stream costs nothing where Lambda does it. A write that was refused counts as one unit.',
    'The backend receives and deletes inbox events in batches as they were sent: in the price, and not among the requests for each.',
    `CloudWatch adds ${assumptions.logLineOverheadBytes} bytes to a log line, and Lambda writes none of its own of what goes well; an access log line has ${assumptions.accessLogBytes}.`,
    `Items are kept for ${retentionDays} days; indexes are not in the size of the table. The raw archive is kept for 30 days.`,
    `Firehose writes an object of the archive every five minutes, ${assumptions.archiveObjectsAMonth.toLocaleString('en-US')} a month, where something comes all the time; some 5 MiB sooner.`,
    'Metrics are counted by name; each value of a dimension is one more.',
  ];
}

const usd = (amount: number) => amount.toFixed(amount < 0.01 ? 4 : 2);

/** So many digits that small figures are told apart. */
function amount(quantity: number): string {
  return quantity.toLocaleString('en-US', { maximumFractionDigits: quantity < 100 ? 2 : 0 });
}

type Row = readonly [name: string, quantity: string, usd: string];

function rowsOf(lines: readonly PriceLine[]): Row[] {
  return lines
    .toSorted((one, other) => other.usd - one.usd)
    .map(({ name, price, quantity, usd: dollars }) => [
      name,
      `${amount(quantity)} ${listPrices[price].unit}`,
      usd(dollars),
    ]);
}

function sectionsOf(report: CostReport): { title: string; rows: Row[]; notes: string[] }[] {
  return [
    ...report.flows.map(({ title, lines, usd: total, transcribeUsd, requestsEach, kept }) => ({
      title: `A million ${title}`,
      rows: [...rowsOf(lines), ['Total', '', usd(total)] satisfies Row],
      notes: [
        ...(transcribeUsd > 0 ? [`Without Transcribe: $${usd(total - transcribeUsd)}.`] : []),
        `AWS requests for each: ${requestsEach.toFixed(2)}.`,
        `Kept, for each month: ${kept.map(({ name, usd: dollars }) => `${name} $${usd(dollars)}`).join(', ') || 'nothing'}.`,
      ],
    })),
    {
      title: 'A month, whatever comes',
      rows: [...rowsOf(report.month), ['Total', '', usd(totalOf(report.month))] satisfies Row],
      notes: [],
    },
  ];
}

function goalLine({ name, goal, figure, met }: CostReport['goals'][number]): string {
  return `${met ? 'met' : 'MISSED'}: ${name}, ${figure.toFixed(2)} of ${goal.toFixed(2)} at most`;
}

/** The report for a terminal. */
export function costText(report: CostReport): string {
  const sections = sectionsOf(report).map(({ title, rows, notes }) => {
    const width = (column: 0 | 1 | 2) => Math.max(...rows.map((row) => row[column].length));
    const lines = rows.map(
      ([name, quantity, dollars]) =>
        `  ${name.padEnd(width(0))}  ${quantity.padStart(width(1))}  ${dollars.padStart(width(2))}`,
    );
    return [`${title}, US dollars`, ...lines, ...notes.map((note) => `  ${note}`), ''].join('\n');
  });
  return [
    `Stage ${report.stage}, measured on ${report.measuredAt}, prices of ${report.pricesReadOn}`,
    '',
    ...sections,
    'Goals',
    ...report.goals.map((goal) => `  ${goalLine(goal)}`),
    '',
    'What it rests on',
    ...report.assumptions.map((text) => `  - ${text}`),
  ].join('\n');
}

function table(head: Row | readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The report as docs/cost.md has it. */
export function costMarkdown(report: CostReport): string {
  const sections = sectionsOf(report).map(({ title, rows, notes }) =>
    [
      `## ${title}`,
      '',
      table(['line', 'quantity', 'US dollars'], rows),
      '',
      ...notes.map((note) => `${note}\n`),
    ].join('\n'),
  );
  const prices = Object.values(listPrices).map(({ usd: price, per, unit, source, read }) => [
    source,
    `$${price} for ${per === 1 ? '' : `${per.toLocaleString('en-US')} `}${unit}`,
    read,
  ]);
  return [
    '# What it costs',
    '',
    '<!-- Made by "npm run cost -- --write". Change ops/cost, not this page. -->',
    '',
    `Counted and measured on ${report.measuredAt} in a local run of the stage \`${report.stage}\` (\`npm run cost -- --measure\`), with the list prices of ${report.pricesReadOn}.`,
    '',
    table(
      ['a million', 'US dollars', 'without Transcribe', 'AWS requests each'],
      report.flows.map(({ title, usd: total, transcribeUsd, requestsEach }) => [
        title,
        usd(total),
        usd(total - transcribeUsd),
        requestsEach.toFixed(2),
      ]),
    ),
    '',
    ...report.goals.map((goal) => `- ${goalLine(goal)}`),
    '',
    ...sections,
    '## What it rests on',
    '',
    ...report.assumptions.map((text) => `- ${text}`),
    '',
    '## List prices',
    '',
    table(['source', 'price', 'read in'], prices),
    '',
  ].join('\n');
}
