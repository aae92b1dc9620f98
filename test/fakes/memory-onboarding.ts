import type { Deletion, MetaPeople } from '../../lambdas/connect/meta-people.port.ts';
import type { SignupStart, SignupStates } from '../../lambdas/connect/signup-states.port.ts';
import type { TemplateMarks } from '../../lambdas/connect/template-marks.port.ts';
import type { ConnectionOwner } from '../../shared/connections/connection.schema.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import type { Credential, Credentials } from '../../shared/credentials/credential.port.ts';
import {
  pinContext,
  signupContext,
  tokenContext,
} from '../../shared/credentials/credential-item.ts';
import type {
  CredentialStore,
  PendingSignup,
} from '../../shared/credentials/credential-store.port.ts';
import { canonicalJson } from '../../shared/json.ts';
import { rememberMs } from '../../shared/routing/cached-routes.ts';
import type { ConnectedNumber } from '../../shared/routing/route.port.ts';
import type { ConnectedAccount, RouteClaims } from '../../shared/routing/route-claims.port.ts';

type Context = Readonly<Record<string, string>>;

/** Opens under its own context alone, as what KMS has encrypted. Nothing of the secret can be read in it. */
function sealed(secret: AccessToken, context: Context): Uint8Array {
  const text = JSON.stringify({ context: canonicalJson(context), secret: secret.reveal() });
  return Buffer.from(text).map((byte) => byte ^ 0xaa);
}

function opened(ciphertext: Uint8Array, context: Context): AccessToken {
  const text = Buffer.from(ciphertext.map((byte) => byte ^ 0xaa)).toString();
  const { context: own, secret } = JSON.parse(text);
  if (own !== canonicalJson(context)) {
    throw new Error('The ciphertext is of another context');
  }
  return new AccessToken(secret);
}

const keyOf = (...parts: string[]) => JSON.stringify(parts);

/** Credentials, signups and PINs in memory, encrypted as far as a test can tell. */
export class MemoryCredentialStore
  implements CredentialStore, Pick<Credentials, 'find' | 'open' | 'invalidate'>
{
  readonly signups = new Map<string, PendingSignup>();
  readonly credentials = new Map<string, Credential & { storedAt: string }>();
  readonly pins = new Map<string, Uint8Array>();

  async keepSignup(signup: Omit<PendingSignup, 'ciphertext'>, token: AccessToken): Promise<void> {
    const { organizationId, signupId } = signup;
    const ciphertext = sealed(token, signupContext(organizationId, signupId));
    this.signups.set(keyOf(organizationId, signupId), { ...signup, ciphertext });
  }

  async pendingSignups(organizationId: string): Promise<PendingSignup[]> {
    return [...this.signups.values()]
      .filter((signup) => signup.organizationId === organizationId)
      .sort((one, other) => (one.exchangedAt < other.exchangedAt ? -1 : 1));
  }

  async openSignup({ organizationId, signupId, ciphertext }: PendingSignup): Promise<AccessToken> {
    return opened(ciphertext, signupContext(organizationId, signupId));
  }

  async dropSignup(organizationId: string, signupId: string): Promise<void> {
    this.signups.delete(keyOf(organizationId, signupId));
  }

  async store(
    { organizationId, wabaId, storedAt }: ConnectionOwner & { storedAt: string },
    token: AccessToken,
  ): Promise<boolean> {
    const key = keyOf(organizationId, wabaId);
    if ((this.credentials.get(key)?.storedAt ?? '') > storedAt) {
      return false;
    }
    const ciphertext = sealed(token, tokenContext(organizationId, wabaId));
    this.credentials.set(key, { organizationId, wabaId, storedAt, ciphertext, state: 'VALID' });
    return true;
  }

  async remove(organizationId: string, wabaId: string): Promise<void> {
    this.credentials.delete(keyOf(organizationId, wabaId));
  }

  async keepPin(
    { organizationId, phoneNumberId }: { organizationId: string; phoneNumberId: string },
    pin: AccessToken,
    { replace }: { replace: boolean },
  ): Promise<AccessToken> {
    const key = keyOf(organizationId, phoneNumberId);
    const context = pinContext(organizationId, phoneNumberId);
    const kept = replace ? undefined : this.pins.get(key);
    if (kept) {
      return opened(kept, context);
    }
    this.pins.set(key, sealed(pin, context));
    return pin;
  }

  async find(organizationId: string, wabaId: string): Promise<Credential | undefined> {
    const found = this.credentials.get(keyOf(organizationId, wabaId));
    if (!found) return undefined;
    const { storedAt: _, ...credential } = found;
    return credential;
  }

  async open({ organizationId, wabaId, ciphertext }: Credential): Promise<AccessToken> {
    return opened(ciphertext, tokenContext(organizationId, wabaId));
  }

  async invalidate(credential: Credential, reason: string): Promise<boolean> {
    const key = keyOf(credential.organizationId, credential.wabaId);
    const stored = this.credentials.get(key);
    if (
      stored?.state !== 'VALID' ||
      !Buffer.from(stored.ciphertext).equals(credential.ciphertext)
    ) {
      return false;
    }
    this.credentials.set(key, { ...stored, state: 'INVALID', reason });
    return true;
  }
}

interface RouteState {
  organizationId: string;
  wabaId: string;
  state: 'CLAIMED' | 'ACTIVE' | 'RELEASED';
  releasedAt?: number;
}

