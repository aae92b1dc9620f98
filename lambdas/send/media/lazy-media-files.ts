import type { MediaFiles } from './media-files.port.ts';

/** The media bucket with the S3 client loaded at the first use: few sends have a file to hand over. */
export function lazyMediaFiles(bucket: string): MediaFiles {
  let loading: Promise<MediaFiles> | undefined;
  function files(): Promise<MediaFiles> {
    loading ??= import('./media-files.s3.ts').then(({ mediaFilesInS3 }) => mediaFilesInS3(bucket));
    return loading;
  }
  return {
    look: async (key) => (await files()).look(key),
    open: async (key, version, signal) => (await files()).open(key, version, signal),
  };
}
