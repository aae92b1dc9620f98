import { randomUUID } from 'node:crypto';
import type { Matcher } from './pattern.ts';
import { accountId } from './template/intrinsics.ts';

/** What a service of AWS's tells the default bus. */
export interface ServiceEvent {
  source: string;
  detailType: string;
  detail: object;
}

/** EventBridge's default bus: what services tell, handed to whom rules name. */
export interface EventBus {
  emit(event: ServiceEvent): void;
  /** Hands every event that matches to `deliver`. */
  on(matches: Matcher, deliver: (event: object) => void): void;
}

/** Makes a bus without rules. Source: EventBridge User Guide, "Events". */
export function createEventBus(region: string): EventBus {
  const rules: { matches: Matcher; deliver: (event: object) => void }[] = [];
  return {
    on: (matches, deliver) => {
      rules.push({ matches, deliver });
    },
    emit({ source, detailType, detail }) {
      const event = {
        version: '0',
        id: randomUUID(),
        'detail-type': detailType,
        source,
        account: accountId,
        time: `${new Date().toISOString().slice(0, 19)}Z`,
        region,
        resources: [],
        detail,
      };
      for (const { matches, deliver } of rules) {
        if (matches(event)) deliver(event);
      }
    },
  };
}
