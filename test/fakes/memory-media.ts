import type { MediaErrors, MediaStrike } from '../../lambdas/media/media-errors.port.ts';
import type { MediaFile, MediaStore } from '../../lambdas/media/media-store.port.ts';
import type { MediaJob } from '../../shared/media/media-record.schema.ts';

/** The counters in memory. */
export class MemoryMediaErrors implements MediaErrors {
  readonly #counts = new Map<string, number>();

  async ofNumber(phoneNumberId: string, at: Date): Promise<number> {
    return this.#counts.get(hourOf(phoneNumberId, at)) ?? 0;
  }

  async countOfNumber(phoneNumberId: string, at: Date): Promise<void> {
    this.#add(hourOf(phoneNumberId, at));
  }

  async strike({ message, revision }: MediaJob, strike: MediaStrike): Promise<number> {
    return this.#add(`${message.phoneNumberId} ${message.messageId} ${revision} ${strike}`);
  }

  #add(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count;
  }
}

function hourOf(phoneNumberId: string, at: Date): string {
  return `${phoneNumberId} ${at.toISOString().slice(0, 13)}`;
}

/** The media bucket in memory: an object appears when its last byte has come, and not before. */
export class MemoryMediaStore implements MediaStore {
  readonly objects = new Map<string, Omit<MediaFile, 'bytes'> & { content: Buffer }>();

  async put({ bytes, ...file }: MediaFile): Promise<void> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of bytes) {
      chunks.push(chunk);
      length += chunk.length;
      // As S3 does: what is promised is whole, also where more would have come.
      if (length >= file.sizeBytes) {
        this.objects.set(file.key, { ...file, content: Buffer.concat(chunks) });
      }
    }
  }
}
