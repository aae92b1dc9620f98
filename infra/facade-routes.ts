import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { GraphEnv } from '../lambdas/send/facade/graph.env.ts';
import type { ApiEnv, SendApi } from './constructs/send-api.ts';
import {
  allowItems,
  allowMeta,
  apiFunction,
  metaEnvironment,
  type PartProps,
} from './service-part.ts';

/** Adds to an API what clients of Meta's Graph API send through, and the tokens that they carry. */
export function addFacadeRoutes(api: SendApi, props: PartProps): void {
  const { config, state } = props;
  const graph = apiFunction<ApiEnv<GraphEnv>>('Graph', props, {
    id: 'whatsapp-graph',
    description: "Answers clients of Meta's Graph API",
    environment: {
      TABLE_NAME: state.table.tableName,
      LISTING_INDEX: state.listingIndex,
      MESSAGE_RETENTION_DAYS: String(config.messageRetentionDays),
      ...metaEnvironment(props),
    },
  });
  allowItems(graph, props, [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
  ]);
  allowMeta(graph, props);
  const { GET, POST, DELETE } = HttpMethod;
  api
    .addRoutes(graph, [GET, POST, DELETE], ['/graph-tokens'])
    // Clients of Meta come here: the token that each request carries says for whom.
    .addPublicRoutes(graph, [GET, POST, DELETE], ['/graph/{path+}']);
}
