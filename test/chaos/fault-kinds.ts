/** How often a kind of fault is drawn, and how long it lasts. */
interface KindOfFault {
  readonly weight: number;
  /** From and to, ms. Of a kill: how long it stays dead before it is started again. */
  readonly lastsMs: readonly [number, number];
  /** What it strikes: one thing is struck by one fault at a time. */
  readonly strikes: 'replica' | 'broker' | 'redis';
  /** There is nothing to strike with the memory store. */
  readonly needsRedis?: true;
  /** The process of a replica ends by it. */
  readonly endsReplica?: true;
}

const RESTART_MS = [200, 2_000] as const;

/**
 * Every kind. The fence of the runs is B = 3 s, S = 0.5 s: a takeover waits 4 s. After a Redis restart every request does,
 * so that is rare; freezing Redis is not.
 */
export const FAULTS = {
  'replica killed': { weight: 3, lastsMs: RESTART_MS, strikes: 'replica', endsReplica: true },
  'replica killed after claim': { weight: 2, lastsMs: RESTART_MS, strikes: 'replica', endsReplica: true },
  'replica killed before complete': { weight: 2, lastsMs: RESTART_MS, strikes: 'replica', endsReplica: true },
  'replica killed after complete': { weight: 2, lastsMs: RESTART_MS, strikes: 'replica', endsReplica: true },
  'replica stopped in order': { weight: 2, lastsMs: RESTART_MS, strikes: 'replica', endsReplica: true },
  'replica frozen past the fence': { weight: 2, lastsMs: [5_000, 6_000], strikes: 'replica' },
  'replica frozen after claim': { weight: 2, lastsMs: [5_000, 6_000], strikes: 'replica' },
  'replica frozen before complete': { weight: 1, lastsMs: [5_000, 6_000], strikes: 'replica' },
  'replica frozen shortly': { weight: 2, lastsMs: [500, 2_000], strikes: 'replica' },
  'broker killed': { weight: 2, lastsMs: [2_000, 4_000], strikes: 'broker' },
  'broker frozen': { weight: 2, lastsMs: [1_000, 4_000], strikes: 'broker' },
  'Redis killed': { weight: 1, lastsMs: [0, 1_000], strikes: 'redis', needsRedis: true },
  'Redis emptied and killed': { weight: 1, lastsMs: [0, 1_000], strikes: 'redis', needsRedis: true },
  'Redis frozen': { weight: 2, lastsMs: [1_000, 3_000], strikes: 'redis', needsRedis: true },
  'Redis connections cut': { weight: 2, lastsMs: [0, 0], strikes: 'replica', needsRedis: true },
  'Redis network frozen': { weight: 2, lastsMs: [500, 6_000], strikes: 'replica', needsRedis: true },
  'answers withheld': { weight: 2, lastsMs: [1_000, 6_000], strikes: 'replica' },
  'answers delayed': { weight: 2, lastsMs: [1_000, 4_000], strikes: 'replica' },
  'answers cut off': { weight: 2, lastsMs: [500, 2_000], strikes: 'replica' },
  'connections cut': { weight: 2, lastsMs: [0, 0], strikes: 'replica' },
  'brokers out of reach': { weight: 2, lastsMs: [500, 4_000], strikes: 'replica' },
  'requests held up': { weight: 2, lastsMs: [500, 6_000], strikes: 'replica' },
  'reading held up': { weight: 2, lastsMs: [4_000, 8_000], strikes: 'replica' },
  'network frozen': { weight: 2, lastsMs: [500, 6_000], strikes: 'replica' },
} as const satisfies Record<string, KindOfFault>;

/** The name of a kind of fault. */
export type FaultKind = keyof typeof FAULTS;

const ALL = Object.keys(FAULTS) as readonly FaultKind[]; // its keys are what the type is made of

/** The kinds that a run with that store can do, in the order of the table. */
export function kindsFor(store: 'redis' | 'memory'): readonly FaultKind[] {
  return ALL.filter((kind) => store === 'redis' || !('needsRedis' in FAULTS[kind]));
}

/** Whether the process of a replica ends by it, and with it what only that process knew. */
export function endsReplica(kind: FaultKind): boolean {
  return 'endsReplica' in FAULTS[kind];
}
