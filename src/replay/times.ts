const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * A moment as people write it, in ms since the epoch: so long before `now` (`90s`, `15m`, `2h`, `3d`), or ISO 8601, in UTC where
 * it names no zone. Undefined for anything else.
 */
export function parseTime(text: string, now: number): number | undefined {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit ?? ''];
  if (amount !== undefined && unitMs !== undefined) return now - Number(amount) * unitMs;
  const hasZone = DATE.test(text) || DATE_TIME.exec(text)?.[3] !== undefined;
  if (!hasZone && !DATE_TIME.test(text)) return undefined;
  const time = Date.parse(hasZone ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : time;
}
