import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { demoTemplates } from '../../local/meta/graph/demo-templates.ts';
import { runGraph, token, until, wabaId } from './running-graph.ts';

let running: Awaited<ReturnType<typeof runGraph>>;
beforeAll(async () => {
  running = await runGraph();
  running.state.templates.set(wabaId, demoTemplates());
});
afterAll(() => running.stop());

const page = z.looseObject({
  data: z.array(z.looseObject({ name: z.string().optional() })),
  paging: z
    .object({
      cursors: z.object({ before: z.string(), after: z.string() }),
      next: z.string().optional(),
      previous: z.string().optional(),
    })
    .optional(),
});
async function list(query: string) {
  const response = await running.call(`${wabaId}/message_templates?${query}`);
  return page.parse(await response.json());
}
const namesOf = ({ data }: z.output<typeof page>) => data.map(({ name }) => name);

describe('GET /{waba}/message_templates', () => {
  it('gives every template once, page by page, until there is no next', async () => {
    const names = [];
    let next: string | undefined = `${running.graph.url}/v25.0/${wabaId}/message_templates?limit=4`;
    let pages = 0;
    while (next) {
      const headers = { authorization: `Bearer ${token}` };
      const read: z.output<typeof page> = page.parse(await (await fetch(next, { headers })).json());
      names.push(...namesOf(read));
      next = read.paging?.next;
      pages++;
    }
    expect(names).toEqual(demoTemplates().map(({ name }) => name));
    expect(pages).toBe(3);
  });

  it('goes back by the cursor before', async () => {
    const first = await list('limit=2');
    const second = await list(`limit=2&after=${first.paging?.cursors.after}`);
    const back = await list(`limit=2&before=${second.paging?.cursors.before}`);
    expect(namesOf(back)).toEqual(namesOf(first));
    expect(first.paging).not.toHaveProperty('previous');
  });

  it.each([
    ['name=order_ready', ['order_ready', 'order_ready']],
    ['name=order_ready&language=ar', ['order_ready']],
    ['status=PAUSED', ['weekly_news']],
    ['category=AUTHENTICATION', ['sign_in_code']],
    ['name_or_content=prize', ['free_prize']],
    ['status=DISABLED', []],
  ])('filters: %s', async (query, names) => {
    expect(namesOf(await list(query))).toEqual(names);
  });

  it('gives quality and reason only where they are asked for', async () => {
    const [rejected] = (await list('status=REJECTED')).data;
    expect(rejected).not.toHaveProperty('rejected_reason');
    const [asked] = (await list('status=REJECTED&fields=name,rejected_reason')).data;
    expect(asked).toEqual({ id: expect.any(String), name: 'free_prize', rejected_reason: 'SCAM' });
  });

  it('leaves out paging where there is nothing', async () => {
    expect(await list('name=nothing')).toEqual({ data: [] });
  });

  it.each(['fields=name,colour', 'fields=colour&name=nothing', 'after=%21', 'limit=0'])(
    'refuses %s',
    async (query) => {
      const response = await running.call(`${wabaId}/message_templates?${query}`);
      expect(response.status).toBe(400);
      expect(JSON.parse(await response.text()).error.code).toBe(100);
    },
  );

  it('refuses an account that the token does not reach', async () => {
    running.state.accounts.set('1999', { id: '1999', name: 'South' });
    const response = await running.call('1999/message_templates');
    expect(JSON.parse(await response.text()).error).toMatchObject({ code: 100, error_subcode: 33 });
  });
});

describe('POST /_local/graph/templates', () => {
  it('changes a template of the same name and language, and tells it', async () => {
    const given = { name: 'hello_world', language: 'en_US', status: 'PAUSED' };
    const before = (await list('name=hello_world')).data;
    const answer = await running.local('POST', 'templates', given);
    expect(answer).toMatchObject({ status: 200, body: { id: before[0]?.['id'] } });
    expect(await list('name=hello_world')).toEqual({
      data: [{ ...before[0], status: 'PAUSED' }],
      paging: expect.anything(),
    });
    await until(() => running.changes().length > 0);
    expect(running.changes()).toEqual([
      {
        field: 'message_template_status_update',
        value: {
          event: 'PAUSED',
          message_template_id: Number(before[0]?.['id']),
          message_template_name: 'hello_world',
          message_template_language: 'en_US',
          message_template_category: 'UTILITY',
          reason: 'NONE',
        },
      },
    ]);
  });

  it('adds one that is new, and refuses what is none or of nobody', async () => {
    const given = {
      name: 'brand_new',
      language: 'en',
      components: [{ type: 'BODY', text: 'Hi.' }],
    };
    await running.local('POST', 'templates', given);
    expect(namesOf(await list('name=brand_new'))).toEqual(['brand_new']);
    expect(await running.local('POST', 'templates', { name: '' })).toMatchObject({ status: 400 });
    const ofNobody = { ...given, wabaId: '4711' };
    expect(await running.local('POST', 'templates', ofNobody)).toMatchObject({ status: 400 });
  });
});
