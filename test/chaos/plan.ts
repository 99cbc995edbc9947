import { FAULTS, type FaultKind } from './fault-kinds.ts';
import { createRandom } from './random.ts';

/** A fault as the seed has it. */
export interface PlannedFault {
  readonly kind: FaultKind;
  /** Pause before it, ms. */
  readonly afterMs: number;
  readonly lastsMs: number;
  /** Index of the replica it strikes, from 0, if it strikes one. */
  readonly replica: number;
  /** Id of the broker it strikes, from 1, if it strikes one. */
  readonly broker: number;
  /** How long an answer is delayed, ms, or behind how many bytes of it the connection is cut. */
  readonly measure: number;
}

/** What a plan is made from. */
export interface PlanOptions {
  readonly seed: number;
  readonly kinds: readonly FaultKind[];
  readonly replicas: number;
  readonly brokers: number;
  /** Pause between the beginnings of two faults, from and to, ms. */
  readonly pauseMs: readonly [number, number];
}

/**
 * Faults without end. The same options give the same ones; only when each can begin depends on how long those before it took.
 * First comes every kind once, then kinds by weight, dealt like cards so that none stays away for long.
 */
export function* planFaults({ seed, kinds, replicas, brokers, pauseMs }: PlanOptions): Generator<PlannedFault, never> {
  const random = createRandom(seed);
  const replicaIndexes = Array.from({ length: replicas }, (_, i) => i);
  const brokerIds = Array.from({ length: brokers }, (_, i) => i + 1);
  const deck = kinds.flatMap((kind) => Array.from({ length: FAULTS[kind].weight }, () => kind));
  for (let cards = kinds; ; cards = deck) {
    for (const kind of random.shuffled(cards)) {
      const [shortest, longest] = FAULTS[kind].lastsMs;
      yield {
        kind,
        afterMs: Math.round(random.between(...pauseMs)),
        lastsMs: Math.round(random.between(shortest, longest)),
        replica: random.pick(replicaIndexes),
        broker: random.pick(brokerIds),
        measure: Math.round(kind === 'answers delayed' ? random.between(500, 4_000) : random.between(0, 60)),
      };
    }
  }
}
