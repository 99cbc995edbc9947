import { randomUUID } from 'node:crypto';
import type {
  Claim,
  ClaimAnswer,
  ClaimKeys,
  ClaimStore,
  Doubt,
  DoubtfulClaim,
  Found,
  KeyName,
  Outcome,
} from '../claim-store.ts';
import { namesOf } from '../key-names.ts';
import { keysOfFound } from '../outcomes.ts';

/** What is known of one key that is not done. Times on the clock of the store. */
interface Entry {
  readonly token: string;
  readonly fingerprint: string;
  readonly claimedAt: number;
  /** When the earliest attempt may have been stamped that it has taken over the doubt of; else claimedAt. */
  readonly since: number;
  /** Until when nobody else may take it. */
  readonly until: number;
  readonly abandoned: boolean;
}

/**
 * Claims in this process: exact for one replica while it lives. Never rejects.
 *
 * `find` and `remember` are those of the outcomes, which are not kept twice. `clock` gives ms since the epoch. `maxHeld`: keys
 * held at once; beyond it claims whose time is over are forgotten, and where there are none, nobody gets one.
 */
export function createMemoryClaims(options: {
  readonly holdMs: () => number;
  readonly find: (keys: ClaimKeys) => Found | undefined;
  readonly remember: (keys: ClaimKeys, outcome: Outcome) => void;
  readonly maxHeld: number;
  readonly clock?: () => number;
}): ClaimStore {
  const { holdMs, find, remember, maxHeld, clock = Date.now } = options;
  const entries = new Map<string, Entry>();

  function claim({ keys, fingerprint }: Pick<Claim, 'keys' | 'fingerprint'>): ClaimAnswer {
    const now = clock();
    const found = find(keys);
    for (const [by, name] of namesOf(keys)) {
      if (found?.by === by) return { kind: 'done', ...found };
      const entry = entries.get(name);
      const saidOther = by === 'request' && entry?.fingerprint !== fingerprint;
      if (entry !== undefined && (now < entry.until || saidOther)) return heldBy(by, entry, now);
    }
    const over = namesOf(keys).flatMap(([, name]) => entries.get(name) ?? []);
    const remainingMs = makeRoom(now);
    if (remainingMs > 0) return { kind: 'wait', remainingMs };
    const doubt = over.length === 0 ? undefined : doubtOf(over);
    const token = randomUUID();
    const since = doubt?.since ?? now;
    for (const [, name] of namesOf(keys)) {
      entries.delete(name); // so that the first of the map stays the one that was taken first
      entries.set(name, { token, fingerprint, claimedAt: now, since, until: now + holdMs(), abandoned: false });
    }
    return { kind: 'mine', claim: { keys, fingerprint, token, claimedAt: now, ...(doubt && { doubt }) } };
  }

  /**
   * Forgets the first claims whose time is over: what became of them is on the topic by now, and read. Answers how long there
   * is no room, ms.
   */
  function makeRoom(now: number): number {
    for (const [name, { until }] of entries) {
      if (entries.size < maxHeld) break;
      if (until > now) return until - now;
      entries.delete(name);
    }
    return 0;
  }

  /** Whether every key was the claim's. */
  function release({ keys, token }: Claim): boolean {
    const ours = namesOf(keys).filter(([, name]) => entries.get(name)?.token === token);
    for (const [, name] of ours) entries.delete(name);
    return ours.length === namesOf(keys).length;
  }

  function complete(taken: Claim, outcome: Outcome): void {
    const { keys } = taken;
    const free = freeFor(taken);
    release(taken);
    // Outcomes stand under their request.
    if (!free.includes('request')) return;
    remember(
      { request: keys.request, ...(keys.order !== undefined && free.includes('order') && { order: keys.order }) },
      outcome,
    );
  }

  /** The claim's keys, but those that are another's by now. */
  function freeFor({ keys, token }: Claim): KeyName[] {
    return namesOf(keys).flatMap(([by, name]) => ((entries.get(name)?.token ?? token) === token ? [by] : []));
  }

  /** The outcome's request is done whoever else is at it: they would find the same. */
  function settle(taken: DoubtfulClaim, found: Found): void {
    const made = keysOfFound(taken, found);
    const free = freeFor(taken);
    leave(taken, taken.doubt);
    release({ ...taken, keys: { ...made, request: taken.keys.request } });
    for (const [, name] of namesOf({ request: made.request })) entries.delete(name);
    remember(free.includes('order') ? made : { request: made.request }, found.outcome);
  }

  function leave({ keys, token }: Claim, doubt?: Doubt): void {
    for (const [, name] of namesOf(keys)) {
      const entry = entries.get(name);
      if (entry?.token === token) entries.set(name, { ...entry, ...doubt, abandoned: true });
    }
  }

  return {
    claim: (request) => Promise.resolve(claim(request)),
    release: (taken) => Promise.resolve(release(taken)),
    complete(taken, outcome) {
      complete(taken, outcome);
      return Promise.resolve();
    },
    settle(taken, found) {
      settle(taken, found);
      return Promise.resolve();
    },
    unsettle(taken) {
      if (taken.doubt === undefined) release(taken);
      else leave(taken, taken.doubt);
      return Promise.resolve();
    },
    abandon(taken) {
      leave(taken);
      return Promise.resolve();
    },
    health: () => Promise.resolve({ status: 'pass', detail: 'This process holds the claims' }),
    close: () => Promise.resolve(),
  };
}

function heldBy(by: KeyName, { fingerprint, claimedAt, until, abandoned }: Entry, now: number): ClaimAnswer {
  return {
    kind: 'held',
    by,
    fingerprint,
    heldForMs: now - claimedAt,
    remainingMs: Math.max(0, until - now),
    abandoned,
  };
}

/** What is taken over with claims whose time is over. */
function doubtOf(over: readonly Entry[]): Doubt {
  return { since: Math.min(...over.map(({ since }) => since)), until: Math.max(...over.map(({ until }) => until)) };
}
