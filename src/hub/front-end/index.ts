/** The front end of a model as a part of its graph, which then takes samples in place of what is computed of them. */
import * as tf from '@tensorflow/tfjs-core';
import { UsageError } from '../../base/errors.js';
import { gridLane, type Tail } from '../../inputs/cutter.js';
import { hasFrames } from '../../inputs/kind.js';
import { preparationOf } from '../../inputs/prepared-sound.js';
import { inputEntries } from '../../inputs/schema.js';
import { type AudioInput, blankWindows, stepLength } from '../../inputs/window.js';
import type { NetworkPredictor } from '../../models/predictor.js';
import { melInput } from './mel.js';
import type { ExpressInput, TensorInput } from './tensor-input.js';
import { waveformInput } from './waveform.js';

/** Every kind of input that a graph can compute of samples. Adding one is a file and a line here. */
const kinds: Record<string, ExpressInput> = { mel: melInput, waveform: waveformInput };

/** Name of the graph's input of samples. */
export const SAMPLES = 'samples';

/** Which samples a graph takes, for programs that cut recordings. All counts are of samples at `sample_rate`, or of hops. */
export interface SampleWindows {
  /** Name of the graph's input, [batch, length]. */
  input: string;
  sample_rate: number;
  /** First sample of a window's `length`, counted from the window's beginning: negative for samples before it. */
  begin: number;
  length: number;
  /** Windows begin at multiples of so many samples. */
  hop: number;
  /** Hops from the beginning of a window to its end, and to the beginning of the next. */
  frames: number;
  step: number;
  /** Hops of a recording: 1 + floor(samples / hop) where true, else ceil(samples / hop). */
  centred: boolean;
  /** cover: one more window ends where the hops of the recording end; drop: what fills no whole window is left out. */
  remainder: Tail;
}

/** The front end of a model with tensors. */
export interface FrontEnd {
  windows: SampleWindows;
  /** Names of the inputs that are computed of samples, and of those that stay inputs of the graph. */
  computed: string[];
  left: string[];
  /** The model's inputs of samples [batch, windows.length]. */
  compute(samples: tf.Tensor2D): Record<string, tf.Tensor>;
}

/**
 * The front end of a model, with the values of its inputs in single precision.
 *
 * @throws UsageError where the model takes no mel spectrogram, or what it takes depends on more than a window's samples
 */
export function frontEndOf(predictor: NetworkPredictor): FrontEnd {
  const { name, inputs, description, remainder } = predictor;
  const { grid, list } = inputs;
  const refuse = (why: string): never => {
    throw new UsageError(`--with-frontend: ${why}; export the model ${name} without it.`);
  };
  const options = new Map(inputEntries(description.inputs).map((entry) => [entry.name, entry.options]));
  const expressed = list.flatMap((input): [AudioInput, TensorInput][] => {
    if (input.source === 'text' || !Object.hasOwn(kinds, input.kindName)) return [];
    return [[input, kinds[input.kindName]({ input, options: options.get(input.name)!, grid })]];
  });
  if (!expressed.some(([{ kind }]) => kind.isSpectrogram))
    refuse('no input of the model is a mel spectrogram, which is all that it adds to a graph');
  for (const [input] of expressed) {
    if (Object.keys(preparationOf(input.stored)).length > 0)
      refuse(
        `inputs.${input.name} is computed of a sound that is prepared as a whole (envelope, noise_reduction, normalise or pre_emphasis), which a graph of windows cannot do`,
      );
    const hop = stepLength(input);
    if (!input.window && grid.hopLength % hop !== 0)
      refuse(
        `frames of inputs.${input.name} are ${hop} samples apart and windows begin every ${grid.hopLength}, so that they lie between frames`,
      );
  }
  const segments = tf
    .tidy(() => Object.keys(predictor.tensors(blankWindows(list, 1))))
    .find((key) => !list.some((input) => input.name === key));
  if (segments !== undefined)
    refuse(`the graph takes ${segments}, which are found in the spectrogram outside of it`);
  const computed = expressed.map(([input]) => input.name);
  const left = list.map((input) => input.name).filter((one) => !computed.includes(one));
  if (left.includes(SAMPLES)) refuse(`an input of the model is called ${SAMPLES} already`);
  const begin = Math.min(...expressed.map(([, own]) => own.begin));
  const length = Math.max(...expressed.map(([, own]) => own.begin + own.length)) - begin;
  const lane = gridLane(
    list.filter((input): input is AudioInput => input.source === 'audio'),
    (input) => input,
  );
  return {
    windows: {
      ...{ input: SAMPLES, sample_rate: grid.sampleRate, begin, length },
      ...{ hop: grid.hopLength, frames: grid.frames, step: grid.step ?? grid.frames },
      ...{ centred: hasFrames(lane.feature), remainder },
    },
    computed,
    left,
    compute: (samples) =>
      Object.fromEntries(
        expressed.map(([input, own]) => {
          const part = tf.slice(samples, [0, own.begin - begin], [samples.shape[0], own.length]);
          return [input.name, own.compute(part)];
        }),
      ),
  };
}
