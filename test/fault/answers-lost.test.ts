/**
 * Property: when the broker's answers do not come back, what was accepted is on the topic once, where the client was told.
 *
 * This is the case in which kafkajs, left alone, loses the record after a failed send: it gives the next record the
 * sequence number of the one whose answer it never saw, and the broker takes it for a repeat. Killing brokers does not
 * show it; withholding answers does.
 */
import { expect, test } from '@jest/globals';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { startKafkaProxy, type AnswerFault, type KafkaProxy } from '../support/kafka-proxy.ts';
import { cleanLedger, ledgerOf } from '../support/ledger.ts';
import { startOrderLoad, type LoadResult, type RunningLoad } from '../support/order-load.ts';
import { startService } from '../support/running-service.ts';
import { createTestTopic } from '../support/test-topic.ts';
import { readTopic } from '../support/topic-reader.ts';

/** Short, so that a send gives up within the test. */
const PUBLISH_TIMEOUT_MS = 700;

describeWithKafka("through a proxy that loses the broker's answers", ({ bootstrap }) => {
  test('withheld until the send gives up: told unknown, and the records after it are there', async () => {
    const { result } = await underLoad(bootstrap, async ({ proxy, load }) => {
      await lose(proxy, { kind: 'withhold' }, 12);
      await load.waitForAccepted(300);
    });
    expect(result.unknown.length).toBeGreaterThan(0);
  });

  test('withheld for one attempt only: the retry inside the producer is taken for what it is, a repeat', async () => {
    await underLoad(bootstrap, async ({ proxy, load }) => {
      for (let i = 1; i <= 3; i += 1) {
        await lose(proxy, { kind: 'withhold' }, 1);
        await load.waitForAccepted(100);
      }
    });
  });

  test('cut off together with the connection, again and again', async () => {
    await underLoad(bootstrap, async ({ proxy, load }) => {
      for (let i = 1; i <= 10; i += 1) {
        await lose(proxy, { kind: 'cut' }, 1);
        await load.waitForAccepted(50);
      }
    });
  });

  test.each([4, 8, 30])(
    'cut off in the middle of themselves, behind %d bytes: the next connection starts afresh',
    async (afterBytes) => {
      await underLoad(bootstrap, async ({ proxy, load }) => {
        for (let i = 1; i <= 5; i += 1) {
          await lose(proxy, { kind: 'cut', afterBytes }, 1);
          await load.waitForAccepted(50);
        }
      });
    },
  );

  test('every connection cut at any moment', async () => {
    await underLoad(bootstrap, async ({ proxy, load }) => {
      for (let i = 1; i <= 10; i += 1) {
        proxy.cutAll();
        await load.waitForAccepted(100);
      }
    });
  });

  test('delayed beyond the deadline: told unknown, no record after it is taken for a repeat', async () => {
    const { result } = await underLoad(bootstrap, async ({ proxy, load }) => {
      proxy.setFault({ kind: 'delay', ms: 2 * PUBLISH_TIMEOUT_MS });
      await load.waitForUnknown(1);
      proxy.setFault({ kind: 'none' });
      await load.waitForAccepted(300);
    });
    expect(result.unknown.length).toBeGreaterThan(0);
  });

  test('brokers that take no connection: told not published, and it recovers by itself', async () => {
    const { result } = await underLoad(bootstrap, async ({ proxy, load }) => {
      await proxy.shut();
      await load.waitForNotPublished(20);
      await proxy.reopen();
      await load.waitForAccepted(200);
    });
    expect(result.notPublished.length).toBeGreaterThanOrEqual(20);
  });
});

async function underLoad(
  bootstrap: string,
  faults: (under: { proxy: KafkaProxy; load: RunningLoad }) => Promise<void>,
): Promise<{ result: LoadResult }> {
  const topic = await createTestTopic(bootstrap);
  const proxy = await startKafkaProxy(bootstrap);
  const service = await startService({ bootstrap: proxy.bootstrap, topic: topic.name, timeoutMs: PUBLISH_TIMEOUT_MS });
  const load = startOrderLoad({ ...service, clients: 32, pauseMs: 5 });
  let result: LoadResult;
  try {
    await load.waitForAccepted(200);
    await faults({ proxy, load });
  } finally {
    proxy.setFault({ kind: 'none' });
    result = await load.stop();
    await service.close();
    await proxy.close();
  }
  const records = await readTopic(bootstrap, topic.name);
  await topic.remove();
  expect(ledgerOf(result, records)).toEqual(cleanLedger(result.accepted.length));
  expect(result.unanswered).toEqual([]);
  expect(result.unexpected).toEqual([]);
  return { result };
}

/** Applies the fault until it has cost that many answers. */
async function lose(proxy: KafkaProxy, fault: AnswerFault, count: number): Promise<void> {
  const enough = proxy.lostAnswers() + count;
  proxy.setFault(fault);
  await proxy.waitForLost(enough);
  proxy.setFault({ kind: 'none' });
}
