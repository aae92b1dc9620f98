/** S3 takes 2 KB of metadata; most file systems take names of 255 bytes. */
const maxNameLength = 100;

/** What a header's extended value has to escape and `encodeURIComponent` leaves. Source: RFC 8187, section 3.2.1. */
const unescaped = /['()*]/g;

/** A Content-Disposition by which a file is saved, under its name where it has one, and never shown. */
export function attachmentOf(filename: string | undefined): string {
  const name = [...(filename ?? '').toWellFormed()]
    .filter((character) => !/[\p{Cc}\p{Bidi_Control}/\\]/u.test(character))
    .slice(-maxNameLength)
    .join('');
  if (name === '') {
    return 'attachment';
  }
  const encoded = encodeURIComponent(name).replace(
    unescaped,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename*=UTF-8''${encoded}`;
}
