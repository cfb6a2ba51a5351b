import { describe, expect, it } from 'vitest';
import { kWeighting, LoudnessMeter } from '../../src/features/loudness.js';
import { readGoldenJson } from '../golden/read.js';
import { melody, sweep } from '../golden/signals.js';
import { noise } from './known-signals.js';

const golden = readGoldenJson<{ lufs: Record<string, { ffmpeg: number; pyloudnorm: number }> }>('loudness');

const both = (signal: Float32Array): Float32Array[] => [
  signal,
  signal.map((_, n) => 0.5 * signal[signal.length - 1 - n]),
];
const SIGNALS: Record<string, [Float32Array[], number]> = {
  'melody 16000': [[melody()], 16_000],
  'melody 16000 stereo': [both(melody()), 16_000],
  'sweep 44100 stereo': [both(sweep(3, 44_100)), 44_100],
  'sweep 48000': [[sweep(3, 48_000)], 48_000],
  'noise 22050': [[noise(66_150).map((value) => 0.1 * value)], 22_050],
};

/** Adds a signal in blocks of odd lengths. */
function loudnessOf(channels: Float32Array[], sampleRate: number, blockLength = 3001): number | null {
  const meter = new LoudnessMeter(sampleRate, channels.length);
  for (let at = 0; at < channels[0].length; at += blockLength)
    meter.add(channels.map((channel) => channel.subarray(at, at + blockLength)));
  return meter.integrated();
}

/** A stereo sine of 1 kHz at 48 kHz through parts of a level in dB below full scale and a length in seconds. */
function tones(...parts: [decibels: number, seconds: number][]): Float32Array[] {
  const pieces = parts.map(([decibels, seconds]) =>
    Float32Array.from(
      { length: Math.round(48_000 * seconds) },
      (_, n) => 10 ** (decibels / 20) * Math.sin((2 * Math.PI * 1000 * n) / 48_000),
    ),
  );
  const signal = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    signal.set(piece, at);
    at += piece.length;
  }
  return [signal, signal];
}

describe('integrated loudness', () => {
  it.each(Object.entries(golden.lufs))(
    'of %s is that of FFmpeg and of pyloudnorm',
    (name, { ffmpeg, pyloudnorm }) => {
      const found = loudnessOf(...SIGNALS[name])!;
      expect(Math.abs(found - ffmpeg)).toBeLessThan(0.02);
      expect(Math.abs(found - pyloudnorm)).toBeLessThan(0.02);
    },
  );

  // EBU Tech 3341, table 1: each has to be within 0.1 LU.
  it.each([
    ['1', tones([-23, 20]), -23],
    ['2', tones([-33, 20]), -33],
    ['3', tones([-36, 10], [-23, 60], [-36, 10]), -23],
    ['4', tones([-72, 10], [-36, 10], [-23, 60], [-36, 10], [-72, 10]), -23],
    ['5', tones([-26, 20], [-20, 20.1], [-26, 20]), -23],
  ])('passes test signal %s of EBU Tech 3341', (_, channels, expected) => {
    expect(Math.abs(loudnessOf(channels, 48_000, 48_000)! - expected)).toBeLessThan(0.1);
  });

  it('passes the test signal 6 of EBU Tech 3341: five channels, those behind weigh more', () => {
    const sine = (decibels: number): Float32Array => tones([decibels, 20])[0];
    const levels = [-28, -28, -24, -300, -30, -30];
    expect(Math.abs(loudnessOf(levels.map(sine), 48_000, 48_000)! + 23)).toBeLessThan(0.1);
  });

  it('is not defined for less than 400 ms, and for silence', () => {
    expect(loudnessOf([noise(6000)], 16_000)).toBeNull();
    expect(loudnessOf([new Float32Array(48_000)], 16_000)).toBeNull();
  });
});

it('the filters at 48 kHz are those of ITU-R BS.1770', () => {
  const [shelf, pass] = kWeighting(48_000);
  const expected = [
    [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585],
    [1, -2, 1, -1.99004745483398, 0.99007225036621],
  ];
  for (const [i, { b0, b1, b2, a1, a2 }] of [shelf, pass].entries())
    [b0, b1, b2, a1, a2].forEach((value, k) => {
      expect(value).toBeCloseTo(expected[i][k], 8);
    });
});
