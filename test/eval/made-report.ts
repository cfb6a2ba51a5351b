/** A realistic run for the report's tests: many tags, untrusted texts, clips with audio, attention and lyrics. */
import { randomGenerator } from '../../src/base/random.js';
import { evaluatePredictions } from '../../src/eval/evaluate.js';
import type { Predictions } from '../../src/eval/predictions.js';
import { evaluateNumbers, evaluatePart } from '../../src/eval/regression/evaluate.js';
import type {
  AttentionView,
  EmbeddedChunks,
  EpochRecord,
  ExampleView,
  RegressionReport,
  RunReport,
} from '../../src/eval/run-report.js';
import { chooseThresholds } from '../../src/eval/thresholds.js';
import { conditionSchema } from '../../src/training/conditions/index.js';
import { madeClassification, madeRegression, madeTagging } from './made.js';

/** Ends the script element, opens one, and closes attributes, wherever a text is not escaped. */
export const HOSTILE = `</script><script>globalThis.broken=1</script><img src=x onerror="globalThis.broken=1">'"&`;

const TAGS =
  'guitar classical slow techno strings drums electronic rock fast piano ambient beat violin vocal synth female indian opera male singing vocals harpsichord loud quiet flute woman pop soft sitar solo man classic choir voice dance female_vocal beats harp cello country metal 80s r&b weird jazz'.split(
    ' ',
  );

function names(count: number): string[] {
  const labels = [...TAGS, 'male voice', 'no voice', 'new age', '80', HOSTILE];
  return Array.from({ length: count }, (_, j) => labels[j] ?? `tag ${j}`);
}

/** A plucked scale as 16-bit WAV at 16 kHz. */
function wav(seconds: number, base: number): Uint8Array {
  const rate = 16_000;
  const bytes = Buffer.alloc(44 + 2 * seconds * rate);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * seconds * rate, 40);
  for (let n = 0; n < seconds * rate; n++) {
    const note = Math.floor((2 * n) / rate);
    const sinceOnset = n / rate - note / 2;
    const frequency = base * 2 ** ([0, 2, 4, 5, 7, 9, 11, 12][note % 8] / 12);
    const sample = 0.4 * Math.exp(-4 * sinceOnset) * Math.sin((2 * Math.PI * frequency * n) / rate);
    bytes.writeInt16LE(Math.round(32_767 * sample), 44 + 2 * n);
  }
  return bytes;
}

/** A log-mel spectrogram of notes with overtones that fade. */
function mel(seconds: number, seed: number): NonNullable<ExampleView['mel']> {
  const random = randomGenerator(seed, 'mel');
  const frames = Math.round(seconds * 62.5);
  const bands = 96;
  const values = new Float32Array(frames * bands);
  for (let frame = 0; frame < frames; frame++) {
    const note = Math.floor(frame / 31.25);
    const fade = Math.exp(-(frame / 31.25 - note) * 2);
    const root = 12 + ((note * 5 + seed * 7) % 24);
    for (let band = 0; band < bands; band++) {
      let energy = 1e-4 * (1 + random.uniform());
      for (const overtone of [0, 12, 19, 24, 28, 31])
        energy += (fade * Math.exp(-((band - root - overtone) ** 2) / 1.5)) / (1 + overtone / 6);
      values[frame * bands + band] = 10 * Math.log10(energy);
    }
  }
  return { values, frames, bands };
}

const WORDS =
  'rain on the window and I weep alone until the morning comes and the lamps burn out again'.split(' ');
const CHARACTERS = [...'雨打在窗上我独自等待直到天亮，灯火慢慢熄灭'];

/** Attention of four heads over a joint sequence of mel, waveform and lyrics. */
function attention(seconds: number, seed: number): AttentionView[] {
  const random = randomGenerator(seed, 'attention');
  const heads = 4;
  const tokens = seed % 3 === 0 ? CHARACTERS : seed % 3 === 1 ? [...WORDS, HOSTILE] : undefined;
  const lengths = [['mel', 29], ['waveform', 81], ...(tokens ? [['lyrics', tokens.length]] : [])] as [
    string,
    number,
  ][];
  const total = lengths.reduce((sum, [, steps]) => sum + steps, 0);
  const rows = Array.from({ length: heads }, (_, head) => {
    const peak = random.integer(total);
    const row = Float32Array.from({ length: total }, (_, i) =>
      Math.exp(2 * Math.sin(i / 3 + head) - ((i - peak) / 25) ** 2 + random.normal() / 2),
    );
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((weight) => weight / sum);
  });
  let from = 0;
  return lengths.map(([branch, steps]) => {
    const weights = new Float32Array(heads * steps);
    for (let head = 0; head < heads; head++)
      weights.set(rows[head].subarray(from, from + steps), head * steps);
    from += steps;
    const span = branch === 'lyrics' ? { tokens } : { fromSeconds: 0.5, toSeconds: seconds - 0.5 };
    return { branch, weights, heads, steps, ...span };
  });
}

function example(row: number, predictions: Pick<Predictions, 'ids'>, seconds: number): ExampleView {
  return {
    id: predictions.ids[row],
    title: row === 1 ? HOSTILE : ['Evening Raga', 'Sonata in A minor, second movement', '窗外的雨'][row % 3],
    artist: row % 4 === 3 ? '' : ['Ensemble Aurora', 'The Night Trains'][row % 2],
    audio: row === 2 ? null : wav(seconds, 220 + 20 * row),
    mediaType: 'audio/wav',
    seconds,
    mel: row === 3 ? null : mel(seconds, row),
    attention: row === 4 ? [] : attention(seconds, row),
    lyrics: row % 3 === 2 ? null : WORDS.join(' '),
    row,
  };
}

