/** The rendered melody has the pitches of the project, after MP3 as well. */
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../../src/audio/decode.js';
import { encodeAudio } from '../../../src/audio/encode/encode.js';
import { readBank } from '../../../src/data/synth/instruments/banks.js';
import { pyin } from '../../../src/features/pitch/pyin.js';
import type { Project } from '../../../src/studio/project/schema.js';
import { playedNotes, secondsOf } from '../../../src/studio/project/timeline.js';
import { renderProject } from '../../../src/studio/render/render.js';
import { folkTunes } from '../folk-tunes.js';

/** C2, on which pYIN's bins of ten cents lie as the notes do, and B5, in Hz. */
const RANGE = { fMin: 440 * 2 ** (-33 / 12), fMax: 988 };

const HOP = 512;
const CENTS = 20;

/** Half of what rounding of float32 moves. */
const ROUNDING = 0.1;

/** Of the voiced frames in which a note sounds: how many are within 20 cents of it. */
async function agreement(project: Project, bank: Uint8Array): Promise<{ share: number; frames: number }> {
  const mp3 = await encodeAudio(await renderProject(project, bank), 'mp3', { bitRate: 192, gapless: true });
  const { channels, sampleRate } = await decodeAudio(mp3, { mono: true });
  const { f0, voicedFlag } = pyin(channels[0], { ...RANGE, sampleRate, hopLength: HOP });
  const notes = playedNotes(project).map(({ start, end, note }) => ({
    ...{ from: secondsOf(project, start), to: secondsOf(project, end), pitch: note.pitch },
  }));
  let [equal, frames] = [0, 0];
  for (const [t, voiced] of voicedFlag.entries()) {
    const time = (t * HOP) / sampleRate;
    const note = notes.find(({ from, to }) => from <= time && time < to);
    if (!voiced || !note) continue;
    const cents = Math.abs(100 * (69 + 12 * Math.log2(f0[t] / 440) - note.pitch));
    if (cents <= CENTS + ROUNDING) equal++;
    frames++;
  }
  return { share: equal / frames, frames };
}

describe('the pitch of a melody rendered, encoded to MP3 and decoded', () => {
  let bank: Uint8Array;
  let tunes: Project[];
  beforeAll(async () => {
    bank = await readBank('sonivox');
    tunes = await folkTunes();
  });

  it.each([
    ['twinkle-twinkle', 0, 'Acoustic Grand Piano'],
    ['amazing-grace', 0, 'Acoustic Grand Piano'],
    ['jingle-bells', 65, 'Alto Sax'],
    ['auld-lang-syne', 71, 'Clarinet'],
  ])(
    'is that of %s within 20 cents in 98 of 100 voiced frames: program %i, %s',
    async (title, program) => {
      const tune = tunes.find((one) => one.title === title)!;
      const [melody] = tune.tracks;
      const project = { ...tune, tempo: 100, tracks: [{ ...melody, tone: { program, drums: false } }] };
      const { share, frames } = await agreement(project, bank);
      process.stdout.write(
        `${title}, program ${program}: ${(100 * share).toFixed(1)} % of ${frames} frames\n`,
      );
      expect(frames).toBeGreaterThan(500);
      expect(share).toBeGreaterThanOrEqual(0.98);
    },
    60_000,
  );
});
