import { describe, expect, it } from '@jest/globals';
import { stages, withEventsEndpoint } from '../../infra/config.ts';

const url = 'https://inbox.example.com/whatsapp-events';

describe('the endpoint of a stage', () => {
  it('is none, as configured, or what the context names', () => {
    const { dev } = stages;
    expect(withEventsEndpoint(dev, undefined)).toEqual(dev);
    expect(withEventsEndpoint(dev, url).eventsEndpoint).toEqual({ url, concurrency: 10 });
    const configured = {
      ...dev,
      eventsEndpoint: { url, historyUrl: `${url}/old`, concurrency: 50 },
    };
    expect(withEventsEndpoint(configured, undefined)).toEqual(configured);
    expect(withEventsEndpoint(configured, 'http://127.0.0.1:9/').eventsEndpoint).toEqual({
      ...{ url: 'http://127.0.0.1:9/', historyUrl: `${url}/old`, concurrency: 50 },
    });
  });

  it.each([
    ...['http://inbox.example.com/', 'http://127.0.0.1.example.com/', 'ftp://inbox.example.com/'],
    ...['inbox.example.com', 'https://', ''],
  ])('is https: "%s" is refused', (wrong) => {
    expect(() => withEventsEndpoint(stages.dev, wrong)).toThrow('https');
    const history = { ...stages.dev, eventsEndpoint: { url, historyUrl: wrong, concurrency: 2 } };
    expect(() => withEventsEndpoint(history, undefined)).toThrow('https');
  });
});
