/** Melody and main pitches of beats as arrays by frame, with what was found over time. */
import type { CommonSettings } from '../kind-options.js';
import type { WholeFeature } from '../matrix.js';
import { beatGrid } from '../rhythm/beat-grid.js';
import { frameGrid, spreadSteps, threeDecimals } from '../spread-steps.js';
import { beatPitches } from './beat-pitch.js';
import { melody } from './melody.js';

/** `melody` as an array of frequency and salience. Throws RangeError for samples that are not finite. */
export function melodyFeature(samples: Float32Array, settings: CommonSettings): WholeFeature {
  const { hertz, salience } = melody(samples, settings);
  const values = new Float32Array(2 * hertz.length);
  values.set(hertz);
  values.set(salience, hertz.length);
  return { shape: [2, hertz.length], order: 'C', values };
}

/** Seconds from one frame of the melody to the next, from which beats take their pitch. */
const HOP_SECONDS = 0.016;

/** `beatPitches` of a recording, each held over its beat. Throws RangeError for samples that are not finite. */
export function beatPitchFeature(samples: Float32Array, settings: CommonSettings): WholeFeature {
  const { sampleRate } = settings;
  const own = Math.max(1, Math.round(HOP_SECONDS * sampleRate));
  const borders = beatGrid(samples, sampleRate);
  const track = melody(samples, { sampleRate, hopLength: own });
  const beats = beatPitches(track, own / sampleRate, borders);
  const steps = {
    values: Float32Array.from(beats.flatMap(({ pitch, share }) => [pitch ?? 0, share])),
    frames: beats.length,
    bands: 2,
  };
  const grid = frameGrid(samples, settings);
  return {
    shape: [2, grid.frames],
    order: 'C',
    values: spreadSteps(steps, borders, grid),
    found: {
      pitches: beats.map(({ begin, end, pitch, share }) => ({
        ...{ begin: threeDecimals(begin), end: threeDecimals(end) },
        ...{ pitch, share: threeDecimals(share) },
      })),
    },
  };
}
