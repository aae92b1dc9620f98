import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import * as z from 'zod';
import { alarmActions } from '../../infra/monitoring/alarm-topics.ts';
import { type Acknowledgement, nag, nagFindings, resourceAt, textOf } from '../../infra/nag.ts';
import { acknowledgements } from '../../infra/nag-acknowledgements.ts';
import { ensureSynth } from '../../local/synth.ts';
import { eventsEndpoint } from '../synthesise.ts';

interface Tree {
  path: string;
  children?: Record<string, Tree> | undefined;
}

const treeSchema: z.ZodType<Tree> = z.object({
  path: z.string(),
  get children() {
    return z.record(z.string(), treeSchema).optional();
  },
});

function pathsIn({ path: own, children = {} }: Tree): string[] {
  return [own, ...Object.values(children).flatMap(pathsIn)];
}

/** The stage that has everything. */
const { directory } = await ensureSynth('dev', eventsEndpoint);

/** What a synthesis reports of a bucket that is neither closed nor logged. */
function reportOfOpenBucket(...explainedRules: string[]): unknown {
  const app = new App();
  new Bucket(new Stack(app, 'Planted'), 'Open');
  const explained = explainedRules.map(
    (rule): Acknowledgement => ({ rule, resource: 'Open', reason: 'Planted.', owner: 'infra' }),
  );
  const { success, violations } = nag(explained).validate({
    appConstruct: app,
    stackTemplates: [],
    templatePaths: [],
  });
  return { success, rules: violations.map(({ ruleName }) => ruleName) };
}

describe('cdk-nag', () => {
  it('judges the app', () => {
    expect(readFileSync('infra/app.ts', 'utf8')).toContain('addPlugins(nag(acknowledgements))');
  });

  // What is not found at a resource that is there has failed the synthesis.
  it('has explanations for resources that are there, each once', () => {
    const file = readFileSync(path.join(directory, 'tree.json'), 'utf8');
    const { tree } = z.object({ tree: treeSchema }).parse(JSON.parse(file));
    const resources = new Set(pathsIn(tree).map(resourceAt));
    expect(acknowledgements.filter(({ resource }) => !resources.has(resource))).toEqual([]);
    expect(new Set(acknowledgements.map(textOf)).size).toBe(acknowledgements.length);
  });

  it('finds nothing at the topics that a stage may have its alarms tell', () => {
    const app = new App();
    const stack = new Stack(app, 'Topics');
    alarmActions(stack, stack, { page: 'new', ticket: 'new' });
    expect(nagFindings(app).map(textOf)).toEqual([]);
  });

  it('fails a synthesis by a finding that nobody has explained', () => {
    expect(reportOfOpenBucket('AwsSolutions-S1')).toEqual({
      success: false,
      rules: ['AwsSolutions-S10'],
    });
  });

  it('fails a synthesis by an explanation of what is not found', () => {
    const found = ['AwsSolutions-S1', 'AwsSolutions-S10'];
    expect(reportOfOpenBucket(...found)).toEqual({ success: true, rules: [] });
    expect(reportOfOpenBucket(...found, 'AwsSolutions-S2')).toEqual({
      success: false,
      rules: ['AwsSolutions-S2'],
    });
  });

  it('is told of what is acknowledged by the one list alone', () => {
    const elsewhere = globSync('infra/**/*.ts').filter((file) =>
      /\)\.acknowledge\(/.test(readFileSync(file, 'utf8')),
    );
    expect(elsewhere).toEqual([]);
  });
});
