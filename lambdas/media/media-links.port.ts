/** A form that a browser uploads one file with. */
export interface UploadForm {
  url: string;
  /** To be sent in front of the file, which is called `file`. */
  fields: Readonly<Record<string, string>>;
}

/** Links into the media bucket. Whoever has one can use it: never logged. */
export interface MediaLinks {
  /** Where an object can be fetched until `lifetimeSeconds` are over. */
  download(object: {
    key: string;
    lifetimeSeconds: number;
    /** What S3 answers as Content-Type. */
    mimeType: string;
    /** What S3 answers as Content-Disposition. */
    disposition: string;
  }): Promise<string>;
  /** How an object can be written: this key, this type, 1 to `maxBytes` bytes. */
  upload(object: {
    key: string;
    lifetimeSeconds: number;
    mimeType: string;
    maxBytes: number;
  }): Promise<UploadForm>;
}
