/** A request of a route, and what it answered on a local run; what is secret or random is shortened. */
export interface RouteExample {
  /** The body, or the query. */
  request: object;
  answer: { status: number; body: object };
}

const sender = { organizationId: 'demo', phoneNumberId: '109080706050403' };
const customer = '+966500000001';
const sendId = 'dID3OSD2SiL8Gg1NuzxqNmP56b2GX_ubE_7eXCqN5U4';
const messageId = 'wamid.HBgMOTY2NTAwMDAwMDAxFQIAEhgUM0FFRTBBRjI3NkU0OTZDNTI0RTMA';
const receivedId = 'wamid.HBgMOTY2NTAwMDAwMDAxFQIAEhgUM0FCNkQ5RjI1OTk5NzNCOEFDNjIA';
const voiceNoteId = 'wamid.HBgMOTY2NTAwMDAwMDAxFQIAEhgUM0E3Q0FBRDU0QjYzMUI5ODZEMjQA';
const state = 'cYhKhn_Uy_bR4UvPL-PG3hHN47oZ1GLUl_oqx5AV7sc';
const account = { organizationId: 'north', wabaId: '102290129340398' };

const accepted = {
  status: 200,
  body: { sendId, messageId, waId: '966500000001', status: 'accepted' },
};

const textMessage: RouteExample = {
  request: {
    ...sender,
    clientReference: 'ticket-7',
    message: { type: 'text', to: customer, text: { body: 'Your order is ready.' } },
  },
  answer: accepted,
};

const settings = {
  organizationId: 'demo',
  transcription: {
    enabled: true,
    languages: 'mixed',
    arabic: 'ar-SA',
    english: 'en-US',
    maxSeconds: 900,
    monthlyMinutes: null,
  },
  historyImport: { enabled: true },
  retention: { messageDays: 90 },
};

const conversationId = 'becaf409-1765-495a-b4fd-17e9360438cd';

const contact = {
  phone: '+966500000001',
  waId: '966500000001',
  userId: 'SA.05609226203071363191',
  name: 'Aisha',
};

const erasure = {
  organizationId: 'demo',
  erasureId: 'b4f7c1f0-2a43-4a1b-9f43-0d6a5f1c7e22',
  status: 'requested',
  counts: { conversations: 0, messages: 0, sends: 0, files: 0 },
  remains: [{ what: 'table-backups', until: '2026-12-27T18:46:12.004Z' }],
  requestedAt: '2026-11-22T18:46:12.004Z',
  updatedAt: '2026-11-22T18:46:12.004Z',
};

const graphToken = {
  tokenId: '0f4e9bb1-6a3c-4a53-8d5c-2b1f0a7c9e11',
  name: 'campaigns',
  createdAt: '2026-11-22T18:40:02.113Z',
};

const republishing = {
  organizationId: 'demo',
  republishId: '3f0c9f0e-5c1e-4b52-9d1d-9d2f1b8a7c11',
  status: 'queued',
  from: '2026-11-21T00:00:00.000Z',
  to: '2026-11-22T18:50:00.000Z',
  published: 0,
  skipped: 0,
  createdAt: '2026-11-22T18:50:00.000Z',
  updatedAt: '2026-11-22T18:50:00.000Z',
};

const number = {
  phoneNumberId: '106540352242922',
  displayPhoneNumber: '+1 555-078-3881',
  verifiedName: 'Lucky Shrub',
  status: 'CONNECTED',
  quality: 'GREEN',
  messagingLimit: 'TIER_250',
  throughput: 'STANDARD',
  health: 'AVAILABLE',
  coexistence: false,
  registered: true,
  webhookOverride: false,
  synced: {},
  active: true,
};

const connection = {
  ...account,
  state: 'active',
  stateAt: '2026-11-22T10:00:04.024Z',
  connectedAt: '2026-11-22T10:00:00.004Z',
  source: 'embedded-signup',
  userId: 'agent-1',
  steps: {
    grants: '2026-11-22T10:00:00.004Z',
    numbers: '2026-11-22T10:00:00.406Z',
    claim: '2026-11-22T10:00:00.510Z',
    webhooks: '2026-11-22T10:00:01.012Z',
    subscribe: '2026-11-22T10:00:01.514Z',
    register: '2026-11-22T10:00:02.918Z',
    sync: '2026-11-22T10:00:02.920Z',
    templates: '2026-11-22T10:00:02.922Z',
    activate: '2026-11-22T10:00:04.024Z',
  },
  numbers: [number],
  webhookOverride: false,
  scopes: ['whatsapp_business_management', 'whatsapp_business_messaging'],
  restrictions: [],
};

