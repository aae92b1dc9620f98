import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDemoGraph } from '../../local/meta/demo.ts';

let graph: Awaited<ReturnType<typeof startDemoGraph>>;
beforeAll(async () => {
  graph = await startDemoGraph();
});
afterAll(() => graph.stop());

const redirectUri = 'https://inbox.example/wa-es-callback';
const byRedirect = { redirect_uri: redirectUri, state: 'the state' };
const byPopup = { display: 'popup', origin: 'https://inbox.example' };
const cont = { action: 'continue', businessName: 'Acme', displayPhoneNumber: '+1 555 010-0300' };

/** Opens the dialog, or leaves it where a form is given. */
async function dialog(query: Record<string, string>, form?: Record<string, string>) {
  const url = new URL('/v25.0/dialog/oauth', graph.url);
  url.search = new URLSearchParams({
    ...{ client_id: graph.state.appId, config_id: '1234' },
    ...query,
  }).toString();
  const init = form && { method: 'POST', body: new URLSearchParams(form) };
  const answer = await fetch(url, { ...init, redirect: 'manual' });
  const location = URL.parse(answer.headers.get('location') ?? '');
  return { status: answer.status, location, html: await answer.text() };
}

async function exchange(code: string, more: Record<string, string>): Promise<number> {
  const { appId, appSecret } = graph.state;
  const query = { client_id: appId, client_secret: appSecret, code, ...more };
  return (await fetch(`${graph.url}/v25.0/oauth/access_token?${new URLSearchParams(query)}`))
    .status;
}

const shownNumber = /name="displayPhoneNumber" value="(\d+)"/;

describe("Meta's login dialog", () => {
  it('offers another business each time', async () => {
    const offered = await Promise.all([dialog(byPopup), dialog(byPopup)]);
    const numbers = offered.map(({ html }) => shownNumber.exec(html)?.[1]);
    expect(new Set(numbers.filter(Boolean)).size).toBe(2);
  });

  it('redirects with a code that is good with the same address, and with the state', async () => {
    const { status, location } = await dialog(byRedirect, cont);
    expect([status, `${location?.origin}${location?.pathname}`]).toEqual([303, redirectUri]);
    expect(location?.searchParams.get('state')).toBe('the state');
    const code = location?.searchParams.get('code') ?? '';
    expect(await exchange(code, {})).toBe(400);
    expect(await exchange(code, { redirect_uri: redirectUri })).toBe(200);
    const numbers = [...graph.state.numbers.values()];
    expect(numbers.at(-1)).toMatchObject({
      verifiedName: 'Acme',
      displayPhoneNumber: '15550100300',
    });
  });

  it('takes ids that are typed in, and a number that the phone app has', async () => {
    const ids = { wabaId: '3001002003', phoneNumberId: '3004005006' };
    const { html } = await dialog(byPopup, { ...cont, ...ids, coexistence: 'on' });
    expect(html).toContain('FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING');
    expect(graph.state.numbers.get(ids.phoneNumberId)?.wabaId).toBe(ids.wabaId);
  });

  it('redirects with an error where the person cancels', async () => {
    const { location } = await dialog(byRedirect, { action: 'cancel' });
    expect(Object.fromEntries(location?.searchParams ?? [])).toEqual({
      error: 'access_denied',
      error_code: '200',
      error_description: 'Permissions error',
      error_reason: 'user_denied',
      state: 'the state',
    });
  });

  it('tells a popup of a cancellation without a code', async () => {
    const { html } = await dialog(byPopup, { action: 'cancel' });
    expect(html).toContain('&quot;event&quot;:&quot;CANCEL&quot;');
    expect(html).toContain('&quot;authResponse&quot;:null');
  });

  it.each([
    ['another app', { ...byRedirect, client_id: '1' }, 'Invalid App ID'],
    ['nowhere to return to', {}, 'redirect_uri is required'],
    ['an address that is none of the web', { redirect_uri: 'javascript:alert(1)' }, 'redirect_uri'],
  ])('is not opened for %s', async (_, query, words) => {
    for (const form of [undefined, cont]) {
      const { status, location, html } = await dialog(query, form);
      expect({ status, location }).toEqual({ status: 400, location: null });
      expect(html).toContain(words);
    }
  });

  it('makes no markup of what it is opened with', async () => {
    const { html } = await dialog({ ...byPopup, config_id: '"><script>alert(1)</script>' });
    expect(html).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('<script>alert');
  });
});
