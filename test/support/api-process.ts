import { startProcess, type ChildProcess } from './child-process.ts';

/** The API in a process of its own. */
export interface ApiProcess extends ChildProcess {
  /** Where it listens; rejects when it ends before. */
  readonly url: Promise<string>;
  readonly key: string;
}

const KEY = 'process-key';

/** Starts `src/api.ts` as `npm start` does, on free ports, with a key, and nothing else of this process's settings. */
export function startApi(env: Readonly<Record<string, string>> = {}): ApiProcess {
  const api = startProcess('src/api.ts', { PORT: '0', METRICS_PORT: '0', API_KEY: KEY, ...env });
  const url = api.waitForLine(({ message }) => message === 'listening').then((line) => String(line['url']));
  url.catch(() => undefined); // a test that expects no start need not look at it
  return { ...api, url, key: KEY };
}
