import {
  ApiMapping,
  type ApiMappingProps,
  DomainName,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { WebhookDomain } from './config.ts';

/** What a domain leads to. */
export interface CustomDomainProps extends Required<Pick<ApiMappingProps, 'api' | 'stage'>> {
  domain: WebhookDomain;
}

/**
 * Gives an API a domain, and has the domain ask for a client certificate where it has a truststore.
 * Source: API Gateway Developer Guide, "Custom domain names for HTTP APIs" and "mutual TLS authentication".
 */
export function customDomain(
  scope: Construct,
  { api, stage, domain: { name, certificateArn, truststore } }: CustomDomainProps,
): DomainName {
  const domainName = new DomainName(scope, 'Domain', {
    domainName: name,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn),
    securityPolicy: SecurityPolicy.TLS_1_2,
    ...(truststore && {
      mtls: {
        ...truststore,
        bucket: Bucket.fromBucketName(scope, 'Truststore', truststore.bucketName),
      },
    }),
  });
  new ApiMapping(scope, 'Mapping', { api, stage, domainName });
  return domainName;
}
