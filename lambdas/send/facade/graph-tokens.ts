import { randomBytes, randomUUID } from 'node:crypto';
import { type ApiMethod, apiMethod } from '../../../shared/http/api.ts';
import { Problem } from '../../../shared/http/problem.ts';
import { notFound } from '../refusals.ts';
import type { GraphToken, GraphTokens } from './graph-tokens.port.ts';
import {
  issueTokenSchema,
  listTokensQuerySchema,
  revokeTokenQuerySchema,
} from './graph-tokens-request.schema.ts';

/** What the façade's tokens need from outside. */
export interface GraphTokenPorts {
  tokens: GraphTokens;
  now(): Date;
  report(error: unknown): void;
}

/** One for each client of an organisation, with room to exchange them; a list of them is one page. */
const maxTokens = 50;

/** A use is written down at most so often, in ms. */
const noteEveryMs = 60 * 60 * 1000;

/** `nxs_` tells secret scanners and people what it is; behind it 256 random bits. */
const secretFormat = /^Bearer +(nxs_[\w-]{43})$/i;

/** The methods of `/graph-tokens`: issuing, listing and revoking an organisation's tokens. */
export function graphTokenMethods({
  tokens,
  now,
}: GraphTokenPorts): Record<'GET' | 'POST' | 'DELETE', ApiMethod> {
  return {
    POST: apiMethod({
      input: { body: issueTokenSchema },
      async handle({ organizationId, name }) {
        const { length } = await tokens.ofOrganization(organizationId);
        if (length >= maxTokens) {
          throw new Problem('invalid-request', {
            detail: `The organisation has ${length} tokens, and more than ${maxTokens} are not issued. Revoke one first.`,
          });
        }
        const secret = `nxs_${randomBytes(32).toString('base64url')}`;
        const createdAt = now().toISOString();
        const token = { organizationId, tokenId: randomUUID(), name, createdAt };
        await tokens.add(token, secret);
        return { status: 200, body: { ...shown(token), token: secret } };
      },
    }),

    GET: apiMethod({
      input: { query: listTokensQuerySchema },
      async handle({ organizationId }) {
        const data = (await tokens.ofOrganization(organizationId)).map(shown);
        return { status: 200, body: { data } };
      },
    }),

    DELETE: apiMethod({
      input: { query: revokeTokenQuerySchema },
      async handle({ organizationId, tokenId }) {
        if (!(await tokens.remove(organizationId, tokenId))) {
          throw notFound('tokenId', 'This organisation has no such token.');
        }
        return { status: 200, body: { tokenId, status: 'revoked' } };
      },
    }),
  };
}

function shown({ tokenId, name, createdAt, lastUsedAt }: GraphToken) {
  return { tokenId, name, createdAt, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) };
}

/**
 * Whose token a request carries.
 * @param authorization the header
 * @returns undefined where it is none that was issued here, or was revoked
 */
export async function organizationOfToken(
  authorization: string | undefined,
  { tokens, now, report }: GraphTokenPorts,
): Promise<string | undefined> {
  const secret = secretFormat.exec(authorization ?? '')?.[1];
  const token = secret === undefined ? undefined : await tokens.find(secret);
  if (secret === undefined || !token) {
    return undefined;
  }
  const unusedMs = now().getTime() - Date.parse(token.lastUsedAt ?? token.createdAt);
  if (token.lastUsedAt === undefined || unusedMs >= noteEveryMs) {
    await tokens.noteUse(secret, now().toISOString()).catch(report);
  }
  return token.organizationId;
}
