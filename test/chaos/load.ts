import { setTimeout as sleep } from 'node:timers/promises';
import { settle, type ClientOptions } from './client.ts';
import { createRequestMaker } from './requests.ts';

/** What a load is made of. */
export interface LoadOptions extends Omit<ClientOptions, 'mayGoOn'> {
  /** Part of every request's id; another one in every run on the same topic. */
  readonly run: string;
  /** Requests under way at most. */
  readonly clients: number;
  /** New requests per second at most. */
  readonly rate: number;
}

/** Clients at work. */
export interface Load {
  /** Begins no more requests; settles when each has come to an end, which is `withinMs` away at the most and a timeout. */
  stop(withinMs: number): Promise<void>;
}

/** Starts them. */
export function startLoad({ run, clients, rate, ...options }: LoadOptions): Load {
  const maker = createRequestMaker(run, options.random);
  let stopped = false;
  let giveUpAt = Infinity;
  let nextAt = performance.now();
  const mayGoOn = (): boolean => performance.now() < giveUpAt;

  async function client(): Promise<void> {
    for (;;) {
      const now = performance.now();
      nextAt = Math.max(now, nextAt) + 1_000 / rate; // what could not be sent in time is not caught up on
      await sleep(nextAt - now);
      if (stopped) return;
      const request = maker.next();
      const told = await settle(request, { ...options, mayGoOn });
      if (told !== undefined && request.kind !== 'change') maker.accepted(told.orderId);
    }
  }

  const running = Promise.all(Array.from({ length: clients }, client));
  return {
    async stop(withinMs) {
      stopped = true;
      giveUpAt = performance.now() + withinMs;
      await running;
    },
  };
}
