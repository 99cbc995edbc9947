/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** GETs JSON. */
export async function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return answerOf(await fetch(url, { headers }));
}

/** Posts a small valid order. */
export async function postOrder({ url, key }: { url: string; key: string }): Promise<Answer> {
  const items = [{ sku: 'sku-1', quantity: 1, unitPrice: 2.5 }];
  const order = { customerId: 'secret-customer', items, totalAmount: 2.5, tenantId: 'tenant', channel: 'web' };
  return answerOf(
    await fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
      body: JSON.stringify(order),
    }),
  );
}

/** Asks again and again until the answer fits. The test's own time limit ends it. */
export async function until(ask: () => Promise<Answer>, fits: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Answer['body'] };
}
