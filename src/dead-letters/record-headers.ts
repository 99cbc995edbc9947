import type { OriginalRecord, RecordHeaders } from './dead-letter.ts';

/** The last value of a name as text, as Kafka's own clients have it; empty where there is none. */
export function headerText(headers: RecordHeaders, name: string): string {
  const header = headers[name];
  return (Array.isArray(header) ? header.at(-1) : header)?.toString() ?? '';
}

/** What a record takes on its topic and in memory, bytes, about. */
export function sizeOf({ key, value, headers }: Pick<OriginalRecord, 'key' | 'value' | 'headers'>): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) {
    const header = headers[name];
    bytes += name.length;
    for (const one of Array.isArray(header) ? header : [header]) bytes += one?.length ?? 0;
  }
  return bytes;
}
