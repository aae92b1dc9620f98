import pLimit from 'p-limit';
import type { NoteSightings } from '../../shared/doctor/occasional-notes.ts';
import type { Sighting } from '../../shared/doctor/sightings.port.ts';
import type { Route } from '../../shared/routing/route.port.ts';
import type { SettingsTable } from '../../shared/settings/settings.port.ts';
import type { AliasTable } from './alias.port.ts';
import { type Change, elementCountOf } from './change.ts';
import {
  conversationOf,
  type ErasedCorrespondent,
  type FoundConversation,
} from './conversation.ts';
import type { Interpretation } from './interpret/interpretation.ts';
import { isDashboardTest, type OwnerPorts, ownersOf } from './owners.ts';
import { fulfilment, type PrerequisitePorts, prerequisitesOf } from './prerequisites.ts';
import { readingsOf } from './readings.ts';
import {
  lookUpConversations,
  type Outcome,
  type Reading,
  type RoutedFacts,
  type StorePorts,
  storeInterpretation,
} from './store-interpretation.ts';
import { cameBeforeTakeover, happenedBeforeTakeover } from './takeover.ts';
import { unpack } from './unpack.ts';

/** What `normalise` needs from outside. */
export interface NormalisePorts
  extends Omit<StorePorts, 'conversationOf' | 'revive'>,
    PrerequisitePorts,
    OwnerPorts {
  settings: Pick<SettingsTable, 'read'>;
  aliases: AliasTable;
  noteSightings: NoteSightings;
}

/**
 * How many elements, or changes that nobody owns, came to which end; `withheld`: a former owner's;
 * `erased`: of what was erased; `unwanted`: of a history that is not imported.
 */
export type NormaliseCounts = Record<
  Outcome | 'parked' | 'testWebhooks' | 'withheld' | 'erased' | 'unwanted',
  number
>;

/** Elements at once: what they read and insert at the same time goes in batches. */
const concurrentElements = 200;

/**
 * Stores everything in one message of `webhook-events`. Elements succeed one by one: what was stored
 * stays stored when another fails, and doing all of it again stores nothing twice.
 * @throws PermanentError when the message is none; any other error means "again, please".
 */
export async function normalise(body: string, ports: NormalisePorts): Promise<NormaliseCounts> {
  const message = await unpack(body, ports.store);
  const storePorts = { ...ports, ...rememberedConversations(ports.aliases) };
  const limit = pLimit(concurrentElements);
  const counts: NormaliseCounts = {
    stored: 0,
    duplicate: 0,
    unrecognised: 0,
    quarantined: 0,
    parked: 0,
    testWebhooks: 0,
    withheld: 0,
    erased: 0,
    unwanted: 0,
  };
  const readings = await settle(
    message.changes.map(async (change) => {
      const owners = await ownersOf(change, message, ports);
      if (owners.length === 0) {
        counts[isDashboardTest(change) ? 'testWebhooks' : 'parked']++;
      }
      const heirs = owners.filter((route) => !cameBeforeTakeover(route, message.receivedAt));
      counts.withheld += owners.length - heirs.length;
      const wanting = await wantingOf(change, heirs, ports);
      counts.unwanted += (heirs.length - wanting.length) * elementCountOf(change);
      return wanting.flatMap((route) => readingsOf(change, route, message.receivedAt));
    }),
  );
  const all = readings.done.flat();
  const work = all.filter((reading) => !happenedBeforeTakeover(reading));
  counts.withheld += all.length - work.length;
  const living = await lookUpInOrder(work, storePorts);
  counts.erased += work.length - living.length;
  const prepared = await prepare(living, storePorts);
  const stored = await settle(
    prepared.done.map(({ interpretation, facts }) =>
      limit(async () => {
        for (const outcome of await storeInterpretation(interpretation, facts, storePorts)) {
          counts[outcome]++;
        }
        return facts;
      }),
    ),
  );
  // What is stored is on its way to the inbox already: this delays none of it.
  await ports.noteSightings(webhooksSeen(stored.done), message.receivedAt);
  for (const failure of [...readings.failed, ...prepared.failed, ...stored.failed]) {
    throw failure;
  }
  return counts;
}

