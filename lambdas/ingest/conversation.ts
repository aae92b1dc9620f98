import { randomUUID } from 'node:crypto';
import { type AliasKind, aliasKey } from '../../shared/conversations/alias-key.ts';
import type { Alias, AliasTable, AliasWrite, ErasedAlias } from './alias.port.ts';

/** The ids that name a person; any may be missing. */
export interface CorrespondentIds {
  /** Digits. */
  phone?: string | undefined;
  userId?: string | undefined;
}

/** What a person shows of themselves. */
export interface Profile {
  name?: string | undefined;
  username?: string | undefined;
}

/** Who is on the other side of a business number: a group, or a person by phone, BSUID or both. */
export interface Correspondent extends CorrespondentIds {
  organizationId: string;
  phoneNumberId: string;
  groupId?: string | undefined;
  /** The ids that the same person had before, where Meta tells of a change. */
  formerly?: CorrespondentIds | undefined;
  profile?: Profile | undefined;
}

/** Where a correspondent is found. */
export interface FoundConversation {
  conversationId: string;
  /** What happened up to then was erased, RFC 3339. */
  erasedAt?: string | undefined;
  /** There where the person shows another profile than before: what to write once that is told. */
  newProfile?: AliasWrite & { replaces: Alias };
}

/** Somebody who was erased and has no conversation since. */
export interface ErasedCorrespondent {
  conversationId?: undefined;
  newProfile?: undefined;
  /** What happened up to then was erased, RFC 3339. */
  erasedAt: string;
}

/** The keys that a correspondent's conversation is found by. */
interface AliasKeys {
  phone?: string | undefined;
  /** The BSUID's, or the group's: what names exactly one conversation. */
  sure?: string | undefined;
}

/** Somebody else's conditional write can win a few times in a row, not for ever. */
const maxAttempts = 10;

/** Whether somebody who was erased gets a new conversation. */
export interface LookupOptions {
  revive: boolean;
}

/**
 * Finds a correspondent's conversation, or mints it. Two workers that meet the same person at the
 * same time get one conversation: aliases are written together and conditionally.
 * @returns undefined where nothing names the correspondent
 */
export async function conversationOf(
  correspondent: Correspondent,
  occurredAt: string,
  aliases: AliasTable,
  { revive }: LookupOptions = { revive: false },
): Promise<FoundConversation | ErasedCorrespondent | undefined> {
  const keys = aliasKeys(correspondent, correspondent);
  const former = aliasKeys(correspondent, correspondent.formerly ?? {});
  const wanted = [keys.sure, keys.phone, former.sure, former.phone];
  const distinct = [...new Set(wanted.filter((key) => key !== undefined))];
  if (distinct.length === 0) {
    return undefined;
  }
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const found = await aliases.read(distinct, { fresh: attempt > 0 });
    const [known] = distinct.flatMap((key) => found.get(key) ?? []);
    if (known && known.conversationId === undefined && !revive) {
      return { erasedAt: known.erasedAt };
    }
    const { writes, ...conversation } = planAliases(correspondent, occurredAt, found);
    if (writes.length === 0 || (await aliases.write(writes))) {
      return conversation;
    }
  }
  throw new Error(`Aliases changed ${maxAttempts} times while a conversation was looked up`);
}

/**
 * Decides which conversation a correspondent has, given the aliases there are, and which have to be
 * written. A BSUID names one person for ever; a phone number is handed from one person to another,
 * so where both are given and disagree the BSUID decides, and two people known apart stay apart: a
 * change of ids leads new ids to the old conversation only while they lead nowhere else. What was erased
 * leads nowhere; what is written in its place remembers until when.
 */
export function planAliases(
  correspondent: Correspondent,
  occurredAt: string,
  found: ReadonlyMap<string, Alias | ErasedAlias>,
): FoundConversation & { writes: AliasWrite[] } {
  const { organizationId, userId, formerly = {}, profile = {} } = correspondent;
  const keys = aliasKeys(correspondent, correspondent);
  const live = (key = '') => {
    const alias = found.get(key);
    return alias?.conversationId === undefined ? undefined : alias;
  };
  const [bySure, byPhone] = [live(keys.sure), live(keys.phone)];
  const former = aliasKeys(correspondent, formerly);
  const [formerSure, formerPhone] = [live(former.sure), live(former.phone)];
  const [known] = [keys.sure, keys.phone, former.sure, former.phone].flatMap(
    (key = '') => found.get(key) ?? [],
  );
  const erased = known?.erasedAt === undefined ? {} : { erasedAt: known.erasedAt };
  const conversationId =
    bySure?.conversationId ??
    formerSure?.conversationId ??
    (isOf(formerPhone, formerly.userId) ? formerPhone?.conversationId : undefined) ??
    (isOf(byPhone, userId) ? byPhone?.conversationId : undefined) ??
    randomUUID();

  const learnt = { conversationId, learntAt: occurredAt, ...profile, ...erased };
  const writes: AliasWrite[] = [];
  if (keys.sure !== undefined && !bySure) {
    const replaces = found.get(keys.sure);
    writes.push({ organizationId, alias: { key: keys.sure, ...learnt }, replaces });
  }
  if (keys.phone !== undefined) {
    const isRight =
      byPhone?.conversationId === conversationId &&
      (userId === undefined || byPhone.userId === userId);
    const isNews = !byPhone || byPhone.userId === undefined || byPhone.learntAt < occurredAt;
    if (!isRight && isNews) {
      const replaces = found.get(keys.phone);
      writes.push({ organizationId, alias: { key: keys.phone, userId, ...learnt }, replaces });
    }
  }
  const shown = keys.sure === undefined ? byPhone : bySure;
  const isNewProfile =
    shown !== undefined &&
    shown.conversationId === conversationId &&
    shown.learntAt < occurredAt &&
    isAnother(profile, shown) &&
    !writes.some(({ alias }) => alias.key === shown.key);
  return {
    conversationId,
    ...erased,
    writes,
    ...(isNewProfile
      ? {
          newProfile: {
            ...{ organizationId, replaces: shown },
            alias: { ...shown, ...learnt, key: shown.key },
          },
        }
      : {}),
  };
}

/** Tells whether a phone number's alias can be of a person: not where it is known to be another's. */
function isOf(alias: Alias | undefined, userId: string | undefined): boolean {
  return userId === undefined || (alias?.userId ?? userId) === userId;
}

/** Tells whether a profile says something else than what is known; what it does not say is no difference. */
function isAnother({ name, username }: Profile, known: Profile): boolean {
  return (
    (name !== undefined && name !== known.name) ||
    (username !== undefined && username !== known.username)
  );
}

function aliasKeys(
  { organizationId, phoneNumberId, groupId }: Correspondent,
  { phone, userId }: CorrespondentIds,
): AliasKeys {
  const key = (kind: AliasKind, id: string | undefined) =>
    id === undefined ? undefined : aliasKey(organizationId, phoneNumberId, kind, id);
  return groupId === undefined
    ? { phone: key('phone', phone), sure: key('user', userId) }
    : { sure: key('group', groupId) };
}
