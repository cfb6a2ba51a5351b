/** A feature of a recording, from the file to the array, streamed for framewise kinds. */
import type { AudioInfo, DamagePolicy } from '../../audio/audio.js';
import { streamAudio } from '../../audio/decode.js';
import { joinSamples } from '../../audio/samples.js';
import { Failure, Interrupted, UsageError } from '../../base/errors.js';
import { writeNpy, writeNpyFrames } from '../../base/npy.js';
import { logCompress } from '../../features/compression.js';
import { type FeatureSettings, inFlags } from '../../features/kind-options.js';
import type { FeatureKind, FramewiseKind, WholeKind } from '../../features/kinds.js';
import type { FeatureMatrix, WholeFeature } from '../../features/matrix.js';
import { FeatureStream } from '../../features/stream.js';
import { memoryGuard } from './memory-guard.js';
import { collectStatistics, type Statistics } from './statistics.js';

export interface ExtractRequest {
  audio: string;
  kind: FeatureKind;
  settings: FeatureSettings;
  /** Seconds from the beginning; all when undefined. */
  duration?: number;
  damage: DamagePolicy;
  /** File for the array; null for none. */
  out: string | null;
  signal?: AbortSignal;
  /** Receives the seconds that have been decoded, and the total where it is known. */
  onSeconds?: (decodedSeconds: number, total: number | null) => void;
  log?: (line: string) => void;
}

export interface Extraction {
  info: AudioInfo;
  /** Length of the decoded part, in seconds. */
  seconds: number;
  /** Parts that could not be decoded and were left out. */
  lost: number;
  shape: number[];
  statistics: Statistics;
  /** Times and levels of kinds that are more than an array. */
  found?: Record<string, unknown>;
}

/** Whether a kind streams, so that recordings of any length need the same memory. */
export function isFramewise(kind: FeatureKind): kind is FramewiseKind {
  return 'rows' in kind;
}

/** Samples of a recording as they are decoded, with progress reports and the request's stop. */
async function openSamples(
  { audio, settings, duration, damage, signal, onSeconds }: ExtractRequest,
  secondsBefore = 0,
  passes = 1,
): Promise<{
  info: AudioInfo;
  /** In seconds, where it is known. */
  expected: number | null;
  blocks: AsyncGenerator<Float32Array, void>;
  errors(): number;
}> {
  const { sampleRate } = settings;
  const stream = await streamAudio(audio, { mono: true, sampleRate, duration, damage });
  const { info } = stream;
  const expected = info.duration === null ? null : Math.min(info.duration, duration ?? Infinity);
  const blocks = async function* (): AsyncGenerator<Float32Array, void> {
    let decodedSeconds = 0;
    for await (const [samples] of stream.blocks) {
      if (signal?.aborted) throw new Interrupted('Stopped; no file was written.');
      yield samples;
      decodedSeconds += samples.length / sampleRate;
      onSeconds?.((secondsBefore + decodedSeconds) / passes, expected);
    }
  };
  return { info, expected, blocks: blocks(), errors: stream.errors };
}

/** Checks settings on a signal without samples, before anything is decoded. */
function checkSettings(kind: FeatureKind, settings: FeatureSettings): void {
  const { sampleRate, fMin, fMax = sampleRate / 2 } = settings;
  const hasRange = 'fMin' in kind.defaults && 'fMax' in kind.defaults;
  if (hasRange && !(fMin < fMax && fMax <= sampleRate / 2))
    throw new UsageError(
      `--f-min (${fMin} Hz) must be below --f-max (${fMax} Hz), and that not above half the sample rate, ${sampleRate / 2} Hz.`,
    );
  try {
    if (isFramewise(kind)) kind.rows(new Float32Array(0), settings, true);
    else kind.compute(new Float32Array(0), settings);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(inFlags(error.message));
    throw error;
  }
}

/**
 * Computes a feature of a recording and writes it as a .npy file. Framewise kinds stream, in memory that does not grow
 * with the recording; of decibels, which are relative to the loudest, the recording is decoded twice. The others hold
 * it whole.
 *
 * @throws UsageError when the settings do not hold together; DamagedAudio when nothing, or under `skip` and `fail` not
 *   all, can be decoded; Failure when memory would not suffice or the file cannot be written; Interrupted when stopped
 */
export async function extractFeature(request: ExtractRequest): Promise<Extraction> {
  const { kind, settings } = request;
  checkSettings(kind, settings);
  return isFramewise(kind) ? streamFeature(request, kind) : wholeFeature(request, kind);
}

