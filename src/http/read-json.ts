import express, { type Request, type Response } from 'express';
import { MIMEType } from 'node:util';
import { findRepeatedName } from './repeated-name.ts';
import { ProblemError } from './problem-error.ts';

/** How much of a client's own text an error repeats, characters. */
const NAME_SHOWN = 64;

/** A JSON text and its size in bytes, after decompression. */
export interface JsonBody {
  readonly value: unknown;
  readonly bytes: number;
}

/** Reads a request's body as JSON, exactly: throws a ProblemError for anything that is not one JSON text in UTF-8. */
export type ReadJson = (req: Request, res: Response) => Promise<JsonBody>;

/** Bodies of more than `limitBytes`, counted after decompression, are refused while they arrive (BODY_LIMIT_BYTES). */
export function createReadJson(limitBytes: number): ReadJson {
  const readRaw = express.raw({ type: () => true, limit: limitBytes, inflate: true });
  const utf8 = new TextDecoder('utf-8', { fatal: true });

  return async (req, res) => {
    requireJson(req.headers['content-type']);
    await new Promise<void>((resolve, reject) => {
      refuseEarly(req, res, limitBytes, reject);
      readRaw(req, res, (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(bodyProblem(error, limitBytes));
      });
    });
    const bytes: unknown = req.body;
    if (!(bytes instanceof Uint8Array) || bytes.length === 0) throw malformed('The body is empty.');
    return { value: parse(bytes, utf8), bytes: bytes.length };
  };
}

/**
 * Refuses a body at its announced length or at the byte beyond the limit. body-parser would swallow it to its end first,
 * however long that takes; here the connection ends with the answer.
 */
function refuseEarly(req: Request, res: Response, limitBytes: number, refuse: (problem: ProblemError) => void): void {
  let bytes = 0;
  const count = (more: number): void => {
    bytes += more;
    if (bytes <= limitBytes) return;
    res.setHeader('Connection', 'close');
    refuse(tooLarge(limitBytes));
  };
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced > limitBytes) count(announced);
  else req.on('data', (chunk: Buffer) => count(chunk.length));
}

function tooLarge(limitBytes: number): ProblemError {
  return new ProblemError(
    '/problems/content-too-large',
    `The body is larger than ${limitBytes} bytes (BODY_LIMIT_BYTES).`,
  );
}

function requireJson(contentType: string | undefined): void {
  const unsupported = new ProblemError(
    '/problems/unsupported-media-type',
    'Content-Type must be application/json, in UTF-8.',
  );
  let type: MIMEType;
  try {
    type = new MIMEType(contentType ?? '');
  } catch {
    throw unsupported;
  }
  const charset = type.params.get('charset')?.toLowerCase() ?? 'utf-8';
  if (type.essence !== 'application/json' || charset !== 'utf-8') throw unsupported;
}

function parse(bytes: Uint8Array, utf8: InstanceType<typeof TextDecoder>): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw malformed('The body is not valid UTF-8.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('The body is not valid JSON.');
  }
  const repeated = findRepeatedName(text);
  if (repeated !== undefined)
    throw malformed(`The body names ${JSON.stringify(repeated.slice(0, NAME_SHOWN))} twice in one object.`);
  return value;
}

function malformed(detail: string): ProblemError {
  return new ProblemError('/problems/malformed-json', detail);
}

/** The errors of body-parser carry an HTTP status. */
function bodyProblem(error: unknown, limitBytes: number): ProblemError {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 413) return tooLarge(limitBytes);
  if (status === 415) {
    return new ProblemError(
      '/problems/unsupported-media-type',
      'Content-Encoding must be gzip, deflate or br, or be left out.',
    );
  }
  return new ProblemError(
    '/problems/malformed-request',
    'The body could not be read to its end, or is not compressed as Content-Encoding says.',
  );
}
