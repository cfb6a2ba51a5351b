/** What a tagger sees in a recording: tags over time, where it attends, the spectrogram, and tracks that are similar. */
import { basename } from 'node:path';
import { Failure, lineOf } from '../../../base/errors.js';
import { answersTo, nameOf, tell as tellAnswers } from '../../../catalogue/similar/answer.js';
import { openMeasure } from '../../../catalogue/similar/measures.js';
import { rankedTags } from '../../../catalogue/tag/top-tags.js';
import { powerToDecibels } from '../../../features/compression.js';
import { melSpectrogram } from '../../../features/mel.js';
import type { EmbeddedImage, EmbeddedPeaks } from '../../../report/kit/timeline/data.js';
import { embedMatrix, embedWaveform, PAGE_RATE } from '../../../report/kit/timeline/embed.js';
import { attentionOver, type BranchAttention } from './attention.js';
import { withModel } from './model.js';
import type { Tell } from './protocol.js';
import { byItsName, decodeSent, type SentRecording } from './recording.js';
import { scoreWindows, type WindowScores } from './windows.js';

/** A recording that is tagged. */
export interface TagRequest extends SentRecording {
  /** Name of a model, or folder of a run. */
  model: string;
  /** Catalogue of similar tracks; null for none. */
  index: string | null;
}

/** A track of the catalogue. */
export interface SimilarTrack {
  /** Artist and title, or the name of its file. */
  name: string;
  /** Cosine similarity; absent where codes are compared. */
  similarity?: number;
  /** Bits in which codes differ. */
  distance?: number;
  tags: string[];
}

/** What is known of a recording. */
export interface TagAnalysis {
  name: string;
  seconds: number;
  model: string;
  labels: string[];
  /** All tags, the best first, with their means over the recording. */
  tags: { tag: string; score: number }[];
  windows: WindowScores;
  /** Null where the model has none. */
  attention: BranchAttention[] | null;
  waveform: EmbeddedPeaks;
  mel: EmbeddedImage;
  /** Null where no catalogue was given, or, with a warning, where it cannot be searched. */
  similar: SimilarTrack[] | null;
  warnings: string[];
}

/** Samples from one frame of the picture to the next, of 16 ms. */
const HOP = 256;

/** Bands of the picture. */
const BANDS = 96;

/** Power that is drawn dark, below the loudest in dB, and least power that is drawn bright. */
const [DARK_DB, QUIET] = [-80, 1e-3];

/** Similar tracks that are given. */
const SIMILAR = 10;

function melPicture(samples: Float32Array): EmbeddedImage {
  const mel = melSpectrogram(samples, {
    ...{ sampleRate: PAGE_RATE, hopLength: HOP, nFft: 512, melBands: BANDS },
  });
  const ref = mel.values.reduce((a, b) => Math.max(a, b), QUIET);
  const values = powerToDecibels(mel.values, { ref, amin: 1e-12, topDb: null });
  return embedMatrix({ ...mel, values }, HOP, DARK_DB, 0);
}

/**
 * Tracks of a catalogue that are like a recording. Throws UsageError where its model is not here.
 *
 * @param tagger - as it was given, and its name: it is taken where the catalogue was made by it
 */
async function similarTracks(
  index: string,
  path: string,
  tagger: { given: string; name: string },
  log: (line: string) => void,
): Promise<SimilarTrack[]> {
  const { tracks, measure } = await openMeasure(index, {});
  const model = tracks.model === tagger.name ? tagger.given : undefined;
  const { signal } = new AbortController();
  const answers = await answersTo(tracks, measure, [path], { count: SIMILAR, model, log, signal });
  return tellAnswers(tracks, answers)[0].neighbours.map(
    ({ path: own, title, artist, tops, similarity, distance }) => ({
      name: title === null ? basename(own) : nameOf({ title, artist }),
      ...(similarity !== undefined && { similarity: Number(similarity.toFixed(4)) }),
      ...(distance !== undefined && { distance }),
      tags: tops,
    }),
  );
}

/** The same; null, and a warning, where the catalogue cannot be searched. */
async function similarOrNot(
  index: string,
  path: string,
  tagger: { given: string; name: string },
  warnings: string[],
): Promise<SimilarTrack[] | null> {
  try {
    return await similarTracks(index, path, tagger, (line) => warnings.push(line));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warnings.push(`Similar tracks were not looked up: ${lineOf(error)}`);
    return null;
  }
}

/**
 * Analyses a recording.
 *
 * @throws UsageError where the model is not here, or the recording is too long; Failure where it cannot be decoded
 */
export async function tagRecording(request: TagRequest, tell: Tell): Promise<TagAnalysis> {
  const { path, name, model, index } = request;
  const warnings: string[] = [];
  try {
    const { samples } = await decodeSent(request, (share) => tell('decoding', 0.2 * share));
    const seconds = samples.length / PAGE_RATE;
    tell('drawing', 0.2);
    const { peaks } = embedWaveform(samples);
    const mel = melPicture(samples);
    return await withModel(model, async (predictor) => {
      tell('tagging', 0.3);
      const { row, windows } = await scoreWindows(predictor, path, seconds, (share) =>
        tell('tagging', 0.3 + 0.4 * share),
      );
      if (row.warning !== null) warnings.push(`${name}: ${row.warning}.`);
      tell('attention', 0.7);
      const attention = await attentionOver(predictor, path);
      tell('similar tracks', 0.85);
      const { labels, description } = predictor;
      const tagger = { given: model, name: description.name };
      const similar = index === null ? null : await similarOrNot(index, path, tagger, warnings);
      return {
        ...{ name, seconds, model: description.name, labels },
        tags: rankedTags(labels, row.scores).map(({ tag, score }) => ({
          tag,
          score: Number(score.toFixed(4)),
        })),
        ...{ windows, attention, waveform: peaks, mel, similar, warnings },
      };
    });
  } catch (error) {
    throw byItsName(request, error);
  }
}
