import type { Express, Request, Response } from 'express';
import { OpenAPIBackend, type Document } from 'openapi-backend';
import type { Handlers } from '../handlers/contract.ts';
import type { Authenticate } from './authenticate.ts';
import type { RequestContext } from './request-context.ts';
import type { ReadJson } from './read-json.ts';
import { ProblemError } from './problem-error.ts';
import { sendJson } from './reply.ts';
import { createValidate, customizeAjv } from './validate.ts';

/** What a bound operation needs. */
export interface BindingDeps {
  readonly document: Document;
  readonly handlers: Handlers;
  readonly authenticate: Authenticate;
  readonly readJson: ReadJson;
}

/** A handler as the binding sees it: the contract's types hold it together with its operation, and validation with its input. */
type UntypedHandler = (request: object) => Promise<UntypedReply> | UntypedReply;
interface UntypedReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body: unknown;
}

type Operation = ReturnType<OpenAPIBackend['router']['getOperations']>[number];

/**
 * Binds every operation of the contract to its handler, by operationId, once: openapi-backend reads the contract and
 * compiles its validators, Express routes. Afterwards the contract's paths answer 405 to other methods.
 */
export async function bindOperations(app: Express, deps: BindingDeps): Promise<void> {
  // quick: its own check of the document knows only OpenAPI 3.0; the contract is linted before it is committed.
  const api = new OpenAPIBackend({ definition: deps.document, quick: true, strict: true, customizeAjv });
  await api.init();

  const operations = api.router.getOperations();
  for (const operation of operations) {
    const method = operation.method as 'get' | 'post' | 'patch';
    app[method](expressPath(operation.path), bindOperation(api, operation, deps));
  }
  for (const path of new Set(operations.map((operation) => operation.path))) {
    const allow = allowedMethods(operations.filter((operation) => operation.path === path));
    app.all(expressPath(path), (req: Request) => {
      throw new ProblemError('/problems/method-not-allowed', `${req.method} is not a method of this path.`, { allow });
    });
  }
}

function bindOperation(api: OpenAPIBackend, operation: Operation, deps: BindingDeps) {
  const operationId = operation.operationId as keyof Handlers;
  const handler = deps.handlers[operationId] as unknown as UntypedHandler;
  const validate = createValidate(api, operationId);
  const needsKey = operation.security?.length !== 0;
  const hasBody = operation.requestBody !== undefined;

  return async (req: Request, res: Response<unknown, RequestContext>): Promise<void> => {
    const context = res.locals;
    context.operation = operationId;
    const principal = needsKey ? deps.authenticate(req.get('X-API-Key')) : '';
    const parts = {
      path: { ...req.params },
      query: { ...req.query },
      header: req.headers,
      ...(hasBody ? { requestBody: await deps.readJson(req, res) } : {}),
    };
    validate(parts);
    const { requestId, receivedAt } = context;
    const { path, query, requestBody: body } = parts;
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
