/** Pitch by a network that was trained with `model.pitch`. */
import { joinSamples } from '../../audio/samples.js';
import { WindowCutter } from '../../inputs/cutter.js';
import { stepTimes } from '../../models/framewise.js';
import { VOICED } from '../../models/heads/pitch.js';
import type { NetworkPredictor } from '../../models/predictor.js';
import { FRAME_SECONDS, HOP, type PitchFrames, type PitchTracker, TRACKER_RATE } from '../f0.js';
import { refineFrames } from '../refine-pitch.js';
import type { PitchRange } from './pyin.js';

/** Most frames on either side of a window that are tracked with it and left out: a quarter of a second. */
const MOST_CONTEXT = 16;

/** Frames whose samples all stay below this are silent. */
const SILENCE = 1e-4;

/**
 * A frame that is less like itself a period later is not voiced: a network that has only been trained on windows with a voice
 * finds one in noise alone.
 */
const LEAST_LIKE = 0.35;

/** Share of the confidence that is left there. */
const NOISE_SHARE = 0.3;

/** Values of steps at the frames of a tracker. */
interface StepPitch {
  times: Float64Array;
  /** Hz and confidence in turn. */
  scores: Float32Array;
}

/**
 * Hz and confidence at the frames of a tracker, from those of steps: on straight lines between two steps, of logarithms of Hz
 * where both are voiced; else Hz of the nearer one. Before the first and after the last step, theirs.
 */
export function atFrames({ times, scores }: StepPitch, frames: number): Omit<PitchFrames, 'likeness'> {
  const hz = new Float32Array(frames);
  const confidence = new Float32Array(frames);
  const last = times.length - 1;
  let step = 0;
  for (let t = 0; t < frames; t++) {
    const time = t * FRAME_SECONDS;
    while (step < last && times[step + 1] <= time + 1e-9) step++;
    const next = Math.min(last, step + 1);
    const gap = times[next] - times[step];
    const share = gap > 0 ? Math.max(0, Math.min(1, (time - times[step]) / gap)) : 0;
    const [a, b] = [scores[2 * step], scores[2 * next]];
    const [sureA, sureB] = [scores[2 * step + 1], scores[2 * next + 1]];
    confidence[t] = sureA + share * (sureB - sureA);
    const isGlide = sureA >= VOICED && sureB >= VOICED && share > 0;
    hz[t] = isGlide ? a * (b / a) ** share : share < 0.5 ? a : b;
  }
  return { hz, confidence };
}

/**
 * A tracker by a network whose task is pitch, which it takes ownership of. It looks at a window of the network at a time, of
 * which it leaves a quarter of a second at either side out; a recording is resampled to the rate of the network, and
 * pitches outside the range are not voiced. The pitch is made finer by `refineFrames`. The engine must have been started. Throws RangeError for a model of another
 * task, or whose windows are shorter than four frames.
 *
 * @param range - in Hz. Default: that of the network
 */
export function networkTracker(predictor: NetworkPredictor, range: Partial<PitchRange> = {}): PitchTracker {
  const { steps } = predictor.model;
  if (!steps)
    throw new RangeError(
      `The model ${predictor.name} gives no pitch over time; its task is ${predictor.description.task}.`,
    );
  const { grid, list } = predictor.inputs;
  const times = stepTimes(predictor.inputs, steps);
  const whole = Math.floor((grid.frames * grid.hopLength) / grid.sampleRate / FRAME_SECONDS + 1e-9);
  const context = Math.min(MOST_CONTEXT, Math.floor(whole / 4));
  if (context < 1)
    throw new RangeError(`The windows of the model ${predictor.name} are shorter than four frames of 16 ms.`);
  const { fMin = 0, fMax = Number.POSITIVE_INFINITY } = range;

  /** Pitch of at most a window of samples. */
  const windowPitch = (samples: Float32Array): Omit<PitchFrames, 'likeness'> => {
    const cutter = new WindowCutter({ grid, inputs: list, remainder: 'drop' }, TRACKER_RATE);
    const parts = [cutter.push(samples), cutter.finish()];
    const { values } = parts.find(({ count }) => count > 0)!;
    const first = list.map(({ name, size }): [string, Float32Array] => [
      name,
      values[name].subarray(0, size.length * size.width),
    ]);
    const { scores } = predictor.predict({ count: 1, values: Object.fromEntries(first) });
    return atFrames({ times, scores }, Math.max(1, Math.floor(samples.length / HOP)));
  };

  return {
    window: whole - 2 * context,
    context: { before: context, after: context },
    silence: SILENCE,
    track(samples): PitchFrames {
      const parts: Omit<PitchFrames, 'likeness'>[] = [];
      const frames = Math.max(1, Math.floor(samples.length / HOP));
      for (let begin = 0, done = 0; done < frames; begin = done - context) {
        const end = Math.min(frames, begin + whole);
        // What fills no whole hop belongs to the last window.
        const piece = samples.subarray(begin * HOP, end === frames ? (begin + whole) * HOP : end * HOP);
        const { hz, confidence } = windowPitch(piece);
        const upTo = end === frames ? frames : end - context;
        const kept = (values: Float32Array): Float32Array => values.slice(done - begin, upTo - begin);
        parts.push({ hz: kept(hz), confidence: kept(confidence) });
        done = upTo;
      }
      const hz = joinSamples(parts.map((part) => part.hz));
      const confidence = joinSamples(parts.map((part) => part.confidence));
      const refined = refineFrames(samples, hz);
      for (let t = 0; t < frames; t++) {
        if (hz[t] < fMin || hz[t] > fMax) confidence[t] = 0;
        // Where the recording ends before, the likeness is 0 and says nothing.
        const like = refined.likeness[t];
        if (like > 0 && like < LEAST_LIKE) confidence[t] *= NOISE_SHARE;
      }
      return { confidence, ...refined };
    },
    dispose: () => predictor.dispose(),
  };
}
