import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { parseJson } from '../shared/json.ts';
import { organizationIdSchema } from '../shared/organization-id.schema.ts';
import { endpointOverHttps } from '../shared/webhooks-out/endpoint.https.ts';
import type { Endpoint } from '../shared/webhooks-out/endpoint.port.ts';
import {
  type SigningSecrets,
  signingSecretsSchema,
} from '../shared/webhooks-out/signing-secrets.schema.ts';
import { CommandError, runCommand } from './command-error.ts';
import { type EndpointCheck, testEndpoint } from './endpoint-test.ts';

interface Options {
  url: string;
  secretFile?: string;
  organization: string;
}

/** @throws CommandError where there is none, or none that is well-formed */
function readSecrets(file: string | undefined): SigningSecrets {
  const json = file === undefined ? undefined : parseJson(textOf(file));
  const value = json
    ? json.ok && json.value
    : { secrets: process.env['WEBHOOK_SECRET']?.split(/\s+/).filter((text) => text !== '') };
  const secrets = signingSecretsSchema.safeParse(value);
  if (!secrets.success) {
    throw new CommandError(
      file === undefined
        ? 'WEBHOOK_SECRET must hold one to three secrets (whsec_ and 24 to 64 bytes in base64), or name a --secret-file.'
        : `${file} must be {"secrets": ["whsec_..."]} with one to three secrets of 24 to 64 bytes in base64.`,
    );
  }
  return secrets.data;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CommandError(`${file} cannot be read.`);
  }
}

function endpointAt(url: string): Endpoint {
  try {
    return endpointOverHttps({ url });
  } catch {
    throw new CommandError('--url must be an https address, or http to this machine itself.');
  }
}

function line({ name, isOk, seen, cure }: EndpointCheck): string {
  return `${isOk ? 'ok  ' : 'FAIL'}  ${name}  (${seen})${cure === undefined ? '' : `\n      ${cure}`}`;
}

/** 0: as it should be. 1: it is not. */
async function test({ url, secretFile, organization }: Options): Promise<number> {
  if (!organizationIdSchema.safeParse(organization).success) {
    throw new CommandError('--organization must be 1 to 64 letters, digits, _ or -.');
  }
  const secrets = readSecrets(secretFile);
  const checks = await testEndpoint(endpointAt(url), secrets, organization);
  for (const check of checks) {
    console.log(line(check));
  }
  return checks.every(({ isOk }) => isOk) ? 0 : 1;
}

const program = new Command('npm run webhooks --').description(
  'Works with the endpoint that inbox events are posted to.',
);

program
  .command('test')
  .description(
    'Posts a signed event of the type endpoint.tested to an endpoint, and the same with a forged signature.',
  )
  .requiredOption('--url <url>', 'the address, as in eventsEndpoint of infra/config.ts')
  .option('--secret-file <file>', 'the JSON that EventsSecretArn holds; else WEBHOOK_SECRET')
  .option('--organization <id>', 'the organisation that the event names', 'test')
  .addHelpText(
    'after',
    `
A secret is never an argument: arguments are seen by everybody on the machine.

Exit code: 0 the endpoint takes what is signed and refuses what is forged, 1 it does not, 2 nothing was sent.

Examples:
  WEBHOOK_SECRET=$(cat secret.txt) npm run webhooks -- test --url https://inbox.example.com/whatsapp-events
  npm run webhooks -- test --url https://inbox.example.com/whatsapp-events --secret-file events-secret.json`,
  )
  .action((options: Options) => runCommand(() => test(options)));

await program.parseAsync();
