/**
 * Property: every event has its effect once and in the order of its order; what cannot be handled is set aside once, as it was,
 * with a reason; and of everything it is committed that it is done.
 *
 * A real worker process on a real broker. Effects are what its handlers have written down (test/support/worker-notes.ts).
 */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { claimedAt, logBarrier, type OrderEvent } from '../../src/domain/events.ts';
import { toRecord } from '../../src/publishing/kafka/cloud-event-record.ts';
import { readCommitted } from '../support/committed-records.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { faultText, type HandlerFault } from '../support/handler-faults.ts';
import { changedEvent, createdEvent } from '../support/orders.ts';
import { poisonOfEachKind } from '../support/poison.ts';
import { withProducer } from '../support/reading-kafka.ts';
import { untilHolds } from '../support/until-holds.ts';
import { openWorkerFixture, type PlainRecord, type WorkerFixture } from '../support/worker-fixture.ts';
import { effectsOf, type Note } from '../support/worker-notes.ts';

describeWithKafka('a worker', ({ bootstrap }) => {
  let fixture: WorkerFixture;
  afterEach(async () => {
    await fixture.close();
  });

  test('handles what is created and changed, once, in the order of its order; barriers are nothing to it', async () => {
    fixture = await openWorkerFixture(bootstrap);
    const { team } = fixture;
    const worker = team.start();
    const events = Array.from({ length: 50 }, (_, i) => `order-${i}`).flatMap((orderId) => [
      created(orderId),
      changed(orderId, 'shipped'),
      changed(orderId, 'delivered'),
    ]);
    await fixture.publish([...events, ...barriers()]);
    await fixture.settled();
    const notes = await fixture.notes();
    expect(notes.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
    expect(await fixture.letters()).toEqual([]);
    for (const [orderId, ofOrder] of Map.groupBy(notes, (note) => note.orderId))
      expect(ofOrder.map(({ id }) => id)).toEqual(
        events.filter(({ subject }) => subject === orderId).map(({ id }) => id),
      );
    expect(await worker.metric('orders_worker_processed_total')).toBe(events.length);
    expect(await worker.metric('orders_worker_lag_records')).toBe(0);
    expect(await worker.metric('orders_worker_lag_seconds')).toBe(0);
    expect(await worker.metric('orders_worker_partitions')).toBe(12);
  });

  test('sets poison of every kind aside: once, as it was, with its reason', async () => {
    fixture = await openWorkerFixture(bootstrap, { partitions: 3 });
    const { team, topics } = fixture;
    const worker = team.start();
    const poison = [0, 2].flatMap((partition) => poisonOfEachKind(partition, String(partition)));
    for (const { record } of poison) await fixture.send(topics.orders, [record]);
    const after = await fixture.publish([created('order-1'), created('order-2'), created('order-3')]);
    await fixture.settled();

    const given = (await readCommitted(bootstrap, topics.orders)).slice(0, poison.length + after.length);
    const letters = await fixture.letters();
    expect(letters).toHaveLength(poison.length);
    for (const { stored, source, record, reason, error, attempts, time } of letters) {
      const { partition, offset } = record;
      const original = given.find((each) => each.partition === partition && each.offset === offset);
      const { key, value, headers, timestamp } = original ?? {};
      // Bytes are compared, not texts: what cannot be decoded must come out as it went in.
      expect({ key: stored.key, value: stored.value, headers: withoutOurs(stored.headers) }).toEqual({
        key,
        value,
        headers,
      });
      expect(source).toBe(`${topics.orders}/${partition}/${offset}`);
      expect({ timestamp: record.timestamp, attempts, stored: stored.partition }).toEqual({
        timestamp,
        attempts: 0,
        stored: partition,
      });
      expect(error).toMatch(/^The .*\.$/s);
      expect(time).toBeGreaterThan(Date.now() - 120_000);
      expect(reason).toBe(poison[poisonIndex(given, partition, offset)]?.reason);
    }
    expect(new Set(letters.map(({ source }) => source)).size).toBe(poison.length);
    expect([...effectsOf(await fixture.notes()).values()].map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(await worker.metric('orders_worker_lag_records')).toBe(0);

    function poisonIndex(records: typeof given, partition: number, offset: bigint): number {
      const before = partition === 0 ? 0 : poison.length / 2;
      const first = records.find((each) => each.partition === partition);
      return before + Number(offset - (first?.offset ?? 0n));
    }
  });

  test('accepts a newer minor version with fields it does not know', async () => {
    fixture = await openWorkerFixture(bootstrap, { partitions: 1 });
    const { team, topics } = fixture;
    team.start();
    const event = created('order-1');
    const { key, headers } = toRecord(event);
    const value = { ...event.data, schemaVersion: '1.7', gift: { wrapped: true } };
    const record = { key, value: JSON.stringify(value), headers: { ...headers, ce_gift: 'yes' }, partition: 0 };
    await fixture.send(topics.orders, [record]);
    await fixture.settled();
    expect(await fixture.notes()).toEqual([expect.objectContaining({ id: event.id, kind: 'done' })]);
    expect(await fixture.letters()).toEqual([]);
  });

  test('tries three times, then sets aside; later events of that order follow in order, and no other order waits', async () => {
    fixture = await openWorkerFixture(bootstrap, { partitions: 1, env: { WORKER_HANDLER_TIMEOUT_MS: '400' } });
    const { team, topics } = fixture;
    const worker = team.start();
    await worker.ready();
    const always = created('order-always', { kind: 'fails', times: 3 });
    const twice = created('order-twice', { kind: 'fails', times: 2 });
    const hangs = created('order-hangs', { kind: 'hangs' });
    const followers = [always, twice, hangs].map(({ subject }) => changed(subject, 'shipped'));
    const others = Array.from({ length: 100 }, (_, i) => created(`order-${i}`));
    await fixture.publish([always, twice, hangs]);
    await fixture.publish([...followers, ...others]);
    await fixture.settled();

    const notes = await fixture.notes();
    expect(attemptsOf(notes, always)).toEqual(['failed 1', 'failed 2', 'failed 3']);
    expect(attemptsOf(notes, twice)).toEqual(['failed 1', 'failed 2', 'done 3']);
    expect(attemptsOf(notes, hangs)).toEqual(['failed 1', 'failed 2', 'failed 3']);
    for (const event of [...followers, ...others]) expect(attemptsOf(notes, event)).toEqual(['done 1']);
    const place = ({ id }: OrderEvent, kind: Note['kind'] = 'done') =>
      notes.findLastIndex((note) => note.id === id && note.kind === kind);
    for (const [i, event] of [always, twice, hangs].entries()) {
      const last = Math.max(place(event), place(event, 'failed'));
      expect(place(followers[i] ?? event)).toBeGreaterThan(last);
      // The others stand behind it in the log, and are done before its last attempt.
      for (const other of others) expect(place(other)).toBeLessThan(last);
    }
    const letters = await fixture.letters();
    expect(letters.map(({ reason, attempts, stored }) => [String(stored.headers['ce_id']), reason, attempts])).toEqual([
      [always.id, 'handler_failed', 3],
      [hangs.id, 'handler_timeout', 3],
    ]);
    expect(letters[0]?.error).toContain('attempt 3 is one of the 3 that fail');
    expect(letters[1]?.error).toContain('WORKER_HANDLER_TIMEOUT_MS');
    expect(letters.map(({ record }) => record.topic)).toEqual([topics.orders, topics.orders]);
    expect(await worker.metric('orders_worker_retries_total')).toBe(6);
  });

  test('an id that comes twice has one effect: while it is handled, afterwards, and after a restart', async () => {
    fixture = await openWorkerFixture(bootstrap);
    const { team } = fixture;
    const first = team.start();
    const events = [created('order-1', { kind: 'slow', ms: 300 }), created('order-2'), changed('order-2', 'shipped')];
    await fixture.publish([...events, ...events]);
    await fixture.settled();
    await fixture.publish(events);
    await fixture.settled();
    expect(await first.metric('orders_worker_deduplicated_total')).toBe(2 * events.length);
    await expect(first.stop()).resolves.toBe(0);

    const second = team.start();
    await fixture.publish(events);
    await fixture.settled();
    expect(await second.metric('orders_worker_deduplicated_total')).toBe(events.length);
    const effects = effectsOf(await fixture.notes());
    expect(events.map(({ id }) => effects.get(id)?.length)).toEqual([1, 1, 1]);
  });

  test('what comes on the retry topic is handled if it was set aside, and not if it was handled, also by a new worker', async () => {
    fixture = await openWorkerFixture(bootstrap, { partitions: 2 });
    const { team, topics } = fixture;
    const first = team.start();
    const handled = created('order-handled');
    const failing = Array.from({ length: 6 }, (_, i) => created(`order-failing-${i}`, { kind: 'fails', times: 3 }));
    const mended = failing.map((event) => ({ ...event, data: created(event.subject).data }) as OrderEvent);
    // One after the other, so that each letter is a transaction of its own and they lie far apart on their topic.
    for (const event of [handled, ...failing]) {
      await fixture.publish([event]);
      await fixture.settled();
    }
    const receipts = new Map(
      (await readCommitted(bootstrap, topics.orders)).map((each) => [String(each.headers['ce_id']), each.partition]),
    );
    const retryOf = (event: OrderEvent): PlainRecord => {
      const { key, value, headers } = toRecord(event);
      return { key, value, headers: { ...headers, replay_letter: 'x' }, partition: receipts.get(event.id) ?? 0 };
    };
    // Marks of replays lie on the dead-letter topic, too.
    const mark = (partition: number): PlainRecord => ({
      key: null,
      value: JSON.stringify({
        letter: { partition, offset: '0' },
        retry: { topic: topics.retry, partition },
        replayedAt: 0,
      }),
      headers: { dlq_mark: 'replayed' },
      partition,
    });
    const letters = await fixture.letters();
    expect(letters).toHaveLength(failing.length);
    await fixture.send(
      topics.deadLetters,
      [...letters, ...letters, ...letters].map(({ stored }) => mark(stored.partition)),
    );

    await fixture.send(topics.retry, [retryOf(handled), ...mended.slice(0, 3).map(retryOf)]);
    await fixture.settled();
    expect(await first.metric('orders_worker_deduplicated_total')).toBe(1);
    await expect(first.stop()).resolves.toBe(0);

    const second = team.start();
    await fixture.send(topics.retry, [retryOf(handled), ...mended.map(retryOf)]);
    await fixture.settled();
    expect(await second.metric('orders_worker_deduplicated_total')).toBe(1 + 3);
    const effects = effectsOf(await fixture.notes());
    expect([handled, ...failing].map(({ id }) => effects.get(id)?.length)).toEqual([1, ...failing.map(() => 1)]);
    expect(failing.map(({ id }) => effects.get(id)?.[0]?.topic)).toEqual(failing.map(() => topics.retry));
  });

  test('what was set aside is known to a new worker, also where a transaction of somebody else hides it from readers', async () => {
    fixture = await openWorkerFixture(bootstrap, { partitions: 1 });
    const { team, topics } = fixture;
    const first = team.start();
    await first.ready();
    const failing = created('order-failing', { kind: 'fails', times: 3 });
    await withProducer(
      bootstrap,
      async (producer) => {
        // As a replay leaves it that was killed: open until the broker ends it, and nothing behind it is read as committed.
        const open = await producer.transaction();
        const value = JSON.stringify({ letter: { partition: 0, offset: '0' }, retry: {}, replayedAt: 0 });
        await open.send({
          topic: topics.deadLetters,
          messages: [{ value, headers: { dlq_mark: 'replayed' }, partition: 0 }],
        });
        await fixture.publish([failing]);
        await fixture.settled();
        await expect(first.stop()).resolves.toBe(0);
        const second = team.start();
        const mended = { ...failing, data: created('order-failing').data } as OrderEvent;
        await fixture.send(topics.retry, [{ ...toRecord(mended), partition: 0 }]);
        await fixture.settled();
        expect(await second.metric('orders_worker_deduplicated_total')).toBe(0);
        await open.abort();
      },
      { transactionalId: randomUUID() },
    );
    expect(effectsOf(await fixture.notes()).get(failing.id)).toHaveLength(1);
    expect(await fixture.letters()).toHaveLength(1);
  });

  test('a replay that was one transaction leaves no lag behind, although its marker takes an offset', async () => {
    fixture = await openWorkerFixture(bootstrap, { partitions: 1 });
    const { team, topics } = fixture;
    const worker = team.start();
    await worker.ready();
    const events = [created('order-1'), created('order-2')];
    const records = events.map((event): PlainRecord => ({ ...toRecord(event), partition: 0 }));
    await fixture.send(topics.retry, records, { transactionalId: randomUUID() });
    await untilHolds(async () => (await fixture.notes()).length === events.length);
    await untilHolds(async () => (await worker.metric('orders_worker_lag_records')) === 0);
  });
});

function created(orderId: string, fault?: HandlerFault): OrderEvent {
  return createdEvent(orderId, fault === undefined ? {} : { customerId: faultText(fault) }, Date.now());
}

function changed(orderId: string, status: 'shipped' | 'delivered', fault?: HandlerFault): OrderEvent {
  return claimedAt(changedEvent(orderId, status, fault && faultText(fault)), Date.now());
}

function barriers() {
  return [0, 3, 5].map((partition) => logBarrier(partition, { id: randomUUID(), timestamp: Date.now() }));
}

function withoutOurs<Header>(headers: Readonly<Record<string, Header>>): Record<string, Header> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('dlq_')));
}

function attemptsOf(notes: readonly Note[], { id }: OrderEvent): string[] {
  return notes.filter((note) => note.id === id).map(({ kind, attempt }) => `${kind} ${attempt}`);
}
