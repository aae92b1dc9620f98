import { expect, it } from '@jest/globals';
import * as z from 'zod';
import { contractRoutes } from '../../contract/routes.ts';
import { ofType, parsed, templates } from '../template/template.ts';

const routeSchema = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  AuthorizationType: z.string(),
});

it.each(templates)('the contract has exactly the routes of $stage', ({ resources }) => {
  const apis = ofType(resources, 'AWS::ApiGatewayV2::Api');
  const sendApi = apis.find(({ name }) => name.startsWith('SendApi'));
  const deployed = ofType(resources, 'AWS::ApiGatewayV2::Route')
    .map((resource) => parsed(resource, routeSchema))
    // Behind it is Meta's contract, of which the facade's page says how much.
    .filter(
      ({ ApiId, RouteKey }) => ApiId === sendApi?.name && !RouteKey.endsWith('/graph/{path+}'),
    )
    .map(({ RouteKey, AuthorizationType }) =>
      AuthorizationType === 'NONE' ? `${RouteKey}, public` : RouteKey,
    );
  const promised = contractRoutes.map(
    ({ method, path, access }) => `${method} ${path}${access === 'public' ? ', public' : ''}`,
  );
  expect(promised.toSorted()).toEqual(deployed.toSorted());
});

it('every route has a name of its own', () => {
  const names = new Set(contractRoutes.map(({ operationId }) => operationId));
  expect(names.size).toBe(contractRoutes.length);
});
