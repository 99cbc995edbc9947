/** Property: the list shows each dead letter once that is committed and not replayed, and nothing else. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { aLetter, createLetterTopics, writeLetters, type LetterTopics } from '../support/dead-letters.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { withProducer } from '../support/reading-kafka.ts';
import { runReplay } from '../support/replay-process.ts';

describeWithKafka('npm run replay -- list', ({ bootstrap }) => {
  let topics: LetterTopics;
  const list = (...args: string[]) => runReplay(['list', ...args], { ...topics.env, TZ: 'America/New_York' });
  const ordersOf = (stdout: string) => [...stdout.matchAll(/order-\d+/g)].map(([order]) => order).sort();

  beforeAll(async () => {
    topics = await createLetterTopics(bootstrap);
    const changed = { ce_id: 'event-1', ce_type: 'orders.order.status-changed.v1' };
    await writeLetters(bootstrap, topics.letters, [
      aLetter(0),
      aLetter(1, { reason: 'handler_timeout', error: 'it took\ntoo \u001b[31mlong' }, { headers: changed }),
      aLetter(2, { reason: 'no_value', attempts: 0 }, { key: null, value: null, headers: { ce_subject: 'order-2' } }),
    ]);
    await writeLetters(bootstrap, topics.letters, [aLetter(3), aLetter(4)], { abort: true });
    // The same letter again, elsewhere.
    await writeLetters(bootstrap, topics.letters, [aLetter(0)], { partition: 2 });
    await withProducer(bootstrap, async (producer) => {
      await producer.send({ topic: topics.letters, messages: [{ value: 'somebody else' }] });
    });
  });
  afterAll(() => topics.remove());

  test('shows each letter in a line, and how many there are of each reason', async () => {
    const { code, lines, stderr } = await list();
    expect(lines).toEqual([
      '0/0  2026-01-02T03:04:05.678Z  handler_failed  attempts=4  orders.order.created.v1  order-0  the handler said no',
      '1/0  2026-01-02T03:04:05.679Z  handler_timeout  attempts=4  orders.order.status-changed.v1  order-1  it took\\ntoo \\u001b[31mlong',
      '2/0  2026-01-02T03:04:05.680Z  no_value  attempts=0  -  order-2  the handler said no',
      '3 dead letters',
      '  1  handler_failed',
      '  1  handler_timeout',
      '  1  no_value',
    ]);
    expect(stderr).toBe('1 other record on the topic, passed over.\n');
    expect(code).toBe(0);
  });

  test('as JSON, for programs, and then nothing else on stdout', async () => {
    const { lines } = await list('--json');
    const letters = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(letters).toHaveLength(3);
    expect(letters[0]).toEqual({
      place: '0/0',
      places: ['0/0', expect.stringMatching(/^2\/\d+$/)],
      source: 'orders/0/0',
      time: '2026-01-02T03:04:05.678Z',
      reason: 'handler_failed',
      attempts: 4,
      type: 'orders.order.created.v1',
      orderId: 'order-0',
      error: 'the handler said no',
      replayed: false,
    });
  });

  describe('with filters', () => {
    test.each<[string[], string[]]>([
      [['--reason', 'handler_timeout'], ['order-1']],
      [
        ['--reason', 'handler_timeout', '--reason', 'no_value'],
        ['order-1', 'order-2'],
      ],
      [
        ['--since', '2026-01-02T03:04:05.679Z'],
        ['order-1', 'order-2'],
      ],
      [['--until', '2026-01-02T03:04:05.679'], ['order-0']],
      [['--since', '1h'], []],
      [['--order', 'order-2'], ['order-2']],
      [['--type', 'orders.order.created.v1'], ['order-0']],
      [
        ['--letter', '1/0', '--letter', '2/0'],
        ['order-1', 'order-2'],
      ],
      [['--letter', '1/0', '--order', 'order-2'], []],
    ])('%j', async (filters, orders) => {
      const { code, stdout } = await list(...filters);
      expect(ordersOf(stdout)).toEqual(orders);
      expect(code).toBe(0);
    });
  });

  test('a topic that is not there is one line that says what to do', async () => {
    const { code, stdout, stderr } = await runReplay(['list'], { ...topics.env, KAFKA_DLQ_TOPIC: 'nowhere' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe('There is no topic nowhere: create it, or check KAFKA_DLQ_TOPIC.\n');
  });
});
