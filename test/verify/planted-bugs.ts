// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code in text
import type { PlantedBug } from './planted-bug.schema.ts';

/** A bug that somebody could write, and the test that has to find it. */
export interface Suspect extends PlantedBug {
  /** From the project's root. */
  suite: string;
  /** The full name of the test. */
  test: string;
}

/** What receivers of webhooks and senders of messages have got wrong before, each in one place of our code. */
export const plantedBugs: Readonly<Record<string, Suspect>> = {
  'unsigned accepted': {
    file: 'lambdas/ingest/signature.ts',
    correct: 'let matches = false;',
    wrong: 'let matches = appSecrets.length > 0;',
    suite: 'test/unit/signature.test.ts',
    test: 'isSignedByMeta refuses a signature that is of another secret',
  },
  '200 before SQS has accepted': {
    file: 'lambdas/ingest/receive-webhook.ts',
    correct: 'await queue.send(messages);',
    wrong: 'queue.send(messages).catch(() => undefined);',
    suite: 'test/pipeline/pipeline.test.ts',
    test: 'one fault at every call there is fail: nothing lost, nothing doubled',
  },
  'first change only': {
    file: 'lambdas/ingest/envelope.ts',
    correct: "of entry['changes'])",
    wrong: "of entry['changes'].slice(0, 1))",
    suite: 'test/pipeline/pipeline.test.ts',
    test: 'one fault at every call there is fail: nothing lost, nothing doubled',
  },
  'marked before it is queued': {
    file: 'lambdas/ingest/drain.ts',
    correct: 'await queue.send(changes.map(',
    wrong:
      'await Promise.all(changes.map((change) => parked.remove(change))); await queue.send(changes.map(',
    suite: 'test/pipeline/parked.test.ts',
    test: 'one fault at every call there is fail: nothing lost, nothing doubled, nothing left',
  },
  'swallowed batch failure': {
    file: 'lambdas/inbox/publish.ts',
    correct: "outcomes[index] ?? 'retry'",
    wrong: "outcomes[index] ?? 'sent'",
    suite: 'test/pipeline/pipeline.test.ts',
    test: 'one fault at every call there is fail: nothing lost, nothing doubled',
  },
  'last status wins': {
    file: 'shared/events/status-merge.ts',
    correct: 'ranking.find((status) => entries.some((entry) => entry.status === status))',
    wrong: 'entries.at(-1)?.status',
    suite: 'test/pipeline/pipeline.test.ts',
    test: 'random webhooks, repeated, reordered and split as chance has it are each published once',
  },
  'order by arrival': {
    file: 'shared/events/order-key.ts',
    correct: 'return `${occurredAt}/${receivedAt}/',
    wrong: 'return `${receivedAt}/${occurredAt}/',
    suite: 'test/unit/status-order.test.ts',
    test: 'sorts a status by its second first',
  },
  'tombstone ignored': {
    file: 'lambdas/ingest/ledger.dynamodb.ts',
    correct: '.map((name) => `attribute_not_exists(${name})`)',
    wrong:
      ".map((name) => (name === '#erased' ? `(attribute_exists(${name}) OR attribute_not_exists(${name}))` : `attribute_not_exists(${name})`))",
    suite: 'test/contract/table.test.ts',
    test: 'the ledger in DynamoDB takes whatever is written of what was erased for a duplicate',
  },
  'erased before it is queued': {
    file: 'lambdas/inbox/erasure-requests.ts',
    correct: 'await erasureQueue.send(',
    wrong:
      "if (target.kind === 'contact') for (const key of target.aliasKeys) await erasureData.eraseAlias(key, target.conversationIds, at);\nawait erasureQueue.send(",
    suite: 'test/erasure/erasure.crash.ts',
    test: 'a person every fault at every call there is, one after the other: nothing is left',
  },
  'resend on timeout': {
    file: 'lambdas/send/cloud-api.ts',
    correct: "if (answer.kind !== 'ok') {",
    wrong:
      "if (answer.kind === 'ambiguous') return sendMessage(graph, { organizationId, phoneNumberId }, body, token);\nif (answer.kind !== 'ok') {",
    suite: 'test/send/crash.test.ts',
    test: 'at once, a failed call is ambiguous ends well with a second caller',
  },
  'lease without fence': {
    file: 'shared/sends/send-ledger.dynamodb.ts',
    correct: "'version = :read OR writeId = :mine'",
    wrong: "'version >= :read OR version < :read OR writeId = :mine'",
    suite: 'test/contract/send-ledger.test.ts',
    test: 'the sends in DynamoDB change while they are as they were read',
  },
  'conflict taken for a duplicate': {
    file: 'shared/sends/send-ledger.dynamodb.ts',
    correct: 'if (isOtherwise(error)) {',
    wrong: 'if (isOtherwise(error) || isConflict(error)) {',
    suite: 'test/contract/send-ledger.test.ts',
    test: 'in DynamoDB what meets others again and again fails at last',
  },
  'deduplication id used again': {
    file: 'lambdas/send/send-queue.sqs.ts',
    correct: 'MessageDeduplicationId: randomUUID()',
    wrong: 'MessageDeduplicationId: laneKey',
    suite: 'test/contract/send-queue.test.ts',
    test: 'the send queues in SQS take each send into its lane, in order, and the same again',
  },
  'cache across organisations': {
    file: 'shared/credentials/token-cache.ts',
    correct: 'canonicalJson([context, ',
    wrong: 'canonicalJson([',
    suite: 'test/unit/token-cache.test.ts',
    test: 'cachedTokens keeps tokens apart by ciphertext and by context',
  },
  'token kept after it was refused': {
    file: 'shared/credentials/token-cache.ts',
    correct: 'remembered.delete(keyOf(ciphertext, context));',
    wrong: '',
    suite: 'test/unit/token-cache.test.ts',
    test: 'cachedTokens forgets what it is told to',
  },
  'file fetched from anywhere': {
    file: 'lambdas/media/url-guard.ts',
    correct: 'hostname.endsWith(suffix)',
    wrong: 'hostname.includes(suffix.slice(1))',
    suite: 'test/media/mirror-url-guard.test.ts',
    test: 'the URL of a file is of Meta, or refused, however it is written',
  },
};
