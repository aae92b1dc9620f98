import { text } from 'node:stream/consumers';
import { AccessToken } from '../shared/credentials/access-token.ts';
import { organizationIdSchema } from '../shared/organization-id.schema.ts';
import { CommandError } from './command-error.ts';
import type { ShownNumber } from './connections-api.ts';
import type { Prompts } from './prompts.ts';

/**
 * Where an engineer finds what connecting asks for.
 * Source: Meta, "Access tokens", System user access tokens; Business Help Centre, "WhatsApp accounts".
 */
export const whereToFind = {
  organization: 'organization: how Nexus names the organisation.',
  waba: `waba: the WhatsApp Business Account's id. business.facebook.com/settings, Accounts, WhatsApp accounts,
select the account: the id is under its name.`,
  token: `token: business.facebook.com/settings, Users, System users. Select one that has the app and the
WhatsApp account assigned with full control; Generate token, choose the app, and both permissions:
whatsapp_business_management and whatsapp_business_messaging.`,
};

/** What is wrong with an answer; undefined: nothing. */
export const complaints = {
  organization: (id: string) =>
    organizationIdSchema.safeParse(id).success ? undefined : '1 to 64 letters, digits, _ or -.',
  metaId: (id: string) => (/^\d{1,32}$/.test(id) ? undefined : 'An id of Meta has digits only.'),
  token: (token: string) =>
    /^[\x21-\x7e]{1,4096}$/.test(token) ? undefined : 'That is no access token.',
  pin: (pin: string) => (/^(\d{6})?$/.test(pin) ? undefined : 'A PIN has six digits.'),
};

/** Where answers come from, besides the command's options. */
export interface AnswerSources {
  /** Undefined where there is no terminal. */
  prompts: Prompts | undefined;
  stdin: NodeJS.ReadableStream;
  /** `WHATSAPP_TOKEN`, `WHATSAPP_PIN`. */
  env: Readonly<Record<string, string | undefined>>;
  /** Shows a text to who is asked. */
  explain(text: string): void;
}

/** @throws CommandError where an option is wrong */
export function assertValid(
  name: string,
  value: string,
  complaint: (value: string) => string | undefined,
): void {
  const wrong = complaint(value);
  if (wrong !== undefined) {
    throw new CommandError(`${name}: ${wrong}`);
  }
}

/** What connecting has to know. Each throws `CommandError` where it is wrong, or nobody is there to be asked. */
export function connectQuestions({ prompts, stdin, env, explain }: AnswerSources) {
  async function asked(
    name: 'organization' | 'waba',
    option: string | undefined,
    complaint: (value: string) => string | undefined,
  ): Promise<string> {
    if (option !== undefined) {
      assertValid(`--${name}`, option, complaint);
      return option;
    }
    if (!prompts) {
      throw new CommandError(`--${name} is missing, and there is no terminal to ask at.`);
    }
    explain(`\n${whereToFind[name]}\n`);
    return prompts.ask(`${name}: `, complaint);
  }

  let pinInEnv = env['WHATSAPP_PIN'];
  return {
    organizationId: (option: string | undefined) =>
      asked('organization', option, complaints.organization),

    wabaId: (option: string | undefined) => asked('waba', option, complaints.metaId),

    async token({ fromStdin }: { fromStdin: boolean }): Promise<AccessToken> {
      if (fromStdin && prompts) {
        throw new CommandError(
          '--token-stdin reads from a pipe or a file. Without it you are asked.',
        );
      }
      const said = fromStdin ? (await text(stdin)).trim() : env['WHATSAPP_TOKEN'];
      if (said !== undefined) {
        const name = fromStdin ? 'The standard input' : 'WHATSAPP_TOKEN';
        assertValid(name, said, complaints.token);
        return new AccessToken(said);
      }
      if (!prompts) {
        throw new CommandError('The token is missing: set WHATSAPP_TOKEN, or use --token-stdin.');
      }
      explain(`\n${whereToFind.token}\n`);
      return new AccessToken(await prompts.askHidden('token (not shown): ', complaints.token));
    },

    /** The PIN from the environment once, then from the person; undefined where nobody says one. */
    async pin(numbers: readonly ShownNumber[]): Promise<AccessToken | undefined> {
      const known = pinInEnv;
      pinInEnv = undefined;
      if (known !== undefined) {
        assertValid('WHATSAPP_PIN', known, complaints.pin);
      }
      const names = numbers.map((number) => number.displayPhoneNumber ?? number.phoneNumberId);
      const question = `
${names.join(', ')}: two-step verification. Each try is one of the 10 registrations that Meta takes in 72 hours.
PIN of six digits (not shown; Enter alone stops here): `;
      const pin = known ?? (await prompts?.askHidden(question, complaints.pin));
      return pin ? new AccessToken(pin) : undefined;
    },
  };
}