function history(epochs: number): EpochRecord[] {
  return Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    train_loss: 0.12 + 0.3 * Math.exp(-i / 6),
    validation_loss: 0.15 + 0.27 * Math.exp(-i / 5) + 0.002 * Math.max(0, i - 14),
    metric: 'roc_auc_macro',
    validation_metric: i === 0 ? null : 0.9 - 0.35 * Math.exp(-i / 5) - 0.001 * Math.max(0, i - 14),
    learning_rate: 1e-3,
    seconds: 12.5,
  }));
}

/** How large a made run is. */
export interface MadeSize {
  rows: number;
  labels: number;
  songs: number;
  clips: number;
  clipSeconds: number;
}

const SIZE: MadeSize = { rows: 500, labels: 50, songs: 120, clips: 12, clipSeconds: 10 };

function around(predictions: Predictions, { clips, clipSeconds }: MadeSize): RunReport {
  const metrics = evaluatePredictions(predictions, {
    protocol: 'labelled',
    split: 'test',
    seed: 1,
    bootstrapSamples: 200,
    ...(predictions.task === 'tagging' ? { thresholds: chooseThresholds(predictions) } : {}),
  });
  return {
    name: 'mel-waveform-lyrics',
    dataset: 'Synthetic corpus 1',
    synthetic: 'Every clip, lyric and tag was made by polytag; the numbers say nothing about real music.',
    metrics: { ...metrics, training: { epochs: 24, seconds: 300, best_epoch: 15 } },
    predictions,
    history: history(24),
    conditions: [
      { name: 'without lyrics', condition: conditionSchema.parse({ absent: ['lyrics'] }), metrics },
      { name: HOSTILE, condition: conditionSchema.parse({ noise: { snr: 10 } }), metrics: null },
    ],
    examples: Array.from({ length: clips }, (_, row) => example(row, predictions, clipSeconds)),
    config: `name: mel-waveform-lyrics\nseed: 1\n# ${HOSTILE}\ndata:\n  root: data/synthetic\n  protocol: labelled\nmodel:\n  fusion: self-attention\n`,
    environment: {
      node: 'v20.20.2',
      engine: { name: 'tensorflow', version: '2.21.0', threads: 2 },
      seed: 1,
      revision: '0123456789abcdef0123456789abcdef01234567',
      data: { fingerprint: 'sha256:0123456789abcdef', clips: 500 },
    },
    notes: [
      'Segmentation fell back to Intl.Segmenter because nodejieba is not built.',
      `One file was skipped: ${HOSTILE}`,
    ],
  };
}

/** A tagging run; one tag has no positives. */
export function madeReport(size: Partial<MadeSize> = {}): RunReport {
  const full = { ...SIZE, ...size };
  const predictions = { ...madeTagging(full.rows, full.labels, full.songs), labels: names(full.labels) };
  for (let row = 0; row < full.rows; row++) predictions.targets[row * full.labels + 7] = 0;
  return around(predictions, full);
}

/** A classification run over four quadrants. */
export function madeClassReport(size: Partial<MadeSize> = {}): RunReport {
  const full = { ...SIZE, ...size };
  const labels = ['happy', 'angry', 'sad', 'calm'];
  const predictions = { ...madeClassification(full.rows, 4), labels };
  return { ...around(predictions, full), map: madeMap(predictions) };
}

/** Three chunks of each recording, around a place of its class; the first of all without sound. */
export function madeMap({ ids, labels, targets }: Predictions): EmbeddedChunks {
  const random = randomGenerator(1, 'made map');
  const classOf = (row: number): number =>
    targets.subarray(row * labels.length, (row + 1) * labels.length).indexOf(1);
  const chunks = ids.flatMap((_, row) =>
    [0, 3, 6].map((seconds, i) => ({
      ...{ row, seconds },
      decided: row % 5 === 0 && i === 2 ? 0 : classOf(row),
      audio: row + i === 0 ? null : 'data:audio/mpeg;base64,',
    })),
  );
  const embeddings = Float32Array.from(
    chunks.flatMap(({ row }) => labels.map((_, j) => Number(j === classOf(row)) + 0.2 * random.normal())),
  );
  return { embeddings, width: labels.length, chunks, total: 2 * chunks.length };
}

/** A regression over three targets, one of which has an untrusted name and does not vary. */
export function madeNumberReport(size: Partial<MadeSize> = {}): RegressionReport {
  const full = { ...SIZE, ...size };
  const predictions = { ...madeRegression(full.rows, full.songs), labels: ['valence', 'tempo', HOSTILE] };
  const options = { protocol: 'numbers', split: 'test', seed: 1, bootstrapSamples: 100 };
  const part = evaluatePart(predictions, options);
  const metrics = {
    ...evaluateNumbers(predictions, options),
    breakdown: { language: { en: part, [HOSTILE]: { ...part, r2: null, r2_ci95: null } } },
    training: { epochs: 24, seconds: 300, best_epoch: 15 },
  };
  const { conditions, ...rest } = madeReport({ rows: 60, labels: 9, songs: 30, clips: 0 });
  return {
    ...rest,
    metrics,
    predictions,
    conditions: conditions.map((one, i) => ({ ...one, metrics: i === 0 ? metrics : null })),
    examples: Array.from({ length: full.clips }, (_, row) => example(row, predictions, full.clipSeconds)),
  };
}
