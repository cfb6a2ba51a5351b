/**
 * Manifests: a catalogue's tracks, fixed once for all machines that work on it. JSON lines: a header with the number of
 * tracks and the SHA-256 of what follows, then a track a line.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { EXIT, Failure, UsageError } from '../../base/errors.js';
import { exists, writeWhole } from '../../base/files.js';
import { parseJson } from '../../base/json.js';

const FORMAT = 'polytag-manifest/1';

/** Letters of all paths. A manifest is read as one string, of which V8 allows 2^29. */
const MOST_LETTERS = 3e8;

const headerSchema = z.object({
  format: z.literal(FORMAT),
  tracks: z.number(),
  bytes: z.number(),
  sha256: z.string(),
});

const trackSchema = z.object({
  /** Its place, from 0. */
  id: z.number(),
  path: z.string(),
  /** Size of the file when the manifest was written; 0 where there was none. */
  bytes: z.number(),
});

export type ManifestTrack = z.output<typeof trackSchema>;

export interface Manifest {
  tracks: ManifestTrack[];
  /** Of all that follows its header. */
  sha256: string;
}

/** A failure that retrying cannot fix; its exit code tells the scheduler. */
export class Permanent extends Failure {
  override readonly exitCode = EXIT.doNotRetry;
  override readonly name = 'Permanent';
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Writes a manifest, never over another file. Throws a UsageError when the file exists, or the tracks are too many for
 * one manifest.
 */
export async function writeManifest(path: string, tracks: readonly string[]): Promise<Manifest> {
  if (await exists(path))
    throw new UsageError(`${path} exists, and manifests are never changed; give another name.`);
  if (tracks.reduce((sum, track) => sum + track.length, 0) > MOST_LETTERS)
    throw new UsageError(
      `${tracks.length} tracks are too many for one manifest; divide them among several (see docs/ten-million-tracks.md).`,
    );
  const entries: ManifestTrack[] = [];
  for (const [id, track] of tracks.entries()) {
    const found = await stat(track).catch(() => null);
    entries.push({ id, path: track, bytes: found?.isFile() ? found.size : 0 });
  }
  const body = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const sha256 = sha256Of(body);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  await writeWhole(
    path,
    `${JSON.stringify({ format: FORMAT, tracks: entries.length, bytes, sha256 })}\n${body}`,
  );
  return { tracks: entries, sha256 };
}

/**
 * Reads a manifest. Throws a UsageError when there is none; Permanent when it is not a manifest, or was changed or cut
 * off.
 */
export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(
      `There is no manifest ${path}; "polytag tag manifest PATH… --out ${path}" makes one.`,
    );
  });
  const end = text.indexOf('\n') + 1;
  try {
    const header = parseJson(text.slice(0, end), headerSchema);
    const body = text.slice(end);
    if (sha256Of(body) !== header.sha256) throw new Error('its SHA-256 is another');
    const tracks = body
      .split('\n')
      .slice(0, -1)
      .map((line) => parseJson(line, trackSchema));
    return { tracks, sha256: header.sha256 };
  } catch (error) {
    throw new Permanent(
      `${path} is not a complete manifest (${(error as Error).message.split('\n')[0]}); copy it again.`,
    );
  }
}
