import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { scoreNotes } from '../../src/eval/transcription/notes.js';
import { FRAME_SECONDS } from '../../src/transcription/f0.js';
import { doubtsOf, inputQualityOf } from '../../src/transcription/input-quality.js';
import { refinePitch } from '../../src/transcription/refine-pitch.js';
import { segmentNotes } from '../../src/transcription/segment.js';
import { fitTempo } from '../../src/transcription/tempo.js';
import { pyinTracker } from '../../src/transcription/trackers/pyin.js';
import { transcribe } from '../../src/transcription/transcribe.js';
import { VoiceFrameStream } from '../../src/transcription/voice-frames.js';
import fc from '../fast-check.js';
import { noise } from '../features/known-signals.js';
import { needsShared, referenceJson, referencePath } from '../reference.js';
import { inTime, type Manner, type SungNote, sing, VOICE_RATE } from './voice.js';

const hear = (notes: SungNote[], seconds: number, manner?: Manner) =>
  transcribe({ samples: sing(notes, seconds, manner), sampleRate: VOICE_RATE });

describe('the notes of a voice', () => {
  const scale = inTime([60, 62, 64, 65, 67, 69, 71, 72]);

  it('are those that were sung, to 50 ms and 10 cents', async () => {
    const { notes, tempo, key, tuningCents, f0 } = await hear(scale, 4.2);
    expect(scoreNotes(scale, notes, { pitch: 0.1 }).conpoff.f1).toBe(1);
    expect(key).toEqual({ tonic: 0, mode: 'major' });
    expect(tempo! / (60 / 0.46)).toBeCloseTo(1, 1);
    expect(Math.abs(tuningCents)).toBeLessThan(2);
    expect(f0.hz.length).toBe(Math.floor((4.2 * VOICE_RATE) / 256));
    expect(notes.every(({ confidence }) => confidence > 0.7 && confidence <= 1)).toBe(true);
  });

  it('keep vibrato and glides inside', async () => {
    const { notes } = await hear(scale, 4.2, { vibrato: 0.7, glide: 0.06 });
    expect(scoreNotes(scale, notes).conp.f1).toBe(1);
  });

  it('begin anew where a pitch is repeated, and follow one another without a gap', async () => {
    const repeated = inTime([57, 57, 57, 60, 60], 0.3, 0.05);
    expect(scoreNotes(repeated, (await hear(repeated, 2.4)).notes).conp.f1).toBe(1);
    const legato = inTime([57, 59, 60, 64, 57], 0.3, 0);
    expect(scoreNotes(legato, (await hear(legato, 2.1)).notes).conp.f1).toBe(1);
  });

  it('are not found in the noise of the room, before, between and after', async () => {
    const far = [60, 64, 67].map((pitch, i) => ({ onset: 3 + 4 * i, offset: 4 + 4 * i, pitch }));
    for (let seed = 1; seed <= 6; seed++) {
      const room = noise(16 * VOICE_RATE, seed);
      const samples = sing(far, 16).map((value, n) => value + 5e-4 * seed * room[n]);
      const { notes } = await transcribe({ samples, sampleRate: VOICE_RATE });
      expect([notes.length, scoreNotes(far, notes).conp.f1]).toEqual([3, 1]);
    }
  });

  it('tell the tuning of a voice that is 30 cents sharp', async () => {
    const sharp = scale.map((note) => ({ ...note, pitch: note.pitch + 0.3 }));
    expect((await hear(sharp, 4.2)).tuningCents).toBeCloseTo(30, -0.5);
  });

  it('are the same at another sample rate', async () => {
    const { notes } = await transcribe({ samples: sing(scale, 4.2, {}, 44_100), sampleRate: 44_100 });
    expect(scoreNotes(scale, notes, { pitch: 0.1 }).conpoff.f1).toBe(1);
  });

  it('move up with the voice', async () => {
    await fc.assert(
      fc.asyncProperty(
        // Leaps of an octave at most: after one of nearly two, pYIN's path may take the octave below.
        fc.array(fc.integer({ min: 54, max: 66 }), { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async (pitches, up) => {
          const low = (await hear(inTime(pitches), 3)).notes;
          const high = (await hear(inTime(pitches.map((pitch) => pitch + up)), 3)).notes;
          expect(high.length).toBe(low.length);
          for (const [i, { pitch }] of high.entries()) expect(pitch - low[i].pitch).toBeCloseTo(up, 0.9);
        },
      ),
      { numRuns: 6 },
    );
  });
});

describe('what is no voice', () => {
  it.each([
    ['nothing', new Float32Array(0)],
    ['one sample', new Float32Array(1)],
    ['silence', new Float32Array(3 * VOICE_RATE)],
    ['a constant', new Float32Array(VOICE_RATE).fill(0.5)],
  ])('%s has no notes', async (_, samples) => {
    const { notes, tempo, key, tuningCents } = await transcribe({ samples, sampleRate: VOICE_RATE });
    expect([notes, tempo, key, tuningCents]).toEqual([[], null, null, 0]);
  });

  it('throws for samples that are not numbers', async () => {
    const samples = new Float32Array(100).fill(Number.NaN, 50);
    await expect(transcribe({ samples, sampleRate: VOICE_RATE })).rejects.toThrow(
      'Sample 50 is not a number',
    );
  });

  const doubts = async (samples: Float32Array): Promise<string> => {
    const stream = new VoiceFrameStream(pyinTracker());
    await stream.push(samples);
    const frames = await stream.finish();
    return doubtsOf(inputQualityOf(frames), segmentNotes(frames).length).join(' ');
  };

  it('is told from one', async () => {
    const notes = inTime([60, 64, 67, 64]);
    const voice = sing(notes, 2.5);
    expect(await doubts(voice)).toBe('');
    expect(await doubts(new Float32Array(VOICE_RATE))).toBe('The recording is silent, so it has no notes.');
    expect(await doubts(noise(2 * VOICE_RATE))).toMatch(/^Only \d % of the sound has one clear pitch/);
    // Three parts whose notes do not begin together.
    const parts = [50, 57.3, 66.1].map((pitch, i) =>
      sing(inTime([pitch, pitch + 2.7, pitch - 1.9, pitch + 4.4, pitch], 0.4 + 0.07 * i, 0), 2.5),
    );
    expect(await doubts(voice.map((_, n) => parts[0][n] + parts[1][n] + parts[2][n]))).toMatch(
      /not one voice alone/,
    );
    expect(await doubts(voice.map((value) => Math.max(-1, Math.min(1, 9 * value))))).toMatch(/clipped/);
  });
});

it('gives the same frames wherever the pieces end, over several windows', async () => {
  const samples = sing(inTime([55, 60, 64, 67, 60, 55, 62, 59], 0.5, 0.1), 35);
  const whole = new VoiceFrameStream(pyinTracker());
  await whole.push(samples);
  const wanted = await whole.finish();
  const pieces = new VoiceFrameStream(pyinTracker());
  for (let at = 0; at < samples.length; at += 7777) await pieces.push(samples.subarray(at, at + 7777));
  expect(await pieces.finish()).toEqual(wanted);
  expect(wanted.hz.length).toBe(Math.floor(samples.length / 256));
});

it('refines a pitch to a tenth of a cent', () => {
  for (const hz of [90, 150, 330.7]) {
    const samples = Float32Array.from({ length: 8000 }, (_, n) => {
      const phase = (2 * Math.PI * hz * n) / VOICE_RATE;
      return Math.sin(phase) + Math.sin(2 * phase) / 2 + Math.sin(3 * phase) / 3;
    });
    const found = refinePitch(samples, 4000, hz * 1.01, { sampleRate: VOICE_RATE });
    expect(Math.abs(1200 * Math.log2(found.hz / hz))).toBeLessThan(0.1);
    expect(found.likeness).toBeGreaterThan(0.99);
  }
  expect(refinePitch(new Float32Array(100), 50, 200, { sampleRate: VOICE_RATE })).toEqual({
    hz: 200,
    likeness: 0,
  });
});

it('fits the tempo to onsets, of a singer who slows down too', () => {
  const beats = [0, 1, 1.5, 2, 3, 4, 5, 5.5, 6, 7, 8, 9, 9.5, 10, 11, 12];
  expect(fitTempo(beats.map((beat) => 0.4 + (beat * 60) / 96))).toBeCloseTo(96, -0.4);
  const slower = beats.map((beat) => 0.4 + (beat * (1 + beat / 200) * 60) / 96);
  expect(fitTempo(slower)! / 92).toBeCloseTo(1, 1);
  expect(fitTempo([0, 1, 2])).toBeNull();
});

describe('segmentNotes', () => {
  const frames = (midi: (number | null)[]) => ({
    hz: Float32Array.from(midi, (value) => (value === null ? Number.NaN : 440 * 2 ** ((value - 69) / 12))),
    confidence: Float32Array.from(midi, (value) => (value === null ? 0 : 0.9)),
    level: new Float32Array(midi.length).fill(-20),
  });

  it('splits at a pitch that holds, and not at one that slips', () => {
    const note = (pitch: number, count: number): number[] => new Array<number>(count).fill(pitch);
    const two = segmentNotes(frames([...note(60, 20), ...note(62, 20)]));
    expect(two.map(({ onset, offset, pitch }) => [onset, offset, Math.round(pitch)])).toEqual([
      [0, 20 * FRAME_SECONDS, 60],
      [20 * FRAME_SECONDS, 40 * FRAME_SECONDS, 62],
    ]);
    expect(segmentNotes(frames([...note(60, 20), ...note(72, 2), ...note(60, 20)]))).toHaveLength(1);
  });

  it('gives notes in order that do not overlap and are as long as a frame at least', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(null), fc.double({ min: 40, max: 80, noNaN: true })), {
          maxLength: 120,
        }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        (midi, hold) => {
          const notes = segmentNotes(frames(midi), { hold });
          let at = 0;
          for (const { onset, offset, pitch, confidence } of notes) {
            expect(onset).toBeGreaterThanOrEqual(at);
            expect(offset).toBeGreaterThanOrEqual(onset + FRAME_SECONDS - 1e-9);
            expect(pitch >= 39 && pitch <= 81 && confidence > 0 && confidence <= 1).toBe(true);
            at = offset;
          }
        },
      ),
    );
  });

  it('throws for a hold that is not a time', () => {
    expect(() => segmentNotes(frames([60]), { hold: -1 })).toThrow('hold must be a number of seconds from 0');
  });
});