/** Counts of one pass over a recording. */
interface Heard {
  info: AudioInfo;
  seconds: number;
  lost: number;
}

async function streamFeature(request: ExtractRequest, kind: FramewiseKind): Promise<Extraction> {
  const { out, settings } = request;
  const isRelative = settings.log === 'db' && kind.decibels !== undefined;
  const passes = isRelative ? 2 : 1;
  let loudest = 0;
  let secondsBefore = 0;
  if (isRelative) {
    const first = await eachRows(request, kind, 0, passes, async ({ values }) => {
      for (let i = 0; i < values.length; i++) if (values[i] > loudest) loudest = values[i];
    });
    secondsBefore = first.seconds;
  }
  const statistics = collectStatistics();
  let frames = 0;
  const produce = async (append?: (rows: Float32Array) => Promise<void>): Promise<Heard> =>
    eachRows(request, kind, secondsBefore, passes, async (rows) => {
      const values = compress(rows.values, kind, settings, loudest);
      statistics.add(values);
      frames += rows.frames;
      await append?.(values);
    });
  const { bands } = kind.rows(new Float32Array(0), settings, true);
  const decodedSeconds = out === null ? await produce() : await writeNpyFrames(out, bands, produce);
  return { ...decodedSeconds, shape: [bands, frames], statistics: statistics.result() };
}

/** Decodes a recording once and gives the rows of a kind as they come. */
async function eachRows(
  request: ExtractRequest,
  kind: FramewiseKind,
  secondsBefore: number,
  passes: number,
  use: (rows: FeatureMatrix) => Promise<void>,
): Promise<Heard> {
  const { settings } = request;
  const { info, blocks, errors } = await openSamples(request, secondsBefore, passes);
  const stream = new FeatureStream(kind.framing(settings), (piece) => kind.rows(piece, settings, false));
  let samples = 0;
  for await (const block of blocks) {
    samples += block.length;
    const rows = stream.push(block);
    if (rows) await use(rows);
  }
  const rows = stream.finish();
  if (rows) await use(rows);
  return { info, seconds: samples / settings.sampleRate, lost: errors() };
}

function compress(
  values: Float32Array,
  kind: FramewiseKind,
  { log }: FeatureSettings,
  loudest: number,
): Float32Array {
  if (kind.decibels === undefined || log === 'none') return values;
  if (log === 'log10') return logCompress(values);
  // The loudest goes along, so that a piece's reference and floor are those of the whole.
  const extended = new Float32Array(values.length + 1);
  extended.set(values);
  extended[values.length] = loudest;
  return kind.decibels(extended, { ref: 'max' }).subarray(0, values.length);
}

async function wholeFeature(request: ExtractRequest, kind: WholeKind): Promise<Extraction> {
  const { audio, settings, out, log } = request;
  const { info, expected, blocks, errors } = await openSamples(request);
  const bytesPerSecond = kind.bytesPerSample * settings.sampleRate * Math.max(1, 256 / settings.hopLength);
  const guard = memoryGuard({ audio, bytesPerSecond, log });
  guard(expected ?? 0);
  const parts: Float32Array[] = [];
  let [length, guarded] = [0, expected ?? 0];
  for await (const block of blocks) {
    parts.push(block);
    length += block.length;
    // Some containers do not give their length.
    if (length <= 2 * guarded * settings.sampleRate) continue;
    guarded = length / settings.sampleRate;
    guard(guarded);
  }
  guard(length / settings.sampleRate);
  const feature = computeWhole(request, kind, joinSamples(parts.splice(0)));
  if (out !== null) await writeNpy(out, feature);
  const statistics = collectStatistics();
  statistics.add(feature.values);
  const { shape, found } = feature;
  const decodedSeconds = { info, seconds: length / settings.sampleRate, lost: errors() };
  return { ...decodedSeconds, shape, statistics: statistics.result(), found };
}

function computeWhole(
  { audio, settings }: ExtractRequest,
  kind: WholeKind,
  samples: Float32Array,
): WholeFeature {
  try {
    return kind.compute(samples, settings);
  } catch (error) {
    // The settings are checked: the remaining cause is an array that cannot be allocated.
    if (error instanceof RangeError)
      throw new Failure(
        `${audio} is too long to be held in memory (${error.message}); cut it with --duration.`,
      );
    throw error;
  }
}
