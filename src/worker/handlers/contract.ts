import type { EventOf, OrderEventType } from '../../domain/events.ts';

/** What a handler may need beside the event. */
export interface HandlerContext {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborted when the attempt has taken too long: what is still done then is done beside the next attempt. */
  readonly signal: AbortSignal;
}

/**
 * Does what an event asks for. The event is on the contract, and the events of one order come one after the other. It is done
 * when the handler returns or its promise resolves; an error means "try again", three times in all.
 *
 * After a crash an event may come once more although it was done: effects outside of this process must be such that the second
 * time changes nothing, for example an upsert by `event.id`.
 */
export type Handler<Type extends OrderEventType> = (
  event: EventOf<Type>,
  context: HandlerContext,
) => void | Promise<void>;

/** One handler for each type of event: a missing one does not compile. */
export type Handlers = { readonly [Type in OrderEventType]: Handler<Type> };
