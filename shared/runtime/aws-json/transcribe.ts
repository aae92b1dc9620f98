import type { awsClientConfig } from '../aws-client.ts';
import { mapped } from './bytes.ts';
import { JsonClient, operation, ServiceError } from './client.ts';

/** As the SDK's. */
export class BadRequestException extends ServiceError {}

/** As the SDK's. */
export class ConflictException extends ServiceError {}

/** As the SDK's. */
export class NotFoundException extends ServiceError {}

/** As the SDK's. */
export class TranscribeClient extends JsonClient {
  constructor(config: ReturnType<typeof awsClientConfig>) {
    const service = {
      ...{ name: 'transcribe', fipsName: 'fips.transcribe', target: 'Transcribe' },
      ...({ endpointVariable: 'AWS_ENDPOINT_URL_TRANSCRIBE', version: '1.1' } as const),
      errors: { BadRequestException, ConflictException, NotFoundException },
      decode: withTimes,
    };
    super(service, config);
  }
}

export const GetTranscriptionJobCommand = operation('GetTranscriptionJob');
export const StartTranscriptionJobCommand = operation('StartTranscriptionJob');

/** JSON has times as seconds. */
function withTimes(output: unknown): unknown {
  return mapped(output, (value, name) =>
    name.endsWith('Time') && typeof value === 'number' ? new Date(value * 1000) : withTimes(value),
  );
}
