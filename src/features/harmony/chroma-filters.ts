/** From transform bins to pitch classes, with librosa's numbers. */

/** Pitch classes, and how bins belong to them. */
export interface ChromaFilterSettings {
  /** Of the signal, in Hz. */
  sampleRate: number;
  /** Samples per frame of the transform. */
  nFft: number;
  /** Number of pitch classes. Default: 12. */
  nChroma?: number;
  /** Distance from A = 440 Hz in parts of a pitch class. Default: 0. */
  tuning?: number;
  /** Octave (A0 being 0) around which bins count most. Default: 5. */
  centerOctave?: number;
  /** Standard deviation, in octaves, of how much they count; null for all alike. Default: 2. */
  octaveWidth?: number | null;
  /** Whether the first class is C (the default) rather than A. */
  baseC?: boolean;
}

/**
 * How much each bin of a transform belongs to each pitch class, nChroma rows of nFft / 2 + 1 weights: Gaussian bumps
 * one class wide, of Euclidean norm 1 per bin, times a Gaussian over octaves (Ellis 2007, Chroma Feature Analysis and
 * Synthesis), as librosa.filters.chroma. Throws RangeError when nChroma is not a whole number from 1 or the octave
 * width not positive.
 */
export function chromaFilters(settings: ChromaFilterSettings): Float64Array[] {
  const {
    sampleRate,
    nFft,
    nChroma = 12,
    tuning = 0,
    centerOctave = 5,
    octaveWidth = 2,
    baseC = true,
  } = settings;
  if (!Number.isInteger(nChroma) || nChroma < 1)
    throw new RangeError(`nChroma must be a whole number from 1, not ${nChroma}.`);
  if (octaveWidth !== null && !(octaveWidth > 0))
    throw new RangeError(`octaveWidth must be positive or null, not ${octaveWidth}.`);
  const bins = nFft / 2 + 1;
  const lowestA = (440 / 16) * 2 ** (tuning / nChroma);
  const position = (k: number): number => nChroma * Math.log2((k * sampleRate) / nFft / lowestA);
  // 0 Hz has no pitch: it stands one and a half octaves below the first bin, half an octave turned and so very broad.
  const positions = Float64Array.from({ length: bins + 1 }, (_, k) =>
    k === 0 ? position(1) - 1.5 * nChroma : position(k),
  );
  const filters = Array.from({ length: nChroma }, () => new Float64Array(bins));
  const turn = baseC ? 3 * Math.floor(nChroma / 12) : 0;
  for (let k = 0; k < bins; k++) {
    const width = Math.max(positions[k + 1] - positions[k], 1);
    let squares = 0;
    for (let c = 0; c < nChroma; c++) {
      const steps = (positions[k] - c) / nChroma;
      const distance = nChroma * (steps - Math.round(steps));
      const weight = Math.exp(-0.5 * ((2 * distance) / width) ** 2);
      squares += weight * weight;
      filters[(c - turn + nChroma) % nChroma][k] = weight;
    }
    const octave = positions[k] / nChroma;
    const emphasis = octaveWidth === null ? 1 : Math.exp(-0.5 * ((octave - centerOctave) / octaveWidth) ** 2);
    const factor = emphasis / Math.sqrt(squares);
    for (const filter of filters) filter[k] *= factor;
  }
  return filters;
}
