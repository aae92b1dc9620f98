import { CfnResource, type IPolicyValidationPlugin, type PolicyViolation } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** Where a rule of cdk-nag is broken. CDK's hashes and the stack's name are left out: they differ between stages. */
interface Place {
  /** With the finding where a rule has several: `AwsSolutions-IAM5[Resource::*]`. */
  rule: string;
  /** The resource's path in its stack: `WebhookEvents/DeadLetters`. */
  resource: string;
}

/** Why one finding at one resource is left as it is. */
export interface Acknowledgement extends Place {
  reason: string;
  /** Who looks at it again when rule or resource change: a folder of the repository. */
  owner: 'connect' | 'infra' | 'ingest' | 'send' | 'transcribe';
}

/** A finding before anybody explained it. */
interface Finding extends Place {
  violation: PolicyViolation;
}

/** What the packs AwsSolutions and Serverless find in an app. */
export function nagFindings(app: IConstruct): Finding[] {
  return [new AwsSolutionsChecks(), new ServerlessChecks()]
    .flatMap((pack) => pack.validateScope(app).violations)
    .flatMap((violation) =>
      violation.violatingResources.map((violating) => {
        const { constructPath = '' } = violating;
        const rule = stable(violation.ruleName, constructPath);
        const resource = resourceAt(constructPath);
        const description = `${violation.description} Mend it, or explain ${rule} at ${resource} in infra/nag-acknowledgements.ts.`;
        return {
          rule,
          resource,
          violation: { ...violation, description, violatingResources: [violating] },
        };
      }),
    );
}

/**
 * Lets a synthesis fail by every finding that nobody has explained, and by every explanation of what is not
 * found at a resource that is there. cdk-nag's own acknowledgements can do the first only.
 */
export function nag(acknowledgements: readonly Acknowledgement[]): IPolicyValidationPlugin {
  return {
    name: 'cdk-nag',
    validate: ({ appConstruct }) => {
      const findings = nagFindings(appConstruct);
      const found = new Set(findings.map(textOf));
      const explained = new Set(acknowledgements.map(textOf));
      const unexplained = findings.filter((finding) => !explained.has(textOf(finding)));
      const paths = new Map(
        appConstruct.node
          .findAll()
          .filter((construct) => CfnResource.isCfnResource(construct))
          .map(({ node }) => [resourceAt(node.path), node.path]),
      );
      const stale = acknowledgements.flatMap((acknowledgement) => {
        const constructPath = paths.get(acknowledgement.resource);
        return constructPath === undefined || found.has(textOf(acknowledgement))
          ? []
          : [noLongerFound(acknowledgement, constructPath)];
      });
      const violations = [...unexplained.map(({ violation }) => violation), ...stale];
      return { success: violations.length === 0, violations };
    },
  };
}

/** Tells two places apart. */
export function textOf({ rule, resource }: Place): string {
  return `${rule} at ${resource}`;
}

function noLongerFound({ rule }: Acknowledgement, constructPath: string): PolicyViolation {
  return {
    ruleName: rule,
    description: 'This is no longer found: take it out of infra/nag-acknowledgements.ts.',
    severity: 'error',
    violatingResources: [{ constructPath, locations: [] }],
  };
}

/** A resource's path as acknowledgements give it. */
export function resourceAt(constructPath: string): string {
  return stable(constructPath, constructPath)
    .replace(/^[^/]*\//, '')
    .replace(/\/Resource$/, '');
}

function stable(text: string, constructPath: string): string {
  const [stackName = ''] = constructPath.split('/');
  return text
    .replace(/[\w-]+:ExportsOutputFnGetAtt(\w+)[0-9A-F]{8}Arn[0-9A-F]{8}/, '<$1.Arn>')
    .replaceAll(stackName, '<stack>')
    .replaceAll(stackName.replaceAll('-', ''), '')
    .replace(/[0-9A-F]{8}\b/g, '');
}
