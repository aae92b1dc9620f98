import {
  apiLink,
  deliveryStreamLink,
  functionLink,
  objectsLink,
  queueLink,
  tableLink,
} from './alarm-links.ts';
import { gaveUp, sumOf, tableErrors, tableThrottles, undeliveredAge } from './alarm-metrics.ts';
import type { Watched } from './alarms.ts';
import {
  deliveryStreamsOf,
  functionsOf,
  type Monitored,
  queuesOf,
  streamReadersOf,
} from './monitored.ts';

/** What is in each queue, for the person who reads that it waits. */
const contents: Readonly<Record<string, string>> = {
  WebhookEvents: 'Webhooks of Meta',
  InboxEvents: 'Events for the inbox',
  InboxHistory: 'Imported history for the inbox',
  SendRequests: "Agents' sends",
  BulkRequests: 'Bulk sends',
  MediaJobs: "Customers' files",
  TranscribeJobs: 'Voice notes',
  RepublishJobs: 'Requests for events to be told again',
  ErasureJobs: 'Erasures',
};

/** What each reader of the table's stream is for. */
const streamReaders: Readonly<Record<string, string>> = {
  Publish: 'what the inbox is told',
  Drain: 'what was parked for numbers that are connected now',
};

/** The alarms of what AWS measures. */
export function resourceAlarms(monitored: Monitored): Watched[] {
  return [
    ...apiAlarms(monitored),
    ...queueAlarms(monitored),
    ...streamAlarms(monitored),
    ...archiveAlarms(monitored),
    ...functionAlarms(monitored),
    ...tableAlarms(monitored),
  ];
}

function apiAlarms({ webhookApi, sendApi }: Monitored): Watched[] {
  return [
    {
      kind: 'webhook-5xx',
      metric: webhookApi.metricServerError({ statistic: 'Sum' }),
      says: 'Webhooks of Meta are not accepted: customers’ messages and statuses come late, and are lost after seven days.',
      link: apiLink(webhookApi),
    },
    {
      kind: 'send-api-5xx',
      metric: sendApi.metricServerError({ statistic: 'Sum' }),
      says: 'SendApi fails: agents cannot send, fetch files or connect numbers.',
      link: apiLink(sendApi),
    },
  ];
}

function queueAlarms({ stack }: Monitored): Watched[] {
  return queuesOf(stack).flatMap(({ node: { id }, queue, deadLetterQueue }): Watched[] => {
    const content = contents[id] ?? 'Messages';
    return [
      {
        kind: 'queue-age',
        of: id,
        metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum' }),
        says: `${content} in ${id} wait longer than they should.`,
        link: queueLink(queue),
      },
      {
        kind: 'dead-letters',
        of: id,
        metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
        says: `${content} in ${id} were given up after many attempts, and wait for somebody to send them again.`,
        link: queueLink(deadLetterQueue),
      },
    ];
  });
}

/** `publish` and `drain` read the table's stream. A mapping that has failed for 20 hours gives records up. */
function streamAlarms({ stack, state }: Monitored): Watched[] {
  return streamReadersOf(stack).flatMap(({ reader, mapping }): Watched[] => {
    const { id } = reader.node;
    return [
      {
        kind: 'stream-lag',
        of: id,
        metric: reader.metric('IteratorAge', { statistic: 'Maximum' }),
        says: `${id} is behind the table's stream: ${streamReaders[id] ?? 'its work'} is late.`,
        link: functionLink(reader),
      },
      {
        kind: 'stream-gave-up',
        of: id,
        metric: gaveUp(reader, mapping),
        says: `${id} has given changes of the table up: ${streamReaders[id] ?? 'its work'} is missing until somebody has it done again.`,
        link: objectsLink(state.rawBucket, 'aws/lambda/'),
      },
    ];
  });
}

function archiveAlarms({ stack }: Monitored): Watched[] {
  return deliveryStreamsOf(stack).map((stream) => ({
    kind: 'archive-late',
    metric: undeliveredAge(stream),
    says: 'Worked webhooks do not come into the archive: what Firehose cannot write for 24 hours can never be replayed.',
    link: deliveryStreamLink(stream),
  }));
}

function functionAlarms({ stack }: Monitored): Watched[] {
  return functionsOf(stack).map((fn) => ({
    kind: 'function-failing',
    of: fn.node.id,
    metric: sumOf([fn.metricErrors(), fn.metricThrottles()]),
    says: `${fn.node.id} fails or is throttled: what it does is late, or refused.`,
    link: functionLink(fn),
  }));
}

function tableAlarms({ state }: Monitored): Watched[] {
  const { table } = state;
  return [
    {
      kind: 'table-throttled',
      metric: sumOf(tableThrottles(state)),
      says: 'The table throttles: everything is slow, for one busy number or for all.',
      link: tableLink(table),
    },
    {
      kind: 'table-failing',
      metric: sumOf(tableErrors(state)),
      says: 'DynamoDB fails: what needs the table is late, or refused.',
      link: tableLink(table),
    },
  ];
}
