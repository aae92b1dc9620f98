import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tokenBucket } from '../../local/meta/graph/throttle.ts';
import { webhookBody } from '../../local/meta/webhook.ts';
import { customer, phoneNumberId, runGraph, textMessage, wabaId } from './running-graph.ts';

let running: Awaited<ReturnType<typeof runGraph>>;
beforeEach(async () => {
  running = await runGraph();
  await running.local('POST', 'settings', { ladder: 'none' });
});
afterEach(() => running.stop());

async function sendMany(count: number, messageOf: (index: number) => unknown) {
  for (let index = 0; index < count; index++) await running.accepted(messageOf(index));
}
const someone = (index: number) => textMessage({ to: `+9665000${String(index).padStart(5, '0')}` });

describe('a token bucket', () => {
  it('lets a burst through, then one an interval', () => {
    const bucket = tokenBucket(2, 1000);
    const taken = [0, 0, 0, 999, 1000, 1001, 10_000, 10_000, 10_000];
    expect(taken.map((at) => bucket.take(at))).toEqual([
      ...[true, true, false, false, true, false],
      ...[true, true, false],
    ]);
  });

  it('never owes', () => {
    const bucket = tokenBucket(2, 1000);
    bucket.drain(0, 100);
    expect([bucket.take(0), bucket.take(1000)]).toEqual([false, true]);
  });
});

describe("Meta's limits", () => {
  it('80 messages a second for a number', async () => {
    await sendMany(80, someone);
    expect(await running.refused(someone(81))).toMatchObject({ status: 400, code: 130429 });
    running.pass(1000);
    await sendMany(80, someone);
    await running.local('POST', 'settings', { throttleStatus: 429 });
    expect(await running.refused(someone(81))).toMatchObject({ status: 429, code: 130429 });
  });

  it('count what customers write', async () => {
    const metadata = { display_phone_number: '15550001111', phone_number_id: phoneNumberId };
    const messages = Array.from({ length: 70 }, () => ({ from: customer, type: 'text' }));
    const value = { metadata, messages };
    await running.sender.deliver(webhookBody(wabaId, [{ field: 'messages', value }]));
    await sendMany(10, someone);
    expect(await running.refused(someone(11))).toMatchObject({ code: 130429 });
  });

  it('45 messages to one customer, then one in six seconds, unless that is switched off', async () => {
    await sendMany(45, () => textMessage());
    expect(await running.refused(textMessage())).toMatchObject({
      status: 400,
      code: 131056,
      message: '(#131056) (Business Account, Consumer Account) pair rate limit hit',
    });
    await sendMany(1, someone);
    running.pass(6000);
    await sendMany(1, () => textMessage());
    expect(await running.refused(textMessage())).toMatchObject({ code: 131056 });
    await running.local('POST', 'settings', { pairLimit: false });
    await sendMany(30, () => textMessage());
  });

  it('calls about an account an hour, with a header that says how far it is', async () => {
    await running.local('POST', 'settings', { wabaCallsPerHour: 4 });
    const list = () => running.call(`${wabaId}/message_templates`);
    const usage = (response: Response) =>
      JSON.parse(response.headers.get('x-business-use-case-usage') ?? '{}')[wabaId][0];
    expect(usage(await list())).toEqual({
      ...{ type: 'whatsapp', call_count: 25, total_cputime: 25, total_time: 25 },
      estimated_time_to_regain_access: 0,
    });
    for (let call = 0; call < 3; call++) await list();
    running.pass(15 * 60_000);
    const refused = await list();
    expect(refused.status).toBe(400);
    expect(usage(refused)).toMatchObject({ call_count: 100, estimated_time_to_regain_access: 45 });
    expect(JSON.parse(await refused.text()).error).toMatchObject({
      ...{ code: 80007, error_subcode: 2446079, is_transient: true },
    });
    running.pass(45 * 60_000);
    expect((await list()).status).toBe(200);
  });

  it('calls of the app an hour', async () => {
    await running.local('POST', 'settings', { appCallsPerHour: 2 });
    const first = await running.send(textMessage());
    expect(first.headers.get('x-app-usage')).toBe(
      '{"call_count":50,"total_cputime":50,"total_time":50}',
    );
    await running.send(textMessage());
    expect(await running.refused(textMessage())).toMatchObject({ status: 400, code: 4 });
  });
});
