/** The log-mel spectrogram that models take. */
import { logCompress } from './compression.js';
import type { FeatureMatrix } from './matrix.js';
import { type MelSettings, melSpectrogram } from './mel.js';
import { stftFraming } from './stft.js';
import { FeatureStream } from './stream.js';

/** log10(1 + 10000 x) of the mel power spectrogram, as Musicnn's, frames × mel bands; throws as `melSpectrogram`. */
export function logMelSpectrogram(samples: Float32Array, settings: MelSettings): FeatureMatrix {
  const mel = melSpectrogram(samples, settings);
  return { ...mel, values: logCompress(mel.values) };
}

/** The log-mel spectrogram of a signal that comes in pieces; its rows are those of the whole signal, to the bit. */
export function logMelStream(settings: MelSettings): FeatureStream {
  return new FeatureStream(stftFraming(settings), (samples) =>
    logMelSpectrogram(samples, { ...settings, center: false }),
  );
}
