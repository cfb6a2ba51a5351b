/** The recordings of a synthetic corpus, which a call after an interruption goes on with. */
import { stat, writeFile } from 'node:fs/promises';
import { Interrupted } from '../../base/errors.js';
import { replaceWhole } from '../../base/files.js';
import { countText } from '../../base/format.js';
import type { Progress } from '../../base/progress.js';

/** How the recordings of a corpus are made. */
export interface ClipWriting<Clip> {
  pathOf(clip: Clip): string;
  /** The bytes of a recording's file; asked for those that are missing or empty. */
  render(clip: Clip): Uint8Array | Promise<Uint8Array>;
  /** Writes what lies beside a recording, before it, whether or not the recording is there. Default: nothing. */
  writeBeside?(clip: Clip): Promise<void>;
  /** What a recording is called where the work is stopped: `clip`. */
  noun: string;
  progress: Progress;
  signal?: AbortSignal;
}

/**
 * Writes the recordings that are missing, in order, one at a time in memory, and returns how many. Throws Interrupted after
 * a recording when stopped.
 */
export async function writeMissingClips<Clip>(
  clips: readonly Clip[],
  { pathOf, render, writeBeside, noun, progress, signal }: ClipWriting<Clip>,
): Promise<number> {
  let rendered = 0;
  for (const [index, clip] of clips.entries()) {
    await writeBeside?.(clip);
    const path = pathOf(clip);
    const there = await stat(path).catch(() => null);
    if (!there?.isFile() || there.size === 0) {
      const bytes = await render(clip);
      await replaceWhole(path, (temporary) => writeFile(temporary, bytes));
      rendered++;
    }
    progress.update(index + 1);
    if (signal?.aborted)
      throw new Interrupted(
        `Stopped after ${index + 1} of ${countText(clips.length, noun)}; the same command continues from there.`,
      );
  }
  return rendered;
}
