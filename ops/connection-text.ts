import type { MetaSays, ShownConnection, ShownNumber, Stopped } from './connections-api.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** A connection with its numbers, a line each. @param now in ms since 1970 */
export function connectionText(connection: ShownConnection, now: number): string {
  const { wabaId, state, expiresAt } = connection;
  const token = state === 'disconnected' ? 'no token' : `token ${endOf(expiresAt, now)}`;
  return [
    `${wabaId}  ${state}  connected ${connection.connectedAt}  ${token}`,
    ...connection.numbers.map((number) => `  ${numberText(number)}`),
  ].join('\n');
}

function endOf(expiresAt: string | undefined, now: number): string {
  if (expiresAt === undefined) {
    return 'without an end';
  }
  const days = Math.floor((Date.parse(expiresAt) - now) / dayMs);
  return days < 0 ? `ended ${expiresAt}` : `ends ${expiresAt}, in ${days} days`;
}

function numberText(number: ShownNumber): string {
  const { phoneNumberId, displayPhoneNumber, verifiedName, status, active, coexistence } = number;
  const { quality, messagingLimit, health, problem } = number;
  const facts = [
    ...[phoneNumberId, displayPhoneNumber, verifiedName, status],
    quality && `quality ${quality}`,
    messagingLimit && `limit ${messagingLimit}`,
    health && `health ${health}`,
    coexistence ? 'with the WhatsApp Business app' : undefined,
    active ? 'receives here' : 'does not receive here',
    problem && `${problem.step}: ${problem.reason}`,
  ];
  return facts.filter((fact) => fact !== undefined && fact !== '').join('  ');
}

/** What has stopped a connection and its numbers, each with its cause and its cure; none where nothing has. */
export function problemLines({ problem, numbers }: ShownConnection): string[] {
  const ofNumbers = numbers.flatMap(({ phoneNumberId, problem: own }) =>
    own ? [{ ...own, step: `${own.step}, number ${phoneNumberId}` }] : [],
  );
  const isTold = numbers.some(
    ({ problem: own }) => own?.step === problem?.step && own?.reason === problem?.reason,
  );
  const all = problem && !isTold ? [problem, ...ofNumbers] : ofNumbers;
  return all.flatMap(({ step, reason, whatToDo, meta }) => [
    `step:  ${step}`,
    `cause: ${reason}${metaText(meta)}`,
    `cure:  ${whatToDo}`,
  ]);
}

/** What has stopped a connection before there was one. */
export function stoppedText({ detail, meta }: Stopped): string {
  return `${detail}${metaText(meta)}`;
}

function metaText(meta: MetaSays | undefined): string {
  if (!meta) {
    return '';
  }
  const { code, subcode, title, details } = meta;
  const number = subcode === undefined ? `${code}` : `${code}/${subcode}`;
  const said = [title, details].filter((text) => text !== undefined).join(': ');
  return ` (Meta: ${number}${said === '' ? '' : ` ${said}`})`;
}
