import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../aws-client.ts';
import type { EventBus } from '../event-bus.ts';
import type { LocalRoute } from '../routes.ts';
import { accountId } from '../template/intrinsics.ts';
import type { LocalService } from './secrets.ts';

/** What somebody says in a sound. */
export interface KnownSpeech {
  /** "" where nobody speaks. */
  text: string;
  /** As Transcribe names it: `ar-SA`, `en-US`, ... */
  language: string;
  /** 0 to 1. */
  confidence: number;
}

const known = new Map<string, KnownSpeech>();

/** Lets the engine hear what is said in a sound, which it knows by its SHA-256 (hexadecimal). */
export function registerTranscript(sha256: string, speech: KnownSpeech): void {
  known.set(sha256.toLowerCase(), speech);
}

/** What the engine hears in every other sound. */
const placeholder: KnownSpeech = {
  text: 'This is a placeholder of the local run. It cannot hear what is said here.',
  language: 'en-US',
  confidence: 0.99,
};

const languageCode = z.string().regex(/^[a-z]{2,3}-[A-Z]{2}$/);

const startSchema = z
  .object({
    TranscriptionJobName: z.string().regex(/^[0-9a-zA-Z._-]{1,200}$/),
    Media: z.object({ MediaFileUri: z.string().regex(/^s3:\/\/[^/]+\/.+$/) }),
    MediaFormat: z.enum(['amr', 'flac', 'm4a', 'mp3', 'mp4', 'ogg', 'wav', 'webm']).optional(),
    OutputBucketName: z.string(),
    OutputKey: z.string().regex(/^[a-zA-Z0-9\-_.!*'()/]{1,1024}$/),
    OutputEncryptionKMSKeyId: z.string().optional(),
    JobExecutionSettings: z
      .object({ AllowDeferredExecution: z.boolean(), DataAccessRoleArn: z.string().min(20) })
      .optional(),
    LanguageCode: languageCode.optional(),
    IdentifyLanguage: z.boolean().optional(),
    IdentifyMultipleLanguages: z.boolean().optional(),
    LanguageOptions: z.array(languageCode).min(1).optional(),
  })
  .refine(
    ({ LanguageCode, IdentifyLanguage, IdentifyMultipleLanguages }) =>
      [LanguageCode, IdentifyLanguage, IdentifyMultipleLanguages].filter(Boolean).length === 1,
    'exactly one of LanguageCode, IdentifyLanguage and IdentifyMultipleLanguages',
  )
  .refine(
    ({ LanguageCode, LanguageOptions }) => !(LanguageCode && LanguageOptions),
    'LanguageOptions are for languages that are identified',
  )
  .refine(
    // Source: Transcribe Developer Guide, "Supported languages".
    ({ IdentifyMultipleLanguages, LanguageOptions = [] }) =>
      !(IdentifyMultipleLanguages && LanguageOptions.includes('ar-SA')),
    'ar-SA cannot be identified among several languages of one sound',
  );

type Order = z.infer<typeof startSchema>;

const getSchema = z.object({ TranscriptionJobName: z.string() });

const faultSchema = z.strictObject({
  kind: z.enum(['fail', 'throttle', 'no-event', 'slow']),
  count: z.int().min(1).default(1),
  /** Of `fail`: the job's `FailureReason`. */
  reason: z.string().default('Internal service error.'),
});

type Fault = z.infer<typeof faultSchema>;

/** A job, its times in seconds since the epoch. */
interface Job {
  order: Order;
  status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  createdAt: number;
  completedAt?: number;
  failureReason?: string;
}

/** What the engine works with. */
export interface TranscribeOptions {
  /** The address of S3. */
  s3Address: string;
  bus: Pick<EventBus, 'emit'>;
  /** How long a job takes, in ms. */
  jobMs?: number;
}

/** A slow job takes so many times longer. */
const slowness = 20;

/**
 * Transcribe with StartTranscriptionJob and GetTranscriptionJob. `routes` has POST
 * `/_local/transcribe/faults`, by which the next jobs fail, are throttled, end without an event, or
 * take long. Source: Transcribe API Reference.
 */
export function createTranscribe({ s3Address, bus, jobMs = 700 }: TranscribeOptions): {
  service: LocalService;
  routes: LocalRoute[];
  stop(): void;
} {
  const jobs = new Map<string, Job>();
  const timers = new Set<NodeJS.Timeout>();
  let faults: Fault[] = [];

  function take(...kinds: Fault['kind'][]): Fault | undefined {
    const fault = faults.find(({ kind }) => kinds.includes(kind));
    if (fault) fault.count -= 1;
    faults = faults.filter(({ count }) => count > 0);
    return fault;
  }

  async function start(input: unknown): Promise<object> {
    const order = startSchema.parse(input);
    if (take('throttle')) {
      throw new AwsError('LimitExceededException', 'You have sent too many requests.');
    }
    if (jobs.has(order.TranscriptionJobName)) {
      throw new AwsError('ConflictException', 'The requested job name already exists.');
    }
    const job: Job = { order, status: 'IN_PROGRESS', createdAt: Date.now() / 1000 };
    jobs.set(order.TranscriptionJobName, job);
    const object = await fetch(objectUrl(order.Media.MediaFileUri.slice('s3://'.length)));
    if (!object.ok) {
      jobs.delete(order.TranscriptionJobName);
      throw new AwsError(
        'BadRequestException',
        "The S3 URI that you provided can't be accessed. Make sure that you have read permission.",
      );
    }
    const bytes = Buffer.from(await object.arrayBuffer());
    const fault = take('fail', 'no-event', 'slow');
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        end(job, bytes, fault).catch((error) => fail(job, String(error)));
      },
      fault?.kind === 'slow' ? slowness * jobMs : jobMs,
    );
    timers.add(timer);
    return { TranscriptionJob: described(job) };
  }

  async function end(job: Job, bytes: Buffer, fault: Fault | undefined): Promise<void> {
    if (fault?.kind === 'fail') {
      fail(job, fault.reason);
      return;
    }
    const speech = known.get(createHash('sha256').update(bytes).digest('hex')) ?? placeholder;
    const { OutputBucketName, OutputKey } = job.order;
    const stored = await fetch(objectUrl(`${OutputBucketName}/${OutputKey}`), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(outputOf(job.order, speech)),
    });
    if (!stored.ok) throw new Error(`The output was not stored: ${stored.status}`);
    finish(job, 'COMPLETED', fault?.kind !== 'no-event');
  }

  function fail(job: Job, reason: string): void {
    job.failureReason = reason;
    finish(job, 'FAILED', true);
  }

  function finish(job: Job, status: 'COMPLETED' | 'FAILED', tells: boolean): void {
    job.status = status;
    job.completedAt = Date.now() / 1000;
    const { TranscriptionJobName } = job.order;
    if (!tells) return;
    bus.emit({
      source: 'aws.transcribe',
      detailType: 'Transcribe Job State Change',
      detail: { TranscriptionJobName, TranscriptionJobStatus: status },
    });
  }

  function objectUrl(path: string): string {
    return `${s3Address}/${path.split('/').map(encodeURIComponent).join('/')}`;
  }

  function described({ order, status, createdAt, completedAt, failureReason }: Job): object {
    const { OutputBucketName, OutputKey, OutputEncryptionKMSKeyId, ...asked } = order;
    return {
      ...asked,
      TranscriptionJobStatus: status,
      CreationTime: createdAt,
      StartTime: createdAt,
      CompletionTime: completedAt,
      FailureReason: failureReason,
      ...(status === 'COMPLETED' && {
        Transcript: { TranscriptFileUri: objectUrl(`${OutputBucketName}/${OutputKey}`) },
      }),
    };
  }

  function get(input: unknown): object {
    const job = jobs.get(getSchema.parse(input).TranscriptionJobName);
    if (!job) throw new AwsError('BadRequestException', "The requested job couldn't be found.");
    return { TranscriptionJob: described(job) };
  }

  const actions: Record<string, (input: unknown) => unknown> = {
    StartTranscriptionJob: start,
    GetTranscriptionJob: get,
  };

  return {
    async service(action, json) {
      const perform = actions[action];
      if (!perform) throw new AwsError('UnknownOperationException', `There is no ${action} here`);
      try {
        return await perform(JSON.parse(json));
      } catch (error) {
        if (!(error instanceof z.ZodError)) throw error;
        throw new AwsError('BadRequestException', z.prettifyError(error));
      }
    },
    routes: [
      {
        method: 'POST',
        path: '/_local/transcribe/faults',
        async handle({ body }) {
          const { data, error } = faultSchema.safeParse(body);
          if (!data) return { status: 400, body: { problems: z.prettifyError(error) } };
          faults.push(data);
          return { status: 200, body: faults };
        },
      },
    ],
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

const secondsAWord = 0.4;

/** Source: Transcribe Developer Guide, "Data input and output". */
function outputOf(order: Order, { text, language, confidence }: KnownSpeech): object {
  const words = text.split(/\s+/).filter(Boolean);
  const heard = languageHeard(order, language);
  const items = words.map((content, id) => ({
    id,
    type: 'pronunciation',
    ...(order.IdentifyMultipleLanguages && { language_code: heard }),
    alternatives: [{ confidence: confidence.toFixed(3), content }],
    start_time: (id * secondsAWord).toFixed(3),
    end_time: ((id + 1) * secondsAWord).toFixed(3),
  }));
  const end_time = (words.length * secondsAWord).toFixed(3);
  const duration_in_seconds = words.length * secondsAWord;
  const identification = (order.LanguageOptions ?? [])
    .map((code) => ({ score: code === heard ? '0.97' : '0.03', code }))
    .sort((one, other) => (one.score > other.score ? -1 : 1));
  return {
    jobName: order.TranscriptionJobName,
    accountId,
    status: 'COMPLETED',
    results: {
      ...(order.IdentifyMultipleLanguages
        ? { language_codes: [{ language_code: heard, duration_in_seconds }] }
        : { language_code: heard }),
      ...(!order.LanguageCode && { language_identification: identification }),
      transcripts: [{ transcript: text }],
      items,
      audio_segments:
        words.length === 0
          ? []
          : [
              {
                id: 0,
                transcript: text,
                start_time: '0.0',
                end_time,
                items: items.map((item) => item.id),
              },
            ],
    },
  };
}

/** Of the languages that it may be, the one that is spoken, or a dialect of it. */
function languageHeard({ LanguageCode, LanguageOptions }: Order, spoken: string): string {
  const [tongue] = spoken.split('-');
  return (
    LanguageCode ??
    (LanguageOptions
      ? (LanguageOptions.find((code) => code === spoken) ??
        LanguageOptions.find((code) => code.split('-')[0] === tongue) ??
        LanguageOptions[0])
      : undefined) ??
    spoken
  );
}
