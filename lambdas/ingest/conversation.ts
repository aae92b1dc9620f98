import { randomUUID } from 'node:crypto';
import { hash } from '../../shared/hash.ts';
import type { Alias, AliasTable, AliasWrite } from './alias.port.ts';

/** Who is on the other side of a business number: a group, or a person by phone, BSUID or both. */
export interface Correspondent {
  organizationId: string;
  phoneNumberId: string;
  groupId?: string | undefined;
  /** Digits. */
  phone?: string | undefined;
  userId?: string | undefined;
}

/** The keys that a correspondent's conversation is found by. */
interface AliasKeys {
  phone?: string | undefined;
  /** The BSUID's, or the group's: what names exactly one conversation. */
  sure?: string | undefined;
}

/** Somebody else's conditional write can win a few times in a row, not for ever. */
const maxAttempts = 10;

/**
 * Finds a correspondent's conversation, or mints it. Two workers that meet the same person at the
 * same time get one conversation: aliases are written together and conditionally.
 * @returns undefined where nothing names the correspondent
 */
export async function conversationOf(
  correspondent: Correspondent,
  occurredAt: string,
  aliases: AliasTable,
): Promise<string | undefined> {
  const keys = aliasKeys(correspondent);
  const wanted = [keys.sure, keys.phone].filter((key) => key !== undefined);
  if (wanted.length === 0) {
    return undefined;
  }
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const found = await aliases.read(wanted, { fresh: attempt > 0 });
    const { conversationId, writes } = planAliases(keys, correspondent.userId, occurredAt, found);
    if (writes.length === 0 || (await aliases.write(writes))) {
      return conversationId;
    }
  }
  throw new Error(`Aliases changed ${maxAttempts} times while a conversation was looked up`);
}

/**
 * Decides which conversation a correspondent has, given the aliases there are, and which have to be
 * written. A BSUID names one person for ever; a phone number is handed from one person to another,
 * so where both are given and disagree the BSUID decides, and two people known apart stay apart.
 */
export function planAliases(
  keys: AliasKeys,
  userId: string | undefined,
  occurredAt: string,
  found: ReadonlyMap<string, Alias>,
): { conversationId: string; writes: AliasWrite[] } {
  const bySure = keys.sure === undefined ? undefined : found.get(keys.sure);
  const byPhone = keys.phone === undefined ? undefined : found.get(keys.phone);
  const isPhonesOwner = userId === undefined || (byPhone?.userId ?? userId) === userId;
  const conversationId =
    bySure?.conversationId ?? (isPhonesOwner ? byPhone?.conversationId : undefined) ?? randomUUID();

  const writes: AliasWrite[] = [];
  if (keys.sure !== undefined && !bySure) {
    const alias = { key: keys.sure, conversationId, learntAt: occurredAt };
    writes.push({ alias, replaces: undefined });
  }
  if (keys.phone !== undefined) {
    const isRight =
      byPhone?.conversationId === conversationId &&
      (userId === undefined || byPhone.userId === userId);
    const isNews = !byPhone || byPhone.userId === undefined || byPhone.learntAt < occurredAt;
    if (!isRight && isNews) {
      const alias = { key: keys.phone, conversationId, userId, learntAt: occurredAt };
      writes.push({ alias, replaces: byPhone });
    }
  }
  return { conversationId, writes };
}

function aliasKeys({
  organizationId,
  phoneNumberId,
  groupId,
  phone,
  userId,
}: Correspondent): AliasKeys {
  const key = (kind: string, id: string | undefined) =>
    id === undefined ? undefined : `ALIAS#${hash(organizationId, phoneNumberId, kind, id)}`;
  return groupId === undefined
    ? { phone: key('phone', phone), sure: key('user', userId) }
    : { sure: key('group', groupId) };
}
