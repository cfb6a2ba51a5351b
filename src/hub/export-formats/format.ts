/** The contract of a format that models are exported in. */
import { loadEngine } from '../../engine/engine.js';
import type { ModelDescription } from '../../models/description.js';
import type { WeightValues } from '../../models/parameters.js';
import { NetworkPredictor } from '../../models/predictor.js';
import { requireFinite } from '../../models/safetensors.js';
import { type FrontEnd, frontEndOf } from '../front-end/index.js';

/** Content of files by name; names may have a folder. */
export type Files = Record<string, string | Uint8Array>;

/** A stored model that is to be exported. */
export interface ModelToExport {
  description: ModelDescription;
  /** Its weights as they are stored, and by name. */
  bytes: Uint8Array;
  weights: ReadonlyMap<string, WeightValues>;
}

/** How a model is exported. */
export interface FormatOptions {
  /** Whether a graph takes samples in place of the mel spectrogram. */
  withFrontend: boolean;
  /** Receives what the user should know, a sentence each. */
  log(line: string): void;
}

/** The files of a format, besides those that every export has. */
export interface Exported {
  files: Files;
  /** For the card: how the files are used, Markdown. */
  use: string;
}

/** Makes the files of a format. Throws Failure where the model cannot be written in it, UsageError for wrong options. */
export type MakeExport = (model: ModelToExport, options: FormatOptions) => Promise<Exported>;

/**
 * Builds a model on the engine, which is started, for work on it.
 *
 * @param work - is given the front end too where the graph is to have it
 */
export async function withNetwork<Result>(
  { description, weights }: ModelToExport,
  { withFrontend, log }: FormatOptions,
  work: (predictor: NetworkPredictor, frontEnd: FrontEnd | null) => Promise<Result>,
): Promise<Result> {
  requireFinite(weights);
  await loadEngine();
  const predictor = NetworkPredictor.fromWeights(description, weights);
  try {
    const frontEnd = withFrontend ? frontEndOf(predictor) : null;
    if (frontEnd && frontEnd.left.length > 0)
      log(
        `--with-frontend: ${frontEnd.left.join(', ')} ${frontEnd.left.length > 1 ? 'stay inputs' : 'stays an input'} of the graph; only mel spectrograms and samples are computed in it.`,
      );
    return await work(predictor, frontEnd);
  } finally {
    predictor.dispose();
  }
}

/** What a program needs to compute a graph's inputs and read its outputs. */
export function graphMetadata(
  { labels, settings, description }: NetworkPredictor,
  frontEnd: FrontEnd | null,
): Record<string, unknown> {
  const { task, thresholds } = description;
  return {
    ...{ task, labels },
    ...(thresholds && { thresholds }),
    inputs: settings,
    ...(frontEnd && { samples: frontEnd.windows }),
  };
}

/** A sentence of the card on the samples that a graph takes. */
export function samplesText({ windows, left }: FrontEnd): string {
  const { input, sample_rate, begin, length, hop, step } = windows;
  const from =
    begin === 0
      ? 'from the beginning of a window on'
      : `from ${-begin} samples before the beginning of a window on`;
  const others =
    left.length > 0 ? ` Its other inputs (${left.join(', ')}) are as polytag computes them.` : '';
  return `The mel spectrogram is part of the graph: its input \`${input}\` takes ${length} samples [batch, ${length}], mono, at ${sample_rate} Hz, ${from}. Windows begin every ${step * hop} samples; zeros stand for what lies before and after the recording.${others}`;
}