/** Claims on routes in memory. */
export class MemoryRouteClaims implements RouteClaims {
  /** By phone number id. */
  readonly numbers = new Map<string, RouteState>();
  /** By WABA and organisation. */
  readonly accounts = new Map<string, RouteState>();

  async claimNumber(number: ConnectedNumber, at: Date): Promise<'claimed' | 'taken' | 'cooling'> {
    const { organizationId, wabaId, phoneNumberId } = number;
    const known = this.numbers.get(phoneNumberId);
    if (known && known.organizationId !== organizationId) {
      if (known.state !== 'RELEASED') return 'taken';
      if (at.getTime() - (known.releasedAt ?? 0) <= rememberMs) return 'cooling';
    }
    const isOpen =
      known?.organizationId === organizationId &&
      known.wabaId === wabaId &&
      known.state === 'ACTIVE';
    if (!isOpen) {
      this.numbers.set(phoneNumberId, { organizationId, wabaId, state: 'CLAIMED' });
    }
    return 'claimed';
  }

  async claimAccount({ organizationId, wabaId }: ConnectedAccount): Promise<void> {
    const key = keyOf(wabaId, organizationId);
    if ((this.accounts.get(key)?.state ?? 'RELEASED') === 'RELEASED') {
      this.accounts.set(key, { organizationId, wabaId, state: 'CLAIMED' });
    }
  }

  async activateNumber(number: ConnectedNumber): Promise<boolean> {
    const { organizationId, wabaId, phoneNumberId } = number;
    const known = this.numbers.get(phoneNumberId);
    const isOurs =
      known?.organizationId === organizationId &&
      known.wabaId === wabaId &&
      known.state !== 'RELEASED';
    if (isOurs) {
      this.numbers.set(phoneNumberId, { organizationId, wabaId, state: 'ACTIVE' });
    }
    return isOurs;
  }

  async activateAccount({ organizationId, wabaId }: ConnectedAccount): Promise<void> {
    this.accounts.set(keyOf(wabaId, organizationId), { organizationId, wabaId, state: 'ACTIVE' });
  }

  async releaseNumber(number: ConnectedNumber, at: Date): Promise<void> {
    const { organizationId, wabaId, phoneNumberId } = number;
    const known = this.numbers.get(phoneNumberId);
    if (
      known?.organizationId === organizationId &&
      known.wabaId === wabaId &&
      known.state !== 'RELEASED'
    ) {
      const releasedAt = at.getTime();
      this.numbers.set(phoneNumberId, { ...known, state: 'RELEASED', releasedAt });
    }
  }

  async releaseAccount({ organizationId, wabaId }: ConnectedAccount, at: Date): Promise<void> {
    const key = keyOf(wabaId, organizationId);
    const known = this.accounts.get(key);
    if (known && known.state !== 'RELEASED') {
      this.accounts.set(key, { ...known, state: 'RELEASED', releasedAt: at.getTime() });
    }
  }

  async usersOf(wabaId: string): Promise<string[]> {
    return [...this.accounts.values()]
      .filter((account) => account.wabaId === wabaId && account.state !== 'RELEASED')
      .map(({ organizationId }) => organizationId);
  }
}

/** The states of signups in memory. */
export class MemorySignupStates implements SignupStates {
  readonly #states = new Map<string, { start: SignupStart; expiresAt: number }>();

  async issue(state: string, start: SignupStart, expiresAt: Date): Promise<void> {
    this.#states.set(state, { start, expiresAt: Math.floor(expiresAt.getTime() / 1000) });
  }

  async use(state: string, now: Date, organizationId?: string): Promise<SignupStart | undefined> {
    const known = this.#states.get(state);
    if (!known || known.expiresAt <= Math.floor(now.getTime() / 1000)) return undefined;
    if (organizationId !== undefined && organizationId !== known.start.organizationId) {
      return undefined;
    }
    this.#states.delete(state);
    return known.start;
  }
}

/** The people who have connected something, in memory. */
export class MemoryMetaPeople implements MetaPeople {
  readonly #people = new Map<string, ConnectionOwner[]>();
  readonly #deletions = new Map<string, Deletion>();

  async remember(metaUserId: string, { organizationId, wabaId }: ConnectionOwner): Promise<void> {
    const others = (await this.connectionsOf(metaUserId)).filter(
      (owner) => owner.organizationId !== organizationId || owner.wabaId !== wabaId,
    );
    this.#people.set(metaUserId, [...others, { organizationId, wabaId }]);
  }

  async connectionsOf(metaUserId: string): Promise<ConnectionOwner[]> {
    return this.#people.get(metaUserId) ?? [];
  }

  async forget(metaUserId: string, owners: readonly ConnectionOwner[]): Promise<void> {
    const forgotten = new Set(
      owners.map(({ organizationId, wabaId }) => keyOf(organizationId, wabaId)),
    );
    const left = (await this.connectionsOf(metaUserId)).filter(
      ({ organizationId, wabaId }) => !forgotten.has(keyOf(organizationId, wabaId)),
    );
    this.#people.set(metaUserId, left);
  }

  async keepDeletion(code: string, deletion: Deletion): Promise<void> {
    this.#deletions.set(code, deletion);
  }

  async deletion(code: string): Promise<Deletion | undefined> {
    return this.#deletions.get(code);
  }
}

/** Marks on templates in memory. */
export class MemoryTemplateMarks implements TemplateMarks {
  readonly marked: string[] = [];

  async markChanged(wabaId: string): Promise<void> {
    this.marked.push(wabaId);
  }
}
