import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { metrics } from '../runtime/observability.ts';
import { credentialMetrics } from './metrics.ts';
import { isThrottling } from './token-cache.ts';
import { tokenCipherInKms } from './token-cipher.kms.ts';
import type { TokenCipher } from './token-cipher.port.ts';

/** Encrypts with one key of AWS KMS, by its ARN. What KMS throttles is counted: it has no metric by key. */
export function countedTokenCipher(keyArn: string): TokenCipher {
  const { encrypt, decrypt } = tokenCipherInKms(keyArn);
  return {
    encrypt: (...args) => encrypt(...args).catch(countThrottling),
    decrypt: (...args) => decrypt(...args).catch(countThrottling),
  };
}

function countThrottling(error: unknown): never {
  if (isThrottling(error)) {
    metrics.singleMetric().addMetric(credentialMetrics.tokenKeyThrottled, MetricUnit.Count, 1);
  }
  throw error;
}
