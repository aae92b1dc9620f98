import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attachmentOf } from '../../lambdas/media/attachment.ts';
import { peeked } from '../../lambdas/media/peek.ts';
import { isWebPage, sniffedType } from '../../lambdas/media/sniff.ts';
import { CorruptFileError, hexOfSha256, verified } from '../../lambdas/media/verify-file.ts';

const opaque = 'application/octet-stream';
const bytesOf = (latin1: string) => Buffer.from(latin1, 'latin1');
const ftyp = (brand: string) => `\0\0\0\x20ftyp${brand}`;
const office = 'application/vnd.openxmlformats-officedocument';

describe('what a file is', () => {
  it.each([
    ['\xff\xd8\xff\xe0\0\x10JFIF', 'image/jpeg'],
    ['\x89PNG\r\n\x1a\n\0', 'image/png'],
    ['RIFF\x24\0\0\0WEBPVP8 ', 'image/webp'],
    ['RIFF\x24\0\0\0WAVEfmt ', opaque],
    ['GIF89a', 'image/gif'],
    [ftyp('isom'), 'video/mp4'],
    [ftyp('mp42'), 'video/mp4'],
    [ftyp('3gp4'), 'video/3gpp'],
    [ftyp('M4A '), 'audio/mp4'],
    [ftyp('heic'), opaque],
    ['OggS\0\x02', 'audio/ogg'],
    ['ID3\x04', 'audio/mpeg'],
    ['\xff\xfb\x90', 'audio/mpeg'],
    ['\xff\xf1\x50', 'audio/aac'],
    ['#!AMR\n', 'audio/amr'],
    ['#!AMR-WB\n', 'audio/amr'],
    ['%PDF-1.7', 'application/pdf'],
    ['MZ\x90\0', opaque],
    ['', opaque],
  ])('%j is %s, whatever it is said to be', (start, type) => {
    for (const mimeType of ['image/svg+xml', 'text/html', 'application/json']) {
      expect(sniffedType(bytesOf(start), { mimeType })).toBe(type);
    }
  });

  it.each([
    ['PK\x03\x04', `${office}.wordprocessingml.document`, undefined],
    ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'application/vnd.ms-excel', undefined],
    [ftyp('isom'), 'audio/mp4', undefined],
    ['Hello\r\n\tthere', 'text/plain', undefined],
    ['\xef\xbb\xbf\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7', 'text/plain', undefined],
  ])('%j is the %s that it is said to be', (start, mimeType, filename) => {
    expect(sniffedType(bytesOf(start), { mimeType, filename })).toBe(mimeType);
    const withParameter = { mimeType: `${mimeType.toUpperCase()}; charset=x` };
    expect(sniffedType(bytesOf(start), withParameter)).toBe(mimeType);
  });

  it('of an office file is told by its name where nothing else tells', () => {
    const declared = { mimeType: opaque, filename: 'Prices.XLSX' };
    expect(sniffedType(bytesOf('PK\x03\x04'), declared)).toBe(`${office}.spreadsheetml.sheet`);
    expect(sniffedType(bytesOf('PK\x03\x04'), { mimeType: 'application/zip' })).toBe(opaque);
  });

  it.each([
    '<html>',
    '\xef\xbb\xbf<!DOCTYPE html>',
    '<svg xmlns="http://www.w3.org/2000/svg">',
    '<?xml version="1.0"?>',
    'words, then <script>alert(1)</script>',
    'words, then </p>',
    'a\0b',
    '\x01',
  ])('%j is not text', (start) => {
    expect(sniffedType(bytesOf(start), { mimeType: 'text/plain' })).toBe(opaque);
  });

  it('never is anything that a browser runs', () => {
    const types =
      /^(image\/(jpeg|png|webp|gif)|(audio|video)\/\w+|text\/plain|application\/[\w.-]+)$/;
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (head, mimeType) => {
        const type = sniffedType(head, { mimeType });
        expect(type).toMatch(types);
        expect(type).not.toMatch(/html|xml$|svg|script/);
      }),
    );
  });

  it.each([
    ['<!DOCTYPE html><p>', true],
    ['\xef\xbb\xbf \n<html lang="en">', true],
    ['<svg><title>a</title></svg>', false],
    ['words <html>', false],
    ['', false],
  ])('%j is a web page: %j', (start, isPage) => {
    expect(isWebPage(bytesOf(start))).toBe(isPage);
  });
});

