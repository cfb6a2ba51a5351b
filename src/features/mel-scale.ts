/** Mel scales and filter banks, with librosa's numbers. */

/** Names of the scales: Slaney's Auditory Toolbox (1998), and the formula of HTK and O'Shaughnessy (1987). */
export const MEL_SCALES = ['slaney', 'htk'] as const;

/** A mel scale. */
export type MelScale = (typeof MEL_SCALES)[number];

/** Linear below 1 kHz, logarithmic above. */
const SLANEY = { hertzPerMel: 200 / 3, breakHertz: 1000, breakMel: 15, logStep: Math.log(6.4) / 27 };

/** Frequency in Hz on a mel scale; `htk` is 2595 log10(1 + f / 700). */
export function hertzToMel(hertz: number, scale: MelScale = 'slaney'): number {
  if (scale === 'htk') return 2595 * Math.log10(1 + hertz / 700);
  if (hertz < SLANEY.breakHertz) return hertz / SLANEY.hertzPerMel;
  return SLANEY.breakMel + Math.log(hertz / SLANEY.breakHertz) / SLANEY.logStep;
}

/** Frequency in Hz: the inverse of `hertzToMel`. */
export function melToHertz(mel: number, scale: MelScale = 'slaney'): number {
  if (scale === 'htk') return 700 * (10 ** (mel / 2595) - 1);
  if (mel < SLANEY.breakMel) return mel * SLANEY.hertzPerMel;
  return SLANEY.breakHertz * Math.exp(SLANEY.logStep * (mel - SLANEY.breakMel));
}

/** Bands of a mel filter bank. */
export interface MelBandSettings {
  /** In Hz. */
  sampleRate: number;
  /** Samples per frame of the transform. */
  nFft: number;
  /** Number of mel bands. */
  melBands: number;
  /** Default: `slaney`. */
  scale?: MelScale;
  /** `slaney`: every triangle has unit area (librosa's norm='slaney'), the default; `none`: unit height. */
  norm?: 'slaney' | 'none';
  /** Whether the sides of the triangles are straight lines in Hz, the default, or in mel, as in VGGish and Kaldi. */
  weighting?: 'hertz' | 'mel';
  /** Lower edge of the first band in Hz. Default: 0. */
  fMin?: number;
  /** Upper edge of the last band in Hz. Default: half the sample rate. */
  fMax?: number;
}

/** One band's triangle over the bins of a transform: `weights` of the bins from `first` on. */
export interface MelFilter {
  first: number;
  weights: Float64Array;
}

/** Triangular filters, one per band, as librosa.filters.mel; one that falls between two bins has no weights. */
export function melFilters(settings: MelBandSettings): MelFilter[] {
  const { sampleRate, nFft, melBands, scale = 'slaney', norm = 'slaney', weighting = 'hertz' } = settings;
  const place = (hertz: number): number => (weighting === 'mel' ? hertzToMel(hertz, scale) : hertz);
  const bottom = hertzToMel(settings.fMin ?? 0, scale);
  const top = hertzToMel(settings.fMax ?? sampleRate / 2, scale);
  const edges = Float64Array.from({ length: melBands + 2 }, (_, i) =>
    melToHertz(bottom + ((top - bottom) * i) / (melBands + 1), scale),
  );
  const bins = nFft / 2 + 1;
  return Array.from({ length: melBands }, (_, band) => {
    const [low, centre, high] = edges.subarray(band, band + 3);
    const height = norm === 'slaney' ? 2 / (high - low) : 1;
    const [from, peak, to] = [low, centre, high].map(place);
    const response = Float64Array.from({ length: bins }, (_, k) => {
      const at = place((k * sampleRate) / nFft);
      return Math.max(0, Math.min((at - from) / (peak - from), (to - at) / (to - peak))) * height;
    });
    const first = response.findIndex((w) => w > 0);
    if (first < 0) return { first: 0, weights: new Float64Array(0) };
    return { first, weights: response.slice(first, response.findLastIndex((w) => w > 0) + 1) };
  });
}
