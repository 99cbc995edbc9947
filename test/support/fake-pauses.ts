import { jest } from '@jest/globals';

/**
 * Has `setTimeout` of node:timers/promises go by the fake clock, which knows only the one without promises. Call it before the
 * modules under test are imported, and import them dynamically.
 */
export function fakePauses(): void {
  jest.unstable_mockModule('node:timers/promises', () => ({
    setTimeout: (ms: number, value?: unknown, { signal }: { signal?: AbortSignal } = {}) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve(value), ms);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason as Error);
        });
      }),
  }));
}