async function* chunksOf(chunks: readonly Uint8Array[]) {
  yield* chunks;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What passes, and the error that ended it. */
async function pass(
  chunks: readonly Uint8Array[],
  expected: { sizeBytes: number; sha256: readonly string[] },
) {
  const passed: Uint8Array[] = [];
  let hash: string | undefined;
  let failure: unknown;
  try {
    for await (const chunk of verified(chunksOf(chunks), expected, (actual) => {
      hash = actual;
    })) {
      passed.push(chunk);
    }
  } catch (error) {
    failure = error;
  }
  return { passed: Buffer.concat(passed), hash, failure };
}

describe('verifying', () => {
  const someChunks = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 6 });

  it('passes a file on as it is, whatever it is cut into', () =>
    fc.assert(
      fc.asyncProperty(someChunks, async (chunks) => {
        const content = Buffer.concat(chunks);
        fc.pre(content.length > 0);
        const hash = sha256(content);
        const expected = { sizeBytes: content.length, sha256: [hash, hash] };
        expect(await pass(chunks, expected)).toEqual({ passed: content, hash, failure: undefined });
      }),
    ));

  it('never passes all of anything else', () =>
    fc.assert(
      fc.asyncProperty(
        someChunks,
        fc.nat(130),
        fc.constantFrom('right', 'wrong'),
        async (chunks, sizeBytes, which) => {
          const content = Buffer.concat(chunks);
          const hash = which === 'right' ? sha256(content) : sha256(Buffer.from('other'));
          fc.pre(which === 'wrong' || sizeBytes !== content.length || sizeBytes === 0);
          const { passed, failure, hash: told } = await pass(chunks, { sizeBytes, sha256: [hash] });
          expect(failure).toBeInstanceOf(CorruptFileError);
          expect(told).toBeUndefined();
          expect(sizeBytes === 0 || passed.length < sizeBytes).toBe(true);
        },
      ),
    ));

  it('passes a file without a known hash by its length', async () => {
    const { hash } = await pass([Buffer.from('hello')], { sizeBytes: 5, sha256: [] });
    expect(hash).toBe(sha256(Buffer.from('hello')));
  });

  it('reads both ways of writing a hash', () => {
    const digest = createHash('sha256').update('a').digest();
    for (const written of [
      digest.toString('hex'),
      digest.toString('hex').toUpperCase(),
      digest.toString('base64'),
      digest.toString('base64url'),
    ]) {
      expect(hexOfSha256(written)).toBe(digest.toString('hex'));
    }
    for (const other of [undefined, '', 'abc', digest.toString('hex').slice(1), 'ü'.repeat(43)]) {
      expect(hexOfSha256(other)).toBeUndefined();
    }
  });
});

it('peeking takes nothing away', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array()), fc.nat(40), async (chunks, wanted) => {
      const { head, all } = await peeked(chunksOf(chunks), wanted);
      const content = Buffer.concat(chunks);
      expect(head.length).toBeGreaterThanOrEqual(Math.min(wanted, content.length));
      expect(content.subarray(0, head.length)).toEqual(head);
      const given: Uint8Array[] = [];
      for await (const chunk of all) given.push(chunk);
      expect(Buffer.concat(given)).toEqual(content);
    }),
  ));

describe('the name that a file is saved under', () => {
  it.each([
    [undefined, 'attachment'],
    ['', 'attachment'],
    ['a.pdf', "attachment; filename*=UTF-8''a.pdf"],
    [
      'فاتورة (1).pdf',
      "attachment; filename*=UTF-8''%D9%81%D8%A7%D8%AA%D9%88%D8%B1%D8%A9%20%281%29.pdf",
    ],
    ['../../etc/passwd', "attachment; filename*=UTF-8''....etcpasswd"],
    ['a"; filename=b.html', "attachment; filename*=UTF-8''a%22%3B%20filename%3Db.html"],
    ['a\r\nset-cookie: b', "attachment; filename*=UTF-8''aset-cookie%3A%20b"],
    ['gpj.\u202eexe', "attachment; filename*=UTF-8''gpj.exe"],
  ])('%j: %s', (filename, header) => {
    expect(attachmentOf(filename)).toBe(header);
  });

  it('fits into a header, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (filename) => {
        expect(attachmentOf(filename)).toMatch(/^attachment(; filename\*=UTF-8''[\w!.~%-]+)?$/);
        expect(attachmentOf(filename).length).toBeLessThan(1400);
      }),
    );
  });
});
