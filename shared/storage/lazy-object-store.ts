import type { CallBudget } from '../runtime/aws-client.ts';
import type { ObjectStore } from './object-store.port.ts';

/** The objects of one S3 bucket, with the S3 client loaded at the first use: few invocations need it. */
export function lazyObjectStore(bucket: string, budget: CallBudget): ObjectStore {
  let loading: Promise<ObjectStore> | undefined;
  function store(): Promise<ObjectStore> {
    loading ??= import('./object-store.s3.ts').then(({ objectStoreInS3 }) =>
      objectStoreInS3(bucket, budget),
    );
    return loading;
  }
  return {
    put: async (key, bytes) => (await store()).put(key, bytes),
    get: async (key) => (await store()).get(key),
  };
}
