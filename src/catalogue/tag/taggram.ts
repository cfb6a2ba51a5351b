/** Taggrams: a track's tags over time, one JSON file per track. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { writeWhole } from '../../base/files.js';
import type { ModelSettings } from '../../models/description.js';

export interface Taggram {
  path: string;
  model: string;
  labels: string[];
  /** Length of a window, in seconds. */
  window_seconds: number;
  /** Where each window begins, in seconds. */
  starts: number[];
  /** One list per window, one score per label. */
  scores: number[][];
}

/** File name of a track's taggram: readable, and distinct among tracks of the same name. */
export function taggramName(track: string): string {
  const hash = createHash('sha256').update(track).digest('hex').slice(0, 8);
  return `${basename(track, extname(track))}-${hash}.json`;
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

/** Reads a track's taggram; null where there is none. */
export async function readTaggram(folder: string, track: string): Promise<Taggram | null> {
  const text = await readFile(join(folder, taggramName(track)), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Taggram);
}
