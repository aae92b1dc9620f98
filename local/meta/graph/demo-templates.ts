import type { JsonObject } from '../../../shared/json.ts';
import type { SimulatedTemplate } from './state.ts';

/** A template that has no id yet. */
type Draft = JsonObject &
  Pick<SimulatedTemplate, 'name' | 'language' | 'status' | 'category' | 'components'>;

const body = (text: string, ...examples: string[]): JsonObject => ({
  type: 'BODY',
  text,
  ...(examples.length > 0 && { example: { body_text: [examples] } }),
});
const buttons = (...all: JsonObject[]): JsonObject => ({ type: 'BUTTONS', buttons: all });
const image: JsonObject = {
  type: 'HEADER',
  format: 'IMAGE',
  example: { header_handle: ['4::aW1hZ2UvanBlZw==:demo'] },
};

const helloWorld: Draft = {
  name: 'hello_world',
  language: 'en_US',
  status: 'APPROVED',
  category: 'UTILITY',
  parameter_format: 'POSITIONAL',
  components: [
    { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
    body('Welcome and congratulations!! This message shows that your templates can be sent.'),
    { type: 'FOOTER', text: 'WhatsApp Business Platform sample message' },
  ],
};

function card(picture: string): JsonObject {
  const url = 'https://shop.example.com/{{1}}';
  return {
    components: [
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: [`4::${picture}`] } },
      body('Today only, while they last.'),
      buttons(
        { type: 'QUICK_REPLY', text: 'Tell me more' },
        { type: 'URL', text: 'Buy now', url, example: [`https://shop.example.com/${picture}`] },
      ),
    ],
  };
}

const orderReady = { status: 'APPROVED', category: 'UTILITY', parameter_format: 'POSITIONAL' };
const rest: Draft[] = [
  {
    ...{ name: 'order_ready', language: 'en', ...orderReady },
    components: [body('Hello {{1}}, your order {{2}} is ready to collect.', 'Aisha', 'A-1042')],
  },
  {
    ...{ name: 'order_ready', language: 'ar', ...orderReady },
    components: [body('مرحبا {{1}}، طلبك {{2}} جاهز للاستلام.', 'عائشة', 'A-1042')],
  },
  {
    ...{ name: 'appointment_named', language: 'en', status: 'APPROVED', category: 'UTILITY' },
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
  {
    ...{ name: 'summer_offer', language: 'en', status: 'APPROVED', category: 'MARKETING' },
    components: [
      image,
      body('Hello {{1}}, our summer prices are here.', 'Aisha'),
      { type: 'FOOTER', text: 'Reply STOP to hear less from us' },
      buttons({
        ...{ type: 'URL', text: 'Shop now', url: 'https://shop.example.com/offers/{{1}}' },
        example: ['https://shop.example.com/offers/summer'],
      }),
    ],
  },
  {
    ...{ name: 'sign_in_code', language: 'en_US', status: 'APPROVED', category: 'AUTHENTICATION' },
    components: [
      body('*{{1}}* is your verification code. For your security, do not share it.', '123456'),
      { type: 'FOOTER', text: 'This code expires in 5 minutes.', code_expiration_minutes: 5 },
      buttons({
        type: 'URL',
        text: 'Copy code',
        url: 'https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}',
        example: ['https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456'],
      }),
    ],
  },
  {
    ...{ name: 'weekly_news', language: 'en', status: 'PAUSED', category: 'MARKETING' },
    quality_score: { score: 'RED', date: 1788220800 },
    components: [body('The news of this week, {{1}}, has arrived.', 'Aisha')],
  },
  {
    ...{ name: 'free_prize', language: 'en', status: 'REJECTED', category: 'MARKETING' },
    rejected_reason: 'SCAM',
    components: [body('You have won a prize today!')],
  },
  {
    ...{ name: 'new_arrivals', language: 'en', status: 'APPROVED', category: 'MARKETING' },
    components: [
      body('Hello {{1}}, look at what is new.', 'Aisha'),
      { type: 'CAROUSEL', cards: ['dates', 'coffee'].map(card) },
    ],
  },
];

/** The demo organisation's templates: every status and kind that sends are tried with. */
export function demoTemplates(): SimulatedTemplate[] {
  return withIds('1040506070', [helloWorld, ...rest]);
}

/** The other organisation's template, which the demo organisation must not be able to send. */
export function otherTemplates(): SimulatedTemplate[] {
  return withIds('2040506070', [{ ...helloWorld, name: 'other_hello' }]);
}

function withIds(prefix: string, templates: Draft[]): SimulatedTemplate[] {
  return templates.map((template, index) => {
    return { ...template, id: `${prefix}${String(index).padStart(4, '0')}` };
  });
}
