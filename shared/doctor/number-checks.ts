import type { RouteTable } from '../routing/route.port.ts';
import { attempt, checkOf, cures, type Row, skipped } from './check.ts';
import { healthDetails, healthFindings } from './health-check.ts';
import type { PhoneNumber } from './meta-answers.schema.ts';
import { numberDetails, numberFindings } from './number-state.ts';
import type { Check } from './report.schema.ts';
import { lastFileCheck, lastWebhookCheck } from './sighting-checks.ts';
import type { SightingKind } from './sightings.port.ts';
import type { Traces } from './traces.port.ts';
import { callbackFindings } from './webhook-checks.ts';

/** What the checks of a number ask, and against what. */
export interface NumberContext {
  organizationId: string;
  wabaId: string;
  webhookUrl: string;
  routes: RouteTable;
  traces: Traces;
  now(): Date;
}

/** From so many errors in a clock hour on `mirror-media` leaves the number alone until the next. */
const pausingErrors = 9;

/**
 * Makes the checks of one number. One that is another organisation's gets only the row that says so: an
 * account may be shared, a number is not. Never rejects.
 */
export async function numberChecks(number: PhoneNumber, context: NumberContext): Promise<Check[]> {
  const { health_status: health } = number;
  const row = (id: string, title: string): Row => ({ id, title, subject: number.id });
  const { check: route, isForeign } = await routeCheck(row('route', 'Route'), context);
  if (isForeign) {
    return [route];
  }
  const healthRow = row('number-health', 'Health of the number');
  return [
    route,
    checkOf(row('number', 'Number'), numberFindings(number), numberDetails(number)),
    checkOf(row('callback', 'Where its webhooks go'), callbackFindings(number, context.webhookUrl)),
    health
      ? checkOf(healthRow, healthFindings(health, ['PHONE_NUMBER']), healthDetails(health))
      : skipped(healthRow, 'Meta tells none.'),
    await filesCheck(row('files', 'Download of files'), context),
    await sightingCheck(row('last-webhook', 'Last webhook'), 'webhook', context),
    await sightingCheck(row('last-media', 'Last file stored'), 'file', context),
  ];
}

function sightingCheck(row: Row, kind: SightingKind, context: NumberContext): Promise<Check> {
  const { traces, organizationId, wabaId, now } = context;
  return attempt(row, async () => {
    const phoneNumberId = row.subject ?? '';
    const seenAt = await traces.lastSeen({ kind, organizationId, phoneNumberId });
    return kind === 'file'
      ? lastFileCheck(row, seenAt, now())
      : lastWebhookCheck(
          row,
          { seenAt, connectedAt: await traces.connectedAt(organizationId, wabaId) },
          now(),
        );
  });
}

async function routeCheck(
  row: Row,
  { routes, organizationId }: NumberContext,
): Promise<{ check: Check; isForeign: boolean }> {
  let isForeign = false;
  const check = await attempt(row, async () => {
    const route = await routes.byPhoneNumber(row.subject ?? '', { fresh: true });
    if (!route) {
      const cause =
        'There is no active route: what customers write is parked, and lost after 14 days.';
      return checkOf(row, [{ status: 'fail', cause, cure: cures.resume }]);
    }
    isForeign = route.organizationId !== organizationId;
    const cause = 'The number is connected to another organisation, and its webhooks go there.';
    const cure =
      'Where it should be this one: DELETE /save-whatsapp-credentials there, then connect it here.';
    return checkOf(row, isForeign ? [{ status: 'warn', cause, cure }] : []);
  });
  return { check, isForeign };
}

function filesCheck(row: Row, { traces, now }: NumberContext): Promise<Check> {
  return attempt(row, async () => {
    const errors = await traces.mediaErrors(row.subject ?? '', now());
    if (errors === 0) {
      return checkOf(row, []);
    }
    const isPaused = errors >= pausingErrors;
    const consequence = isPaused ? ' Downloads wait for the next hour.' : '';
    return checkOf(row, [
      {
        status: isPaused ? 'fail' : 'warn',
        cause: `Meta has refused ${errors} ${errors === 1 ? 'file' : 'files'} in this hour.${consequence}`,
        cure: 'See the other rows of the account first, then docs/media-reasons.md. Once they are green: POST /whatsapp-media/retry.',
      },
    ]);
  });
}
