import { App, Tags, Validations } from 'aws-cdk-lib';
import { bundleFunctions } from './bundle.ts';
import { isStageName, stages, withEventsEndpoint } from './config.ts';
import { nag } from './nag.ts';
import { acknowledgements } from './nag-acknowledgements.ts';
import { ServiceStack } from './service-stack.ts';
import { StateStack } from './state-stack.ts';

const app = new App();
const stage: unknown = app.node.tryGetContext('stage') ?? 'dev';
if (!isStageName(stage)) {
  throw new Error(`Unknown stage "${stage}": use -c stage=${Object.keys(stages).join('|')}`);
}
await bundleFunctions();

const config = withEventsEndpoint(stages[stage], app.node.tryGetContext('eventsEndpoint'));
const env = { region: config.region };
const state = new StateStack(app, `nexus-whatsapp-${stage}-state`, {
  env,
  config,
  description: `Nexus WhatsApp (${stage}): what must never be lost`,
});
new ServiceStack(app, `nexus-whatsapp-${stage}`, {
  env,
  config,
  state,
  description: `Nexus WhatsApp (${stage}): APIs, functions, queues`,
});
Validations.of(app).addPlugins(nag(acknowledgements));
Tags.of(app).add('service', 'nexus-whatsapp');
Tags.of(app).add('stage', stage);
