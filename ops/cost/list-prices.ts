/** What AWS asks for one kind of use. */
export interface ListPrice {
  usd: number;
  /** For so many of the unit. */
  per: number;
  unit: string;
  /** Where the figure stands. */
  source: string;
  /** `article`: read in somebody's article of this year. `recalled`: to be read again before a quotation. */
  read: 'price list' | 'article' | 'recalled';
}

/** When the prices were read. */
export const pricesReadOn = '2026-11-22';

/** The region whose list prices these are; another region's may be some percent above. */
export const pricesRegion = 'us-east-1';

const million = 1_000_000;

/** List prices of on-demand use in US dollars, without the free tier, discounts and taxes. */
export const listPrices = {
  apiRequest: {
    ...{ usd: 1, per: million, unit: 'requests' },
    source: 'Amazon API Gateway pricing, "HTTP APIs": up to 300 million a month, 512 KB each',
    read: 'price list',
  },
  lambdaRequest: {
    ...{ usd: 0.2, per: million, unit: 'requests' },
    source: 'AWS Lambda pricing, "Requests"',
    read: 'price list',
  },
  lambdaGbSecond: {
    ...{ usd: 0.000_013_333_4, per: 1, unit: 'GB-s' },
    source: 'AWS Lambda pricing, "Arm price": first 7.5 billion GB-seconds',
    read: 'price list',
  },
  sqsStandard: {
    ...{ usd: 0.4, per: million, unit: 'requests' },
    source: 'Amazon SQS pricing, "Standard queues": 64 KB each',
    read: 'price list',
  },
  sqsFair: {
    ...{ usd: 0.5, per: million, unit: 'requests' },
    source:
      'Amazon SQS pricing, "Fair queues": standard, and 0.10 for a request with a message group',
    read: 'article',
  },
  sqsFifo: {
    ...{ usd: 0.5, per: million, unit: 'requests' },
    source: 'Amazon SQS pricing, "FIFO queues": 64 KB each',
    read: 'price list',
  },
  dynamoDbWrite: {
    ...{ usd: 0.625, per: million, unit: 'write units' },
    source: 'Amazon DynamoDB pricing, "On-demand throughput": 1 KB each',
    read: 'article',
  },
  dynamoDbRead: {
    ...{ usd: 0.125, per: million, unit: 'read units' },
    source: 'Amazon DynamoDB pricing, "On-demand throughput": 4 KB each',
    read: 'article',
  },
  dynamoDbStorage: {
    ...{ usd: 0.25, per: 1, unit: 'GB-months' },
    source: 'Amazon DynamoDB pricing, "Data storage"',
    read: 'recalled',
  },
  dynamoDbRecovery: {
    ...{ usd: 0.2, per: 1, unit: 'GB-months' },
    source: 'Amazon DynamoDB pricing, "Continuous backups (PITR)"',
    read: 'recalled',
  },
  s3Put: {
    ...{ usd: 5, per: million, unit: 'requests' },
    source: 'Amazon S3 pricing, "S3 Standard": PUT, COPY, POST, LIST',
    read: 'recalled',
  },
  s3Get: {
    ...{ usd: 0.4, per: million, unit: 'requests' },
    source: 'Amazon S3 pricing, "S3 Standard": GET, SELECT and all others',
    read: 'recalled',
  },
  s3Storage: {
    ...{ usd: 0.023, per: 1, unit: 'GB-months' },
    source: 'Amazon S3 pricing, "S3 Standard": first 50 TB',
    read: 'recalled',
  },
  firehoseGigabyte: {
    ...{ usd: 0.029, per: 1, unit: 'GB' },
    source:
      'Amazon Data Firehose pricing, "Direct PUT": first 500 TB a month, each record in steps of 5 KB',
    read: 'recalled',
  },
  kmsRequest: {
    ...{ usd: 0.03, per: 10_000, unit: 'requests' },
    source: 'AWS KMS pricing, "Key usage"',
    read: 'price list',
  },
  secretRequest: {
    ...{ usd: 0.05, per: 10_000, unit: 'requests' },
    source: 'AWS Secrets Manager pricing, "Per 10,000 API calls"',
    read: 'price list',
  },
  logs: {
    ...{ usd: 0.5, per: 1, unit: 'GB' },
    source: 'Amazon CloudWatch pricing, "Logs": collect, standard',
    read: 'article',
  },
  transcribeSecond: {
    ...{ usd: 0.0001, per: 1, unit: 'seconds' },
    source: 'AWS Price List, SKU USE1-TranscribeAudio: batch, by the second',
    read: 'price list',
  },
  egress: {
    ...{ usd: 0.09, per: 1, unit: 'GB' },
    source: 'Amazon EC2 On-Demand pricing, "Data transfer out to internet": first 10 TB',
    read: 'recalled',
  },
  alarm: {
    ...{ usd: 0.1, per: 1, unit: 'alarms' },
    source: 'Amazon CloudWatch pricing, "Alarms": standard resolution, one metric',
    read: 'article',
  },
  dashboard: {
    ...{ usd: 3, per: 1, unit: 'dashboards' },
    source: 'Amazon CloudWatch pricing, "Dashboards"',
    read: 'article',
  },
  metric: {
    ...{ usd: 0.3, per: 1, unit: 'metrics' },
    source: 'Amazon CloudWatch pricing, "Metrics": first 10,000',
    read: 'article',
  },
  key: {
    ...{ usd: 1, per: 1, unit: 'keys' },
    source: 'AWS KMS pricing, "Key storage"',
    read: 'price list',
  },
  secret: {
    ...{ usd: 0.4, per: 1, unit: 'secrets' },
    source: 'AWS Secrets Manager pricing, "Per secret per month"',
    read: 'price list',
  },
} as const satisfies Record<string, ListPrice>;

/** The id of a list price. */
export type PriceId = keyof typeof listPrices;

/** What so much of a thing costs, in US dollars. */
export function usdOf(price: PriceId, quantity: number): number {
  const { usd, per } = listPrices[price];
  return (quantity / per) * usd;
}
