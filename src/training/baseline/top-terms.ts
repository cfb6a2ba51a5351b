/** The most informative terms for and against each label. */
import type { Labels } from '../../models/baselines/classifier.js';
import { type BaselineSpec, classifierOf } from '../../models/baselines/spec.js';
import type { WeightedTerm } from '../../text/tfidf.js';
import type { FittedBaseline } from './fit.js';

/** Terms that a label shows of each kind. */
const SHOWN = 12;

/** Terms of a label. */
export interface TopTerms {
  label: string;
  for: WeightedTerm[];
  against: WeightedTerm[];
}

/**
 * The heaviest terms of each label on average over several fits (at least one; unknown terms weigh 0); null where the
 * baseline has no weight per term.
 */
export function topTermsPerLabel(
  spec: BaselineSpec,
  fits: readonly Pick<FittedBaseline, 'features' | 'classifier'>[],
  labels: readonly string[],
  sizes: Labels,
): TopTerms[] | null {
  const { kind } = classifierOf(spec);
  if (!kind.weights || fits[0].features.terms === null) return null;
  const totals = new Map<string, Float64Array>();
  for (const { features, classifier } of fits) {
    const weights = kind.weights(classifier, sizes);
    for (const [column, term] of features.terms!.entries()) {
      const own = totals.get(term) ?? new Float64Array(labels.length);
      for (let k = 0; k < labels.length; k++) own[k] += weights[column * labels.length + k] / fits.length;
      totals.set(term, own);
    }
  }
  return labels.map((label, k) => {
    const weighted = [...totals].map(([term, own]) => ({ term, weight: own[k] }));
    weighted.sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1));
    return {
      label,
      for: weighted.slice(0, SHOWN).filter(({ weight }) => weight > 0),
      against: weighted
        .slice(-SHOWN)
        .filter(({ weight }) => weight < 0)
        .reverse(),
    };
  });
}
