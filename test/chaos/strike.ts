import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntilInSync } from '../../tools/kafka/admin.ts';
import type { KafkaCluster } from '../../tools/kafka/cluster.ts';
import type { RedisServer } from '../../tools/redis/redis-server.ts';
import type { Hold } from '../support/held-frames.ts';
import type { AnswerFault } from '../support/kafka-proxy.ts';
import type { Edge } from './edges.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { PlannedFault } from './plan.ts';
import type { Replica } from './replica-process.ts';

/** All that faults strike. */
export interface World {
  readonly replicas: readonly Replica[];
  readonly cluster: KafkaCluster;
  /** Absent with the memory store. */
  readonly redis: RedisServer | undefined;
}

/** Does a fault and mends it; settles when what it struck is whole again. */
type Strike = (world: World, fault: PlannedFault) => Promise<void>;

const STRIKES: Readonly<Record<FaultKind, Strike>> = {
  'replica killed': async (world, { replica, lastsMs }) => {
    await replicaOf(world, replica).kill();
    await startAfter(lastsMs, replicaOf(world, replica));
  },
  'replica killed after claim': dieAt('after claim'),
  'replica killed before complete': dieAt('before complete'),
  'replica killed after complete': dieAt('after complete'),
  'replica stopped in order': async (world, { replica, lastsMs }) => {
    await replicaOf(world, replica).stop();
    await startAfter(lastsMs, replicaOf(world, replica));
  },
  'replica frozen past the fence': freezeReplica,
  'replica frozen after claim': freezeAt('after claim'),
  'replica frozen before complete': freezeAt('before complete'),
  'replica frozen shortly': freezeReplica,
  'broker killed': async ({ cluster }, { broker, lastsMs }) => {
    await cluster.kill(broker);
    await sleep(lastsMs);
    await cluster.start(broker);
  },
  'broker frozen': async ({ cluster }, { broker, lastsMs }) => {
    await cluster.pause(broker);
    await sleep(lastsMs);
    await cluster.resume(broker);
    const port = cluster.brokers.find(({ id }) => id === broker)?.port;
    await waitUntilInSync(`127.0.0.1:${port}`, broker);
  },
  'Redis killed': (world, { lastsMs }) => restart(redisOf(world), lastsMs),
  'Redis emptied and killed': async (world, { lastsMs }) => {
    await empty(redisOf(world));
    await restart(redisOf(world), lastsMs);
  },
  'Redis frozen': async (world, { lastsMs }) => {
    const redis = redisOf(world);
    redis.pause();
    await sleep(lastsMs);
    redis.resume();
  },
  'Redis connections cut': (world, { replica }) => {
    replicaOf(world, replica).redisProxy?.cutAll();
    return Promise.resolve();
  },
  'Redis network frozen': async (world, { replica, lastsMs }) => {
    const { redisProxy } = replicaOf(world, replica);
    redisProxy?.hold('requests and answers');
    await sleep(lastsMs);
    redisProxy?.hold('nothing');
  },
  'answers withheld': loseAnswers(() => ({ kind: 'withhold' })),
  'answers delayed': loseAnswers(({ measure }) => ({ kind: 'delay', ms: measure })),
  'answers cut off': loseAnswers(({ measure }) => ({ kind: 'cut', ...(measure > 0 && { afterBytes: measure }) })),
  'connections cut': (world, { replica }) => {
    replicaOf(world, replica).proxy.cutAll();
    return Promise.resolve();
  },
  'brokers out of reach': async (world, { replica, lastsMs }) => {
    const { proxy } = replicaOf(world, replica);
    await proxy.shut();
    await sleep(lastsMs);
    await proxy.reopen();
  },
  'requests held up': holdUp('requests'),
  'reading held up': holdUp('reading'),
  'network frozen': holdUp('requests and answers'),
};

/** Does the fault; settles when it is over and mended. Rejects where that cannot be done, which is the harness's failure. */
export function strike(world: World, fault: PlannedFault): Promise<void> {
  return STRIKES[fault.kind](world, fault);
}

function dieAt(edge: Edge): Strike {
  return async (world, { replica, lastsMs }) => {
    await replicaOf(world, replica).dieAt(edge);
    await startAfter(lastsMs, replicaOf(world, replica));
  };
}

function loseAnswers(faultOf: (fault: PlannedFault) => AnswerFault): Strike {
  return async (world, fault) => {
    const { proxy } = replicaOf(world, fault.replica);
    proxy.setFault(faultOf(fault));
    await sleep(fault.lastsMs);
    proxy.setFault({ kind: 'none' });
  };
}

function holdUp(what: Hold): Strike {
  return async (world, { replica, lastsMs }) => {
    const { proxy } = replicaOf(world, replica);
    proxy.hold(what);
    await sleep(lastsMs);
    proxy.hold('nothing');
  };
}

function freezeAt(edge: Edge): Strike {
  return async (world, { replica, lastsMs }) => {
    await replicaOf(world, replica).freezeAt(edge, lastsMs);
  };
}

async function freezeReplica(world: World, { replica, lastsMs }: PlannedFault): Promise<void> {
  replicaOf(world, replica).signal('SIGSTOP');
  await sleep(lastsMs);
  replicaOf(world, replica).signal('SIGCONT');
}

async function startAfter(ms: number, replica: Replica): Promise<void> {
  await sleep(ms);
  await replica.start();
}

async function restart(redis: RedisServer, afterMs: number): Promise<void> {
  await redis.kill();
  await sleep(afterMs);
  await redis.start();
}

/** What a failover to a server that has got nothing yet leaves behind. */
async function empty({ port }: RedisServer): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.end('FLUSHALL\r\n');
  await once(socket, 'data');
  socket.destroy();
}

function replicaOf({ replicas }: World, index: number): Replica {
  const replica = replicas[index];
  if (replica === undefined) throw new Error(`There is no replica ${index + 1}.`);
  return replica;
}

function redisOf({ redis }: World): RedisServer {
  if (redis === undefined) throw new Error('There is no Redis in this run.');
  return redis;
}
