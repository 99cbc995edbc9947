import type { Express, Request, Response } from 'express';
import { OpenAPIBackend, type Document } from 'openapi-backend';
import type { Handlers } from '../handlers/contract.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Authenticate } from './authenticate.ts';
import type { RequestContext } from './request-context.ts';
import type { ReadJson } from './read-json.ts';
import { ProblemError } from './problem-error.ts';
import { sendJson } from './reply.ts';
import { createAjv, createValidate } from './validate.ts';

/** What a bound operation needs. */
export interface BindingDeps {
  readonly document: Document;
  readonly handlers: Handlers;
  readonly authenticate: Authenticate;
  readonly readJson: ReadJson;
  readonly log: Logger;
}

/** A handler as the binding sees it: the contract's types hold it together with its operation, and validation with its input. */
type UntypedHandler = (request: object) => Promise<UntypedReply> | UntypedReply;
interface UntypedReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body: unknown;
}

/** The contract read twice: once to decide, once to name every fault. */
interface Backends {
  readonly quick: OpenAPIBackend;
  readonly thorough: OpenAPIBackend;
}

type Operation = ReturnType<OpenAPIBackend['router']['getOperations']>[number];

/**
 * Binds every operation of the contract to its handler, by operationId, once: openapi-backend reads the contract and
 * compiles its validators, Express routes. Afterwards the contract's paths answer 405 to other methods.
 */
export async function bindOperations(app: Express, deps: BindingDeps): Promise<void> {
  const backends = {
    quick: await readContract(deps.document, false),
    thorough: await readContract(deps.document, true),
  };
  const operations = backends.quick.router.getOperations();
  for (const operation of operations) {
    const method = operation.method as 'get' | 'post' | 'patch';
    app[method](expressPath(operation.path), bindOperation(backends, operation, deps));
  }
  for (const path of new Set(operations.map((operation) => operation.path))) {
    const allow = allowedMethods(operations.filter((operation) => operation.path === path));
    app.all(expressPath(path), (req: Request) => {
      throw new ProblemError('/problems/method-not-allowed', `${req.method} is not a method of this path.`, { allow });
    });
  }
}

async function readContract(document: Document, allErrors: boolean): Promise<OpenAPIBackend> {
  // quick: its own check of the document knows only OpenAPI 3.0; the contract is linted before it is committed.
  const api = new OpenAPIBackend({
    definition: document,
    quick: true,
    strict: true,
    customizeAjv: createAjv(allErrors),
  });
  await api.init();
  return api;
}

function bindOperation(backends: Backends, operation: Operation, deps: BindingDeps) {
  const operationId = operation.operationId as keyof Handlers;
  const handler = deps.handlers[operationId] as unknown as UntypedHandler;
  const validate = createValidate(backends, operationId);
  const needsKey = operation.security?.length !== 0;
  const hasBody = operation.requestBody !== undefined;

  return async (req: Request, res: Response<unknown, RequestContext>): Promise<void> => {
    const context = res.locals;
    context.operation = operationId;
    const caller = needsKey ? deps.authenticate(req.get('X-API-Key'), req.get('X-On-Behalf-Of')) : { principal: '' };
    const json = hasBody ? await deps.readJson(req, res) : undefined;
    const parts = {
      path: { ...req.params },
      query: { ...req.query },
      header: req.headers,
      ...(json === undefined ? {} : { requestBody: json.value }),
    };
    validate(parts, json?.bytes ?? 0);
    const { requestId, receivedAt } = context;
    const { principal, actor } = caller;
    if (actor !== undefined) {
      const acting = { requestId, operation: operationId, actor, onBehalfOf: principal };
      deps.log.info('request on behalf of another principal', acting);
    }
    const { path, query } = parts;
    const body = json?.value;
    const reply = await handler({ path, query, body, requestId, receivedAt, principal });
    for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
    sendJson(res, reply.status, reply.body);
  };
}

/** `/orders/{orderId}` as Express writes it. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function allowedMethods(operations: readonly Operation[]): string {
  const methods = operations.map(({ method }) => method.toUpperCase());
  return (methods.includes('GET') ? [...methods, 'HEAD'] : methods).join(', ');
}
