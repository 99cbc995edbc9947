import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One attempt of a handler, written down when it was over. What is written survives the process, however that ends. */
export interface Note {
  /** Of the process, in the order of their starts. */
  readonly worker: string;
  /** `done` is the effect of an event; `failed` an attempt that came to nothing. */
  readonly kind: 'done' | 'failed';
  /** `ce_id` */
  readonly id: string;
  readonly type: string;
  readonly orderId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly attempt: number;
  /** ms since the epoch */
  readonly time: number;
}

/** Merges the notes in a folder: of each worker in the order in which it wrote them. */
export async function readNotes(folder: string): Promise<Note[]> {
  const names = (await readdir(folder)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => {
    // The last line may be half of one while its worker writes it, or was killed.
    const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Note);
  });
}

/** The effects: what a store that upserts by `ce_id` would hold, and how often it was told. */
export function effectsOf(notes: readonly Note[]): ReadonlyMap<string, readonly Note[]> {
  return Map.groupBy(
    notes.filter(({ kind }) => kind === 'done'),
    ({ id }) => id,
  );
}
