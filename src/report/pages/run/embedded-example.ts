/** Example clips as the page's browser code needs them: small enough to embed. */
import type { AttentionView, ExampleView, Spectrogram } from '../../../eval/run-report.js';
import type { FeatureMatrix } from '../../../features/matrix.js';
import { poolFrames } from '../../../features/segments/self-similarity.js';

/** One branch's attention: float32 weights as base64, each head's scaled so that its highest step is 1. */
export interface EmbeddedAttention {
  branch: string;
  heads: number;
  steps: number;
  /** Row-major [heads × steps], base64 of little-endian float32. */
  weights: string;
  /** Audio branches: the seconds that the steps cover; null for lyrics. */
  span: { from: number; to: number } | null;
}

/** Brightness of a spectrogram. */
interface EmbeddedSpectrogram {
  /** Row-major [frames × bands], base64 of bytes. */
  values: string;
  frames: number;
  bands: number;
}

/** What is drawn of one example. */
export interface EmbeddedExample {
  seconds: number;
  /** Brightness 0 to 255, row-major [frames × bands], base64. */
  mel: EmbeddedSpectrogram | null;
  attention: EmbeddedAttention[];
}

/** Range of log-mel values, log10(1 + 10,000 power), below which a clip is silence: its noise is not made bright. */
const LEAST_RANGE = 0.05;

/** As many columns as a wide screen can show of a clip. */
const MAX_COLUMNS = 1000;

/** Spectrogram and attention of an example, thinned in time to at most 1,000 columns and as base64. */
export function embedExample({ seconds, mel, attention }: ExampleView): EmbeddedExample {
  return {
    seconds,
    mel: mel && embedSpectrogram(mel),
    attention: attention.filter((view) => view.steps > 0 && view.heads > 0).map(embedAttention),
  };
}

function embedSpectrogram(mel: Spectrogram): EmbeddedSpectrogram {
  const { values, frames } = thinned(mel);
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const scale = 255 / Math.max(high - low, LEAST_RANGE);
  const brightness = Uint8Array.from(values, (value) => Math.round((value - low) * scale));
  return { values: Buffer.from(brightness).toString('base64'), frames, bands: mel.bands };
}

function embedAttention(view: AttentionView): EmbeddedAttention {
  const { branch, heads, weights, tokens, fromSeconds, toSeconds } = view;
  const rows = Array.from({ length: heads }, (_, head) => {
    const row = weights.subarray(head * view.steps, (head + 1) * view.steps);
    return tokens ? row : thinned({ values: row, frames: view.steps, bands: 1 }).values;
  });
  const steps = rows[0].length;
  const scaled = new Float32Array(heads * steps);
  rows.forEach((row, head) => {
    const highest = row.reduce((a, b) => Math.max(a, b), 0);
    scaled.set(highest > 0 ? row.map((weight) => weight / highest) : row, head * steps);
  });
  const span =
    fromSeconds === undefined || toSeconds === undefined ? null : { from: fromSeconds, to: toSeconds };
  return { branch, heads, steps, weights: Buffer.from(scaled.buffer).toString('base64'), span };
}

/** Neighbouring frames averaged until at most `MAX_COLUMNS` are left. */
const thinned = (matrix: FeatureMatrix): FeatureMatrix =>
  poolFrames(matrix, Math.max(1, Math.ceil(matrix.frames / MAX_COLUMNS)));

/**
 * How much of each head's attention goes to each branch of one joint sequence.
 *
 * @returns [heads][branches], each head's shares summing to 1; zeros where a head has no weight
 */
export function attentionShares(attention: readonly AttentionView[]): number[][] {
  const heads = Math.max(0, ...attention.map((view) => view.heads));
  return Array.from({ length: heads }, (_, head) => {
    const sums = attention.map((view) =>
      head < view.heads
        ? view.weights.subarray(head * view.steps, (head + 1) * view.steps).reduce((a, b) => a + b, 0)
        : 0,
    );
    const total = sums.reduce((a, b) => a + b, 0);
    return sums.map((sum) => (total > 0 ? sum / total : 0));
  });
}
