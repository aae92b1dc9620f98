import { cures, type Finding } from './check.ts';
import type { PhoneNumber } from './meta-answers.schema.ts';

const manager = 'WhatsApp Manager, Phone numbers';

/** What a status means beside CONNECTED. Source: Meta, "Phone number statuses"; the list is open. */
const statuses: Readonly<Record<string, Finding>> = {
  FLAGGED: {
    status: 'warn',
    cause: 'Meta has flagged the number: many recipients block or report it.',
    cure: `${manager}: see why, and send less of it until the quality is better.`,
  },
  RESTRICTED: {
    status: 'fail',
    cause: 'Meta has restricted the number: it cannot start conversations.',
    cure: `${manager}: see until when, and request a review there.`,
  },
  BANNED: {
    status: 'fail',
    cause: 'Meta has banned the number.',
    cure: 'Request a review in Business Support Home, or connect another number.',
  },
  MIGRATED: {
    status: 'fail',
    cause: 'The number was moved to another account.',
    cure: `Connect the account that has it now. ${cures.reconnect}`,
  },
};

/** What is wrong with a number. Source: Graph API reference, "WhatsApp Business phone number". */
export function numberFindings(number: PhoneNumber): Finding[] {
  return [...statusFindings(number), ...ratingFindings(number)];
}

/** What Meta says of a number, as text. Its digits are left out. */
export function numberDetails(number: PhoneNumber): Record<string, string> {
  const { verified_name, status, platform_type, quality_rating, throughput, is_on_biz_app } =
    number;
  return Object.fromEntries(
    Object.entries({
      name: verified_name,
      nameStatus: number.name_status,
      status,
      platform: platform_type,
      quality: quality_rating,
      throughput: throughput?.level,
      codeVerification: number.code_verification_status,
      phoneApp: is_on_biz_app === undefined ? undefined : String(is_on_biz_app),
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function statusFindings({
  id,
  status = '',
  platform_type = '',
  code_verification_status,
}: PhoneNumber): Finding[] {
  const known = statuses[status];
  if (known) {
    return [known];
  }
  if (platform_type === 'CLOUD_API' && status === 'CONNECTED') {
    return [];
  }
  // EXPIRED is normal on a live number: the code was for the verification alone.
  const unverified = code_verification_status === 'NOT_VERIFIED';
  return [
    {
      status: 'fail',
      cause: `The number is not registered with the Cloud API: status ${status || 'unknown'}, platform ${platform_type || 'unknown'}.`,
      cure: `${unverified ? `${manager}: verify the number first. ` : ''}${cures.resume} By hand: POST /${id}/register of the Graph API with its PIN; Meta takes 10 attempts in 72 hours.`,
    },
  ];
}

function ratingFindings({ quality_rating, name_status }: PhoneNumber): Finding[] {
  const findings: Finding[] = [];
  if (quality_rating === 'RED') {
    findings.push({
      status: 'warn',
      cause: "The number's quality is low: Meta may lower its limit.",
      cure: `${manager}, Insights: find the templates that people block.`,
    });
  }
  if (name_status === 'DECLINED' || name_status === 'EXPIRED') {
    findings.push({
      status: 'warn',
      cause: `The display name is ${name_status.toLowerCase()}.`,
      cure: `${manager}: enter another display name and have it reviewed.`,
    });
  }
  return findings;
}
