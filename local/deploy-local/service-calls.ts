import { createAwsClient } from '../aws-client.ts';
import type { ServiceCalls } from './state-readers.ts';

/** A member of the answer to ListStackResources. Source: CloudFormation API Reference, "StackResourceSummary". */
const memberPattern = /<member>.*?<\/member>/gs;

function textOf(element: string, xml: string): string {
  return new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(xml)?.[1] ?? '';
}

/** Calls the services at an endpoint that has all of them and checks no signatures. */
export function serviceCalls(url: string, region: string): ServiceCalls {
  const rest = async (service: string, path: string): Promise<string> => {
    const scope = `operator/20260101/${region}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
    const answer = await fetch(`${url}${path}`, { headers: { authorization } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${service} answers ${answer.status}: ${text}`);
    return text;
  };
  return {
    json: createAwsClient(async () => url, region),
    rest,
    physicalIds: async (stack) => {
      const ids = new Map<string, string>();
      let token = '';
      do {
        const query = { Action: 'ListStackResources', StackName: stack, NextToken: token };
        const xml = await rest('cloudformation', `/?${new URLSearchParams(query)}`);
        for (const [member] of xml.matchAll(memberPattern)) {
          ids.set(textOf('LogicalResourceId', member), textOf('PhysicalResourceId', member));
        }
        token = textOf('NextToken', xml);
      } while (token !== '');
      return ids;
    },
  };
}
