import pTimeout from 'p-timeout';
import { causeOf } from '../telemetry/cause-of.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Something that must work for the service to be of use. */
export interface ReadinessCheck {
  readonly name: string;
  /**
   * Resolves with one line on what was seen, or with a warning: it works, but less is promised. Rejects with an Error whose
   * message, fit for anybody, says what to do.
   */
  readonly run: () => Promise<string | CheckWarning>;
}

/** Something that does not keep orders from being taken, but that somebody should mend. */
export interface CheckWarning {
  readonly status: 'pass' | 'warn';
  readonly detail: string;
}

/** What /readyz answers. */
export interface ReadinessReport {
  readonly status: 'starting' | 'ready' | 'degraded' | 'stopping';
  readonly checks: { name: string; status: 'pass' | 'warn' | 'fail'; detail: string }[];
}

/** Runs the checks again and again and remembers what they saw, so that a probe costs nothing and never waits. */
export interface Readiness {
  report(): ReadinessReport;
  start(): void;
  /** From now on the answer is `stopping`, and no check runs any more. */
  stopping(): void;
}

/** Pause between two runs of the checks, ms; shorter until the first success. */
const INTERVAL_MS = 2_000;
const STARTING_INTERVAL_MS = 250;

/** So long nothing is said of what does not pass yet, ms: parts connect one after the other. */
const STARTING_MS = 3_000;

/** A check that takes longer has failed, ms. */
const CHECK_TIMEOUT_MS = 10_000;
const LATE = `The check had no answer within ${CHECK_TIMEOUT_MS} ms: the backend may be frozen or behind a firewall.`;

interface CheckResult {
  readonly status: 'pass' | 'warn' | 'fail';
  readonly detail: string;
}

/** `starting` until no check has failed in one run; after that `ready`, or `degraded` while one fails or warns. */
export function createReadiness({ checks, log }: { checks: readonly ReadinessCheck[]; log: Logger }): Readiness {
  const results = new Map<string, CheckResult>();
  const lastSaid = new Map<string, string>();
  let begunAt = performance.now();
  let started = false;
  let draining = false;
  let timer: NodeJS.Timeout | undefined;

  async function run(check: ReadinessCheck): Promise<void> {
    const before = results.get(check.name);
    const { cause, ...result } = await outcomeOf(check);
    results.set(check.name, result);
    const said = `${result.status} ${withoutNumbers(result.detail)}`;
    const isStarting = !started && performance.now() - begunAt < STARTING_MS;
    if (lastSaid.get(check.name) === said || (result.status === 'pass' && before?.status === 'pass')) return;
    if (result.status === 'fail' && isStarting) return; // it may well pass in a moment
    lastSaid.set(check.name, said);
    if (result.status === 'warn') log.warn('check warns', { check: check.name, detail: result.detail });
    else if (result.status === 'fail') log.warn('check failed', { check: check.name, detail: result.detail, cause });
    else log.info('check passed', { check: check.name, detail: result.detail });
  }

  async function runAll(): Promise<void> {
    await Promise.all(checks.map(run));
    if (draining) return;
    started ||= checks.every(({ name }) => (results.get(name)?.status ?? 'fail') !== 'fail');
    timer = setTimeout(() => void runAll(), started ? INTERVAL_MS : STARTING_INTERVAL_MS).unref();
  }

  function status(): ReadinessReport['status'] {
    if (draining) return 'stopping';
    if (!started) return 'starting';
    return checks.every(({ name }) => results.get(name)?.status === 'pass') ? 'ready' : 'degraded';
  }

  return {
    report: () => ({
      status: status(),
      checks: checks.map(({ name }) => ({ name, ...(results.get(name) ?? { status: 'fail', detail: 'not run yet' }) })),
    }),
    start: () => {
      begunAt = performance.now();
      void runAll();
    },
    stopping: () => {
      draining = true;
      clearTimeout(timer);
    },
  };
}

/** A countdown says the same all the time. */
function withoutNumbers(detail: string): string {
  return detail.replaceAll(/\d+/g, '');
}

async function outcomeOf({ run }: ReadinessCheck): Promise<CheckResult & { cause?: string | undefined }> {
  try {
    const seen = await pTimeout(run(), { milliseconds: CHECK_TIMEOUT_MS, message: LATE });
    return typeof seen === 'string' ? { status: 'pass', detail: seen } : seen;
  } catch (error) {
    return { status: 'fail', detail: error instanceof Error ? error.message : String(error), cause: causeOf(error) };
  }
}
