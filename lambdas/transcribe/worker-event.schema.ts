import * as z from 'zod';

/** Source: Lambda Developer Guide, "Using Lambda with Amazon SQS". */
const queueEventSchema = z
  .object({
    Records: z.array(
      z
        .object({
          messageId: z.string(),
          receiptHandle: z.string(),
          body: z.string(),
          attributes: z.object({ ApproximateReceiveCount: z.coerce.number() }),
        })
        .transform(({ messageId, receiptHandle, body, attributes }) => ({
          id: messageId,
          receiptHandle,
          body,
          receiveCount: attributes.ApproximateReceiveCount,
        })),
    ),
  })
  .transform(({ Records }) => ({ kind: 'jobs' as const, records: Records }));

/** Source: EventBridge Events Reference, "Amazon Transcribe events". */
const jobStateSchema = z
  .object({
    source: z.literal('aws.transcribe'),
    'detail-type': z.literal('Transcribe Job State Change'),
    detail: z.object({ TranscriptionJobName: z.string(), TranscriptionJobStatus: z.string() }),
  })
  .transform(({ detail: { TranscriptionJobName, TranscriptionJobStatus } }) => ({
    kind: 'job-ended' as const,
    job: TranscriptionJobName,
    status: TranscriptionJobStatus,
  }));

const scheduleSchema = z
  .object({ source: z.literal('aws.events'), 'detail-type': z.literal('Scheduled Event') })
  .transform(() => ({ kind: 'sweep' as const }));

/** What `voice-transcription-worker` is invoked with: a batch of jobs, a job's end, or the clock. */
export const workerEventSchema = z.union([queueEventSchema, jobStateSchema, scheduleSchema]);