describe('recordings of ../shared', () => {
  const notesOf = async (...path: string[]) => {
    const {
      channels: [samples],
      sampleRate,
    } = await decodeAudio(referencePath(...path), { mono: true });
    return (await transcribe({ samples, sampleRate })).notes;
  };

  it('a real singer is as near to two annotators as they are to one another', async (ctx) => {
    needsShared(ctx);
    const notes = await notesOf('data', 'singing', 'vocadito_1_first.flac');
    const { annotators } = referenceJson<{
      annotators: Record<string, { onset: number; offset: number; midi: number }[]>;
    }>('data', 'singing', 'vocadito_1_first.notes.json');
    const agreement = (who: string): number =>
      scoreNotes(
        annotators[who].map(({ midi, ...times }) => ({ ...times, pitch: midi })),
        notes,
      ).conp.f1;
    expect(agreement('A1')).toBeGreaterThanOrEqual(0.8);
    expect(agreement('A2')).toBeGreaterThanOrEqual(0.84);
  });

  it.for(['ode-to-joy_voice210', 'jingle-bells_voice215'])('hum %s', async (name, ctx) => {
    needsShared(ctx);
    const { notes: wanted } = referenceJson<{ notes: { onset: number; offset: number; midi: number }[] }>(
      ...['data', 'hums', 'notes', `${name}.json`],
    );
    const reference = wanted.map(({ midi, ...times }) => ({ ...times, pitch: midi }));
    expect(scoreNotes(reference, await notesOf('data', 'hums', 'audio', `${name}.mp3`)).conp.f1).toBe(1);
  });
});
