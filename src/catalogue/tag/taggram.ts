/** Taggrams: a track's tags over time, one JSON file per track. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { z } from 'zod';
import { Failure, messageOf } from '../../base/errors.js';
import { writeWhole } from '../../base/files.js';
import { parseJson } from '../../base/json.js';
import type { ModelSettings } from '../../models/description.js';

const taggramSchema = z.object({
  path: z.string(),
  model: z.string(),
  labels: z.array(z.string()),
  /** Length of a window, in seconds. */
  window_seconds: z.number(),
  /** Where each window begins, in seconds. */
  starts: z.array(z.number()),
  /** One list per window, one score per label. */
  scores: z.array(z.array(z.number())),
});

export type Taggram = z.output<typeof taggramSchema>;

/** File systems take names of 255 bytes; the rest is for the hash, the ending and a temporary name's. */
const LONGEST_NAME = 200;

/** File name of a track's taggram: readable, and distinct among tracks of the same name. */
export function taggramName(track: string): string {
  const hash = createHash('sha256').update(track).digest('hex').slice(0, 8);
  let name = basename(track, extname(track));
  while (Buffer.byteLength(name) > LONGEST_NAME) name = [...name].slice(0, -1).join('');
  return `${name}-${hash}.json`;
}

/** Collects windows and writes each track's file when it is finished. */
export class TaggramWriter {
  private readonly open = new Map<string, { start: number; scores: number[] }[]>();

  /**
   * @param folder - where the files go
   * @param model - its name, labels and settings
   */
  constructor(
    private readonly folder: string,
    private readonly model: { name: string; labels: string[]; settings: ModelSettings },
  ) {}

  /** Adds the scores of a window that begins at `frame`. */
  add(track: string, frame: number, scores: Float32Array): void {
    const windows = this.open.get(track) ?? [];
    // Six digits are enough for a score; the shortest form of a float32 has up to seventeen.
    windows.push({ start: frame, scores: Array.from(scores, (score) => Number(score.toPrecision(6))) });
    this.open.set(track, windows);
  }

  /** Writes a track's file, unless it has no windows. Throws a Failure when the disk is full. */
  async finish(track: string): Promise<void> {
    const windows = this.open.get(track);
    this.open.delete(track);
    if (!windows) return;
    const { name, labels, settings } = this.model;
    const seconds = (frames: number): number => (frames * settings.hopLength) / settings.sampleRate;
    const taggram: Taggram = {
      path: track,
      model: name,
      labels,
      window_seconds: seconds(settings.windowFrames),
      starts: windows.map(({ start }) => seconds(start)),
      scores: windows.map(({ scores }) => scores),
    };
    await writeWhole(join(this.folder, taggramName(track)), JSON.stringify(taggram));
  }

  /** Drops the windows of a track that failed. */
  drop(track: string): void {
    this.open.delete(track);
  }
}

/** Reads a track's taggram; null where there is none. Throws a Failure for one that is damaged. */
export async function readTaggram(folder: string, track: string): Promise<Taggram | null> {
  const path = join(folder, taggramName(track));
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : parseTaggram(path, text);
}

function parseTaggram(path: string, text: string): Taggram {
  try {
    return parseJson(text, taggramSchema);
  } catch (error) {
    throw new Failure(`${path} is damaged (${messageOf(error)}); remove it and tag the track again.`);
  }
}
