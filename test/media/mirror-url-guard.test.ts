import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPublicAddress } from '../../lambdas/media/public-address.ts';
import { checkedUrl } from '../../lambdas/media/url-guard.ts';
import { sequences } from '../pipeline/runs.ts';

const graphUrl = 'https://graph.facebook.com';
const path = '/whatsapp_business/attachments/?mid=1';

describe('the URL of a file', () => {
  it.each([
    ['https://lookaside.fbsbx.com', true],
    ['https://lookaside.fbsbx.com:443', true],
    ['HTTPS://LOOKASIDE.FBSBX.COM', true],
    ['https://graph.facebook.com', true],
    ['https://other.fbsbx.com', false],
    ['https://a.lookaside.fbsbx.com', false],
    ['https://mmg.whatsapp.net', false],
    ['https://scontent.xx.fbcdn.net', false],
  ])('%s may be asked for, with the token: %j', (origin, getsToken) => {
    const graph = 'https://graph.example.com';
    const isConfigured = origin === graphUrl;
    expect(checkedUrl(`${origin}${path}`, graphUrl)).toMatchObject({ getsToken, isConfigured });
    expect(checkedUrl(`${origin}${path}`, graph)).toMatchObject({ getsToken, isConfigured: false });
  });

  it.each([
    'http://lookaside.fbsbx.com',
    'https://lookaside.fbsbx.com:8443',
    'https://user@lookaside.fbsbx.com',
    'https://user:password@lookaside.fbsbx.com',
    'https://lookaside.fbsbx.com@169.254.169.254',
    'https://lookaside.fbsbx.com.',
    'https://evil-fbsbx.com',
    'https://fbsbx.com',
    'https://lookaside.fbsbx.com.evil.com',
    'https://lookaside.fbsbx.com%2eevil.com',
    'https://evil.com#.fbsbx.com',
    'https://evil.com\\.fbsbx.com',
    'https://xn--fbsbx-0ze.com',
    'https://lookаside.fbsbx.com.ru',
    'https://127.0.0.1',
    'https://2130706433',
    'https://0x7f000001',
    'https://0177.0.0.1',
    'https://127.1',
    'https://[::1]',
    'https://[::ffff:169.254.169.254]',
    'ftp://lookaside.fbsbx.com',
    'file:///etc/passwd',
    'data:text/plain,hello',
    '//lookaside.fbsbx.com',
    '',
  ])('%s may not', (origin) => {
    expect(checkedUrl(`${origin}${path}`, graphUrl)).toBeUndefined();
  });

  it('may be on the configured Graph API, whatever that is, and on nothing beside it', () => {
    const local = 'http://127.0.0.1:4001';
    const configured = { getsToken: true, isConfigured: true };
    expect(checkedUrl(`${local}${path}`, local)).toMatchObject(configured);
    for (const other of [
      'http://127.0.0.1:4002',
      'http://localhost:4001',
      'http://a@127.0.0.1:4001',
    ]) {
      expect(checkedUrl(`${other}${path}`, local)).toBeUndefined();
    }
  });

  it('is of Meta, or refused, however it is written', () => {
    const host = fc.oneof(
      fc.domain(),
      fc.ipV4Extended(),
      fc.ipV6().map((ip) => `[${ip}]`),
    );
    const text = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string({ unit: 'binary' }),
      fc
        .tuple(
          fc.constantFrom('https://', 'http://', 'https:', '//', 'https:\\\\', ' https://'),
          fc.constantFrom('', 'user@', 'lookaside.fbsbx.com@', ':@'),
          host,
          fc.constantFrom('', '.', '.fbsbx.com', '.fbsbx.com.', '%00.fbsbx.com', ':443', ':80'),
          fc.constantFrom('', '/', '#.fbsbx.com', '\\.fbsbx.com', '?.fbsbx.com'),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (written) => {
        const checked = checkedUrl(written, graphUrl);
        if (checked) {
          const { protocol, port, username, hostname } = checked.url;
          expect([protocol, port, username]).toEqual(['https:', '', '']);
          expect(hostname).toMatch(/\.(fbsbx\.com|whatsapp\.net|fbcdn\.net|facebook\.com)$/);
          const hasToken = ['graph.facebook.com', 'lookaside.fbsbx.com'].includes(hostname);
          expect(checked.getsToken).toBe(hasToken);
        }
      }),
      { numRuns: sequences(2000) },
    );
  });
});

describe('an address', () => {
  it.each([
    ...['157.240.0.35', '8.8.8.8', '172.15.255.255', '172.32.0.0', '100.63.255.255'],
    ...['2a03:2880:f003::1', '2606:4700::1111'],
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ...['0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.169.254'],
    ...['172.16.0.1', '172.31.255.255', '192.168.1.1', '192.0.0.1', '198.18.0.1', '224.0.0.1'],
    ...['255.255.255.255', '::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254'],
    ...['ff02::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '64:ff9b::a00:1'],
    ...['192.0.2.1', '192.88.99.1', '198.51.100.1', '203.0.113.1', '240.0.0.1', '3fff::1'],
    ...['2001::1', '2001:db8::1', '2002:7f00:1::', '', 'localhost', '127.1', '0x7f.0.0.1'],
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('of IPv4 inside IPv6 is never public', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isPublicAddress(`::ffff:${address}`)).toBe(false);
        expect(isPublicAddress(`::${address}`)).toBe(false);
      }),
      { numRuns: sequences(100) },
    );
  });
});
