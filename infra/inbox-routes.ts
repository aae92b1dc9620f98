import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { WhatsappInboxEnv } from '../lambdas/inbox/whatsapp-inbox.env.ts';
import type { ApiEnv, SendApi } from './constructs/send-api.ts';
import { allowItems, apiFunction, type PartProps } from './service-part.ts';

/** Adds to an API what the inbox backend reads and manages. */
export function addInboxRoutes(api: SendApi, props: PartProps): void {
  const inbox = apiFunction<ApiEnv<WhatsappInboxEnv>>('Inbox', props, {
    id: 'whatsapp-inbox',
    description: 'What the inbox backend reads and manages',
    environment: { TABLE_NAME: props.state.table.tableName },
  });
  allowItems(inbox, props, ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem']);
  api.addRoutes(inbox, [HttpMethod.GET, HttpMethod.PUT], ['/whatsapp-settings']);
}
