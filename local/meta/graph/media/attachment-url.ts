const lifetimeMs = 300_000;

/**
 * Where the bytes of a media id are, for five minutes from `now` (epoch ms). The address is on the
 * simulated Graph API: nothing leaves the machine. Source: Meta, "Media".
 */
export function attachmentUrl(graphUrl: string, id: string, now: number, source = ''): string {
  const query = new URLSearchParams({
    mid: id,
    ...(source && { source }),
    ext: String(Math.floor((now + lifetimeMs) / 1000)),
  });
  return `${graphUrl}/whatsapp_business/attachments/?${query}`;
}
