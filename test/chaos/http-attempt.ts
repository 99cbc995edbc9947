import http from 'node:http';

/** One try at a request. */
export interface Attempt {
  readonly port: number;
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON */
  readonly body: string;
  readonly timeoutMs: number;
}

/** What came of it: an answer, or the reason why there was none. */
export type AttemptResult =
  | { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly text: string }
  | { readonly status: undefined; readonly reason: string };

const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 64 });

/** Sends it to 127.0.0.1 and never rejects. */
export function attemptOnce({ port, method, path, headers, body, timeoutMs }: Attempt): Promise<AttemptResult> {
  return new Promise((resolve) => {
    const options = { agent, host: '127.0.0.1', port, method, path, headers: { ...headers, ...describing(body) } };
    const request = http.request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        clearTimeout(timer);
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
      response.on('error', failed);
    });
    const timer = setTimeout(() => request.destroy(new Error('timeout')), timeoutMs);
    function failed(error: NodeJS.ErrnoException): void {
      clearTimeout(timer);
      resolve({ status: undefined, reason: error.code ?? error.message });
    }
    request.on('error', failed);
    request.end(body);
  });
}

function describing(body: string): Record<string, string> {
  return { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
}
