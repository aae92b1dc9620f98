import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { censusTable, takeCensus } from '../../local/deploy-local/census.ts';
import { pythonWith } from '../../local/deploy-local/python.ts';
import { runCommand } from '../../local/deploy-local/run-command.ts';
import type { ServiceCalls } from '../../local/deploy-local/state-readers.ts';
import { regionOf } from '../../local/deploy-local/synthesised.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-deploy-local-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(file: string, content: object): void {
  writeFileSync(path.join(directory, file), JSON.stringify(content));
}

const queue = (Properties: object) => ({ Type: 'AWS::SQS::Queue', Properties });

/** Services that have these queues, by physical id. */
function servicesWith(queues: Record<string, object>): ServiceCalls {
  return {
    json: async (_service, _action, input) => {
      const { QueueUrl } = { QueueUrl: '', ...Object(input) };
      if (!queues[QueueUrl]) throw new Error('QueueDoesNotExist');
      return { Attributes: queues[QueueUrl] };
    },
    rest: async () => '{}',
    physicalIds: async (stack) => new Map(['One', 'Two'].map((id) => [id, `${stack}/${id}`])),
  };
}

describe('the census of what was deployed', () => {
  it('tells what a service lacks of what the template says', async () => {
    write('app.template.json', {
      Resources: {
        One: queue({ VisibilityTimeout: 60, FifoQueue: true, RedrivePolicy: { Ref: 'Two' } }),
        Two: queue({ VisibilityTimeout: 60, Tags: [{ Key: 'stage' }] }),
        Three: { Type: 'AWS::Other::Thing' },
      },
    });
    const services = servicesWith({ 'app/One': { VisibilityTimeout: '30', FifoQueue: 'true' } });

    expect(censusTable(await takeCensus(directory, services)).slice(1)).toEqual([
      'AWS::Other::Thing  1         not asked',
      'AWS::SQS::Queue    2         1          VisibilityTimeout (1), RedrivePolicy (1)',
    ]);
  });

  it('finds nothing missing where the service has everything', async () => {
    write('app.template.json', { Resources: { One: queue({ VisibilityTimeout: 60 }) } });
    const services = servicesWith({ 'app/One': { VisibilityTimeout: '60' } });

    const [census] = await takeCensus(directory, services);

    expect(census).toMatchObject({ declared: 1, found: 1, missing: new Map() });
  });
});

describe('the region of an assembly', () => {
  it('is the one that its stacks name', async () => {
    write('manifest.json', {
      artifacts: { tree: {}, app: { environment: 'aws://unknown-account/eu-west-1' } },
    });
    expect(await regionOf(directory)).toBe('eu-west-1');
  });

  it('is asked for where they name none', async () => {
    write('manifest.json', { artifacts: { app: { environment: 'aws://a/unknown-region' } } });
    await expect(regionOf(directory)).rejects.toThrow('infra/config.ts');
  });
});

describe('commands', () => {
  it('give what they print, or fail with it', async () => {
    const script = (code: number) => ['-e', `console.log('said'); process.exitCode = ${code}`];

    expect(await runCommand(process.execPath, script(0))).toBe('said\n');
    await expect(runCommand(process.execPath, script(3))).rejects.toThrow(/^said\n.*failed: 3$/s);
  });

  it('say what to install where there is no Python', async () => {
    writeFileSync(path.join(directory, 'requirements.txt'), '');
    const { PATH } = process.env;
    process.env['PATH'] = directory;
    try {
      await expect(
        pythonWith(path.join(directory, 'requirements.txt'), path.join(directory, 'python')),
      ).rejects.toThrow('Python 3.10 or newer');
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});
