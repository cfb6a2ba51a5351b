/** Fits the margin below which a vote is confusing, on mixes of validation recordings. */
import { decodeAudio } from '../../audio/decode.js';
import { Interrupted, messageOf, UsageError } from '../../base/errors.js';
import { type Progress, silentProgress } from '../../base/progress.js';
import { type RandomGenerator, randomGenerator } from '../../base/random.js';
import type { Dataset, Example } from '../../data/dataset.js';
import { examplesOf } from '../../data/dataset.js';
import { meanPower } from '../../features/augment/level-and-noise.js';
import { WindowCutter } from '../../inputs/cutter.js';
import type { Predictor } from '../../models/predictor.js';
import { newSample, requireClassifier } from './classify-tracks.js';
import { type Confusion, countVerdicts, fitMargin, type KnownMargin } from './confusion.js';

/** Seconds of a recording that are used. */
const LONGEST = 60;

export interface FitOptions {
  /** Mixes, and as many recordings as they are. */
  mixes: number;
  snippets: number;
  seed: number;
  signal?: AbortSignal;
  /** Receives a sentence for each recording that cannot be decoded. */
  log(line: string): void;
  progress?(items: number): Progress;
}

/** A recording alone, or two of different classes. */
type Item = [Example] | [Example, Example];

const classOf = ({ targets }: Example): number => targets.indexOf(1 as never);

/**
 * Fits the threshold. Mixes are two validation recordings of different classes at the same level; the verdict is right where
 * it calls a mix confusing and a recording alone not. Precision and recall are of halves of the recordings, each by the
 * threshold of the other; the stored threshold is that of all.
 *
 * @throws UsageError where fewer than two classes have two validation recordings; Interrupted when stopped
 */
export async function fitConfusion(
  predictor: Predictor,
  dataset: Dataset,
  options: FitOptions,
): Promise<Confusion> {
  requireClassifier(predictor);
  const { mixes, snippets, seed, log, signal } = options;
  const random = randomGenerator(seed, 'mixes');
  const halves = halvesOf(examplesOf(dataset, 'validation'), random);
  const items = halves.map((half) => itemsOf(half, Math.ceil(mixes / 2), random));
  const progress = options.progress?.(items.flat().length) ?? silentProgress;
  const failed = new Set<string>();
  const margins: KnownMargin[][] = [];
  let done = 0;
  try {
    for (const half of items) {
      const known: KnownMargin[] = [];
      for (const item of half) {
        if (signal?.aborted)
          throw new Interrupted('Stopped before the margin was fitted; the same command begins again.');
        try {
          const samples = await samplesOf(item, predictor.inputs.grid.sampleRate);
          known.push({ margin: marginOf(predictor, samples, { snippets, seed }), isMix: item.length === 2 });
        } catch (error) {
          const reason = messageOf(error);
          if (!failed.has(reason)) log(reason);
          failed.add(reason);
        }
        progress.update(++done);
      }
      margins.push(known);
    }
  } finally {
    progress.stop();
  }
  if (margins.some((half) => !half.some(({ isMix }) => isMix) || half.every(({ isMix }) => isMix)))
    throw new UsageError('Too few validation recordings can be decoded to fit when a vote is confusing.');
  const counts = margins.map((half, i) => countVerdicts(half, fitMargin(margins[1 - i])));
  const sum = (key: keyof (typeof counts)[0]): number => counts.reduce((all, own) => all + own[key], 0);
  const ratio = (a: number, b: number): number | null => (b === 0 ? null : a / b);
  const all = margins.flat();
  return {
    margin: fitMargin(all),
    precision: ratio(sum('hits'), sum('called')),
    recall: ratio(sum('hits'), sum('mixes')),
    mixes: sum('mixes'),
    recordings: all.length - sum('mixes'),
    snippets,
    seed,
  };
}

/** The recordings in two halves that both have every class which has two. */
function halvesOf(examples: readonly Example[], random: RandomGenerator): [Example[], Example[]] {
  const halves: [Example[], Example[]] = [[], []];
  const byClass = new Map<number, number>();
  for (const example of random.shuffle(examples.filter(({ audio }) => audio !== null))) {
    const own = byClass.get(classOf(example)) ?? 0;
    byClass.set(classOf(example), own + 1);
    halves[own % 2].push(example);
  }
  if (halves.some((half) => new Set(half.map(classOf)).size < 2))
    throw new UsageError(
      'To fit when a vote is confusing, at least two classes need two validation recordings each; give more recordings.',
    );
  return halves;
}

/** Recordings alone and mixes, as many of each. */
function itemsOf(half: readonly Example[], count: number, random: RandomGenerator): Item[] {
  const alone = random
    .shuffle(half)
    .slice(0, count)
    .map((example): Item => [example]);
  const mixed = Array.from({ length: alone.length }, (_, i): Item => {
    const [first] = alone[i];
    return [first, random.pick(half.filter((other) => classOf(other) !== classOf(first)))];
  });
  return [...alone, ...mixed];
}

/** Root of the mean square. */
const levelOf = (samples: Float32Array): number => Math.sqrt(meanPower(samples));

/** The samples of an item: mixed at the same level, as loud as the first. Throws as `decodeAudio`. */
async function samplesOf(item: Item, sampleRate: number): Promise<Float32Array> {
  const [first, second] = await Promise.all(
    item.map(async ({ audio }) => {
      const decoded = await decodeAudio(audio!, { sampleRate, mono: true, duration: LONGEST });
      return decoded.channels[0];
    }),
  );
  if (!second) return first;
  const [a, b] = [first, second].map((samples) => 1 / Math.max(1e-9, levelOf(samples)));
  const mix = first.subarray(0, second.length).map((sample, i) => a * sample + b * second[i]);
  const gain = levelOf(first) / Math.max(1e-9, levelOf(mix));
  return mix.map((sample) => gain * sample);
}

function marginOf(
  predictor: Predictor,
  samples: Float32Array,
  options: Pick<FitOptions, 'snippets' | 'seed'>,
): number {
  const { grid, list: inputs } = predictor.inputs;
  const cutter = new WindowCutter({ grid, inputs, remainder: predictor.remainder }, grid.sampleRate);
  const sample = newSample(options);
  sample.add(cutter.push(samples));
  sample.add(cutter.finish());
  return sample.vote(predictor).margin;
}
