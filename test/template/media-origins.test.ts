import { describe, expect, it } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { stages } from '../../infra/config.ts';
import { StateStack } from '../../infra/state-stack.ts';

/** The template of the state of a stage where these pages use the media bucket. */
function synthesised(mediaOrigins: readonly string[]): Template {
  const config = { ...stages.dev, mediaOrigins };
  const env = { region: config.region };
  // As in cdk.json: else S3 would deliver logs by an access list, which no bucket here has.
  const context = { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true };
  return Template.fromStack(new StateStack(new App({ context }), 'State', { env, config }));
}

describe('the media bucket', () => {
  it('answers the pages that the stage names, and no others', () => {
    const template = synthesised(['https://inbox.example.com']);
    template.resourcePropertiesCountIs(
      'AWS::S3::Bucket',
      {
        CorsConfiguration: {
          CorsRules: [
            {
              AllowedHeaders: ['*'],
              AllowedMethods: ['GET', 'POST'],
              AllowedOrigins: ['https://inbox.example.com'],
            },
          ],
        },
      },
      1,
    );
  });

  it('answers no page where none is named', () => {
    const withoutRules = { CorsConfiguration: Match.absent() };
    expect(() =>
      synthesised([]).resourcePropertiesCountIs('AWS::S3::Bucket', withoutRules, 3),
    ).not.toThrow();
  });
});
