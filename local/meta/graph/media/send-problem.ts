import type { GraphState } from '../state.ts';
import { findMedia, type MediaState } from './state.ts';

/**
 * Why a message of a number fails with 131053 because of the media id in it: the details of that error,
 * undefined where it does not. Source: Meta, "Media" and "Error codes".
 */
export function mediaSendProblem(
  state: GraphState,
  media: MediaState,
  phoneNumberId: string,
  mediaId: string,
): string | undefined {
  const file = findMedia(state, media, mediaId);
  if (file?.phoneNumberId !== phoneNumberId) {
    return 'The media id is unknown, has expired or belongs to another phone number.';
  }
  return 'contentProblem' in file ? file.contentProblem : undefined;
}
