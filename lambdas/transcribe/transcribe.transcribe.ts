import {
  BadRequestException,
  ConflictException,
  GetTranscriptionJobCommand,
  NotFoundException,
  StartTranscriptionJobCommand,
  TranscribeClient,
} from '@aws-sdk/client-transcribe';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import type { Transcriber } from './transcriber.port.ts';
import type { LanguagePlan } from './transcription.schema.ts';

/** What every job is given. */
export interface TranscribeConfig {
  /** Where the sounds are and the output goes. */
  bucket: string;
  /** What the output is encrypted with. */
  keyArn: string;
  /** As whom Transcribe works a job whose turn comes later. */
  dataAccessRoleArn: string;
}

/** Complaints about the bucket, the key or the role are ours to mend, and say nothing of the sound. */
const ourFault = /access|permission|bucket|role|kms|encrypt|assume/i;

/** Amazon Transcribe. Jobs above the account's limit wait in Transcribe's own queue. */
export function transcriberInTranscribe(config: TranscribeConfig): Transcriber {
  const client = new TranscribeClient(awsClientConfig(backgroundBudget));
  return {
    async start({ jobName, key, format, plan, outputKey }) {
      try {
        await client.send(
          new StartTranscriptionJobCommand({
            TranscriptionJobName: jobName,
            Media: { MediaFileUri: `s3://${config.bucket}/${key}` },
            MediaFormat: format,
            OutputBucketName: config.bucket,
            OutputKey: outputKey,
            OutputEncryptionKMSKeyId: config.keyArn,
            JobExecutionSettings: {
              AllowDeferredExecution: true,
              DataAccessRoleArn: config.dataAccessRoleArn,
            },
            ...languageOf(plan),
          }),
        );
        return 'started';
      } catch (error) {
        if (error instanceof ConflictException) {
          return 'exists';
        }
        if (error instanceof BadRequestException && !ourFault.test(error.message)) {
          return 'refused';
        }
        throw error;
      }
    },
    async look(jobName) {
      try {
        const { TranscriptionJob: job } = await client.send(
          new GetTranscriptionJobCommand({ TranscriptionJobName: jobName }),
        );
        return {
          status: job?.TranscriptionJobStatus ?? '',
          startedAt: job?.StartTime?.toISOString(),
          failureReason: job?.FailureReason,
        };
      } catch (error) {
        // Of a name that is well formed, both say that there is no such job.
        if (error instanceof NotFoundException || error instanceof BadRequestException) {
          return undefined;
        }
        throw error;
      }
    },
  };
}

/** Exactly one of the three. Source: Transcribe API Reference, StartTranscriptionJob. */
function languageOf(plan: LanguagePlan) {
  switch (plan.mode) {
    case 'given':
      return { LanguageCode: plan.language };
    case 'identified':
      return { IdentifyLanguage: true, LanguageOptions: plan.languages };
    case 'mixed':
      return { IdentifyMultipleLanguages: true, LanguageOptions: plan.languages };
  }
}
