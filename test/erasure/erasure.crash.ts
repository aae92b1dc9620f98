import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sendIdOf } from '../../shared/sends/send-id.ts';
import { type Engines, startEngines } from '../contract/engines.ts';
import { everyPlan } from '../pipeline/fault-plans.ts';
import { EverywhereSeam, FaultSeam, faults, Invocation } from '../pipeline/faults.ts';
import { isThorough } from '../pipeline/runs.ts';
import { type ErasureWorld, openErasureWorld } from './erasure-world.ts';

const organizationId = 'north';
const wabaId = '1001';
const phoneNumberId = '2001';
const number = { organizationId, wabaId, phoneNumberId };
const phone = '966500000001';

/** More than all faults at all places together. */
const mostTries = 300;

/** What an invocation has time for. */
const pagesAtOnce = 12;

let engines: Engines;

beforeAll(async () => {
  engines = await startEngines();
});

afterAll(() => engines.stop());

/** A customer's text, voice note and what nobody knows, an event of no conversation, and a send that is under way. */
async function live(world: ErasureWorld): Promise<void> {
  const timestamp = String(Math.floor(world.now().getTime() / 1000));
  const metadata = { display_phone_number: '15550001111', phone_number_id: phoneNumberId };
  const common = { from: phone, from_user_id: 'SA.1', timestamp };
  const contacts = [{ profile: { name: 'Aisha' }, wa_id: phone, user_id: 'SA.1' }];
  const text = { ...common, id: 'wamid.1', type: 'text', text: { body: 'hi' } };
  const audio = { id: '20sound-a', mime_type: 'audio/ogg', voice: true };
  const voice = { ...common, id: 'wamid.2', type: 'audio', audio };
  const unknown = { ...common, id: 'wamid.4', type: 'hologram', hologram: {} };
  const quality = {
    event: 'UPGRADE',
    display_phone_number: '15550001111',
    current_limit: 'TIER_1K',
  };
  const changes = [
    { field: 'messages', value: { metadata, contacts, messages: [text, voice, unknown] } },
    { field: 'phone_number_quality_update', value: quality },
  ];
  const entry = [{ id: wabaId, time: Number(timestamp), changes }];
  await world.post({ object: 'whatsapp_business_account', entry });
  for (const queueName of ['mediaJobs', 'transcribeJobs']) {
    const jobs = (await world.jobs()).filter((job) => job.queueName === queueName);
    for (const job of jobs) await world.work(job);
  }
  await world.endTranscriptions();
  const at = world.now().toISOString();
  const sendId = sendIdOf(organizationId, 'key');
  const conversationId = await conversationOf(world);
  const lane = { lane: 'agent', laneKey: 'lane', holdsLane: true } as const;
  await world.sends.create({
    ...{ ...number, ...lane, sendId, conversationId, requestHash: 'hash', state: 'PENDING' },
    ...{ attempts: 0, createdAt: at, stateAt: at, sendBy: at, settleAt: at },
  });
  const sent = { ...number, sendId, conversationId, messageId: 'wamid.3', acceptedAt: at };
  await world.messages.recordSent({ ...sent, message: { type: 'text', text: { body: 'hi' } } });
}

async function conversationOf(world: ErasureWorld): Promise<string> {
  const items = await world.items();
  return items.find(({ conversationId }) => conversationId?.S)?.['conversationId']?.S ?? '';
}

/** Asks for an erasure until it is answered, and works it until it is done. */
async function erase(world: ErasureWorld, target: object, seam: FaultSeam): Promise<void> {
  const request = { organizationId, ...target };
  let erasureId: unknown;
  for (let attempt = 0; erasureId === undefined; attempt++) {
    expect(attempt).toBeLessThan(mostTries);
    const invocation = new Invocation(seam);
    const answer = await world
      .call('POST', request, (port) => invocation.through(port))
      .catch(() => undefined);
    if (!invocation.crashed) erasureId = answer?.body['erasureId'];
  }
  for (const message of world.queued) {
    for (let isOver = false, receives = 1; !isOver; receives++) {
      expect(receives).toBeLessThan(mostTries);
      const invocation = new Invocation(seam);
      const through = <Port extends object>(port: Port) => invocation.through(port);
      let pages = pagesAtOnce;
      const hasTime = () => pages-- > 0;
      const waitMs = await world.erase(message, hasTime, through).catch(() => 0);
      isOver = waitMs === undefined && !invocation.crashed;
      world.advance(waitMs ?? 0);
    }
  }
  const progress = async () => {
    const invocation = new Invocation(seam);
    const through = <Port extends object>(port: Port) => invocation.through(port);
    const { body } = await world.call('GET', { organizationId, erasureId }, through);
    if (invocation.crashed) throw new Error('Nobody is answered');
    return body;
  };
  const body = await faults.reduce((asked, _fault) => asked.catch(progress), progress());
  expect(body).toMatchObject({ status: 'done' });
}

const targets: Readonly<Record<string, object>> = {
  'a person': { contact: { phoneNumberId, phone: `+${phone}` } },
  'a conversation': {},
  'an organisation': { all: true, confirm: organizationId },
};

/** Lets an organisation live, and erases the target. */
async function run(name: string, target: object, seam: FaultSeam): Promise<number> {
  const world = await openErasureWorld(engines, [number], { retentionDays: 0 });
  await live(world);
  await world.connect('disconnected');
  const conversationId = await conversationOf(world);
  world.advance(60_000);
  await erase(world, name === 'a conversation' ? { contact: { conversationId } } : target, seam);
  const left = (await world.items()).filter((item) => JSON.stringify(item).includes('Aisha'));
  expect(left).toEqual([]);
  const keys = [...(await world.objects()).keys()];
  expect(keys.filter((key) => !key.startsWith('raw'))).toEqual([]);
  return seam.calls;
}

describe.each(Object.entries(targets))('%s', (name, target) => {
  it('every fault at every call there is, one after the other: nothing is left', async () => {
    const seam = new EverywhereSeam();
    await run(name, target, seam);
    expect(seam.struck.length).toBeGreaterThan(60);
  });

  // Each run works a whole erasure on real engines.
  (isThorough ? it : it.skip)('any one fault: nothing is left', async () => {
    await everyPlan((plan) => run(name, target, new FaultSeam(plan)), 1);
  });
});
