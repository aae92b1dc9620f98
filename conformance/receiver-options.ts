import { demo, other } from '../local/meta/organisations.ts';
import { CommandError } from '../ops/command-error.ts';
import type { KnownNumber } from './fill-in.ts';
import type { Receiver } from './receiver.port.ts';
import { readReport } from './reported.ts';

/** What the command line says of a receiver. */
export interface ReceiverOptions {
  url?: string;
  secret?: string;
  events?: string;
  verifyToken?: string;
  numbers?: string[];
  wabas?: string[];
  tenants?: string[];
  notClaimed?: string[];
  /** Seconds. */
  wait: number;
}

/** The receiver that is named; undefined where none is. @throws CommandError where something is missing */
export function receiverOfOptions(options: ReceiverOptions): Receiver | undefined {
  const { url, secret, events, verifyToken } = options;
  if (url === undefined) return undefined;
  if (!URL.canParse(url)) throw new CommandError('The --url is no address.');
  if (secret === undefined || events === undefined) {
    throw new CommandError('--url needs --secret and --events: see --help.');
  }
  if (!(options.wait >= 0)) throw new CommandError('--wait must be a number of seconds.');
  const notClaimed = [
    ...(verifyToken === undefined ? [['handshake', 'there is no --verify-token']] : []),
    ...(options.notClaimed ?? []).map((name) => [name, 'said so by --not-claimed']),
  ];
  return {
    ...{ name: new URL(url).host, webhookUrl: url, appSecret: secret, verifyToken },
    numbers: knownNumbers(options),
    notClaimed: Object.fromEntries(notClaimed),
    idleMs: options.wait * 1000,
    report: () => readReport(events),
    stop: async () => undefined,
  };
}

/** The two numbers of the cases; by default those of the local run. */
export function knownNumbers(
  options: Pick<ReceiverOptions, 'numbers' | 'wabas' | 'tenants'>,
): Receiver['numbers'] {
  for (const name of ['numbers', 'wabas', 'tenants'] as const) {
    if (options[name] && options[name].length !== 2) {
      throw new CommandError(`--${name} must be two, with a comma between them.`);
    }
  }
  const known = (index: number, { phoneNumberId, wabaId }: Omit<KnownNumber, 'tenant'>) => {
    const id = options.numbers?.[index] ?? phoneNumberId;
    return {
      phoneNumberId: id,
      wabaId: options.wabas?.[index] ?? wabaId,
      tenant: options.tenants?.[index] ?? id,
    };
  };
  return { north: known(0, demo.business), south: known(1, other.business) };
}
