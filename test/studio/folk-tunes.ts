/** The ten tunes of configs/folk-tunes.abc as projects. */
import { readFile } from 'node:fs/promises';
import { importAbc } from '../../src/studio/exchange/import-abc.js';
import type { Project } from '../../src/studio/project/schema.js';

/** Every tune, in the order of the book. */
export async function folkTunes(): Promise<Project[]> {
  const book = await readFile('configs/folk-tunes.abc', 'utf8');
  const places = Array.from({ length: book.match(/^X:/gm)!.length }, (_, i) => i);
  return Promise.all(places.map(async (place) => (await importAbc(book, 'folk-tunes.abc', place)).project));
}
