import type { Upload } from './upload-item.schema.ts';

/** The uploads that organisations have begun. */
export interface Uploads {
  /** Keeps an upload until its lifetime is over. */
  create(upload: Upload): Promise<void>;
  /** An organisation's upload; undefined where there is none, or it is too old. Consistent. */
  find(organizationId: string, uploadId: string): Promise<Upload | undefined>;
}
