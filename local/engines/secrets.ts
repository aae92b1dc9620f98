import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../aws-client.ts';

/** A service inside this process: answers an action's JSON input, or throws `AwsError`. */
export type LocalService = (action: string, input: string) => unknown;

const inputSchema = z.object({
  SecretId: z.string(),
  SecretString: z.string().optional(),
  VersionStage: z.string().default('AWSCURRENT'),
});

interface Version {
  VersionId: string;
  SecretString: string;
  /** In seconds. */
  CreatedDate: number;
}

function createVersion(SecretString: string): Version {
  return { VersionId: randomUUID(), SecretString, CreatedDate: Date.now() / 1000 };
}

/** An ARN ends in the name, a hyphen and six characters. */
function nameOf(arn: string): string {
  return arn.split(':').at(-1)?.slice(0, -7) ?? '';
}

/**
 * Secrets Manager with GetSecretValue, PutSecretValue and DescribeSecret. `initial` holds the values
 * by ARN; a secret's last version is AWSCURRENT, the one before it AWSPREVIOUS.
 */
export function createSecretsManager(initial: Map<string, string>): LocalService {
  const secrets = [...initial].map(([ARN, value]) => ({
    ARN,
    Name: nameOf(ARN),
    versions: [createVersion(value)],
  }));
  return (action, json) => {
    const input = inputSchema.parse(JSON.parse(json));
    const secret = secrets.find(({ ARN, Name }) => [ARN, Name].includes(input.SecretId));
    const stages = ['AWSCURRENT', 'AWSPREVIOUS'];
    if (action === 'PutSecretValue')
      secret?.versions.unshift(createVersion(input.SecretString ?? ''));
    else if (!['GetSecretValue', 'DescribeSecret'].includes(action)) {
      throw new AwsError('UnknownOperationException', `There is no ${action} here`);
    }
    const version = secret?.versions[stages.indexOf(input.VersionStage)];
    if (!secret || !version) {
      const message = "Secrets Manager can't find the specified secret.";
      throw new AwsError('ResourceNotFoundException', message);
    }
    const { ARN, Name } = secret;
    const { SecretString, ...described } = version;
    const answer = { ARN, Name, ...described, VersionStages: [input.VersionStage] };
    return action === 'GetSecretValue' ? { ...answer, SecretString } : answer;
  };
}
