/** Tests of the differences between experiments label by label, in ROC-AUC. */
import { clipped, type numberGroups } from '../../eval/bootstrap.js';
import { delongTest, type Placements } from '../../eval/difference/delong.js';
import { holm, studentQuantile, twoSidedStudentP } from '../../eval/difference/p-values.js';
import { type SeedError, type SeededValues, seedErrorOfDifference } from '../../eval/difference/seeds.js';
import type { Interval } from '../../eval/metrics.js';

/** The difference of two experiments in one label's ROC-AUC, or in one target's CCC. */
export interface LabelDifference {
  /** Name of the label or target. */
  label: string;
  /** Positives of a label; known values of a target. */
  positives: number;
  /** Of the first and the second experiment; null without a positive or a negative. */
  first: number | null;
  second: number | null;
  difference: number | null;
  /** 95 %, from the standard error, within [-1, 1]. */
  interval: Interval | null;
  /**
   * Clips of a song taken together (Obuchowski 1997), or single clips (DeLong) where songs are not known; of a target by
   * the paired bootstrap. Of the methods where a pair is.
   */
  p: number | null;
  /** After Holm's correction over the labels. */
  pHolm: number | null;
  /** DeLong's p-value, which takes all clips as independent; null for a target. */
  pOfClips: number | null;
}

/** One side of a pair, label by label. */
export interface LabelSide {
  placed: readonly (Placements | null)[];
  seededLabel(label: number): SeededValues;
}

/** Tests each label's difference in ROC-AUC, with Holm's correction over the labels; `songs`: where they are known. */
export function compareLabels(
  labels: readonly string[],
  first: LabelSide,
  second: LabelSide,
  songs: ReturnType<typeof numberGroups> | undefined,
): LabelDifference[] {
  const tested = labels.map((label, j) => {
    const [a, b] = [first.placed[j], second.placed[j]];
    if (!a || !b)
      return {
        label,
        positives: 0,
        first: null,
        second: null,
        difference: null,
        interval: null,
        p: null,
        pOfClips: null,
      };
    const ofClips = delongTest(a, b);
    const ofSongs = songs ? delongTest(a, b, songs) : ofClips;
    const seedError = seedErrorOfDifference(first.seededLabel(j), second.seededLabel(j));
    return {
      label,
      positives: a.positives,
      first: a.rocAuc,
      second: b.rocAuc,
      difference: ofSongs.difference,
      ...testOfLabel(ofSongs, seedError),
      pOfClips: ofClips.p,
    };
  });
  const corrected = holm(tested.map(({ p }) => p));
  return tested.map((one, j) => ({ ...one, pHolm: corrected[j] }));
}

/**
 * Student's interval and p-value of a label's difference, its variance over songs and seeds added, with Satterthwaite's
 * (1946) degrees of freedom: with few positives the normal distribution finds more than there is.
 */
function testOfLabel(
  { difference, standardError, p, freedom }: ReturnType<typeof delongTest>,
  seedError: SeedError | null,
): { interval: Interval | null; p: number | null } {
  if (standardError === null || p === null) return { interval: null, p: null };
  const parts = [
    { variance: standardError ** 2, freedom },
    ...(seedError ? [{ variance: seedError.standardError ** 2, freedom: seedError.freedom }] : []),
  ].filter(({ variance }) => variance > 0);
  if (parts.length === 0) return { interval: [difference, difference], p };
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  const joint = variance ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.freedom, 0);
  const error = Math.sqrt(variance);
  const margin = studentQuantile(0.975, joint) * error;
  return {
    interval: clipped([difference - margin, difference + margin], [-1, 1]),
    p: twoSidedStudentP(difference / error, joint),
  };
}
