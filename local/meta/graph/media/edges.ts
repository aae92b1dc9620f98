import type { GraphEdge } from '../edge.ts';
import { edgeAt } from '../edge-at.ts';
import type { GraphState } from '../state.ts';
import { deleteMedia, downloadMedia, getMedia, uploadMedia } from './files.ts';
import type { MediaState } from './state.ts';
import { continueUpload, openUpload, uploadProgress } from './uploads.ts';

/**
 * Media of numbers, their bytes, and the resumable uploads of the app. They come after all other edges:
 * an id that nobody knows is refused here.
 */
export function mediaEdges(state: GraphState, media: MediaState): GraphEdge[] {
  const byId = [
    ['POST', ':id/media', uploadMedia],
    ['POST', ':id/uploads', openUpload],
    ['GET', ':id', uploadProgress],
    ['POST', ':id', continueUpload],
    ['GET', ':id', getMedia],
    ['DELETE', ':id', deleteMedia],
  ] as const;
  return [
    edgeAt('GET', 'whatsapp_business/attachments', (call) => downloadMedia(state, media, call)),
    ...byId.map(([method, pattern, answer]) =>
      edgeAt(method, pattern, (call, id) => answer(state, media, call, id)),
    ),
  ];
}
