/** Inputs of small models for tests. */
import { resolveConfig } from '../../src/config/load.js';
import { bindInputs, type ModelInputSet } from '../../src/inputs/window.js';

/** Sizes of the windows. */
interface Sizes {
  sampleRate: number;
  hopLength: number;
  frames: number;
  /** Mel bands; 0 for no spectrogram. */
  bands?: number;
  nFft?: number;
  /** Length of a text; 0 for none. */
  tokens?: number;
  /** Whether the samples are an input. Default: true. */
  waveform?: boolean;
  /** Coefficient of the pre-emphasis. Default: none. */
  preEmphasis?: number;
}

/** Mel spectrogram, samples and lyrics, those that have a size, with a vocabulary of nine tokens. */
export function madeInputs(sizes: Sizes): ModelInputSet {
  const {
    sampleRate,
    hopLength,
    frames,
    bands = 0,
    nFft = 16,
    tokens = 0,
    waveform = true,
    preEmphasis,
  } = sizes;
  const inputs = {
    mel: { n_fft: nFft, hop_length: hopLength, bands: Math.max(1, bands) },
    waveform: {},
    lyrics: { max_tokens: Math.max(2, tokens) },
  };
  const names = [bands > 0 ? 'mel' : [], waveform ? 'waveform' : [], tokens > 0 ? 'lyrics' : []].flat();
  // The schema allows rates from 1000 Hz on; the arithmetic is the same at any.
  const config = resolveConfig({
    inputs: { sample_rate: 1000, ...(preEmphasis !== undefined && { pre_emphasis: preEmphasis }), ...inputs },
    model: { branches: { mel: {}, waveform: {}, lyrics: {} } },
  });
  const vocabularies = { lyrics: Array.from({ length: 9 }, (_, i) => `word${i}`) };
  return bindInputs(
    {
      ...config.inputs,
      sample_rate: sampleRate,
      chunk_seconds: (frames * hopLength + hopLength / 2) / sampleRate,
    },
    names,
    { vocabularies },
  );
}
