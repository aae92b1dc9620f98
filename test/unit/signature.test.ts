import { describe, expect, it } from '@jest/globals';
import { isSignedByMeta } from '../../lambdas/ingest/signature.ts';
import { sign } from '../pipeline/pipeline.ts';

const body = Buffer.from('{"text":"مرحبا 👋"}');
const secrets = ['an app secret', 'the one before'];

describe('isSignedByMeta', () => {
  it('agrees with the published vector of the scheme', () => {
    // GitHub, "Validating webhook deliveries", Testing the webhook payload validation.
    const vector = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const message = Buffer.from('Hello, World!');
    expect(isSignedByMeta(message, `sha256=${vector}`, ["It's a Secret to Everybody"])).toBe(true);
  });

  it.each(['raw UTF-8', '\\u-escaped'])('accepts Arabic as it is signed: %s', (form) => {
    const escaped = Buffer.from(
      String.raw`{"text":"\u0645\u0631\u062d\u0628\u0627 \ud83d\udc4b \/"}`,
    );
    const bytes = form === 'raw UTF-8' ? body : escaped;
    expect(isSignedByMeta(bytes, sign(bytes), secrets)).toBe(true);
  });

  it('accepts each of the configured secrets', () => {
    for (const secret of secrets) {
      expect(isSignedByMeta(body, sign(body, secret), secrets)).toBe(true);
    }
  });

  it.each<[string, string | undefined]>([
    ['missing', undefined],
    ['empty', ''],
    ['without its scheme', sign(body).slice('sha256='.length)],
    ['of another scheme', sign(body).replace('sha256', 'sha1')],
    ['with a scheme in capitals', sign(body).replace('sha256', 'SHA256')],
    ['with digits in capitals', sign(body).toUpperCase().replace('SHA256', 'sha256')],
    ['cut short', sign(body).slice(0, -2)],
    ['with junk behind', `${sign(body)}zz`],
    ['with a line break behind', `${sign(body)}\n`],
    ['with a space before', ` ${sign(body)}`],
    ['twice', `${sign(body)},${sign(body)}`],
    ['of another secret', sign(body, 'another')],
    ['of other bytes', sign(Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1)))],
  ])('refuses a signature that is %s', (_what, header) => {
    expect(isSignedByMeta(body, header, secrets)).toBe(false);
  });

  it('refuses everything when no secret is configured', () => {
    expect(isSignedByMeta(body, sign(body, ''), [])).toBe(false);
  });
});
