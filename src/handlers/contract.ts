import type { operations } from '../generated/http.ts';

type Known<T> = { [K in keyof T as string extends K ? never : K]: T[K] };

type Json<Content> = Content extends { 'application/json': infer Body } ? Body : never;

type RequestBody<Operation> = Operation extends { requestBody: { content: infer Content } } ? Json<Content> : undefined;

type Parameters<Operation, Place extends 'path' | 'query'> = Operation extends { parameters: infer All }
  ? Place extends keyof All
    ? NonNullable<All[Place]>
    : unknown
  : unknown;

/** Response headers of the contract that a handler sets; `X-Request-Id` is the edge's. */
type HandlerHeaders<Response> = Response extends { headers: infer Headers }
  ? Omit<Known<Headers>, 'X-Request-Id'>
  : unknown;

type Replies<Responses> = {
  [Status in keyof Responses]: Responses[Status] extends { content: { 'application/json': infer Body } }
    ? { status: Status; body: Body } & (keyof HandlerHeaders<Responses[Status]> extends never
        ? { headers?: never }
        : { headers: HandlerHeaders<Responses[Status]> })
    : never;
}[keyof Responses];

/** A validated request, as the contract types it, and what the edge knows of it. */
export interface HandlerRequest<Operation> {
  readonly path: Parameters<Operation, 'path'>;
  readonly query: Parameters<Operation, 'query'>;
  readonly body: RequestBody<Operation>;
  /** The client's `X-Request-Id`, or the one made for it. */
  readonly requestId: string;
  /** Whose key it was; empty for operations that need no key. */
  readonly principal: string;
  /** When the request was taken on, in ms since the epoch. */
  readonly receivedAt: number;
}

/** The JSON answers the contract allows for an operation. Problems are thrown, never returned. */
export type Reply<Operation> = Operation extends { responses: infer Responses } ? Replies<Responses> : never;

/** One operation, without Express: takes a validated request, returns a value. */
export type Handler<Operation> = (request: HandlerRequest<Operation>) => Promise<Reply<Operation>> | Reply<Operation>;

/**
 * A handler for every operationId, so that a changed contract breaks the compile where the code disagrees.
 * The parameter is for tests with another contract.
 */
export type Handlers<Operations = operations> = { readonly [Id in keyof Operations]: Handler<Operations[Id]> };