const stopped = {
  ...connection,
  state: 'connecting',
  steps: { grants: '2026-11-22T10:00:00.004Z', numbers: '2026-11-22T10:00:00.406Z' },
  problem: {
    step: 'register',
    reason: 'pin-mismatch',
    whatToDo:
      'The number has two-step verification with another PIN. Resume with "pin", or turn it off in WhatsApp Manager.',
    meta: { code: 133005, title: 'Two-step verification PIN Mismatch' },
  },
  numbers: [{ ...number, registered: false, active: false }],
};

/** Examples by the route's operationId. */
export const examples: Readonly<Record<string, RouteExample>> = {
  sendMessage: textMessage,
  sendMessageShort: textMessage,
  sendTemplate: {
    request: {
      ...sender,
      message: {
        type: 'template',
        to: customer,
        template: {
          name: 'order_ready',
          language: { code: 'en' },
          components: [
            {
              type: 'body',
              parameters: [
                { type: 'text', text: 'Sara' },
                { type: 'text', text: 'A-1042' },
              ],
            },
          ],
        },
      },
    },
    answer: {
      status: 200,
      body: {
        ...accepted.body,
        rendered: { body: 'Hello Sara, your order A-1042 is ready to collect.', buttons: [] },
      },
    },
  },
  sendReaction: {
    request: {
      ...sender,
      message: {
        type: 'reaction',
        to: customer,
        reaction: { message_id: receivedId, emoji: '👍' },
      },
    },
    answer: accepted,
  },
  getReplyStatus: {
    request: { organizationId: 'demo', sendId },
    answer: {
      status: 200,
      body: {
        data: [
          {
            sendId,
            clientReference: 'ticket-7',
            messageId,
            phoneNumberId: sender.phoneNumberId,
            status: 'read',
            send: { status: 'accepted', at: '2026-11-22T18:46:22.503Z' },
            timestamps: {
              sent: '2026-11-22T18:46:22.000Z',
              delivered: '2026-11-22T18:46:22.000Z',
              read: '2026-11-22T18:46:23.000Z',
            },
            history: [
              {
                status: 'sent',
                occurredAt: '2026-11-22T18:46:22.000Z',
                receivedAt: '2026-11-22T18:46:22.704Z',
                pricing: {
                  billable: false,
                  pricing_model: 'PMP',
                  type: 'free_customer_service',
                  category: 'service',
                },
              },
              {
                status: 'delivered',
                occurredAt: '2026-11-22T18:46:22.000Z',
                receivedAt: '2026-11-22T18:46:22.859Z',
              },
              {
                status: 'read',
                occurredAt: '2026-11-22T18:46:23.000Z',
                receivedAt: '2026-11-22T18:46:23.004Z',
              },
            ],
          },
        ],
        notFound: [],
      },
    },
  },
  markMessageRead: {
    request: { ...sender, messageId: receivedId, typing: true },
    answer: { status: 200, body: { status: 'read' } },
  },
  getTemplates: {
    request: { organizationId: 'demo', wabaId: '104050607080901', limit: '1' },
    answer: {
      status: 200,
      body: {
        data: [
          {
            wabaId: '104050607080901',
            id: '10405060700003',
            name: 'appointment_named',
            language: 'en',
            status: 'APPROVED',
            category: 'UTILITY',
            fetchedAt: '2026-11-22T18:45:44.281Z',
            sendable: true,
            definition: {
              id: '10405060700003',
              name: 'appointment_named',
              language: 'en',
              status: 'APPROVED',
              category: 'UTILITY',
              parameter_format: 'NAMED',
              components: [
                {
                  type: 'BODY',
                  text: 'Dear {{first_name}}, we expect you on {{day}} at our branch.',
                  example: {
                    body_text_named_params: [
                      { param_name: 'first_name', example: 'Aisha' },
                      { param_name: 'day', example: 'Monday' },
                    ],
                  },
                },
              ],
            },
            parameters: [
              {
                component: 'body',
                index: 0,
                name: 'first_name',
                kind: 'text',
                required: true,
                example: 'Aisha',
                maxLength: 985,
              },
              {
                component: 'body',
                index: 1,
                name: 'day',
                kind: 'text',
                required: true,
                example: 'Monday',
                maxLength: 985,
              },
            ],
          },
        ],
        stale: false,
        nextCursor:
          'eyJ3YWJhSWQiOiIxMDQwNTA2MDcwODA5MDEiLCJhZnRlciI6ImFwcG9pbnRtZW50X25hbWVkI2VuIn0',
      },
    },
  },
  listTemplates: {
    request: { organizationId: 'demo', status: 'REJECTED' },
    answer: {
      status: 200,
      body: {
        data: [
          {
            wabaId: '104050607080901',
            id: '10405060700007',
            name: 'free_prize',
            language: 'en',
            status: 'REJECTED',
            category: 'MARKETING',
            fetchedAt: '2026-11-22T18:45:44.281Z',
            sendable: false,
            notSendableBecause:
              "The template's status is REJECTED: only an approved template can be sent.",
          },
        ],
        stale: false,
      },
    },
  },
  readConversation: {
    request: { ...sender, phone: '966500000001' },
    answer: {
      status: 200,
      body: {
        organizationId: 'demo',
        conversationId,
        phoneNumberId: sender.phoneNumberId,
        contact,
        window: { known: true, expiresAt: '2026-11-23T18:45:44.000Z' },
        marketing: { optedOut: false },
      },
    },
  },
  listMessages: {
    request: { organizationId: 'demo', conversationId, limit: '1' },
    answer: {
      status: 200,
      body: {
        data: [
          {
            type: 'message.received',
            messageId: receivedId,
            direction: 'inbound',
            occurredAt: '2026-11-22T18:45:44.000Z',
            receivedAt: '2026-11-22T18:45:44.504Z',
            orderKey: '2026-11-22T18:45:44.000Z/2026-11-22T18:45:44.504Z/000000/000000',
            phoneNumberId: sender.phoneNumberId,
            contact,
            message: {
              from: '966500000001',
              id: receivedId,
              timestamp: '1795373144',
              type: 'text',
              text: { body: 'Is my order ready?' },
            },
          },
        ],
        nextCursor: 'eyJjb252ZXJzYXRpb25JZCI6ImJlY2FmNDA5In0',
      },
    },
  },
  republish: {
    request: { organizationId: 'demo', from: '2026-11-21T00:00:00Z' },
    answer: { status: 202, body: republishing },
  },
  readRepublishing: {
    request: { organizationId: 'demo', republishId: republishing.republishId },
    answer: { status: 200, body: { ...republishing, status: 'done', published: 4211 } },
  },
  erase: {
    request: { organizationId: 'demo', contact: { phone: '+966500000001' } },
    answer: { status: 202, body: erasure },
  },
  readErasure: {
    request: { organizationId: 'demo', erasureId: erasure.erasureId },
    answer: {
      status: 200,
      body: {
        ...erasure,
        status: 'done',
        counts: { conversations: 1, messages: 214, sends: 96, files: 12 },
        updatedAt: '2026-11-22T19:02:44.310Z',
        doneAt: '2026-11-22T19:02:44.310Z',
      },
    },
  },
  issueGraphToken: {
    request: { organizationId: 'demo', name: 'campaigns' },
    answer: {
      status: 200,
      body: { ...graphToken, token: 'nxs_s7vQ0cX1qv0p6mR8dT3h2jK4n5L6w7Y8z9A0b1C2d3E' },
    },
  },
  listGraphTokens: {
    request: { organizationId: 'demo' },
    answer: {
      status: 200,
      body: { data: [{ ...graphToken, lastUsedAt: '2026-11-22T18:51:39.975Z' }] },
    },
  },
  revokeGraphToken: {
    request: { organizationId: 'demo', tokenId: graphToken.tokenId },
    answer: { status: 200, body: { tokenId: graphToken.tokenId, status: 'revoked' } },
  },
  getMediaLink: {
    request: { ...sender, messageId: voiceNoteId },
    answer: {
      status: 200,
      body: {
        url: 'https://media.s3.eu-west-1.amazonaws.com/media/demo/Vz8EnrcZVhm-0?X-Amz-Expires=300&X-Amz-Signature=6736',
        expiresAt: '2026-11-22T18:51:39.975Z',
        mimeType: 'audio/mpeg',
        sizeBytes: 4382,
      },
    },
  },
  createUpload: {
    request: {
      organizationId: 'demo',
      mimeType: 'image/jpeg',
      sizeBytes: 120000,
      filename: 'invoice.jpg',
    },
    answer: {
      status: 200,
      body: {
        uploadId: 'ab74b2e4-9c64-4bc1-b091-3eee9de34e35',
        url: 'https://media.s3.eu-west-1.amazonaws.com/',
        fields: {
          'Content-Type': 'image/jpeg',
          key: 'uploads/demo/ab74b2e4-9c64-4bc1-b091-3eee9de34e35',
          Policy: 'eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yMlQxOTowMTozOVoifQ==',
          'X-Amz-Signature': '6328ad3f',
        },
        expiresAt: '2026-11-22T19:01:39.992Z',
      },
    },
  },
  retryMedia: {
    request: { ...sender, messageId: receivedId },
    answer: { status: 200, body: { state: 'pending', revision: 1 } },
  },
  transcribeAgain: {
    request: { ...sender, messageId: voiceNoteId, languages: 'ar' },
    answer: { status: 202, body: { revision: 1 } },
  },
  readSettings: {
    request: { organizationId: 'demo' },
    answer: { status: 200, body: settings },
  },
  writeSettings: {
    request: {
      organizationId: 'demo',
      transcription: { enabled: true, languages: 'mixed' },
      retention: { messageDays: 90 },
    },
    answer: { status: 200, body: settings },
  },
  readHealth: {
    request: { organizationId: 'demo' },
    answer: {
      status: 200,
      body: {
        organizationId: 'demo',
        checkedAt: '2026-11-22T18:46:40.102Z',
        healthy: true,
        checks: [
          {
            id: 'graph',
            title: 'Graph API',
            status: 'ok',
            details: { calls: '7', unanswered: '0' },
          },
          { id: 'credential', title: 'Credential', subject: '104050607080901', status: 'ok' },
        ],
      },
    },
  },
  startSignup: {
    request: { organizationId: 'north', userId: 'agent-1' },
    answer: {
      status: 200,
      body: {
        state,
        expiresAt: '2026-11-22T10:10:00.000Z',
        appId: '670843887433847',
        configurationId: '1234',
        graphVersion: 'v25.0',
      },
    },
  },
  finishSignup: {
    request: {
      organizationId: 'north',
      state,
      code: 'AQpNYp-G7agZnI8wpJA8NXk70rPmkGxH3BbbUcrdGdSui5Xzi0E2oVm6',
      sessionInfo: {
        type: 'WA_EMBEDDED_SIGNUP',
        event: 'FINISH',
        version: 3,
        data: { phone_number_id: '106540352242922', waba_id: '102290129340398' },
      },
    },
    answer: { status: 200, body: { connection: stopped } },
  },
  resumeConnection: {
    request: { ...account, pin: '123456' },
    answer: { status: 200, body: { connection } },
  },
  listConnections: {
    request: { organizationId: 'north', source: 'live' },
    answer: { status: 200, body: { data: [connection] } },
  },
  saveCredentials: {
    request: { ...account, accessToken: 'EAAJi...' },
    answer: { status: 200, body: { connection: { ...connection, source: 'by-hand' } } },
  },
  disconnect: {
    request: account,
    answer: {
      status: 200,
      body: {
        connection: {
          ...connection,
          state: 'disconnected',
          steps: {},
          problem: {
            step: 'disconnect',
            reason: 'disconnected-by-organization',
            whatToDo:
              'The organisation has disconnected the account. Go through Embedded Signup to connect it again.',
          },
          numbers: [{ ...number, active: false }],
        },
      },
    },
  },
  finishSignupByRedirect: {
    request: { state, code: 'AQpNYp-G7agZnI8wpJA8NXk70rPmkGxH3BbbUcrdGdSui5Xzi0E2oVm6' },
    answer: { status: 303, body: {} },
  },
  deauthorize: {
    request: { signed_request: 'vlXgu64BQGFSQrY0ZcJBZASMvYvTHu9GQ0YM9rjPSso.eyJhbGdvcml0aG0iOiJ' },
    answer: { status: 200, body: {} },
  },
  deletePerson: {
    request: { signed_request: 'vlXgu64BQGFSQrY0ZcJBZASMvYvTHu9GQ0YM9rjPSso.eyJhbGdvcml0aG0iOiJ' },
    answer: {
      status: 200,
      body: {
        url: 'https://api.example/wa-data-deletion?code=Svk54h3YkQ0oEyub9ZOFiqmFhVzWaJcJ',
        confirmation_code: 'Svk54h3YkQ0oEyub9ZOFiqmFhVzWaJcJ',
      },
    },
  },
  getDeletionStatus: {
    request: { code: 'Svk54h3YkQ0oEyub9ZOFiqmFhVzWaJcJ' },
    answer: {
      status: 200,
      body: {
        status: 'completed',
        requestedAt: '2026-11-22T10:00:00.031Z',
        completedAt: '2026-11-22T10:00:00.232Z',
      },
    },
  },
};