/** For whom, and for which of their numbers, something was stored. */
function webhooksSeen(stored: readonly RoutedFacts[]): Sighting[] {
  return stored.flatMap(({ organizationId, phoneNumberId }) =>
    phoneNumberId === undefined ? [] : { kind: 'webhook', organizationId, phoneNumberId },
  );
}

/** What came to an end, and why the rest did not. */
interface Settled<Result> {
  done: Result[];
  failed: unknown[];
}

/** Waits for all: no sibling of one that fails is left half done. */
async function settle<Result>(work: readonly Promise<Result>[]): Promise<Settled<Result>> {
  const results = await Promise.allSettled(work);
  return {
    done: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    failed: results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])),
  };
}

/** Those of a change's owners who want it: a history comes also where nobody has asked for it. */
async function wantingOf(
  { field }: Change,
  owners: readonly Route[],
  { settings }: NormalisePorts,
): Promise<readonly Route[]> {
  if (field !== 'history') {
    return owners;
  }
  const chosen = await Promise.all(
    owners.map(({ organizationId }) => settings.read(organizationId)),
  );
  return owners.filter((_, index) => chosen[index]?.historyImport.enabled);
}

/**
 * Looks up all conversations: side by side, but in order where somebody's ids change in between.
 * @returns the readings without those of what was erased
 */
async function lookUpInOrder(readings: readonly Reading[], ports: StorePorts): Promise<Reading[]> {
  const lookUp = ({ interpretation, facts }: Reading) =>
    lookUpConversations(interpretation, facts, ports);
  const erased: boolean[] = [];
  if (readings.some(({ interpretation }) => changesIds(interpretation))) {
    for (const reading of readings) {
      erased.push(await lookUp(reading));
    }
  } else {
    erased.push(...(await Promise.all(readings.map(lookUp))));
  }
  return readings.filter((_, index) => !erased[index]);
}

function changesIds(interpretation: Interpretation): boolean {
  return interpretation.kind === 'events' && interpretation.drafts.some(({ formerly }) => formerly);
}

/** Writes what has to be there before the readings are stored, all side by side. @returns the readings that may be */
async function prepare(
  readings: readonly Reading[],
  ports: StorePorts & PrerequisitePorts & Pick<NormalisePorts, 'settings'>,
): Promise<Settled<Reading>> {
  const known = await settle(
    readings.map(async (reading) => ({
      reading,
      prerequisites: await prerequisitesOf(reading, ports),
    })),
  );
  const fulfil = fulfilment(
    known.done.flatMap(({ prerequisites }) => prerequisites),
    ports,
  );
  const prepared = await settle(
    known.done.map(async ({ reading, prerequisites }) => {
      // Storing asks for the settings again: read together with windows and owners, they cost nothing.
      const settings = ports.settings.read(reading.facts.organizationId);
      await Promise.all([...prerequisites.map(fulfil), settings]);
      return reading;
    }),
  );
  return { done: prepared.done, failed: [...known.failed, ...prepared.failed] };
}

/** Looks each correspondent of a message up once: a batch is often from one person. */
function rememberedConversations(
  aliases: AliasTable,
): Pick<StorePorts, 'conversationOf' | 'revive'> {
  type Lookup = Promise<FoundConversation | ErasedCorrespondent | undefined>;
  const known = new Map<string, Lookup>();
  const revived = new Map<string, Lookup>();
  return {
    conversationOf(correspondent, occurredAt) {
      const key = JSON.stringify(correspondent);
      const lookup = known.get(key) ?? conversationOf(correspondent, occurredAt, aliases);
      known.set(key, lookup);
      return lookup;
    },
    revive(correspondent, occurredAt) {
      const key = JSON.stringify(correspondent);
      const lookup =
        revived.get(key) ?? conversationOf(correspondent, occurredAt, aliases, { revive: true });
      revived.set(key, lookup);
      known.set(key, lookup);
      return lookup;
    },
  };
}
