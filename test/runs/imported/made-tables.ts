/** The tables of a small folder in the form of MagnaTagATune, without recordings, and scores of its clips. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FOLDERS = [...'0123456789abcdef'];

const CLIPS_PER_FOLDER = 3;

/** The tags of the data set, in the order of its labels: by frequency. */
export const TAGS = ['rock', 'new age', 'Flute', 'slow'] as const;

/** A clip of the folder with its scores, in the order of `TAGS`. */
export interface MadeClip {
  id: string;
  path: string;
  folder: string;
  scores: number[];
}

/** A folder of a test's own, with the data set in `data`, a config and a score for every clip. */
export interface MadeTables {
  folder: string;
  data: string;
  config: string;
  clips: MadeClip[];
  /** Those of the folders d to f. */
  test: MadeClip[];
  /** Writes a file into the folder and returns its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  remove(): Promise<void>;
}

/** Whether a clip carries a tag: the first tags are more frequent, and every clip carries the first or the second. */
const carries = (clip: number, tag: number): boolean =>
  [clip % 4 !== 0, clip % 4 === 0 || clip % 3 === 0, clip % 5 < 2, clip % 7 === 1][tag];

/** A score that is high where the tag is carried, most of the time. */
const scoreOf = (clip: number, tag: number): number => {
  const noise = ((clip * 37 + tag * 61) % 97) / 97;
  return Math.round((0.35 * Number(carries(clip, tag)) + 0.6 * noise) * 1e6) / 1e6;
};

/** Makes the folder. */
export async function makeTables(): Promise<MadeTables> {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-imported-'));
  const data = join(folder, 'data');
  await mkdir(data);
  const clips = FOLDERS.flatMap((name, f) =>
    Array.from({ length: CLIPS_PER_FOLDER }, (_, i): MadeClip => {
      const clip = f * CLIPS_PER_FOLDER + i;
      return {
        id: String(clip + 1),
        path: `${name}/band_${f}-album-01-song_${clip >> 1}-${29 * i}-${29 * i + 29}.mp3`,
        folder: name,
        scores: TAGS.map((_, tag) => scoreOf(clip, tag)),
      };
    }),
  );
  const quoted = (cells: readonly (string | number)[]): string =>
    `${cells.map((cell) => `"${cell}"`).join('\t')}\r\n`;
  const rows = clips.map(({ id, path }, clip) => [
    id,
    ...TAGS.map((_, tag) => Number(carries(clip, tag))),
    path,
  ]);
  await writeFile(
    join(data, 'annotations_final.csv'),
    [['clip_id', ...TAGS, 'mp3_path'], ...rows].map(quoted).join(''),
  );
  const config = join(folder, 'made.yaml');
  await writeFile(
    config,
    `data: { root: ${data} }\nmodel: { branches: { mel: {} } }\nevaluation: { bootstrap_samples: 20, examples: 2 }\n`,
  );
  return {
    folder,
    data,
    config,
    clips,
    test: clips.filter(({ folder: name }) => name >= 'd'),
    write: async (name, content) => {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Clips as a CSV of their paths and scores. */
export const csvOf = (clips: readonly MadeClip[], tags: readonly string[] = TAGS): string =>
  [
    `path,${tags.join(',')}`,
    ...clips.map(({ path, scores }) => [path, ...scores.slice(0, tags.length)].join(',')),
  ].join('\n');
