import { QueryDefinition, QueryString, type QueryStringProps } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { inboxMetrics } from '../../lambdas/inbox/metrics.ts';
import { mediaMetrics } from '../../lambdas/media/metrics.ts';
import { sendMetrics } from '../../lambdas/send/metrics.ts';
import { functionsOf, type Monitored } from './monitored.ts';

const { messagesReceived, statusesReceived } = inboxMetrics;
const { messagesAccepted, requestsRefused, graphFailures } = sendMetrics;
const { filesFailed } = mediaMetrics;

/** A person writes the organisation in its place. */
const anOrganization = 'organizationId = "ORGANIZATION"';

/**
 * Questions that no metric answers, since an organisation is never a dimension, as queries of CloudWatch
 * Logs Insights. What they count are the lines that metrics come from: these name the organisation.
 */
const queries: Readonly<Record<string, QueryStringProps>> = {
  'What went wrong for an organisation': {
    fields: [
      ...['@timestamp', 'service', 'message', 'type', 'step'],
      ...['reason', 'metaCode', 'code', 'outcome'],
    ],
    filterStatements: [
      anOrganization,
      `ispresent(reason) or ispresent(code) or ispresent(${graphFailures})`,
    ],
    sort: '@timestamp desc',
    limit: 200,
  },
  'What an organisation has sent and received': {
    filterStatements: [anOrganization],
    statsStatements: [
      `sum(${messagesReceived}) as received, sum(${messagesAccepted}) as accepted, sum(${statusesReceived}) as statuses, sum(${requestsRefused}) as refused by bin(15m)`,
    ],
  },
  'Top organisations by volume': {
    filterStatements: ['ispresent(organizationId)'],
    statsStatements: [
      `sum(${messagesReceived}) as received, sum(${messagesAccepted}) as accepted by organizationId`,
    ],
    sort: 'received desc',
    limit: 25,
  },
  'Whom Meta throttles': {
    filterStatements: ['outcome = "throttle"'],
    statsStatements: [`sum(${graphFailures}) as throttled by organizationId`],
    sort: 'throttled desc',
    limit: 25,
  },
  'Whose token is dead or whose account is disabled': {
    filterStatements: ['message = "A connection does not work"'],
    statsStatements: ['max(@timestamp) as last by organizationId, wabaId, reason'],
    sort: 'last desc',
  },
  'Who cannot connect': {
    filterStatements: ['message = "Connecting has stopped"'],
    statsStatements: ['count(*) as times by organizationId, step, reason, metaCode'],
    sort: 'times desc',
  },
  'Whose requests are refused': {
    filterStatements: [`ispresent(${requestsRefused})`],
    statsStatements: [`sum(${requestsRefused}) as refused by organizationId, code`],
    sort: 'refused desc',
    limit: 50,
  },
  'Who is told of failures': {
    filterStatements: ['message = "An organisation was told of a failure"'],
    statsStatements: ['count(*) as times by organizationId, type, reason, metaCode'],
    sort: 'times desc',
    limit: 50,
  },
  'Whose files are lost': {
    filterStatements: [`ispresent(${filesFailed})`],
    statsStatements: [`sum(${filesFailed}) as lost by organizationId, reason`],
    sort: 'lost desc',
    limit: 50,
  },
};

/** Adds the queries to a stack, each over the logs of all functions, in a folder of the stack's name. */
export function addSavedQueries({ stack }: Monitored): void {
  const scope = new Construct(stack, 'SavedQueries');
  const logGroups = functionsOf(stack).map(({ logGroup }) => logGroup);
  for (const [question, query] of Object.entries(queries)) {
    new QueryDefinition(scope, question.replaceAll(' ', ''), {
      queryDefinitionName: `${stack.stackName}/${question}`,
      queryString: new QueryString(query),
      logGroups,
    });
  }
}
