import { problemStatuses, problemTitles } from '../shared/http/problem.ts';
import { eventTypes } from './event-types.ts';
import { envelopeOf, eventSchemaName } from './events.ts';
import { examples, type RouteExample } from './examples.ts';
import { isSchema, type JsonSchema } from './json-schema.ts';
import { problemsByStatus, queryParameters } from './openapi.ts';
import { problemCures } from './problems.ts';
import { type ContractRoute, contractRoutes, tags } from './routes.ts';

const generated =
  '<!-- Made by `npm run contract`. Change contract/ or the schemas, not this file. -->';

const statuses = new Map(Object.entries(problemStatuses));
const cures = new Map(Object.entries(problemCures));

/** A field in a table of the documents. */
interface Field {
  name: string;
  required: boolean;
  schema: JsonSchema;
}

/** docs/api.md: every route for a person. @param document the OpenAPI document, whose schemas it shows */
export function apiMarkdown(document: JsonSchema): string {
  const schemas = schemasIn(document, 'components', 'schemas');
  return [
    generated,
    '# The API of the inbox backend',
    apiIntroduction,
    ...Object.entries(tags).flatMap(([tag, text]) => [
      `## ${tag}`,
      text,
      ...contractRoutes
        .filter((route) => route.tag === tag)
        .flatMap((route) => routeSection(route, schemas)),
    ]),
    '## Problems',
    'Every error is a problem document (RFC 9457, `application/problem+json`). Act on `code`; `detail` is for developers. More codes may come: treat one that you do not know by its HTTP status.',
    example({
      type: 'urn:nexus-whatsapp:problem:window-closed',
      title: problemTitles['window-closed'],
      status: 422,
      detail:
        'The customer wrote more than 24 hours ago, so Meta delivers templates only. Send a template, or wait for the customer to write.',
      code: 'window-closed',
      meta: { code: 131047, title: 'Re-engagement message' },
    }),
    fieldTable(fieldsOf(schemas['Problem']), schemas),
    table(
      ['status', 'code', 'what it is', 'what to do'],
      Object.entries(problemTitles).map(([code, title]) => [
        String(statuses.get(code)),
        `\`${code}\``,
        title,
        cures.get(code) ?? '',
      ]),
    ),
    '## Messages',
    messages,
    table(
      ['type', 'fields beside `type`'],
      messageKinds(schemas['OutboundMessage']).map(({ type, to, fields }) => [
        `\`${type}\` ${to}`,
        fields.map((field) => fieldText(field, schemas)).join(', '),
      ]),
    ),
    '## Objects',
    'Objects that several answers have in them. Fields that are not listed here may come: ignore them.',
    ...sharedObjects.flatMap((name) => [
      `### ${name}`,
      fieldTable(fieldsOf(schemas[name]), schemas),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

/** docs/events.md: every event for a person. @param document the JSON Schema of events */
export function eventsMarkdown(document: JsonSchema): string {
  const schemas = schemasIn(document, '$defs');
  const envelope = envelopeOf(schemas);
  const common = Object.keys(envelope.properties);
  const types = Object.entries(eventTypes);
  return [
    generated,
    '# Inbox events',
    eventsIntroduction,
    table(
      ['type', 'from'],
      types.map(([type, { from }]) => [`[\`${type}\`](#${type.replace('.', '')})`, from]),
    ),
    '## Envelope',
    'What every event has.',
    fieldTable(
      [
        ...fieldsOf(schemas['MessageReceived']).filter(
          ({ name }) => common.includes(name) && name !== 'type',
        ),
        { name: 'type', required: true, schema: eventType },
      ],
      schemas,
    ),
    '### Contact',
    'Each field where it is known.',
    fieldTable(fieldsOf(schemas['Contact']), schemas),
    '### MetaError',
    fieldTable(fieldsOf(schemas['MetaError']), schemas),
    '## Types',
    ...types.flatMap(([type, { from, text }]) => {
      const schema = schemas[eventSchemaName(type)];
      const fields = fieldsOf(schema).filter(({ name }) => !common.includes(name));
      const [sample] = Array.isArray(schema?.['examples']) ? schema['examples'] : [];
      return [
        `### ${type}`,
        `${text} From: ${from}.`,
        ...(fields.length > 0 ? [fieldTable(fields, schemas)] : []),
        example(sample),
      ];
    }),
  ]
    .join('\n\n')
    .concat('\n');
}

const eventType = {
  type: 'string',
  description: 'One of the types below. Open: acknowledge one that you do not know.',
};

const apiIntroduction = `Machines read [openapi.json](openapi.json); this page is made from it. What comes back by itself stands in [events.md](events.md), how an organisation is connected in [connect.md](connect.md).

- The address is the output \`SendApiUrl\` of the deployed stack; \`npm start\` prints the one of a local run, where nobody has to sign.
- A stage takes requests that are signed with AWS Signature Version 4 (service \`execute-api\`), or JSON Web Tokens (\`Authorization: Bearer\`). A token names the organisations that it is for in a claim.
- Every call names its \`organizationId\`. What an organisation does not own answers 404. Settings have defaults and health has a report for any \`organizationId\`: nobody lists the organisations.
- Bodies are JSON in UTF-8 of at most 256 KiB, with \`Content-Type: application/json\`. A field that is not known is refused, with its path.
- Answers may get more fields, and words in them more values ("open"): ignore what you do not know. What would break you gets a path prefix \`/v2\`.
- Lists take \`limit\` (at most 100) and \`cursor\`, and answer \`nextCursor\` where there is more.
- Times are RFC 3339 in UTC with milliseconds.
- A send needs the header \`Idempotency-Key\`: a new UUID for each message, the same for each repeat of it. Whatever happens on the way, repeat the request with the same key: the message is sent at most once. A key is good for 30 days, in one space for all sends of an organisation. What was refused before Meta was called is not remembered: correct it and take the same key or another. A repeat that was answered from memory has the header \`Idempotent-Replayed: true\`.
- 401 and 403 come from the authorizer, as \`{"message": "..."}\`; so do 429 where the stage's rate limit is reached and 5xx where API Gateway has a problem. Wait a second or more and repeat those. An address or a method that does not exist is 404 \`{"message": "Not Found"}\`.`;

const eventsIntroduction = `What the inbox backend is told. Machines read [events.schema.json](events.schema.json); this page is made from it. What an inbox says back stands in [api.md](api.md).

## Delivery

- Events come to the FIFO queue \`inbox-events\` (output \`InboxEventsQueueUrl\`), or as signed HTTPS requests where the stage is configured so: see [webhooks-out.md](webhooks-out.md). A message's body is one event as JSON, of at most 256 KiB.
- Every event comes **at least once**. A repeat has the same \`eventId\`: keep the id with what you have made of the event, for as long as you keep that, and drop what you have seen. A repeat may come weeks later: from a dead-letter queue, or because somebody had events told again.
- Events of one conversation have one message group, so that they come one after the other; a conversation is an organisation's business number and a person, or a group. Events without a conversation are grouped by phone number, else by account. Group ids are hashes.
- Within a conversation they may still arrive out of their order, since Meta sends them so: **sort by \`orderKey\`** as text, and never rely on arrival. A status, an edit or a reaction may come before its message.
- Your own messages: file a send under the conversation of its events (\`send.updated\` and \`message.status\` have \`conversationId\`; to somebody new, only \`message.status\` does). Sort it by the \`orderKey\` of the event that says \`accepted\`, and leave it there: later statuses change how it stands, not where. Meta's times have no milliseconds, so what a customer wrote in the same second may sort before your answer.
- Delete a message from the queue only when the event is stored. What is not deleted is visible again after a minute. After 8 attempts it goes to the dead-letter queue, and its conversation goes on.
- Queues and dead-letter queues keep a message for 14 days.
- \`message.imported\` and \`history.progress\` come to a queue of their own, \`inbox-history\` (output \`InboxHistoryQueueUrl\`), so that months of old messages do not delay a new one. It has the same rules.
- \`endpoint.tested\` comes to a webhook endpoint that somebody tests (\`npm run webhooks -- test\`): an envelope and no more. It is acknowledged like any type that you do not know.
- Changes are additive. **Ignore fields that you do not know, and acknowledge types that you do not know.** Words called "open" get new values. What would break you gets a new \`schemaVersion\`.
- Inside \`message\`, and wherever it says "Meta's own object", stands what Meta has sent, in Meta's names.

## After an outage

1. Down for less than 14 days: start the consumer again. The queue has everything; work it off, dropping what you have seen.
2. Dead letters: poison events, and whatever came while the consumer kept receiving and failed, because its database was down: its 8 attempts take some ten minutes. Look at the queue, correct the consumer, then redrive it (SQS, "Start DLQ redrive"). Events are older then than what came meanwhile: \`orderKey\` puts them in their place, and a merged status never goes back.
3. Down for longer, or the database is lost: POST \`/whatsapp-republish\` has the stored events told again with the same \`eventId\`s, by conversation or by time, as far back as the stage keeps messages (\`messageRetentionDays\` in infra/config.ts; less where the organisation has set a \`retention\`). Handle them as any other event. A \`message.status\` says then what all statuses amount to now. No event has the text of what you have sent: collect the \`conversationId\`s and read GET \`/whatsapp-messages\` of each, which has both directions.
4. Where only sends are in doubt: GET \`/whatsapp-reply-status\` by \`clientReference\` tells where each stands; repeat an unanswered send with its own Idempotency-Key.

## All types`;

const messages = `A send's \`message\` is Meta's own object of the Cloud API, without \`messaging_product\` and \`biz_opaque_callback_data\`. To one person it names \`to\` (a phone number with its country code) or \`recipient\` (a business-scoped user id); to a group it has \`recipient_type: "group"\` and the group's id in \`to\`. \`context: {message_id}\` makes it a reply to a message. It is checked with all of Meta's limits before anything is sent. \`interactive\`, \`template\` and \`contacts\` have many forms: openapi.json has every one of them (\`InteractiveContent\`, \`TemplateContent\`, \`ContactsContent\`).`;

/** The forms of a message, each with the fields that only some have. */
function messageKinds(schema: JsonSchema | undefined) {
  const variants = (one: unknown): JsonSchema[] => {
    if (!isSchema(one)) {
      return [];
    }
    return Array.isArray(one['oneOf']) ? one['oneOf'].flatMap(variants) : [one];
  };
  return variants(schema).map((variant) => {
    const fields = fieldsOf(variant);
    const constant = (name: string) => fields.find((field) => field.name === name)?.schema['const'];
    return {
      type: String(constant('type')),
      to: constant('recipient_type') === 'group' ? 'to a group' : 'to one person',
      fields: fields.filter(({ name }) => !sayNothing.includes(name)),
    };
  });
}

const sayNothing = [
  ...['messaging_product', 'recipient_type', 'type', 'to', 'recipient', 'context'],
  'recipient_identity_key_hash',
];

function fieldText({ name, required, schema }: Field, schemas: Record<string, JsonSchema>): string {
  return `\`${name}\` (${typeOf(schema, schemas)}${required ? '' : ', optional'})`;
}

const sharedObjects = [
  ...['TextContent', 'ImageOrVideoContent', 'AudioContent', 'DocumentContent', 'StickerContent'],
  ...['LocationContent', 'ReactionContent', 'PinContent'],
  ...[
    'ReplyStatus',
    'RenderedTemplate',
    'MessageEntry',
    'FullTemplate',
    'TemplateSummary',
    'TemplateParameter',
  ],
  ...['HealthCheck', 'Connection', 'ConnectionNumber', 'ConnectionProblem'],
  ...['MediaReference', 'RequestProblem', 'MetaSays', 'MetaError', 'Contact'],
];

function routeSection(route: ContractRoute, schemas: Record<string, JsonSchema>): string[] {
  const { method, path, operationId, summary, description, access, input, isSend } = route;
  const sample = examples[operationId];
  if (route.sameAs !== undefined) {
    return [`### ${method} ${path}`, `${summary}.`];
  }
  const fields =
    'query' in input
      ? queryParameters(route)
      : fieldsOf(schemas['body' in input ? input.body : input.form]);
  const header = isSend ? 'Header `Idempotency-Key`: needed unless `validateOnly`.' : undefined;
  const open = access === 'public' ? 'Public: needs no signature or token.' : undefined;
  return [
    `### ${method} ${path}`,
    [`${summary}.`, description, open, header].filter((text) => text !== undefined).join(' '),
    `\`${operationId}\`. ${'query' in input ? 'Query' : 'form' in input ? 'Form' : 'Body'}:`,
    fieldTable(fields, schemas),
    ...(sample ? exampleOf(route, sample) : []),
    ...answerTables(route, schemas),
    `Problems: ${[...problemsByStatus(route)]
      .map(([status, codes]) => `${status} ${codes.map((code) => `\`${code}\``).join(', ')}`)
      .join('; ')}. [What to do](#problems).`,
  ];
}

function exampleOf({ method, path, input, isSend }: ContractRoute, sample: RouteExample): string[] {
  const query = new URLSearchParams(Object.entries(sample.request)).toString();
  const key = isSend ? '\nIdempotency-Key: 0b6e1a4c-8f57-4c1e-9a53-2f3f0e6f3a10' : '';
  const request =
    'query' in input
      ? `${method} ${path}?${query}`
      : 'form' in input
        ? `${method} ${path}\nContent-Type: application/x-www-form-urlencoded\n\n${query}`
        : `${method} ${path}\nContent-Type: application/json${key}\n\n${json(sample.request)}`;
  return [
    `\`\`\`http\n${request}\n\`\`\``,
    `\`\`\`http\nHTTP/1.1 ${sample.answer.status}\n\n${json(sample.answer.body)}\n\`\`\``,
  ];
}

function answerTables({ answers }: ContractRoute, schemas: Record<string, JsonSchema>): string[] {
  const said = Object.entries(answers).map(
    ([status, { description }]) => `- **${status}**: ${description}`,
  );
  const names = new Set(Object.values(answers).map(({ schema }) => schema));
  const tables = [...names].flatMap((name) => {
    const fields = fieldsOf(schemas[name]);
    return fields.length > 0 ? [fieldTable(fields, schemas)] : [];
  });
  return [said.join('\n'), ...tables];
}

function schemasIn(document: JsonSchema, ...path: string[]): Record<string, JsonSchema> {
  let part: unknown = document;
  for (const name of path) {
    part = isSchema(part) ? part[name] : undefined;
  }
  const entries = Object.entries(isSchema(part) ? part : {});
  return Object.fromEntries(
    entries.flatMap(([name, schema]) => (isSchema(schema) ? [[name, schema]] : [])),
  );
}

/** An object's fields; of one that comes in several forms those of all of them. */
function fieldsOf(schema: JsonSchema | undefined): Field[] {
  const forms = Array.isArray(schema?.['anyOf']) ? schema['anyOf'].filter(isSchema) : [];
  if (forms.length > 0) {
    return mergedFields(forms.filter((form) => 'properties' in form).map(fieldsOf));
  }
  const properties = isSchema(schema?.['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema?.['required']) ? schema['required'] : [];
  return Object.entries(properties).flatMap(([name, property]) =>
    isSchema(property) ? [{ name, required: required.includes(name), schema: property }] : [],
  );
}

function mergedFields(forms: readonly Field[][]): Field[] {
  const byName = Map.groupBy(forms.flat(), ({ name }) => name);
  return [...byName].map(([name, fields]) => {
    const constants = fields.flatMap(({ schema }) => ('const' in schema ? [schema['const']] : []));
    const { const: _, ...schema } = fields[0]?.schema ?? {};
    return {
      name,
      required: fields.length === forms.length && fields.every(({ required }) => required),
      schema: constants.length > 0 ? { ...schema, 'x-extensible-enum': constants } : schema,
    };
  });
}

/** Fields with those of objects inside them: `transcription.enabled`, `history[].status`. */
function flattened(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => {
    const { name, schema } = field;
    const items = isSchema(schema['items']) ? fieldsOf(schema['items']) : [];
    const inner = [
      ...fieldsOf(schema).map((one) => ({ ...one, name: `${name}.${one.name}` })),
      ...items.map((one) => ({ ...one, name: `${name}[].${one.name}` })),
    ];
    return [field, ...flattened(inner)];
  });
}

function fieldTable(fields: readonly Field[], schemas: Record<string, JsonSchema>): string {
  return table(
    ['name', 'type', 'required', 'meaning'],
    flattened(fields).map(({ name, required, schema }) => [
      `\`${name}\``,
      `${typeOf(schema, schemas)}${defaultOf(schema)}`,
      required ? 'yes' : '',
      String(schema['description'] ?? ''),
    ]),
  );
}

/** An object's own default is said by its fields. */
function defaultOf({ type, default: value }: JsonSchema): string {
  return value === undefined || type === 'object' ? '' : `, default \`${value}\``;
}

function typeOf(schema: JsonSchema, schemas: Record<string, JsonSchema>): string {
  const { $ref, type, items, format, anyOf } = schema;
  const values = schema['enum'] ?? schema['x-extensible-enum'];
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) ?? '';
    return sharedObjects.includes(name)
      ? `[${name}](#${name.toLowerCase()})`
      : typeOfNamed(name, schemas);
  }
  if (Array.isArray(values)) {
    const open = 'x-extensible-enum' in schema ? ', open' : '';
    return `${values.map((value) => `\`${value}\``).join(', ')}${open}`;
  }
  if ('const' in schema) {
    return `\`${schema['const']}\``;
  }
  if (Array.isArray(anyOf)) {
    const kinds = anyOf.map((one) => (isSchema(one) ? typeOf(one, schemas) : ''));
    return [...new Set(kinds)].join(' or ');
  }
  if (type === 'array' && isSchema(items)) {
    return `list of ${typeOf(items, schemas)}`;
  }
  const limits = [
    typeof schema['maxLength'] === 'number' && `at most ${schema['maxLength']}`,
    typeof schema['minimum'] === 'number' && schema['minimum'] !== 0 && `from ${schema['minimum']}`,
    typeof schema['maximum'] === 'number' && `up to ${schema['maximum']}`,
  ].filter((limit) => limit !== false);
  const kind =
    format === 'date-time'
      ? 'time'
      : format === 'uri'
        ? 'URL'
        : [type ?? 'any'].flat().join(' or ');
  return [kind, ...limits].join(', ');
}

/** An object that is nobody else's is told of by its name: the OpenAPI document has it. */
function typeOfNamed(name: string, schemas: Record<string, JsonSchema>): string {
  const schema = schemas[name];
  return schema?.['type'] === 'string' ? typeOf(schema, schemas) : `${name} object`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function example(value: unknown): string {
  return `\`\`\`json\n${json(value)}\n\`\`\``;
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
