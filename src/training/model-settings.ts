/** What a model hears, written out in full: whoever computes its inputs needs nothing else. */
import type { StopWordLanguage } from '../text/stop-words.js';
import type { TextUnit } from '../text/tokenize.js';
import { chunkSize } from './prepare.js';
import type { ModelDescription } from './stored-model.js';

/** The log-mel spectrogram that a model was trained on; names as librosa's. */
export interface MelInputSettings {
  nFft: number;
  hopLength: number;
  melBands: number;
  scale: 'slaney';
  norm: 'slaney';
  compression: 'log10(1 + 10000 x)';
}

/** Form of a model's inputs. */
export interface ModelSettings {
  /** In Hz; the mean of the channels. */
  sampleRate: number;
  /** Length of a window in frames, and samples from one frame to the next. */
  windowFrames: number;
  hopLength: number;
  /** What becomes of the end of a recording that fills no whole window. */
  remainder: 'cover' | 'drop';
  /** Null where the model hears no spectrogram. */
  mel: MelInputSettings | null;
  /** Whether the model takes the window's samples, windowFrames × hopLength of them. */
  waveform: boolean;
  /** Null where the model reads no lyrics. */
  lyrics: {
    unit: TextUnit;
    maxTokens: number;
    vocabulary: number;
    /** Languages whose stop words are left out; absent where none are. */
    stopWords?: StopWordLanguage[];
  } | null;
}

/**
 * The form of a model's inputs.
 *
 * @param description - what is stored of the model
 * @returns its settings
 */
export function settingsOf({
  inputs,
  vocabulary,
  remainder = 'cover',
}: Pick<ModelDescription, 'inputs' | 'vocabulary' | 'remainder'>): ModelSettings {
  const { frames, hopLength } = chunkSize(inputs);
  const { mel, lyrics, waveform } = inputs;
  return {
    sampleRate: inputs.sample_rate,
    windowFrames: frames,
    hopLength,
    remainder,
    mel: mel
      ? {
          nFft: mel.n_fft,
          hopLength: mel.hop_length,
          melBands: mel.bands,
          scale: 'slaney',
          norm: 'slaney',
          compression: 'log10(1 + 10000 x)',
        }
      : null,
    waveform: waveform !== undefined,
    lyrics: lyrics
      ? {
          unit: lyrics.unit,
          maxTokens: lyrics.max_tokens,
          vocabulary: vocabulary?.length ?? 0,
          ...(lyrics.stop_words?.length && { stopWords: lyrics.stop_words }),
        }
      : null,
  };
}
