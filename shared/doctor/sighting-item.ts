import type { Sighting } from './sightings.port.ts';

const sortKeys = { webhook: 'WEBHOOK', file: 'MEDIA' } as const;

/** The item of a sighting: `seenAt`, RFC 3339, and when it expires. Nothing reads it from the stream. */
export function sightingKey({ kind, organizationId, phoneNumberId }: Sighting): {
  pk: string;
  sk: string;
} {
  return { pk: `SEEN#${organizationId}`, sk: `${sortKeys[kind]}#${phoneNumberId}` };
}
