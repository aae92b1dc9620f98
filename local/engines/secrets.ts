import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../aws-client.ts';

const inputSchema = z.object({
  SecretId: z.string(),
  SecretString: z.string().optional(),
  VersionStage: z.string().default('AWSCURRENT'),
  VersionId: z.string().optional(),
});

interface Version {
  VersionId: string;
  SecretString: string;
  CreatedDate: number;
}

/** A service that runs inside this process: answers an action's input, or throws `AwsError`. */
export type LocalService = (action: string, input: unknown) => unknown;

/**
 * Secrets Manager with GetSecretValue, PutSecretValue and DescribeSecret; the newest version of a
 * secret is AWSCURRENT and the one before AWSPREVIOUS.
 */
export function createSecretsManager(initial: Map<string, string>): LocalService {
  const newVersion = (SecretString: string): Version => ({
    VersionId: randomUUID(),
    SecretString,
    CreatedDate: Date.now() / 1000,
  });
  const secrets = new Map([...initial].map(([arn, value]) => [arn, [newVersion(value)]]));

  return (action, rawInput) => {
    const input = inputSchema.parse(rawInput);
    const arn = [...secrets.keys()].find(
      (known) =>
        known === input.SecretId || known.split(':secret:')[1]?.slice(0, -7) === input.SecretId,
    );
    const versions = arn && secrets.get(arn);
    if (!arn || !versions) {
      throw new AwsError(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    }
    const answer = { ARN: arn, Name: arn.split(':secret:')[1]?.slice(0, -7) };
    switch (action) {
      case 'GetSecretValue': {
        const stages = ['AWSCURRENT', 'AWSPREVIOUS'];
        const index = input.VersionId
          ? versions.findIndex(({ VersionId }) => VersionId === input.VersionId)
          : stages.indexOf(input.VersionStage);
        const version = versions[index];
        if (!version) {
          throw new AwsError(
            'ResourceNotFoundException',
            `Secrets Manager can't find the specified secret value for staging label: ${input.VersionStage}`,
          );
        }
        return { ...answer, ...version, VersionStages: stages.slice(index, index + 1) };
      }
      case 'PutSecretValue': {
        const version = newVersion(input.SecretString ?? '');
        versions.unshift(version);
        return { ...answer, VersionId: version.VersionId, VersionStages: ['AWSCURRENT'] };
      }
      case 'DescribeSecret':
        return answer;
      default:
        throw new AwsError(
          'UnknownOperationException',
          `The local Secrets Manager has no ${action}`,
        );
    }
  };
}
