import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Predictions } from '../../../src/eval/predictions.js';
import type { LabelTask } from '../../../src/models/heads/index.js';
import { readClipAudio } from '../../../src/runs/compare/clip-audio.js';
import { type ClipContrast, contrastClips } from '../../../src/runs/compare/clips.js';
import type { RunGroup } from '../../../src/runs/compare/groups.js';
import type { StoredRun } from '../../../src/runs/read.js';

/** Runs of one experiment by their scores, on the clips a, b, … of which b and c are one song. */
function group(task: LabelTask, truth: number[][], ...runs: number[][][]): RunGroup {
  const ids = truth.map((_, row) => 'abcdefgh'[row]);
  return {
    label: 'made',
    runs: runs.map((scores) => {
      const predictions: Predictions = {
        task,
        labels: truth[0].map((_, j) => `label ${j}`),
        ids,
        groups: ids.map((id) => (id === 'c' ? 'b' : id)),
        groupKind: 'song',
        scores: Float32Array.from(scores.flat()),
        targets: Uint8Array.from(truth.flat()),
      };
      const per_label = truth[0].map(() => ({ threshold: 0.5 }));
      const clips = ids.map((id) => ({ title: `Clip ${id}`, artist: '', audio: `${id}.mp3` }));
      return { predictions, metrics: { per_label }, clips } as unknown as StoredRun;
    }),
  };
}

const idsOf = (contrasts: ClipContrast[]): [number, number, string][] =>
  contrasts.map(({ better, worse, clips }) => [better, worse, clips.map(({ id }) => id).join('')]);

const PAIR = [{ first: 0, second: 1 }];

describe('contrastClips', () => {
  const CLASSES = [
    [1, 0],
    [1, 0],
    [1, 0],
    [0, 1],
    [0, 1],
  ];

  it('takes clips about whose class one is right and the other wrong, the largest difference of loss first, one a song', () => {
    const first = group('classification', CLASSES, [
      [0.4, 0.6],
      [0.1, 0.9],
      [0.2, 0.8],
      [0.2, 0.8],
      [0.6, 0.4],
    ]);
    const second = group('classification', CLASSES, [
      [0.6, 0.4],
      [0.9, 0.1],
      [0.9, 0.1],
      [0.7, 0.3],
      [0.9, 0.1],
    ]);
    const contrasts = contrastClips([first, second], PAIR);
    // About e both are wrong, however different their losses; c is of the song of b.
    expect(idsOf(contrasts)).toEqual([
      [1, 0, 'ba'],
      [0, 1, 'd'],
    ]);
    const [clip] = contrasts[0].clips;
    expect(clip).toMatchObject({ title: 'Clip b', audio: 'b.mp3' });
    expect(clip.margin).toBeCloseTo(Math.log(0.9 / 0.1), 5);
    expect(clip.labels[0]).toMatchObject({
      label: 'label 0',
      isTrue: true,
      betterIsRight: true,
      worseIsRight: false,
    });
  });

  it('goes by the vote of the runs of an experiment, and by their mean loss', () => {
    const truth = [[1, 0]];
    const right = [[0.9, 0.1]];
    const wrong = [[0.2, 0.8]];
    const mostlyRight = group('classification', truth, right, right, wrong);
    const mostlyWrong = group('classification', truth, wrong, wrong, right);
    const [contrast] = contrastClips([mostlyRight, mostlyWrong], PAIR);
    expect(contrast).toMatchObject({ better: 0, worse: 1 });
    expect(contrast.clips[0].margin).toBeCloseTo(Math.log(0.9 / 0.2) / 3, 5);
    const shown = contrast.clips[0].labels.find(({ label }) => label === 'label 0')!;
    expect(shown.better).toBeCloseTo((0.9 + 0.9 + 0.2) / 3, 5);
  });

  it('takes clips of which one finds a tag that the other does not, and shows those and the true ones', () => {
    const truth = [
      [1, 1, 0, 0],
      [1, 0, 0, 0],
    ];
    const first = group('tagging', truth, [
      [0.9, 0.8, 0.2, 0.1],
      [0.9, 0.1, 0.1, 0.1],
    ]);
    const second = group('tagging', truth, [
      [0.6, 0.3, 0.7, 0.2],
      [0.6, 0.4, 0.4, 0.4],
    ]);
    const contrasts = contrastClips([first, second], PAIR);
    expect(idsOf(contrasts)).toEqual([[0, 1, 'a']]);
    expect(contrasts[0].clips[0].labels.map(({ label }) => label)).toEqual(['label 1', 'label 2', 'label 0']);
  });

  it('shows the pairs of the first experiment where there are many, and nothing of equal experiments', () => {
    const truth = [
      [1, 0],
      [0, 1],
    ];
    const good = group('classification', truth, [
      [0.9, 0.1],
      [0.1, 0.9],
    ]);
    const bad = group('classification', truth, [
      [0.1, 0.9],
      [0.9, 0.1],
    ]);
    const groups = [good, bad, bad, bad, good];
    const pairs = groups.flatMap((_, second) =>
      groups.slice(0, second).map((__, first) => ({ first, second })),
    );
    expect(idsOf(contrastClips(groups, pairs))).toEqual([
      [0, 1, 'ab'],
      [0, 2, 'ab'],
      [0, 3, 'ab'],
    ]);
  });
});

describe('readClipAudio', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-clips-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('reads each file once, what a browser plays, first clips first, as long as there is room', async () => {
    const at = (name: string): string => join(folder, name);
    await writeFile(at('a.mp3'), Buffer.alloc(4_000_000, 1));
    await writeFile(at('b.wav'), Buffer.alloc(4_000_000, 2));
    await writeFile(at('c.flac'), 'c');
    await writeFile(at('d.exe'), 'd');
    const clips = (...names: string[]): ClipContrast =>
      ({ clips: names.map((name) => ({ audio: at(name) })) }) as unknown as ClipContrast;
    const audio = await readClipAudio([
      clips('a.mp3', 'b.wav'),
      clips('c.flac', 'a.mp3', 'd.exe', 'gone.mp3'),
    ]);
    expect(
      [...audio].map(([path, file]) => [path.slice(folder.length + 1), file?.mediaType ?? null]),
    ).toEqual([
      ['a.mp3', 'audio/mpeg'],
      ['c.flac', 'audio/flac'],
      ['b.wav', null],
      ['d.exe', null],
      ['gone.mp3', null],
    ]);
    expect(audio.get(at('c.flac'))?.base64).toBe(Buffer.from('c').toString('base64'));
  });
});
